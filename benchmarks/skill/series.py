"""Real series, and which of their rows are forecast."""

from dataclasses import dataclass
from pathlib import Path

from skseq import datasets


@dataclass(frozen=True)
class Series:
    """A series and the number of its training rows.

    Attributes
    ----------
    table : DataFrame of shape (n_rows, n_features)
        Oldest row first; the target is one of the columns.
    target : str
        The column to forecast.
    season : int
        Number of steps in a season; 1 if there is none.
    """

    table: object
    target: str
    season: int = 1

    @property
    def y(self):
        """Return the target, a pandas Series."""
        return self.table[self.target]

    @property
    def n_train(self):
        """Return the number of training rows."""
        return len(self.table) - n_test_rows(len(self.table))


def n_test_rows(n_rows):
    """Return the number of rows to forecast: the latest 20 %, rounded up."""
    return -(-n_rows // 5)


def from_statsmodels():
    """Return the series that ship with statsmodels, by name."""
    from statsmodels.datasets import macrodata

    co2 = datasets.load_co2().data.resample("MS").mean().interpolate()
    macro = macrodata.load_pandas().data
    return {
        "sunspots": Series(datasets.load_sunspots().data, "sunspots"),
        "Nile": Series(datasets.load_nile().data, "volume"),
        "CO2": Series(co2, "co2", 12),
        "El Niño": Series(datasets.load_elnino().data, "temperature", 12),
        "electrical equipment": Series(
            datasets.load_electrical_equipment().data, "turnover", 12
        ),
        "German interest": Series(
            datasets.load_german_rates().data[["interest"]], "interest", 4
        ),
        "US product": Series(macro[["realgdp"]], "realgdp", 4),
        "US investment": Series(macro[["realinv"]], "realinv", 4),
        "US unemployment": Series(macro[["unemp"]], "unemp", 4),
        "US inflation": Series(macro[["infl"]], "infl", 4),
    }


def from_folder(folder):
    """Return the series in a folder of well-known tables, by name.

    Parameters
    ----------
    folder : path
        Contains ``airline-passengers.csv``, ``shampoo.csv``,
        ``daily-total-female-births.csv`` and ``Month_Value_1.csv``.
    """
    import pandas as pd

    folder = Path(folder)
    airline = pd.read_csv(
        folder / "airline-passengers.csv", index_col="Month", parse_dates=True
    )
    births = pd.read_csv(
        folder / "daily-total-female-births.csv", index_col="Date", parse_dates=True
    )
    revenue = pd.read_csv(folder / "Month_Value_1.csv", index_col="Period").dropna()
    revenue.index = pd.to_datetime(revenue.index, format="%d.%m.%Y")
    return {
        "airline": Series(airline, "Passengers", 12),
        "shampoo": Series(pd.read_csv(folder / "shampoo.csv")[["Sales"]], "Sales", 12),
        "births": Series(births, "Births", 7),
        "revenue": Series(revenue[["Revenue"]], "Revenue", 12),
        "revenue, all columns": Series(revenue, "Revenue", 12),
    }
