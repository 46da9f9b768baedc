"""Illegal targets end in a clear error that leaves no trace."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from refusals import (
    MAKERS,
    WITH_INDEX,
    WITH_TARGET,
    Illegal,
    good_like,
    make_months,
    pairs_of,
    refuse_first_fit,
    refuse_refit,
)

from skseq import SequenceWindower

ILLEGAL_TARGETS = {
    "none": Illegal(
        lambda X, y: (X, None),
        "requires y to be passed",
        ("pipeline", "regressor", "naive"),
    ),
    "nan": Illegal(
        lambda X, y: (X, y.mask(y == y.max())), "y contains NaN", WITH_TARGET
    ),
    "missing value": Illegal(
        lambda X, y: (X, y.astype("Float64").mask(y == y.max())),
        "y contains NaN",
        WITH_TARGET,
    ),
    "infinity": Illegal(
        lambda X, y: (X, y.replace(y.max(), np.inf)), "y contains infinity", WITH_TARGET
    ),
    "too short": Illegal(
        lambda X, y: (X, y[:-2]),
        "same number of rows: X has 30, y has 28",
        (*WITH_TARGET, "windower"),
    ),
    "too long": Illegal(
        lambda X, y: (X[:-2], y),
        "same number of rows: X has 28, y has 30",
        (*WITH_TARGET, "windower"),
    ),
    "too short for an array": Illegal(
        lambda X, y: (X.to_numpy(), y[:-2]),
        "same number of rows: X has 30, y has 28",
        (*WITH_TARGET, "windower"),
    ),
    "strings": Illegal(
        lambda X, y: (X, pd.Series("red", y.index)),
        "could not convert string to float: 'red'",
        WITH_TARGET,
    ),
    "dates": Illegal(
        lambda X, y: (X, y.index.to_series()), "y has dates.*numbers only", WITH_TARGET
    ),
    "list of numpy dates": Illegal(
        lambda X, y: (X, list(y.index.to_numpy())), "y has dates.*only", WITH_TARGET
    ),
    "list of numpy time differences": Illegal(
        lambda X, y: (X, [np.timedelta64(3, "D")] * len(y)),
        "y has dates.*numbers only",
        WITH_TARGET,
    ),
    "names twice": Illegal(
        lambda X, y: (X, pd.concat([y, y], axis=1)),
        "^Expected unique column names.*\n.*'y'",
        WITH_TARGET,
    ),
    "dict": Illegal(
        lambda X, y: (X, dict(enumerate(y))),
        "y must be a frame.*of type dict",
        WITH_TARGET,
    ),
    "complex": Illegal(lambda X, y: (X, 1j * y), "Complex data", WITH_TARGET),
    "masked": Illegal(
        lambda X, y: (X, np.ma.masked_equal(y.to_numpy(), y.max())),
        r"y is a masked array with 1 masked value\(s\)",
        WITH_TARGET,
    ),
    "sparse": Illegal(
        lambda X, y: (X, sp.csr_array(y.to_numpy()[:, np.newaxis])),
        r"Sparse data .*y.*toarray\(\)",
        WITH_TARGET,
    ),
    "three dimensions": Illegal(
        lambda X, y: (X, np.ones((len(y), 1, 1))), "dim 3, while dim <= 2", WITH_TARGET
    ),
    "no columns": Illegal(
        lambda X, y: (X, np.ones((len(y), 0))), r"0 feature\(s\)", WITH_TARGET
    ),
    "number": Illegal(
        lambda X, y: (X, 3.0), "y must be a frame.*got 3.0 of type float", WITH_TARGET
    ),
    "array of no dimension": Illegal(
        lambda X, y: (X, np.array(3.0)), "at least 1 dimension", WITH_TARGET
    ),
    "unsorted index, X an array": Illegal(
        lambda X, y: (X.to_numpy(), y[::-1]),
        r"index of y is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "same date twice, X an array": Illegal(
        lambda X, y: (X.to_numpy(), y.set_axis([y.index[1], *y.index[1:]])),
        r"index of y has duplicates",
        WITH_INDEX,
    ),
}


@pytest.mark.parametrize(("kind", "case"), pairs_of(ILLEGAL_TARGETS))
def test_illegal_targets_are_refused(small_engine, kind, case):
    X, y = case.spoil(*make_months())
    refuse_first_fit(MAKERS[kind](), X, y, case.match)
    refuse_refit(MAKERS[kind](), good_like(X), X, y, case.match)


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # sklearn's
@pytest.mark.parametrize("kind", ["pipeline", "scaler", "regressor", "naive"])
def test_targets_too_far_apart_are_refused(kind):
    X, y = make_months()
    y[:] = np.where(y > y.median(), 1.7e308, -1.7e308)
    match = r"y reaches from -1\.7e\+308 to 1\.7e\+308.*beyond float64.*Divide"
    refuse_first_fit(MAKERS[kind](), X, y, match)


@pytest.mark.parametrize(
    ("horizon", "future"), [(0, None), (1, ["a"]), (2, [0]), (1, ["b", "a"])]
)
def test_the_target_at_its_own_row_is_refused(horizon, future):
    X, _ = make_months()
    windower = SequenceWindower(horizon=horizon, future_columns=future)
    match = "Column 'a' of X is the target itself.*future_columns, or drop"
    refuse_first_fit(windower, X, 9 * X["a"] - 4, match)
