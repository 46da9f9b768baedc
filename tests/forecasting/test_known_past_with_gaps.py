"""A forecaster knows the target's past, also where gaps leave few rows of a step."""

import re

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months, network_pipe, walk
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.exceptions import IncompleteWindowWarning


def with_gaps(seed, rate):
    rng = np.random.default_rng(seed)
    n_rows = int(rng.integers(60, 150))
    is_kept = rng.random(n_rows) > rate
    is_kept[:6] = is_kept[-6:] = True
    values = 100 + rng.normal(size=n_rows).cumsum()
    return pd.Series(values, months(n_rows), name="y")[is_kept]


@pytest.mark.sample(2)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [0.1, 0.2, 0.25])
@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.filterwarnings("ignore:Training leaves out")
@pytest.mark.filterwarnings("ignore:Because of gaps")
@pytest.mark.filterwarnings("ignore:.* have fewer rows")
def test_all_steps_of_a_forecast_have_the_same_past(seed, rate, scaled):
    y = with_gaps(seed, rate)
    first = [TargetAwareMinMaxScaler()] if scaled else []
    naive = make_pipeline(*first, SequenceWindower(3), NaiveRegressor("last"))
    fitted = SequenceForecaster(naive, horizon=8).fit(y)
    np.testing.assert_allclose(fitted.forecast(), y.iloc[-1])
    network = LSTMRegressor(units=2, epochs=1, random_state=0)
    pipe = make_pipeline(*first, SequenceWindower(3), network)
    try:
        regressor = SequenceForecaster(pipe, horizon=8).fit(y).estimator_[-1]
    except ValueError as error:
        assert "windows have missing steps" in str(error)
        return
    assert (regressor.target_feature_ == 0).all()
    assert regressor.lag_.tolist() == list(range(1, 9))


# Where some steps once had another scale (485, 785, 1157), too few rows (21, 447) or a
# constant target (561, 1323).
@pytest.mark.parametrize("is_rounded", [True, False])
@pytest.mark.parametrize("seed", [21, 447, 485, 561, 785, 1157, 1323, *range(6)])
@pytest.mark.filterwarnings("ignore:Training leaves out")
@pytest.mark.filterwarnings("ignore:Because of gaps")
@pytest.mark.filterwarnings("ignore:Rows are missing")
@pytest.mark.filterwarnings("ignore:.*contains integers with gaps")
@pytest.mark.filterwarnings("ignore:.* have fewer rows")
def test_all_steps_of_a_forecast_have_one_scale(seed, is_rounded):
    rng = np.random.default_rng(seed)
    n_series, gap_rate = int(rng.integers(1, 3)), rng.choice([0.2, 0.3, 0.4])
    n_rows = int(rng.choice([20, 30, 45]))
    horizon, time_steps = int(rng.integers(3, 7)), int(rng.integers(2, 4))
    parts = {}
    for number in range(n_series):
        is_kept = rng.random(n_rows) >= gap_rate
        is_kept[[0, -1]] = True
        values = (50 + rng.normal(size=n_rows).cumsum()) * 10**number
        values = np.round(values) if is_rounded else values
        parts[f"s{number}"] = pd.Series(values, pd.RangeIndex(n_rows))[is_kept]
    y = pd.concat(parts) if n_series > 1 else parts["s0"]
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(time_steps), NaiveRegressor("last")
    )
    fitted = SequenceForecaster(pipe, horizon=horizon, log=False, deseasonalize=False)
    forecast = fitted.fit(y).forecast()
    last = [part.iloc[-1] for part in parts.values()]
    np.testing.assert_allclose(forecast, np.repeat(last, horizon))


@pytest.mark.sample(4)
@pytest.mark.filterwarnings("ignore:Because of gaps")
@pytest.mark.filterwarnings("ignore:Windows of 4 time steps are shorter")
@pytest.mark.parametrize("future", [False, True])
@pytest.mark.parametrize("horizon", [1, 2, 5])
@pytest.mark.parametrize("gaps", [[50], [30, 33, 70, 71], [20, 29, 40, 41, 60]])
def test_windows_without_known_targets_count_as_left_out(horizon, gaps, future):
    n_rows, time_steps = 100, 4
    days = pd.date_range("2024-01-01", periods=n_rows).delete(gaps)
    y = walk(len(days)).set_axis(days)
    X = pd.DataFrame({"price": 1.0 + np.arange(len(y))}, days)
    pipe = network_pipe(time_steps)
    options = {"future_columns": ["price"]} if future else {}
    with pytest.warns(IncompleteWindowWarning, match="windows .*missing ste") as caught:
        SequenceForecaster(pipe, horizon=horizon, **options).fit(X, y)
    text = next(t for w in caught if " windows (" in (t := str(w.message)))
    is_known = np.ones(n_rows, dtype=bool)
    is_known[gaps] = False
    n_unknown = n_incomplete = 0
    for row in np.flatnonzero(is_known):
        window = np.arange(row - horizon - time_steps + 1, row - horizon + 1)
        if not is_known[max(row - horizon + 1, 0) : row + 1].all():
            n_unknown += 1
        elif window[0] >= 0 and not is_known[window].all():
            n_incomplete += 1
    # From such windows, the network does not even get the first rows of a series.
    is_short = future and time_steps < horizon
    n_all = len(y) - (horizon - 1) * is_short
    start = f"Training leaves out {n_incomplete + n_unknown} of {n_all} windows ("
    assert text.startswith(start)
    assert (f"{n_unknown} because a step to forecast is missing" in text) == bool(
        n_unknown
    )


@pytest.mark.parametrize("horizon", [1, 3, 7])
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("is_default", [False, True])
def test_both_warnings_of_a_fit_count_the_same_rows(horizon, strategy, is_default):
    rng = np.random.default_rng(0)
    is_kept = rng.random(200) > 0.15
    is_kept[-20:] = True
    days = pd.date_range("2024-01-01", periods=200)[is_kept]
    y = walk(len(days)).set_axis(days)
    pipe = None if is_default else network_pipe(8)
    with pytest.warns(IncompleteWindowWarning) as caught:
        SequenceForecaster(pipe, horizon=horizon, strategy=strategy).fit(y)
    text = " ".join(str(w.message) for w in caught)
    n_usable, n_rows = numbers_in(r"Because of gaps, only (\d+) of (\d+) rows", text)
    n_lost, n_windows = numbers_in(r"Training leaves out (\d+) of (\d+) wind", text)
    n_first, n_left = numbers_in(r"(\d+) more begin .*, so (\d+) are left\.", text)
    assert n_usable == n_left
    assert n_rows == n_windows == n_lost + n_first + n_left == len(y)


def numbers_in(pattern, text):
    return map(int, re.search(pattern, text).groups())
