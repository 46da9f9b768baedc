"""Invalid targets raise a clear error and leave the estimator unchanged."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from invalid_inputs import (
    MAKERS,
    WITH_INDEX,
    WITH_TARGET,
    Invalid,
    check_first_fit_raises,
    check_refit_raises,
    make_months,
    pairs_to_test,
    valid_rows_like,
)

from skseq import SequenceWindower

INVALID_TARGETS = {
    "none": Invalid(
        lambda X, y: (X, None),
        "requires y to be passed",
        ("pipeline", "regressor", "naive"),
    ),
    "nan": Invalid(
        lambda X, y: (X, y.mask(y == y.iloc[9])),
        r"y contains NaN: .*first \(y\.interpolate\(\)\), .*; otherwise drop",
        WITH_TARGET,
    ),
    "nan in an array": Invalid(
        lambda X, y: (X, y.mask(y == y.iloc[9]).to_numpy()),
        r"y contains NaN: .*first \(pd\.Series\(y\)\.interpolate\(\)\)",
        WITH_TARGET,
    ),
    "nan at the end": Invalid(
        lambda X, y: (X, y.mask(y.index == y.index[-1])),
        "y contains NaN: row .* in each row: drop these rows from X and y",
        WITH_TARGET,
    ),
    "missing value": Invalid(
        lambda X, y: (X, y.astype("Float64").mask(y == y.max())),
        "y contains NaN",
        WITH_TARGET,
    ),
    "infinity": Invalid(
        lambda X, y: (X, y.replace(y.max(), np.inf)), "y contains infinity", WITH_TARGET
    ),
    "too large": Invalid(
        lambda X, y: (X, y.replace(y.max(), -1.7e308)),
        r"y contains -1\.7e\+308, whose absolute value is above 1e\+150: row",
        WITH_TARGET,
    ),
    "too short": Invalid(
        lambda X, y: (X, y[:-2]),
        "same number of rows: X has 30, y has 28",
        (*WITH_TARGET, "windower"),
    ),
    "too long": Invalid(
        lambda X, y: (X[:-2], y),
        "same number of rows: X has 28, y has 30",
        (*WITH_TARGET, "windower"),
    ),
    "too short for an array": Invalid(
        lambda X, y: (X.to_numpy(), y[:-2]),
        "same number of rows: X has 30, y has 28",
        (*WITH_TARGET, "windower"),
    ),
    "strings": Invalid(
        lambda X, y: (X, pd.Series("red", y.index)),
        "could not convert string to float: 'red'",
        WITH_TARGET,
    ),
    "dates": Invalid(
        lambda X, y: (X, y.index.to_series()),
        "y must contain numbers only.*dates",
        WITH_TARGET,
    ),
    "list of numpy dates": Invalid(
        lambda X, y: (X, list(y.index.to_numpy())),
        "y must contain numbers only.*dates",
        WITH_TARGET,
    ),
    "list of numpy time differences": Invalid(
        lambda X, y: (X, [np.timedelta64(3, "D")] * len(y)),
        r"y must contain numbers.* durations\. .*np\.asarray\(y\) / np\.timedelta64",
        WITH_TARGET,
    ),
    "time differences": Invalid(
        lambda X, y: (X, pd.to_timedelta(y, unit="s")),
        r"y must contain numbers.* durations\. .*seconds: y\.dt\.total_seconds\(\)",
        WITH_TARGET,
    ),
    "names twice": Invalid(
        lambda X, y: (X, pd.concat([y, y], axis=1)),
        "^The columns of y must have unique names.*'y'",
        WITH_TARGET,
    ),
    "dict": Invalid(
        lambda X, y: (X, dict(enumerate(y))),
        "y must be a frame.*of type dict",
        WITH_TARGET,
    ),
    "complex": Invalid(
        lambda X, y: (X, 1j * y),
        r"^y must contain numbers only, but row 0.* \(Complex data not supported\)",
        WITH_TARGET,
    ),
    "complex list": Invalid(
        lambda X, y: (X, [*y[:-1], np.complex128(1j)]),
        r"^y must contain numbers only, but row 29.* is np\.complex128\(1j\)",
        WITH_TARGET,
    ),
    "other byte order": Invalid(
        lambda X, y: (X, y.astype(">f8")),
        r"^y must have numbers in the byte order.*; y is >f8.*astype\('float64'\)",
        WITH_TARGET,
    ),
    "masked": Invalid(
        lambda X, y: (X, np.ma.masked_equal(y.to_numpy(), y.max())),
        r"y is a masked array with 1 masked value",
        WITH_TARGET,
    ),
    "sparse": Invalid(
        lambda X, y: (X, sp.csr_array(y.to_numpy()[:, np.newaxis])),
        r"Sparse data .*y.*toarray\(\)",
        WITH_TARGET,
    ),
    "three dimensions": Invalid(
        lambda X, y: (X, np.ones((len(y), 1, 1))), "dim 3, while dim <= 2", WITH_TARGET
    ),
    "no columns": Invalid(
        lambda X, y: (X, np.ones((len(y), 0))), r"0 feature\(s\)", WITH_TARGET
    ),
    "frame without columns": Invalid(
        lambda X, y: (X, y.to_frame()[[]]), "y is a frame without columns", WITH_TARGET
    ),
    "number": Invalid(
        lambda X, y: (X, 3.0), "y must be a frame.*got 3.0 of type float", WITH_TARGET
    ),
    "array of no dimension": Invalid(
        lambda X, y: (X, np.array(3.0)), "at least 1 dimension", WITH_TARGET
    ),
    "unsorted index, X an array": Invalid(
        lambda X, y: (X.to_numpy(), y[::-1]),
        r"index of y is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "same date twice, X an array": Invalid(
        lambda X, y: (X.to_numpy(), y.set_axis([y.index[1], *y.index[1:]])),
        r"index of y has duplicates",
        WITH_INDEX,
    ),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize(("kind", "case"), pairs_to_test(INVALID_TARGETS))
def test_invalid_targets_raise(kind, case):
    X, y = case.make_invalid(*make_months())
    check_first_fit_raises(MAKERS[kind](), X, y, case.match)
    check_refit_raises(MAKERS[kind](), valid_rows_like(X), X, y, case.match)


@pytest.mark.parametrize(
    ("horizon", "future"), [(0, None), (1, ["a"]), (2, [0]), (1, ["b", "a"])]
)
def test_the_target_at_its_own_row_raises(horizon, future):
    X, _ = make_months()
    windower = SequenceWindower(horizon=horizon, future_columns=future)
    match = "Column 'a' of X is the target itself.*future_columns, or drop"
    check_first_fit_raises(windower, X, 9 * X["a"] - 4, match)
