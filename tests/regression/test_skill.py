"""Fit warns where a naive forecast is more accurate, whatever X holds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import SkillWarning

N_ROWS = 200
NO_SKILL = {"epochs": 1, "linear_weight": 0, "random_state": 0}


def walk(seed=0):
    return 50 + np.cumsum(np.random.default_rng(seed).normal(size=N_ROWS))


def pipe(horizon=1, **params):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps=4, horizon=horizon),
        LSTMRegressor(2, **NO_SKILL | params),
    )


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("early_stopping", ["auto", True])
def test_y_alone_is_enough(horizon, early_stopping):
    noise = np.random.default_rng(1).normal(size=(N_ROWS, 1))
    even = "held-out windows" if early_stopping is True else "although the network was"
    with pytest.warns(SkillWarning, match=rf"'last' .*RMSE \d.*{even}.*make y a col"):
        pipe(horizon, early_stopping=early_stopping).fit(noise, walk())


@pytest.mark.filterwarnings("error::skseq.exceptions.SkillWarning")
def test_no_forecast_no_comparison():
    noise = np.random.default_rng(1).normal(size=(N_ROWS, 1))
    pipe(horizon=0).fit(noise, walk())  # a regression on current inputs
    pipe(early_stopping=False).fit(noise, walk())  # as asked for, nothing is held out
    windows = SequenceWindower(4).fit_transform(noise).copy()  # of unknown origin
    LSTMRegressor(2, **NO_SKILL).fit(windows, walk())


@pytest.mark.filterwarnings("error::skseq.exceptions.SkillWarning")
def test_a_network_with_skill_is_not_warned_of():
    rng = np.random.default_rng(0)
    driver = rng.normal(size=(N_ROWS, 1))
    # What the window shows, and no past; bent, as a copy of y would be an error.
    y = np.tanh(np.concatenate([[0.0], driver[:-1, 0]]))
    pipe(epochs=60, learning_rate=0.05).fit(driver, y)


@pytest.mark.parametrize("loss", ["mae", "mse"])
def test_the_error_is_that_of_the_loss(loss):
    y = walk()
    measure = "mae .* of the scaled target" if loss == "mae" else "RMSE"
    with pytest.warns(SkillWarning, match=rf"'last' is more accurate \({measure}"):
        pipe(loss=loss, learning_rate=1.0).fit(y.reshape(-1, 1), y)


def test_the_output_without_past_is_named():
    y = walk()
    targets = pd.DataFrame({"known": y, "unknown": walk(5)})
    with pytest.warns(SkillWarning, match="for output 1"):
        pipe(linear_weight="auto").fit(targets[["known"]], targets)


def test_the_steps_ahead_of_an_output_are_named():
    targets = pd.DataFrame({"first": walk(), "second": walk(5)})
    with pytest.warns(SkillWarning, match=r"for output 0 \(3 steps ahead\)"):
        pipe(horizon=3, learning_rate=1.0).fit(targets, targets)
