"""Rows that get finer, hourly and later every 15 minutes, have no single frequency."""

import numpy as np
import pandas as pd
import pytest
from frequencies import HALF_HOURS, bars, frequency_with_warnings, undeclared
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._series.axis import TimeAxis
from skseq._series.frequency import find_frequency

# Each with numbers of finer rows: from the fewest to more than make up for the rest.
CHANGES = {
    ("h", "15min"): (8, 96, 400, 2_000, 10_000),
    ("30min", "5min"): (8, 600, 3_000),
    ("3h", "h"): (8, 240, 720),
    ("D", "h"): (8, 240, 1440),
    ("W-SUN", "D"): (7, 14, 20, 60, 400),
    ("W-MON", "B"): (9, 40),
    ("MS", "D"): (7, 90),
    ("QS-JAN", "MS"): (7, 24),
    ("B", "h"): (10, 400),
}
CASES = [(*freqs, n) for freqs, numbers in CHANGES.items() for n in numbers]
BUSINESS_DAYS = pd.date_range("2023-01-02", periods=100, freq="B")


def finer(coarse, fine, n_fine, *, n_coarse=300):
    """Return rows of which the first ones are coarser."""
    earlier = pd.date_range("2015-01-02 00:00", periods=n_coarse, freq=coarse)
    later = pd.date_range(earlier[-1], periods=n_fine + 1, freq=fine)
    return undeclared(earlier.union(later))


@pytest.mark.parametrize(("coarse", "fine", "n_fine"), CASES)
def test_finer_rows_are_an_error(coarse, fine, n_fine):
    index = finer(coarse, fine, n_fine)
    with pytest.raises(ValueError, match="X has no single frequency") as caught:
        find_frequency(index)
    message = str(caught.value)
    assert f"{coarse} until {index[299]}, and {fine} after it (row" in message
    assert f"X.resample('{coarse}').mean()" in message
    assert "X.iloc[300:]" in message


@pytest.mark.parametrize("n_fine", [96, 1440, 3000])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_clocks_may_change_before_rows_get_finer(zone, n_fine):
    earlier = pd.date_range("2025-01-01", "2025-10-01", freq="h", tz=zone)
    later = pd.date_range(earlier[-1], periods=n_fine, freq="15min")[1:]
    with pytest.raises(ValueError, match=r"h until 2025-10-01 00:00:00\+"):
        find_frequency(undeclared(earlier.append(later)))


@pytest.mark.parametrize("rate", [0.01, 0.03])
def test_a_few_rows_may_be_missing(rate):
    index = finer("h", "15min", 2000, n_coarse=2000)
    index = index[np.random.default_rng(0).random(len(index)) >= rate]
    with pytest.raises(ValueError, match=r"h until .*, and 15min after it"):
        find_frequency(index)


def test_both_may_have_nights_and_weekends():
    index = bars(BUSINESS_DAYS[:60], range(540, 960, 60))
    index = index.append(bars(BUSINESS_DAYS[60:], range(540, 960, 15)))
    with pytest.raises(ValueError, match=r"h until 2023-03-27 09.*15min after"):
        find_frequency(index)


def test_rows_may_get_coarser_again():
    index = finer("h", "15min", 960, n_coarse=2000)
    later = pd.date_range(index[-1], periods=700, freq="h")[1:]
    match = f"15min after it until {index[-1]} .row"
    with pytest.raises(ValueError, match=match) as caught:
        find_frequency(index.append(later))
    assert "later rows" not in str(caught.value)


def test_a_short_finer_part_among_others_is_no_change():
    hours = pd.date_range("2024-01-01", periods=800, freq="h")
    minutes = pd.date_range(hours[100], periods=13, freq="5min")
    with pytest.raises(ValueError, match="frequency h, except for 11 of 811 labels"):
        find_frequency(hours.union(minutes))


@pytest.mark.parametrize(
    ("freqs", "names"), [(("h", "15min"), "60min.*15min"), (("QS", "MS"), "3M.*M")]
)
def test_periods_may_get_finer(freqs, names):
    index = finer(*freqs, 40, n_coarse=40).to_period(freqs[1].removesuffix("S"))
    with pytest.raises(ValueError, match=f"{names} after it") as caught:
        find_frequency(index)
    assert "resample(" not in str(caught.value)


