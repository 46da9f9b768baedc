"""Hours that local times without a zone contain twice: the advice works as written."""

import re

import numpy as np
import pandas as pd
import pytest

from skseq._series.index import time_index
from skseq._series.series_index import read_index

ZONES = ["Europe/Berlin", "America/New_York", "America/Havana", "Australia/Sydney"]


def local_table(zone, freq):
    """Make rows around the day that sets clocks back, with and without a zone."""
    start = "2024-03-25" if zone.startswith("Australia") else "2022-10-20"
    local = pd.date_range(start, periods=1000, freq=freq, tz=zone, name="time")
    whole = pd.DataFrame({"v": np.arange(float(len(local)))}, local)
    return whole, whole.tz_localize(None)


def advice_for(read, X, zone):
    """Run the code in the error about duplicates, with the zone of the data."""
    with pytest.raises(ValueError, match="has duplicates .*clocks change") as caught:
        read(X)
    message = str(caught.value)
    code = re.search(r"of the rows, such as (.*)\. Otherwise aggregate", message)[1]
    return eval(code.replace("Europe/Berlin", zone), {"X": X, "pd": pd})


@pytest.mark.parametrize(
    ("zone", "freq"),
    [*((zone, "h") for zone in ZONES), ("Australia/Lord_Howe", "30min")],
)
def test_one_series(zone, freq):
    whole, X = local_table(zone, freq)
    found = advice_for(time_index, X, zone)
    pd.testing.assert_frame_equal(found, whole, check_freq=False)
    assert time_index(found) is not None


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("by_time", [False, True], ids=["by series", "by time"])
def test_several_series(zone, by_time):
    whole, X = local_table(zone, "h")
    X = pd.concat({"a": X, "b": X[20:]}, names=["shop", "time"])
    X = X.sort_index(level=1, kind="stable", sort_remaining=False) if by_time else X
    found = advice_for(read_index, X, zone)
    for name, part in (("a", whole), ("b", whole[20:])):
        pd.testing.assert_frame_equal(found.loc[name], part, check_freq=False)
    assert read_index(found) is not None


@pytest.mark.parametrize("labels", ["numbers", "periods", "zone"])
def test_labels_that_clocks_do_not_repeat_get_no_such_advice(labels):
    days = pd.date_range("2024-01-01", periods=9)
    kinds = {
        "numbers": pd.Index(range(9)),
        "periods": days.to_period("D"),
        "zone": days.tz_localize("UTC"),
    }
    X = pd.DataFrame({"v": 0.0}, kinds[labels][[0, 0, *range(1, 8)]])
    with pytest.raises(ValueError, match="duplicates .* Aggregate the rows") as caught:
        time_index(X)
    assert "clocks" not in str(caught.value)
