"""Naive forecasts warn of missing steps if, and only if, they are made from them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import NaiveRegressor, SequenceWindower
from skseq._regression.past.naive_strategies import STRATEGIES, steps_used
from skseq.exceptions import IncompleteWindowWarning

N_STEPS, N_ROWS = 9, 80
DAYS = pd.date_range("2024-01-01", periods=N_ROWS)


def make_series():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"y": rng.normal(size=N_ROWS), "v": rng.normal(size=N_ROWS)}, DAYS
    )


def said(regressor, windows):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        regressor.predict(windows)
    return [str(w.message) for w in caught if w.category is IncompleteWindowWarning]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("lag", [1, 2, 5])
@pytest.mark.parametrize("season_length", [1, 3, 4])
def test_a_step_is_used_if_the_forecast_depends_on_it(strategy, lag, season_length):
    past = np.random.default_rng(1).normal(size=(1, N_STEPS))
    forecast = STRATEGIES[strategy]
    expected = forecast(past, lag, season_length)
    depends = [
        step
        for step in range(N_STEPS)
        if forecast(past + np.eye(N_STEPS)[step], lag, season_length) != expected
    ]
    used = steps_used(strategy, N_STEPS, lag, season_length)
    if strategy == "seasonal_drift":  # values in the middle of a season cancel out
        assert set(used) >= set(depends)
    else:
        assert sorted(set(used)) == depends


@pytest.mark.sample(4)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("missing", [*range(N_STEPS), "other column"])
@pytest.mark.parametrize("horizon", [1, 2])
def test_warnings_of_single_missing_steps(strategy, missing, horizon):
    X = make_series()
    windower = SequenceWindower(N_STEPS, horizon=horizon).fit(X, X["y"])
    windows = windower.transform(X)
    regressor = NaiveRegressor(strategy, season_length=4).fit(windows, X["y"])
    later = np.array(windows)[N_STEPS + horizon :]
    if missing == "other column":
        later[5, :, 1] = np.nan
        is_used = False
    else:
        later[5, missing, 0] = np.nan
        is_used = missing in steps_used(strategy, N_STEPS, horizon, 4)
    messages = said(regressor, later)
    assert len(messages) == is_used
    if is_used:
        assert "1 of" in messages[0]
        assert "The first is row 5" in messages[0]


def test_a_gap_that_the_last_value_does_not_reach_back_to():
    X = make_series()
    windower = SequenceWindower(N_STEPS).fit(X[:60], X["y"][:60])
    for strategy, n_rows in (("last", 1), ("mean", N_STEPS)):
        regressor = NaiveRegressor(strategy)
        regressor.fit(windower.transform(X[:60]), X["y"][:60])
        (message,) = said(regressor, windower.transform(X[60:].drop(DAYS[65])))
        assert f"windows of {n_rows} of 19 rows" in message


@pytest.mark.parametrize("missing", [(0, 0), (1, 1), (1, 0)])
def test_each_target_has_steps_of_its_own(missing):
    X = make_series()
    Y = np.column_stack([X["y"], X["v"]])
    windows = SequenceWindower(N_STEPS).fit_transform(X, Y)
    regressor = NaiveRegressor("drift").fit(windows, Y)
    step, feature = missing
    later = np.array(windows)[N_STEPS + 1 :]
    later[3, step, feature] = np.nan
    assert len(said(regressor, later)) == (step == 0)


@pytest.mark.sample(3)
@pytest.mark.parametrize("n_rows", [2, 4, 6])
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("steps", [[], [FunctionTransformer(np.array)]], ids=len)
def test_windows_across_many_gaps_have_consecutive_steps(n_rows, strategy, steps):
    days = pd.date_range("2024-01-01", periods=400)
    y = pd.Series(np.random.default_rng(0).normal(size=400).cumsum(), days, name="y")
    y = y[np.arange(400) % 8 < n_rows]
    regressor = NaiveRegressor(strategy, season_length=4)
    pipe = make_pipeline(SequenceWindower(6), *steps, regressor)
    pipe.fit(y.to_frame(), y)
    assert pipe[-1].lag_ == [1]
    complete = pd.Series(np.arange(6.0), pd.date_range("2026-01-01", periods=6))
    row = complete.to_frame("y").reindex(pd.date_range("2026-01-01", periods=7))
    want = STRATEGIES[strategy](np.arange(6.0)[np.newaxis], 1, 4)
    np.testing.assert_allclose(pipe.predict(row.fillna(0.0))[-1:], want)


@pytest.mark.parametrize("gapped", [False, True])
def test_windows_of_other_steps_are_still_refused(gapped):
    y = np.random.default_rng(0).normal(size=300).cumsum()
    rows = np.arange(300) % 8 < (4 if gapped else 8)
    index = pd.date_range("2024-01-01", periods=300)
    windows = np.stack([np.roll(y, lag) for lag in (12, 5, 2, 1)], axis=1)
    rows[:12] = False
    target = pd.Series(y, index)[rows]
    with pytest.raises(ValueError, match="has windows of other steps"):
        NaiveRegressor("drift").fit(windows[rows, :, np.newaxis], target)
