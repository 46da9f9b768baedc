"""Rows whose values are their numbers, with indexes of many kinds."""

import numpy as np
import pandas as pd

N_ROWS, N_FITTED = 30, 20
NAMES = ["a", "b", "c"]

INDEXES = {
    "months": pd.date_range("2020-01-01", periods=N_ROWS, freq="MS"),
    "month ends": pd.date_range("2020-01-31", periods=N_ROWS, freq="ME"),
    "days, Berlin": pd.date_range(
        "2020-03-20", periods=N_ROWS, freq="D", tz="Europe/Berlin"
    ),
    "periods": pd.period_range("2020Q1", periods=N_ROWS, freq="Q"),
    "numbers": pd.RangeIndex(100, 100 + N_ROWS),
    "differences": pd.timedelta_range("1h", periods=N_ROWS, freq="h"),
}


def counting_series():
    """Make rows whose values are their numbers: row r, column c holds 100 * c + r."""
    return np.arange(N_ROWS)[:, np.newaxis] + 100.0 * np.arange(len(NAMES))


def monthly_frame(n_rows=N_ROWS):
    table = counting_series()[:n_rows]
    return pd.DataFrame(table, columns=NAMES, index=INDEXES["months"][:n_rows])
