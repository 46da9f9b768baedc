"""Rows that are missing within windows: series that are lost, and gaps at the end."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, linear_pipe, naive_pipe, walk
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.exceptions import IncompleteWindowWarning

DAYS = pd.date_range("2024-01-01", periods=120)


def days_without(rows, n_rows=120):
    """Make a daily series without some rows."""
    values = walk(n_rows).to_numpy()
    return pd.Series(values, DAYS[:n_rows]).drop(DAYS[rows])


def panel(**series):
    return pd.concat(series, names=["shop", "day"]).rename("sales")


def naive(horizon=7, strategy="direct"):
    return SequenceForecaster(naive_pipe(), horizon=horizon, strategy=strategy)


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_a_series_whose_windows_all_have_gaps_is_named(strategy):
    often, less_often = np.arange(3, 120, 4), np.arange(6, 120, 6)
    y = panel(a=days_without([]), b=days_without(often), c=days_without(less_often))
    match = (
        r"Because of gaps, most rows of 2 of 3 series cannot be used for training; of "
        r"series b only 0 of 90 rows can[.].*"
        r"after 2024-01-03 00:00:00.*Add these rows before fit: interpolate"
    )
    horizon = 7 if strategy == "direct" else 1
    if strategy == "recursive":
        y, match = y.loc[["a", "b"]], match.replace("2 of 3", "1 of 2")
    with pytest.warns(IncompleteWindowWarning, match=match):
        naive(horizon, strategy).fit(y)


def test_a_series_with_some_whole_windows_is_not_named():
    naive().fit(panel(a=days_without([]), b=days_without([60])))


@pytest.mark.sample(2)
@pytest.mark.parametrize("gap", [110, 115, 118])
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_a_gap_in_the_latest_rows_is_named_once_in_each_forecast(gap, strategy):
    pipe = naive_pipe().set_params(sequencewindower__time_steps=12)
    whole, broken = days_without([]), days_without([gap])
    forecaster = SequenceForecaster(pipe, horizon=2, strategy=strategy)
    label = DAYS[gap - 1]
    match = (
        "^In 1 of 2 series, rows are missing among the latest 12 steps.*: 1 of series "
        f"b, the first after {label}"
    )
    fitted = forecaster.fit(panel(a=whole, b=broken))
    for _ in range(2):
        with pytest.warns(IncompleteWindowWarning, match=match) as caught:
            assert np.isfinite(fitted.forecast()).all()
        assert len(caught) == 1
    alone = forecaster.fit(broken)
    with pytest.warns(
        IncompleteWindowWarning, match=rf"made: 1, the first after {label}"
    ):
        alone.forecast()
    forecaster.fit(days_without([100])).forecast()


@pytest.mark.sample(3)
@pytest.mark.filterwarnings("ignore:.* series have fewer rows .* SequenceWindower")
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize(("n_rows", "other"), [(1, 0), (4, 0), (4, 6), (9, 1)])
@pytest.mark.parametrize("has_gap", [False, True])
def test_a_series_that_has_just_begun_has_no_gap(strategy, n_rows, other, has_gap):
    series = {"old": days_without([115] if has_gap else [])}
    for name, n in {"new": n_rows, "other": other}.items():
        if n:
            series[name] = pd.Series(walk(n).to_numpy(), DAYS[-n:])
    pipe = naive_pipe(strategy="drift").set_params(sequencewindower__time_steps=10)
    forecaster = SequenceForecaster(pipe, horizon=2, strategy=strategy)
    with pytest.warns(IncompleteWindowWarning) as caught:
        forecaster.fit(panel(**series)).forecast()
    first, *others = [
        str(w.message) for w in caught if "SequenceWindower" not in str(w.message)
    ]
    n_shortest = min(n_rows, other or n_rows)
    name = "new" if n_rows == n_shortest else "other"
    rows = "1 row" if n_shortest == 1 else f"{n_shortest} rows"
    assert f"Series {name} has only {rows}" in first
    reads = "that the forecast reads" if other else "but the forecast reads 10."
    assert reads in first
    assert first.startswith("2 of 3 series" if other else "Series")
    assert "interpolate" not in first
    assert len(others) == has_gap
    if has_gap:
        match = rf"^In 1 of {len(series)} series, rows are missing .*: 1 of series old"
        assert re.match(match, others[0])


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_a_gap_is_named_once_in_a_forecast_with_intervals(strategy):
    pipe = naive_pipe(6, strategy="drift")
    fitted = SequenceForecaster(pipe, horizon=2, strategy=strategy)
    fitted.fit(days_without([100, 118]))
    before = list(warnings.filters)
    with pytest.warns(IncompleteWindowWarning) as caught:
        fitted.forecast(coverage=0.8)
    assert len(caught) == 1
    assert list(warnings.filters) == before


def test_columns_of_the_future_that_nothing_reads_raise_a_warning():
    X = pd.DataFrame({"price": 1.0 + np.arange(120)}, DAYS)
    future = pd.DataFrame({"price": 1.0}, DAYS[-7:] + pd.Timedelta(days=7))
    fitted = naive().fit(X, days_without([]))
    with pytest.warns(UserWarning, match=r"X_future is not used.*future_columns=\["):
        forecast = fitted.forecast(X_future=future)
    pd.testing.assert_series_equal(forecast, fitted.forecast())


AS_X_FUTURE = {
    "index": lambda days: days,
    "frame without columns": lambda days: pd.DataFrame(index=days),
    "frame": lambda days: pd.DataFrame({"is_open": 1}, days),
    "series": lambda days: pd.Series(1.0, days, name="is_open"),
}


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("given", AS_X_FUTURE.values(), ids=AS_X_FUTURE)
def test_the_days_of_the_future_say_which_are_holidays(given, strategy):
    days = pd.date_range("2024-01-01", "2024-12-31", freq="B")
    known, later = days[days < "2024-12-20"], days[days >= "2024-12-20"]
    later = later[later != "2024-12-25"]
    pipe = make_pipeline(SequenceWindower(5), NaiveRegressor("drift"))
    one = SequenceForecaster(
        pipe, horizon=5, log=False, deseasonalize=False, strategy=strategy
    ).fit(pd.Series(np.arange(len(known), dtype=float), known))
    forecast = one.forecast(X_future=given(later))
    assert list(forecast.index) == list(later[:5])
    np.testing.assert_allclose(forecast, len(known) + np.arange(5))
    interval = one.forecast(X_future=given(later), coverage=0.5)
    assert list(interval.index) == list(later[:5])


@pytest.mark.parametrize("freq", ["B", "D", "h"])
def test_days_that_cannot_be_holidays_are_named(freq):
    times = pd.date_range("2024-01-01", periods=80, freq=freq)
    fitted = naive(5).fit(pd.Series(walk(60).to_numpy(), times[:60]))
    with pytest.warns(UserWarning, match=f"no row for 2 steps .* first is {times[61]}"):
        forecast = fitted.forecast(X_future=times[60:].delete([1, 2]))
    assert list(forecast.index) == list(times[60:65])


def test_only_days_left_out_of_the_same_series_are_named():
    times = pd.date_range("2024-01-01", periods=80)
    y = panel(
        a=pd.Series(walk(60).to_numpy(), times[:60]), b=pd.Series(1.0, times[:58])
    )
    fitted = naive(5).fit(y)
    days = [("a", day) for day in times[60:70]] + [("b", day) for day in times[58:63]]
    index = pd.MultiIndex.from_tuples(days, names=y.index.names)
    assert len(fitted.forecast(X_future=index)) == 10
    with pytest.warns(UserWarning, match=f"1 step .* first is {times[58]} of series b"):
        fitted.forecast(X_future=index.drop([("b", times[58])]))


@pytest.mark.parametrize("names", ["b", "c", "ac", "bc", "abc"])
def test_some_series_are_predicted_without_the_others(names):
    y = pd.concat({name: walk(30, seed=n) for n, name in enumerate("abc")})
    fitted = forecaster(linear_pipe(), horizon=2).fit(y)
    forecast = fitted.forecast()
    some = forecast[forecast.index.get_level_values(0).isin(list(names))]
    np.testing.assert_allclose(fitted.predict(some.to_frame()), some)


def test_missing_rows_are_those_of_the_series_that_is_predicted():
    y = pd.concat({name: walk(30, seed=n) for n, name in enumerate("abc")})
    y = y.drop(y.loc[["c"]].index[-2])
    fitted = forecaster(linear_pipe(), horizon=2).fit(y)
    with pytest.warns(IncompleteWindowWarning, match="1 of series c"):
        later = fitted.forecast().loc[["b", "c"]]
    with pytest.warns(IncompleteWindowWarning, match="In 1 of 2 .*: 1 of series c"):
        np.testing.assert_allclose(fitted.predict(later.to_frame()), later)
