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
MATCH = r"The windows of X seem to be out of time order: \d+ of \d+ .*shuffle=False"


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
    assert sum("out of time order" in message for message in messages) == 1


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


def rises(n_windows, time_steps):
    n_ones = np.random.default_rng(0).integers(1, time_steps, n_windows)
    windows = np.arange(time_steps) >= time_steps - n_ones[:, np.newaxis]
    return windows[:, :, np.newaxis].astype(float), n_ones / time_steps


@pytest.mark.parametrize(
    ("make", "shape"),
    [(rises, (60, 60)), (rises, (30, 50)), (cut, (150, 6)), (cut, (60, 12))],
)
def test_the_message_is_true_of_independent_windows(make, shape):
    X, y = make(*shape)
    order = np.random.default_rng(1).permutation(len(X))
    X, y = X[order], y[order]
    with pytest.warns(LaggedTargetWarning, match=MATCH) as caught:
        LSTMRegressor(**FAST).fit(X, y)
    (message,) = [str(one.message) for one in caught if "time order" in str(one)]
    n_named = int(message.split("order: ")[1].split(" of ")[0])
    is_continued = [
        any(
            np.array_equal(X[row, distance:], earlier[:-distance])
            for earlier in X[:row]
            for distance in range(1, X.shape[1])
        )
        for row in range(len(X))
    ]
    assert 0 < n_named <= sum(is_continued)
    assert message.endswith(
        "If the windows are independent sequences whose steps are equal by chance, "
        "ignore this warning."
    )
