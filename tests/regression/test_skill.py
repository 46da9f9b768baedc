"""Fit warns where a naive forecast is more accurate, whatever X holds."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

import skseq
from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._regression.checks.skill_check import _rounding_errors, is_more_accurate
from skseq._series.axis import TimeAxis
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


@pytest.mark.parametrize("early_stopping", ["auto", True])
@pytest.mark.parametrize("column", ["y", "noise"])
def test_advice_names_the_parameters_that_hide_the_past(early_stopping, column):
    y = walk()
    X = {"y": y, "noise": np.random.default_rng(1).normal(size=N_ROWS)}[column]
    off = {"normalization": None, "persistence": None, "linear_weight": "auto"}
    with pytest.warns(SkillWarning, match="=None the network must learn .* 'auto'"):
        pipe(early_stopping=early_stopping, **off).fit(X[:, np.newaxis], y)


def test_y_of_rows_without_weight_is_not_compared():
    y, weights = walk(), np.ones(N_ROWS)
    weights[np.random.default_rng(2).random(N_ROWS) < 0.2] = 0
    wrong = np.where(weights == 0, 0.01, y)  # as where a shop was sold out
    off = {"normalization": None, "persistence": None}
    messages = []
    for target in (y, wrong):
        with pytest.warns(SkillWarning) as caught:
            regressor = pipe(**off).set_params(targetawareminmaxscaler="passthrough")
            regressor.fit(
                y.reshape(-1, 1) / 50, target, lstmregressor__sample_weight=weights
            )
        messages.append([str(warning.message) for warning in caught])
    assert messages[0] == messages[1]


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


def test_all_steps_of_a_forecast_are_compared_together():
    targets = pd.DataFrame({"first": walk(), "second": walk(5)})
    steps = pd.concat([targets.shift(-n) for n in range(3)], axis=1, keys=range(3))
    steps = steps.swaplevel(axis=1).sort_index(axis=1)[:-2]
    steps.columns = [f"{target} {step}" for target, step in steps.columns]
    worse = pipe(learning_rate=3.0)
    with pytest.warns(SkillWarning, match="for outputs 0 to 2 ") as caught:
        worse.fit(targets[:-2], steps)
    assert len(caught) == 1
    with pytest.warns(SkillWarning, match=r"accurate \(RMSE"):
        worse.fit(targets[["first"]][:-2], steps.filter(like="first"))


NAMES = {
    "frame": ["a", "b"],
    "numbers": [7, 3],
    "levels": [("x", "a"), ("x", "b")],
    "array": [0, 1],
    "frame of one": ["a"],
    "array of one": [0],
}


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("kind", NAMES)
def test_a_forecaster_of_several_targets_names_the_target(kind, strategy):
    names = NAMES[kind]
    y = np.column_stack([walk(seed) for seed in range(len(names))])
    if "array" not in kind:
        is_tuple = isinstance(names[0], tuple)
        columns = pd.MultiIndex.from_tuples(names) if is_tuple else names
        y = pd.DataFrame(y, columns=columns)
    worse = pipe(learning_rate=3.0, normalization=None)
    one = SequenceForecaster(worse, horizon=2, strategy=strategy, log=False)
    with pytest.warns(SkillWarning) as caught:
        one.fit(y)
    (named,) = re.findall(r"is more accurate(.*?) \(RMSE", str(caught[0].message))
    assert named in ([f" for target {n!r}" for n in names] if len(names) > 1 else [""])


@pytest.mark.parametrize("n_steps", [1, 4, 12])
@pytest.mark.parametrize("n_windows", [40, 100])
@pytest.mark.parametrize("is_balanced", [False, True])
def test_chance_does_not_count_although_forecasts_overlap(
    n_windows, n_steps, is_balanced
):
    rng = np.random.default_rng(n_steps)
    sizes = np.ones(n_windows)
    if is_balanced:  # two series, whose weights make their errors comparable
        sizes[: n_windows // 2] = 1000
    weights, zeros = 1 / sizes, np.zeros(n_windows)
    by_step = rng.normal(size=(500, n_windows + n_steps - 1))
    views = np.lib.stride_tricks.sliding_window_view(by_step, n_steps, axis=1)
    gains = views.mean(axis=2)  # each forecast's gain is the mean over its steps
    by_chance = [is_more_accurate(zeros, g * sizes, weights, n_steps) for g in gains]
    # One standard error is exceeded in 16 % of all cases.
    assert np.mean(by_chance) < 0.25
    clear = 4 / np.sqrt(n_windows)  # four standard errors of one mean
    gains = (gains + clear) * sizes
    found = [is_more_accurate(zeros, g, weights, n_steps) for g in gains]
    assert np.mean(found) > 0.9


@pytest.mark.parametrize("n_steps", [2, 4, 12])
def test_fewer_than_three_independent_forecasts_show_nothing(n_steps):
    found = [
        is_more_accurate(np.zeros(n), np.ones(n), np.ones(n), n_steps)
        for n in (3 * n_steps - 1, 3 * n_steps)
    ]
    assert found == [False, True]


LINE = np.arange(1.0, 101)
LINES = {
    "units": LINE,
    "tiny": 1e-6 * LINE,
    "large": 1e6 * LINE,
    "falling": -LINE,
    "high": 1e6 + LINE,
    "with a season": LINE + np.tile([1.0, 2, 3, 4], 25),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_predicted_up_to_rounding_is_exact(name):
    SequenceForecaster(horizon=2).fit(LINES[name])


def test_lines_of_several_series_are_exact():
    index = pd.MultiIndex.from_product([["a", "b", "c"], range(100)])
    y = pd.Series(np.r_[LINE, 1e3 + 3 * LINE, -1e-3 * LINE], index=index)
    SequenceForecaster(horizon=2).fit(y)


@pytest.mark.parametrize("size", [1e-6, 1, 1e6])
def test_errors_above_rounding_still_count(size):
    y = size * LINE
    with pytest.warns(SkillWarning, match="'drift' is more accurate"):
        pipe(early_stopping=True).fit(y[:, np.newaxis], y)


def test_rounding_is_relative_to_the_range_of_each_series():
    targets = np.array([[0.0], [1e9], [5e5], [1e12], [7.0], [8.0]])
    axis = TimeAxis(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1]))
    weights = np.array([1, 1, 0, 0, 1, 1])
    rows = SimpleNamespace(targets=targets, axis=axis, known=weights > 0)
    errors = _rounding_errors(rows, np.array([1, 4, 5]))
    np.testing.assert_allclose(errors, [[1e4], [1e-5], [1e-5]])


def test_default_forecasters_are_compared_with_the_last_season():
    t = np.arange(600)
    y = (
        100
        + 20 * np.sin(2 * np.pi * t / 24)
        + np.random.default_rng(0).normal(size=600)
    )
    y[300] *= 1e4  # one wrong value, so no season is removed
    hours = pd.date_range("2024-01-01", periods=600, freq="h")
    with pytest.warns(SkillWarning, match="'seasonal.*season_length=24") as caught:
        forecaster = SequenceForecaster(horizon=24).fit(pd.Series(y, hours))
    assert not forecaster.deseasonalize_.any()
    text = next(str(w.message) for w in caught if w.category is SkillWarning)
    code = re.search(r"SequenceForecaster\(.*, \.\.\.\)", text)[0]
    public = {name: getattr(skseq, name) for name in skseq.__all__}
    names = public | {"clone": clone, "forecaster": forecaster}
    naive = eval(code.replace("...", "horizon=24"), names)
    forecast = naive.fit(pd.Series(y, hours)).forecast()
    np.testing.assert_allclose(forecast, y[-24:], atol=10)


@pytest.mark.parametrize("n_outliers", [1, 5, 40])
def test_a_few_outliers_do_not_make_a_forecast_more_accurate(n_outliers):
    errors = np.full(100, 1.1)
    errors[:n_outliers] = 50
    others = np.where(errors > 2, 100.0, 1.0)
    assert not is_more_accurate(errors, others, np.ones(100))
    assert is_more_accurate(errors, 1.2 * errors, np.ones(100))
