"""Times that are nearly even without a frequency, such as months of 28 to 31 days."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from frequencies import frequency_with_warnings, undeclared
from hypothesis import given, settings
from hypothesis import strategies as st

from skseq._series.frequency import find_frequency
from skseq._series.frequency.irregular import regular_code

N = 60
FIRST = pd.Timestamp("2019-11-30")


def months_apart(first, n_months, n=N):
    """Return one day of each month, or the last if the month is too short."""
    steps = [pd.Timestamp(first) + pd.DateOffset(months=n_months * k) for k in range(n)]
    return pd.DatetimeIndex(steps)


CLIPPED = {
    "30th": months_apart("2019-11-30", 1),
    "30th at 7": months_apart("2019-11-30 07:00", 1),
    "30th of quarters": months_apart("2019-11-30", 3),
    "29th of quarters": months_apart("2018-11-29", 3),
    "30th in a time zone": months_apart("2019-11-30", 1).tz_localize("Europe/Paris"),
}
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney"]
IN_UTC = {
    f"{freq} of {zone}": pd.date_range("2019-02-10", periods=N, freq=freq, tz=zone)
    for freq in ["MS", "ME", "QS", "QE", "BMS", "BME", "BQE", "SMS"]
    for zone in ZONES
}


HOUR = pd.Timedelta("1h")
BY_15, BY_DAY = "round('15min')", "normalize()"
LATE = pd.to_timedelta(np.random.default_rng(0).integers(-50, 50, 30), unit="s")


def messages_of(index):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frequency_with_warnings(index)
    return [str(warning.message) for warning in caught]


def remedies(message, name="X"):
    """Return the code in a message that converts the index."""
    return re.findall(rf"{name}(\.index(?:\.\w+\([\w'.]*\))+)", message)


HOLES = st.integers(12, N - 6).flatmap(
    lambda first: st.tuples(st.just(first), st.integers(1, 5))
)


@pytest.mark.parametrize("kind", CLIPPED)
@settings(max_examples=5)
@given(hole=HOLES)
def test_a_hole_in_clipped_months_is_named_with_a_remedy_that_works(kind, hole):
    first, length = hole
    whole = CLIPPED[kind]
    index = whole.delete(range(first, first + length))
    try:
        (message,) = messages_of(index)
    except ValueError as error:  # so few Februaries that they look like mistakes
        message = str(error)
    else:
        assert "does not count as missing steps" in message or "do not match" in message
        if "times as long" in message:
            assert f"{index[first]} (row {first})" in message
    (code,) = remedies(message)
    # The code of the message makes the index regular, and finds the hole.
    X = pd.DataFrame(index=index)
    periods = eval(f"X{code}", {"X": X})
    positions = frequency_with_warnings(periods).positions(periods)
    expected = np.delete(np.arange(len(whole)), range(first, first + length))
    np.testing.assert_array_equal(positions, expected - expected[0])


@pytest.mark.parametrize("kind", IN_UTC)
@pytest.mark.parametrize("naive", [False, True])
def test_a_hole_in_local_times_in_utc_asks_for_the_time_zone(kind, naive):
    local = IN_UTC[kind]
    index = undeclared(
        local.tz_convert("UTC").tz_localize(None if naive else "UTC")
        if naive
        else local.tz_convert("UTC")
    )
    index = index.delete(range(20, 25))
    (message,) = messages_of(index)
    assert "tz_convert(...)" in message
    assert "(row " in message
    assert ".tz_localize('UTC')" in message if naive else "tz_localize" not in message


@pytest.mark.parametrize("kind", [kind for kind in CLIPPED if "30th" in kind])
def test_nothing_is_said_without_a_hole(kind):
    index = CLIPPED[kind]
    assert messages_of(index) == []
    assert find_frequency(index) is None


@given(st.integers(0, 2**32 - 1), st.integers(12, 80))
def test_nothing_is_said_of_times_that_are_not_nearly_even(seed, n):
    seconds = np.random.default_rng(seed).exponential(1e5, n).cumsum()
    messages = messages_of(pd.to_datetime(seconds, unit="s"))
    assert not any("times as long" in message for message in messages) or n < 20


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.1), st.integers(1, 3))
def test_a_hole_in_jittered_days(seed, jitter, length):
    late = np.random.default_rng(seed).uniform(0, jitter, N)
    whole = pd.to_datetime(86400 * (np.arange(N) + late), unit="s").floor("ms")
    assert messages_of(whole) == []
    index = whole.delete(range(30, 30 + length))
    (message,) = messages_of(index)
    assert f"{index[30]} (row 30) comes after a gap" in message
    (code,) = remedies(message)
    days = eval(f"X{code}", {"X": pd.DataFrame(index=index)})
    assert frequency_with_warnings(days).offset == pd.offsets.Day()


@pytest.mark.parametrize("freq", ["MS", "D", "h", "W"])
def test_few_distances_say_nothing_of_what_is_usual(freq):
    days = pd.to_datetime(["2020-01-30", "2020-02-29", "2020-04-01", "2020-07-30"])
    assert messages_of(days) == []
    whole = pd.date_range("2020-01-01", periods=30, freq=freq)
    assert messages_of(undeclared(whole).delete([12, 13])) == []


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (months_apart("2020-01-30", 1), "to_period('M')"),
        (months_apart("2020-11-30", 3), "to_period('Q')"),
        (CLIPPED["30th in a time zone"], "tz_localize(None).to_period('M')"),
        (pd.DatetimeIndex(["2020-01-01 00:00", "2020-01-01 00:01"]), ""),
        (pd.DatetimeIndex(["2020-01-01"]), ""),
        (pd.timedelta_range("1h", periods=9) + LATE[:9], "round('h')"),
        (
            pd.date_range("2020-01-01", periods=9, freq="15min") + LATE[:9],
            "round('15min')",
        ),
        (pd.to_datetime(np.arange(30) ** 2 * 7001, unit="s"), ""),
        (pd.bdate_range("2020-01-01", periods=30) + 16 * HOUR + LATE, "round('h')"),
        (pd.bdate_range("2020-01-01", periods=30) + LATE, "round('h')"),
        (
            pd.bdate_range("2020-01-01", periods=30) + 16 * HOUR + 60 * LATE,
            "normalize()",
        ),
        (pd.Index([0.5, 1.0]), ""),
    ],
)
def test_code_is_advised_only_where_it_gives_a_frequency(labels, code):
    assert regular_code(labels) == code


STEPS = {"MS": 28, "ME": 28, "W": 7, "D": 1, "B": 1, "SMS": 14, "QS": 90, "YS": 365}
STEPS |= {"h": 1 / 24, "15min": 1 / 96, "6h": 1 / 4, "s": 1 / 86400}
"""Shortest distance of labels in days."""


@st.composite
def irregular_labels(draw):
    """Return labels of a frequency, of which many are early or late and some lack."""
    freq = draw(st.sampled_from(sorted(STEPS)))
    zone = draw(st.sampled_from([None, "UTC", *ZONES]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(12, 120))
    index = pd.date_range("2015-01-01 00:00", periods=n, freq=freq, tz=zone)
    late = rng.uniform(draw(st.sampled_from([0, -1])), 1, n)
    late[rng.random(n) > draw(st.sampled_from([0.1, 1]))] = 0
    if draw(st.booleans()):
        late = late.cumsum() / 10
    size = draw(st.sampled_from([0, 0.005, 0.02, 0.1, 0.3, 0.8])) * STEPS[freq]
    unit = draw(st.sampled_from(["us", "ms", "s"]))
    index = index + pd.to_timedelta(86400 * size * late, unit="s").round(unit)
    n_left_out = draw(st.integers(0, 4))
    first = draw(st.integers(2, n - 6))
    index = index.delete(range(first, first + n_left_out))
    if draw(st.booleans()):
        index = index.tz_convert("UTC") if zone else index
    return index.sort_values().unique()


@settings(max_examples=40)
@given(index=irregular_labels())
def test_the_code_of_a_message_makes_the_index_regular(index):
    try:
        messages = messages_of(index)
    except ValueError as error:
        messages = [str(error)]
    for code in (code for message in messages for code in remedies(message)):
        if "..." in code:
            continue
        regular = eval(f"X{code}", {"X": pd.DataFrame(index=index)})
        assert len(regular) == len(index)
        assert regular.is_unique
        assert messages_of(regular) == []
        assert find_frequency(regular) is not None


@settings(max_examples=20)
@given(
    st.sampled_from(["15min", "h", "6h", "D", "B", "s"]),
    st.integers(0, 2**32 - 1),
    st.integers(5, 30),
    st.integers(2, 9),
)
def test_the_code_of_a_message_counts_the_steps_of_a_hole(freq, seed, first, length):
    whole = pd.date_range("2015-01-01", periods=40, freq=freq)
    size = 86400 * STEPS[freq] * 0.2
    late = np.random.default_rng(seed).uniform(-size, size, 40)
    hole = range(first, first + length)
    index = (whole + pd.to_timedelta(late, unit="s").round("ms")).delete(hole)
    regular = eval(f"index.{regular_code(index)}", {"index": index})
    assert regular.equals(undeclared(whole).delete(hole))


@pytest.mark.parametrize("start", ["2018-01-01", "2019-06-11"])
def test_periods_with_many_gaps_are_not_advised(start):
    days = pd.date_range(start, periods=1200)
    dekads = days[days.day.isin([1, 11, 21])]  # four of ten weeks have no label
    assert regular_code(dekads) == ""
    assert regular_code(dekads[::3]) != ""
