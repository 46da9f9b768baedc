"""Indexes of every frequency, for the tests of this folder."""

import numpy as np
import pandas as pd

from skseq._series.frequency import find_frequency
from skseq._series.index_warnings import warn_about_index

TICKS = ["ms", "15s", "15min", "h", "6h"]
DAYS = ["D", "2D", "7D", "W", "W-SAT"]
MONTHS = ["MS", "ME", "2MS", "QS", "QS-NOV", "QE", "QE-JAN", "YS", "YS-APR", "YE"]
NAMED = ["BME", "BMS", "SMS", "SME", "BQE", "BYE", "WOM-3FRI", "LWOM-FRI"]
BUSINESS = ["B", "C", "bh", "cbh"]
ONLY_DECLARED = ["2B", "2BME", "2bh"]
"""Frequencies that cannot be inferred from labels."""

INFERRED = [*TICKS, *DAYS, *MONTHS, *NAMED]
ALL = [*INFERRED, *BUSINESS, *ONLY_DECLARED]
ZONES = [None, "UTC", "Europe/Berlin", "America/New_York"]

N_ROWS = 120
DROPPED = [7, 8, 20, 21, 22, 41]


def whole_range(freq, tz=None, n_rows=N_ROWS):
    """Return all labels; in a time zone the clocks change among them."""
    return pd.date_range("2019-11-02", periods=n_rows, freq=freq, tz=tz)


def undeclared(index):
    """Return the same labels without a declared frequency."""
    index = index.copy()
    index.freq = None
    return index


def kept_rows(n_rows, dropped):
    """Return the numbers of the rows that remain when some are dropped."""
    return np.setdiff1d(np.arange(n_rows), dropped)


def bars(days, minutes):
    """Return labels at some minutes of each day."""
    times = pd.to_timedelta(list(minutes), unit="min")
    return pd.DatetimeIndex([day + time for day in days for time in times])


HALF_HOURS = range(570, 960, 30)
"""Minutes of the day at which bars of an exchange begin."""


def frequency_with_warnings(index, name="X"):
    """Find the frequency of an index, and warn of its labels as a fit does."""
    frequency = find_frequency(index, name=name)
    if index is not None:
        warn_about_index(index, frequency, name)
    return frequency
