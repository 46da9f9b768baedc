"""A column that was constant in fit is scaled to one value; a new value warns."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scaler_cases import noise, walk

from skseq import SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import RangeWarning

CONSTANTS = [0.0, 0.1, -3.0, 1e6]


def table(constant, n=60):
    days = pd.date_range("2024-01-01", periods=n)
    return pd.DataFrame({"v": noise(n), "c": np.full(n, constant)}, days)


def said(scaler, X):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scaler.transform(X)
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize("make", [lambda X: X, lambda X: X.to_numpy()])
@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("new", [1.0, 1e5, -7.0])
def test_a_new_value_is_told_once(make, constant, new, clip):
    X = table(constant)
    scaler = TargetAwareMinMaxScaler(clip=clip).fit(make(X))
    later = X.assign(c=np.where(np.arange(60) == 40, new, constant))
    with pytest.warns(RangeWarning, match="was constant in fit") as caught:
        scaled = np.asarray(scaler.transform(make(later)))
    assert (scaled[:, 1] == 0).all()
    text = str(caught[0].message)
    assert f"({constant:.6g}), but now it is {new:.6g}" in text
    assert text.startswith("Column 'c'" if make(X) is X else "Column 1")
    assert said(scaler, make(later)) == []
    assert len(said(pickle.loads(pickle.dumps(scaler)), make(later))) == 1
    assert len(said(scaler.fit(make(X)), make(later))) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("constant", CONSTANTS)
def test_the_constant_itself_is_not_told(constant, dtype):
    X = table(constant)
    scaler = TargetAwareMinMaxScaler().fit(X)
    later = X.assign(c=X["c"] * (1 + 1e-13)).astype(dtype)
    later.iloc[3, 1] = np.nan
    assert said(scaler, X) == said(scaler, later) == []


@pytest.mark.parametrize("constant", CONSTANTS)
def test_windows(constant):
    windows = SequenceWindower(3).fit_transform(table(constant))
    scaler = TargetAwareMinMaxScaler().fit(windows)
    assert said(scaler, windows) == []
    assert len(said(scaler, SequenceWindower(3).fit_transform(table(7)))) == 1


def test_a_column_that_holds_a_constant_target():
    X = pd.DataFrame({"y": walk(), "v": noise()})
    scaler = TargetAwareMinMaxScaler(target_columns=["y"]).fit(X, np.full(60, 2.0))
    (message,) = said(scaler, X)
    assert message.startswith("Column 'y' of X was constant in fit (2)")
