"""Regressors warn of windows that were cut by hand and are not in time order."""

import warnings

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import clone
from sklearn.ensemble import AdaBoostRegressor
from sklearn.model_selection import (
    KFold,
    ShuffleSplit,
    TimeSeriesSplit,
    cross_val_score,
    train_test_split,
)
from sklearn.pipeline import make_pipeline

from skseq import GRURegressor, LSTMRegressor, SequenceWindower
from skseq.exceptions import LaggedTargetWarning

FAST = {"units": 2, "epochs": 1, "random_state": 0}
MATCH = r"The windows of X are not in time order: for \d+ of \d+, .*shuffle=False"


def cut(n_rows=150, time_steps=6):
    series = 50 + np.random.default_rng(0).normal(size=n_rows).cumsum()
    windows = sliding_window_view(series, time_steps)[:-1, :, np.newaxis].copy()
    return windows, series[time_steps:]


@pytest.mark.parametrize("regressor", [LSTMRegressor(**FAST), GRURegressor(**FAST)])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_random_split_warns(regressor, method):
    X, _, y, _ = train_test_split(*cut(), random_state=0)
    with pytest.warns(LaggedTargetWarning, match=MATCH):
        getattr(clone(regressor), method)(X, y)


def test_newest_first_warns():
    X, y = cut()
    with pytest.warns(LaggedTargetWarning, match=MATCH):
        LSTMRegressor(**FAST).fit(X[::-1], y[::-1])


@pytest.mark.parametrize(
    "fit",
    [
        lambda X, y: cross_val_score(
            LSTMRegressor(**FAST), X, y, cv=ShuffleSplit(2, random_state=0)
        ),
        AdaBoostRegressor(LSTMRegressor(**FAST), n_estimators=2, random_state=0).fit,
    ],
    ids=["shuffled folds", "rows drawn at random"],
)
def test_what_shuffles_inside_warns(fit):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(*cut())
    messages = [str(warning.message) for warning in caught]
    assert sum("not in time order" in message for message in messages) == 1


@pytest.mark.filterwarnings("error::skseq.exceptions.LaggedTargetWarning")
@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
def test_time_order_does_not_warn():
    X, y = cut()
    X_train, _, y_train, _ = train_test_split(X, y, shuffle=False)
    assert LSTMRegressor(**FAST).fit(X_train, y_train).lag_ == [1]
    cross_val_score(LSTMRegressor(**FAST), X, y, cv=TimeSeriesSplit(3))
    cross_val_score(LSTMRegressor(**FAST), X, y, cv=KFold(3))
    table = X[:, -1]  # the windower knows the order of its rows
    make_pipeline(SequenceWindower(3), LSTMRegressor(**FAST)).fit(table[::-1], table)
