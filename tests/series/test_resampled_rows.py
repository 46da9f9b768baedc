"""Rows drawn at random with replacement warn; series with equal rows do not."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import AdaBoostRegressor, BaggingRegressor
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import LaggedTargetWarning

N_ROWS = 150
DAYS = pd.date_range("2024-01-01", periods=N_ROWS)
STEPS = np.arange(N_ROWS)


def walk(seed=0, n_rows=N_ROWS):
    return np.random.default_rng(seed).normal(size=n_rows).cumsum()


SERIES = {
    "walk": np.column_stack([walk()]),
    "with a calendar": np.column_stack([walk(), STEPS % 7, STEPS]),
    "prices": np.column_stack([walk(3).round(4) + 100, walk(5)]),
    "zeros half of the time": np.column_stack(
        [np.where(STEPS % 2, walk(), 0), walk(2)]
    ),
    "float32": np.column_stack([walk(), walk(1)]).astype(np.float32),
}


def said(X):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        SequenceWindower(3).fit(X)
    return [str(w.message) for w in caught if "drawn at random" in str(w.message)]


@pytest.mark.parametrize("X", SERIES.values(), ids=SERIES)
@pytest.mark.parametrize("rate", [0.6, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_drawn_rows_are_told(X, rate, seed):
    drawn = np.random.default_rng(seed).integers(N_ROWS, size=int(rate * N_ROWS))
    assert len(said(X[drawn])) == 1
    assert said(X) == []
    assert said(pd.DataFrame(X, DAYS)) == []


rng = np.random.default_rng(7)
EQUAL_ROWS = {
    "zeros": np.zeros(N_ROWS),
    "counts": rng.poisson(3, N_ROWS),
    "many counts": rng.poisson(100, N_ROWS),
    "rounded": walk().round(1),
    "rounded finely": walk().round(2),
    "rarely changes": np.repeat(rng.random(15), 10),
    "changes at random": rng.random(N_ROWS)[np.sort(rng.integers(N_ROWS, size=N_ROWS))],
    "repeats itself": np.tile(rng.random(15), 10),
    "repeats itself with gaps": np.delete(np.tile(rng.random(25), 7), [3, 40, 90]),
    "mostly zero": np.where(rng.random(N_ROWS) < 0.3, rng.random(N_ROWS), 0),
    "calendar": np.column_stack([STEPS % 7, STEPS % 24]),
    "sizes": np.column_stack([np.repeat(rng.random(10), 15), np.tile(STEPS[:15], 10)]),
    "an outlier": np.r_[walk(9)[1:].round(1), 1e6],
    "twice the same": np.tile(walk()[:75], 2),
}


@pytest.mark.parametrize("X", EQUAL_ROWS.values(), ids=EQUAL_ROWS)
def test_equal_rows_of_a_series_are_not_told(X):
    assert said(np.reshape(X, (len(X), -1)).astype(float)) == []


COUNTS = {
    "counts": rng.poisson(200, 200),
    "trend with a season": np.exp(5 + STEPS / 130 + np.sin(STEPS * np.pi / 6) / 5),
    "walk": 20 * walk(2) + 400,
    "skewed": np.exp(rng.normal(5.0, 0.5, N_ROWS)),
    "uniform": rng.integers(30, 180, 200),
}
TRANSFORMS = {
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "square": np.square,
    "cbrt": np.cbrt,
    "scaled log": lambda counts: (np.log(counts) - 3) / 7,
    "changes of the log": lambda counts: np.diff(np.log(counts)),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)
def test_transformed_counts_are_not_told(counts, transform):
    assert said(transform(counts.round())[:, None]) == []


@pytest.mark.parametrize("ensemble", [BaggingRegressor, AdaBoostRegressor])
def test_ensembles_of_pipelines_are_told_once(ensemble):
    X = pd.DataFrame({"y": walk(), "v": walk(1)}, DAYS)
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(3),
        LSTMRegressor(1, epochs=1, random_state=0),
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ensemble(pipe, n_estimators=3, random_state=0).fit(X, X["y"])
    found = [w for w in caught if "drawn at random" in str(w.message)]
    assert [w.category for w in found] == [LaggedTargetWarning]
    assert found[0].filename == __file__