@pytest.mark.parametrize("n_earlier", [300, 700])
def test_the_first_of_several_series_that_gets_finer_is_named(n_earlier):
    index = finer("h", "15min", 400)
    parts = {"a": index[:n_earlier], "b": index}
    y = pd.concat({name: pd.Series(1.0, one) for name, one in parts.items()})
    first = "b" if n_earlier == 300 else "a"
    with pytest.raises(ValueError, match=f"in series {first}, the step is h until"):
        TimeAxis.of(None, y)
    resampled = y.groupby(level=0).resample("h", level=1).mean()
    assert TimeAxis.of(None, resampled).frequency.describe() == "h"


def test_a_series_that_begins_later_may_be_finer():
    index = finer("h", "15min", 400)
    y = pd.concat({"a": pd.Series(1.0, index[:300]), "b": pd.Series(1.0, index[300:])})
    assert TimeAxis.of(None, y).frequency.describe() == "15min"


def weekends_of_three_hours():
    hours = pd.date_range("2023-01-07", periods=24 * 36, freq="h")
    return hours[(hours.day_of_week < 5) | (hours.hour % 3 == 0)]


REGULAR = {
    "sessions": bars(BUSINESS_DAYS, HALF_HOURS),
    "half days": bars(BUSINESS_DAYS, [540, 780]),
    "one half day, later two": bars(BUSINESS_DAYS[:50], [540]).append(
        bars(BUSINESS_DAYS[50:], [540, 780])
    ),
    "finer by day": bars(
        pd.date_range("2023-01-01", periods=20),
        [*range(0, 480, 60), *range(480, 1440, 15)],
    ),
    "finer on weekdays": weekends_of_three_hours(),
    "two days a week, later all": pd.date_range("2023-01-02", periods=500)[
        [n for n in range(500) if n > 300 or n % 7 in (0, 3)]
    ],
    "business days, later all": BUSINESS_DAYS.append(
        pd.date_range(BUSINESS_DAYS[-1], periods=60)[1:]
    ),
    "a few coarse rows": finer("2h", "h", 1000, n_coarse=10),
}


@pytest.mark.parametrize("kind", REGULAR)
@pytest.mark.parametrize("rate", [0, 0.1, 0.5])
def test_other_rows_are_no_error(kind, rate):
    index = REGULAR[kind]
    for seed in range(3):
        kept = np.random.default_rng(seed).random(len(index)) >= rate
        find_frequency(undeclared(index[kept]))


def test_every_fit_raises_and_names_its_table():
    index = finer("h", "15min", 400)
    y = pd.Series(np.arange(len(index)) % 24.0, index, name="price")
    X = y.to_frame()
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(3), LSTMRegressor(units=2)
    )
    for estimator, args in [
        (SequenceWindower(), [X]),
        (pipe, [X, y]),
        (SequenceForecaster(), [y]),
        (SequenceForecaster(pipe, horizon=3), [y]),
    ]:
        table = "y" if args[0] is y else "X"
        with pytest.raises(ValueError, match=f"The index of {table} has no single"):
            estimator.fit(*args)


def test_a_forecaster_may_ignore_gaps():
    index = finer("h", "15min", 200, n_coarse=200)
    y = pd.Series(np.arange(400.0), index, name="y")
    pipe = make_pipeline(SequenceWindower(4, gaps="ignore"), NaiveRegressor("drift"))
    forecaster = SequenceForecaster(pipe, horizon=2, log=False, deseasonalize=False)
    later = pd.date_range(index[-1], periods=3, freq="15min")[1:]
    forecast = forecaster.fit(y).forecast(X_future=pd.DataFrame(index=later))
    np.testing.assert_allclose(forecast, [400, 401])


@pytest.mark.parametrize("n_series", [1, 2])
def test_gaps_may_be_ignored(n_series):
    index = finer("h", "15min", 60, n_coarse=60)
    y = pd.Series(np.random.default_rng(0).random(len(index)), index, name="price")
    if n_series == 2:
        y = pd.concat({"a": y, "b": y})
    pipe = make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(3, gaps="ignore"))
    windows = pipe.fit_transform(y.to_frame(), y)
    assert np.isnan(windows).any(axis=(1, 2)).sum() == 3 * n_series


@pytest.mark.parametrize("freqs", [("h", "15min"), ("W-SUN", "D")])
def test_rows_that_get_coarser_are_warned_about(freqs):
    coarse, fine = freqs
    earlier = pd.date_range("2023-01-01", periods=2000, freq=fine)
    index = earlier.append(pd.date_range(earlier[-1], periods=700, freq=coarse)[1:])
    with pytest.warns(UserWarning, match="Since .*resample the earlier rows to it"):
        frequency_with_warnings(undeclared(index))
