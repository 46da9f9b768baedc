"""Series of one table that do not match the frequency of the others."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq._series.axis import TimeAxis

N_ROWS = 120
STEPS = {"5min": 20, "h": 20, "D": 3600, "MS": 3600}
"""Frequency of the regular series: by how many seconds an irregular clock is off."""


def whole(freq, n_rows=N_ROWS):
    return pd.date_range("2023-01-01", periods=n_rows, freq=freq)


def with_gap(index, n_missing):
    return index.delete(slice(40, 40 + n_missing))


def jittered(freq, n_rows=N_ROWS, seed=0):
    rng = np.random.default_rng(seed)
    seconds = rng.integers(-STEPS[freq], STEPS[freq] + 1, n_rows)
    return whole(freq, n_rows) + pd.to_timedelta(seconds, "s")


def panel(parts):
    return pd.concat(
        {name: pd.Series(np.arange(float(len(i))), i) for name, i in parts.items()},
        names=["meter", "time"],
    )


def messages(y):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        axis = TimeAxis.of(y, warn=True)
    return axis, [str(w.message) for w in caught]


def drift():
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor("drift"))
    return SequenceForecaster(pipe, horizon=2, log=False, deseasonalize=False)


@pytest.mark.sample(6)
@pytest.mark.parametrize("freq", STEPS)
@pytest.mark.parametrize("n_missing", [0, 2, 50])
@pytest.mark.parametrize("is_odd_first", [True, False])
@pytest.mark.parametrize(
    ("n_regular", "n_odd", "n_rows_of_odd"), [(3, 1, 120), (9, 4, 180)]
)
def test_an_irregular_series_is_named(
    freq, n_missing, is_odd_first, n_regular, n_odd, n_rows_of_odd
):
    regular = {f"m{k}": with_gap(whole(freq), n_missing) for k in range(n_regular)}
    odd = {f"odd{k}": jittered(freq, n_rows_of_odd, k) for k in range(n_odd)}
    y = panel(odd | regular if is_odd_first else regular | odd)
    axis, texts = messages(y)
    assert axis.frequency is None
    (text,) = texts
    described = TimeAxis.of(panel(regular)).frequency.describe()
    does = "does" if n_odd == 1 else "do"
    first = next(t for t in odd["odd0"] if t not in whole(freq, n_rows_of_odd))
    assert (
        f"that of series m0 is {described}, but {n_odd} of {n_odd + n_regular} series "
        f"{does} not match it, the first is series odd0, at {first}. So" in text
    )
    # The advice: leave the series out, or round their times.
    assert messages(y.drop(list(odd)))[0].frequency.describe() == described
    if freq != "MS":
        rounded = {name: times.round(freq) for name, times in odd.items()}
        axis, texts = messages(panel(regular | rounded))
        assert texts == []
        steps = axis.steps[axis.series == 0]
        assert np.diff(steps).max() == n_missing + 1


def test_forecast_names_the_irregular_series():
    y = panel({"a": whole("h"), "b": whole("h"), "odd": jittered("h")})
    with pytest.warns(UserWarning, match="the first is series odd"):
        fitted = drift().fit(y)
    match = (
        "cannot be continued: that of series a is h, but 1 of 3 .* is series odd, at"
    )
    with pytest.raises(ValueError, match=match):
        fitted.forecast()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("longest", "n_rows", "n_odd"),
    [(400, 60, 1), (400, 60, 3), (48, 60, 2), (10, 100, 5)],
)
def test_irregular_hours_are_not_called_opening_hours(seed, longest, n_rows, n_odd):
    def irregular(number):
        rng = np.random.default_rng(10 * seed + number)
        hours = np.cumsum(rng.integers(1, longest, n_rows))
        return pd.Timestamp("2023-01-01") + pd.to_timedelta(hours, "h")

    parts = {f"shop{k:02}": whole("D", 60) for k in range(20)}
    axis, texts = messages(
        panel(parts | {f"odd{k}": irregular(k) for k in range(n_odd)})
    )
    assert axis.frequency is None
    (text,) = texts
    assert f"that of series shop00 is D, but {n_odd} of {20 + n_odd} series" in text


def test_series_with_rows_on_few_days_are_named():
    # Together their days are daily, too, but most rows are several days apart.
    def rare(seed):
        days = np.cumsum(np.random.default_rng(seed).integers(2, 5, 60))
        return pd.Timestamp("2023-01-01") + pd.to_timedelta(days, "D")

    parts = {"a": whole("D", 70)} | {f"rare{k}": rare(k) for k in range(5)}
    axis, texts = messages(panel(parts))
    assert axis.frequency is None
    (text,) = texts
    assert "is D, but 5 of 6 series have rows at fewer than half of its steps" in text


def test_a_series_with_few_rows_in_opening_hours_keeps_them():
    hours = whole("h", 24 * 90)
    hours = hours[(hours.hour >= 9) & (hours.hour < 17) & (hours.day_of_week < 5)]
    rng = np.random.default_rng(0)
    few = hours[rng.random(len(hours)) < 0.3]
    axis, texts = messages(panel({"a": hours, "b": hours, "few": few}))
    assert texts == []
    assert axis.frequency.contains(hours).all()
    np.testing.assert_array_equal(np.diff(axis.steps[axis.series == 0]), 1)


@pytest.mark.parametrize("days", [(4, 16), (0, 9), (2, 7, 20)])
def test_billing_days_are_named_by_the_months_of_one_series(days):
    parts = {f"d{d}": whole("MS", 50) + pd.Timedelta(days=d) for d in days}
    (text,) = messages(panel(parts))[1]
    assert f"but {len(days) - 1} of {len(days)} series do" in text
    assert f"the first is series d{days[1]}, at 2023-01-{days[1] + 1:02}" in text


CODE = re.compile(r"\.index\b|asfreq|to_period|reset_index")


@pytest.mark.parametrize("freq", STEPS)
def test_the_gap_of_an_irregular_series_is_named_by_its_row(freq):
    parts = {f"m{k}": jittered(freq, seed=k) for k in range(4)}
    parts["m2"] = with_gap(parts["m2"], 11)
    y = panel(parts)
    (text,) = messages(y)[1]
    assert "is irregular: in series m2, its times have no frequency, although" in text
    row = int(re.search(r"\(row (\d+)\)", text)[1])
    assert y.index[row] == ("m2", parts["m2"][40])
    assert not CODE.search(text)


def test_floats_of_several_series_are_not_numbered_by_code_for_one():
    seconds = pd.Index(np.arange(60) / 4).delete([20, 21])
    (text,) = messages(panel({"a": seconds, "b": seconds}))[1]
    assert "number the steps of each series. If" in text
    assert not CODE.search(text)


def test_a_wrong_label_of_several_series_is_named_without_a_row():
    late = whole("D", 200).insert(50, whole("D")[49] + pd.Timedelta("7h"))
    with pytest.raises(ValueError, match="1 of 201 labels") as caught:
        messages(panel({"a": whole("D", 200), "b": late}))
    assert "the first is 2023-02-19 07:00:00. Correct these labels, " in str(
        caught.value
    )


@pytest.mark.parametrize("name", ["X", "y"])
def test_the_advice_for_missing_times_runs(name):
    y = panel({"a": whole("D", 20), "b": whole("D", 20).insert(5, pd.NaT)})
    with pytest.raises(ValueError, match="missing label") as caught:
        TimeAxis.of(y, name=name)
    code = re.search(r"these rows: (.*)\.$", str(caught.value))[1]
    assert len(TimeAxis.of(eval(code, {name: y})).steps) == 40


def test_the_advice_for_hours_that_move_runs():
    days = pd.bdate_range("2024-01-02", "2024-05-01", tz="America/New_York")
    hours = days.repeat(7) + pd.to_timedelta(np.tile(np.arange(10, 17), len(days)), "h")
    y = panel({"a": hours.tz_convert("UTC"), "b": hours.tz_convert("UTC")})
    for table in (y, y.tz_localize(None, level=1)):
        _, (text,) = messages(table)
        code = re.search(r"such as with (.*)\.$", text)[1]
        axis, texts = messages(eval(code, {"X": table}))
        assert texts == []
        assert axis.frequency.contains(hours).all()
