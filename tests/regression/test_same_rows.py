"""Windows are trained on and scored with the targets of their own rows.

Windows are arrays without an index, but the windower knows when their rows are.
"""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from small_series import DEFAULTS, walk

from skseq import (
    GRURegressor,
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

N_ROWS, N_FIT = 60, 40
INDEXES = {
    "months": pd.date_range("2020-01-01", periods=N_ROWS, freq="MS"),
    "time zone": pd.date_range("2020-01-01", periods=N_ROWS, tz="Europe/Berlin"),
    "periods": pd.period_range("2020-01", periods=N_ROWS, freq="Q"),
    "dates in objects": pd.Index(
        pd.date_range("2020-01-01", periods=N_ROWS).date, dtype=object
    ),
    "integers": pd.RangeIndex(N_ROWS),
}
OTHER_ROWS = {
    "one row later": slice(1, N_FIT + 1),
    "reversed": slice(N_FIT - 1, None, -1),
    "shuffled": np.random.default_rng(0).permutation(N_FIT),
}
MAKERS = [
    partial(LSTMRegressor, **DEFAULTS),
    partial(GRURegressor, **DEFAULTS, warm_start=True),
    partial(NaiveRegressor, without_past="mean"),
]


def make_series(index):
    X, y = walk(n_rows=N_ROWS)
    return pd.DataFrame(X, index, columns=["level"]), pd.Series(y, index)


def raises_other_rows(name="y"):
    return pytest.raises(ValueError, match=f"X and {name} must have the same index.*in")


@pytest.mark.sample(4)
@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
@pytest.mark.parametrize("rows", OTHER_ROWS.values(), ids=OTHER_ROWS)
@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
@pytest.mark.parametrize("make", MAKERS)
def test_targets_of_other_rows_raise(make, index, rows):
    X, y = make_series(index)
    windower = SequenceWindower(3)
    windows = windower.fit_transform(X[:N_FIT], y[:N_FIT])
    with raises_other_rows():
        make().fit(windows, y.iloc[rows])
    regressor = make().fit(windows, y[:N_FIT])
    later = windower.transform(X[:N_FIT])
    regressor.score(later, y[:N_FIT])
    with raises_other_rows():
        regressor.score(later, y.iloc[rows])
    if hasattr(regressor, "partial_fit"):
        with raises_other_rows():
            regressor.partial_fit(later, y.iloc[rows])


@pytest.mark.parametrize("make", MAKERS)
def test_weights_of_other_rows_raise(make):
    X, y = make_series(INDEXES["months"])
    windows = SequenceWindower(3).fit_transform(X[:N_FIT])
    weights = pd.Series(1.0, index=X.index[1 : N_FIT + 1])
    with raises_other_rows("sample_weight"):
        make().fit(windows, y[:N_FIT].to_numpy(), sample_weight=weights)


@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
@pytest.mark.parametrize("make", MAKERS)
def test_the_score_of_a_pipeline_needs_its_own_rows(make):
    X, y = make_series(INDEXES["months"])
    pipe = make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(3), make())
    pipe.fit(X[:N_FIT], y[:N_FIT])
    assert np.isfinite(pipe.score(X[N_FIT:-1], y[N_FIT:-1]))
    assert np.isfinite(pipe.score(X[N_FIT:-1], y[N_FIT + 1 :].to_numpy()))
    with raises_other_rows():
        pipe.score(X[N_FIT:-1], y[N_FIT + 1 :])


@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
@pytest.mark.parametrize("make", MAKERS)
def test_rows_of_one_named_series_are_compared_by_time(make):
    X, y = make_series(INDEXES["months"])
    X, y = pd.concat({"store": X}), pd.concat({"store": y})
    pipe = make_pipeline(SequenceWindower(3), make()).fit(X[:N_FIT], y[:N_FIT])
    assert np.isfinite(pipe.score(X[N_FIT:], y[N_FIT:]))


@pytest.mark.parametrize("quantile", [0.5, (0.1, 0.9)])
def test_quantiles_are_scored_with_the_targets_of_their_rows(quantile):
    X, y = make_series(INDEXES["months"])
    params = DEFAULTS | {"loss": "quantile", "quantile": quantile}
    pipe = make_pipeline(SequenceWindower(3), LSTMRegressor(**params)).fit(X, y)
    pipe.score(X, y)
    with raises_other_rows():
        pipe.score(X, y[::-1])
