"""Groups of series of one frequency, and which of their values are forecast."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Frequency:
    """What the last word of a group's name says about its series.

    Attributes
    ----------
    alias : str or None
        The frequency as pandas writes it; None for series without dates.
    season : int
        Number of steps in a season; 1 if there is none.
    scale_season : int
        Season of the naive forecast that errors are divided by.
    periods : int
        Periods of a year, of which a series may start in any.
    """

    alias: str | None
    season: int
    scale_season: int
    periods: int = 1


FREQUENCIES = {
    "yearly": Frequency("YS", 1, 1),
    "quarterly": Frequency("QS", 4, 4, 4),
    "monthly": Frequency("MS", 12, 12, 12),
    # The M4 competition divides errors of weeks and days by those of the last value.
    "weekly": Frequency("W", 52, 1),
    "daily": Frequency("D", 7, 1),
    "hourly": Frequency("h", 24, 24),
    "other": Frequency(None, 1, 1),
}

UNKNOWN_START = "1970-01-01"
"""Start of series whose dates are not known."""

SMALL = "macro_quarterly"
SMALL_HORIZON = 8
SMALL_COLUMNS = (
    *("realgdp", "realcons", "realinv", "realgovt", "realdpi"),
    *("cpi", "m1", "tbilrate", "unemp", "pop"),
)


@dataclass(frozen=True, eq=False)
class Group:
    """Series of one frequency, of which the last values are forecast.

    Attributes
    ----------
    name : str
        The last word, such as "monthly" in "m3_monthly", is the frequency.
    horizon : int
        Number of values to forecast of each series.
    values : Series
        With the index (series, time), the times of each series in order.
    """

    name: str
    horizon: int
    values: object

    @property
    def frequency(self):
        """Return the frequency that the name says."""
        return FREQUENCIES[last_word(self.name)]

    @cached_property
    def train(self):
        """Return the values that are known."""
        return self.values[~self._is_test]

    @cached_property
    def test(self):
        """Return the values to forecast."""
        return self.values[self._is_test]

    @cached_property
    def _is_test(self):
        by_series = self.values.groupby(level=0, sort=False)
        return (by_series.cumcount(ascending=False) < self.horizon).to_numpy()

    @property
    def series(self):
        """Return the names of the series."""
        return self.values.index.get_level_values(0).unique()

    @property
    def arrays(self):
        """Return the known values of each series, a list of ndarray."""
        by_series = self.train.groupby(level=0, sort=False)
        return [values.to_numpy() for _, values in by_series]

    def as_forecast(self, values):
        """Return an array of shape (n_series, horizon) with the index of the test."""
        import pandas as pd

        return pd.Series(values.reshape(-1), self.test.index)

    def first(self, n_series):
        """Return a group of the first series."""
        chosen = self.values.index.get_level_values(0).isin(self.series[:n_series])
        return Group(self.name, self.horizon, self.values[chosen])


def names(folder=None):
    """Return the names of all groups.

    Parameters
    ----------
    folder : path or None
        Contains a table for each group; None for the one that ships with statsmodels.
    """
    if folder is None:
        return [SMALL]
    found = [path.stem for path in Path(folder).glob("*.csv")]
    return ordered(name for name in found if last_word(name) in FREQUENCIES)


def ordered(names):
    """Sort the names of groups: by their first words, then by frequency."""
    frequencies = list(FREQUENCIES)
    return sorted(
        names, key=lambda name: (family(name), frequencies.index(last_word(name)))
    )


def family(name):
    """Return the name of a group without its last word."""
    return name.rpartition("_")[0]


def last_word(name):
    """Return the last word of the name of a group, its frequency."""
    return name.rpartition("_")[2]


def load(name, folder=None):
    """Read a group.

    Parameters
    ----------
    name : str
    folder : path or None
        As for `names`.

    Returns
    -------
    group : Group
    """
    if folder is None:
        return from_statsmodels()
    return from_file(Path(folder) / f"{name}.csv")


def from_statsmodels():
    """Return quarterly series of the US economy, 1959 to 2009, from statsmodels."""
    import pandas as pd
    from statsmodels.datasets import macrodata

    table = macrodata.load_pandas().data[list(SMALL_COLUMNS)]
    table.index = pd.date_range("1959-01-01", periods=len(table), freq="QS")
    by_series = {name: table[name] for name in SMALL_COLUMNS}
    return Group(SMALL, SMALL_HORIZON, joined(by_series))


def from_file(path):
    """Read a table with a line for each series.

    The columns are ``series``, ``horizon`` (the same in all lines), ``start_year``,
    ``start_period`` (such as the month, from 1; year 0 if unknown) and ``values``, from
    first to last, with a blank between.
    """
    import pandas as pd

    name = Path(path).stem
    frequency = FREQUENCIES[last_word(name)]
    by_series, horizons = {}, set()
    with Path(path).open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            values = [float(value) for value in line["values"].split()]
            start = int(line["start_year"]), int(line["start_period"])
            times = make_times(frequency, *start, len(values))
            by_series[line["series"]] = pd.Series(values, times)
            horizons.add(int(line["horizon"]))
    if len(horizons) != 1:
        raise ValueError(f"{path} has the horizons {sorted(horizons)}; it must be one")
    return Group(name, horizons.pop(), joined(by_series))


def make_times(frequency, year, period, n_values):
    """Return an index of dates; of numbers from 1 without a frequency."""
    import pandas as pd

    if frequency.alias is None:
        return pd.RangeIndex(1, n_values + 1)
    start = UNKNOWN_START
    if year > 0 and 1 <= period <= frequency.periods:
        start = f"{year}-{1 + (period - 1) * 12 // frequency.periods:02}-01"
    return pd.date_range(start, periods=n_values, freq=frequency.alias)


def joined(by_series):
    """Join series to one with the index (series, time)."""
    import pandas as pd

    return pd.concat(by_series, names=["series", "time"]).rename("value")
