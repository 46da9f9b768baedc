"""The series for all contenders, and windows that are cut without skseq."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Series:
    """A table, oldest row first, and the target of each row.

    Attributes
    ----------
    table : DataFrame or ndarray of shape (n_rows, n_features)
    y : Series or ndarray of shape (n_rows,)
    """

    table: object
    y: object

    def cut(self, time_steps):
        """Scale to 0..1 and copy all complete windows that end a row before the target.

        Returns
        -------
        windows : ndarray of float32 of shape (n_rows - time_steps, time_steps, \
n_features)
        targets : ndarray of float32 of shape (n_rows - time_steps,)
        """
        table, y = to_unit_range(self.table), to_unit_range(self.y)
        views = np.lib.stride_tricks.sliding_window_view(table[:-1], time_steps, axis=0)
        return np.ascontiguousarray(views.transpose(0, 2, 1)), y[time_steps:]


def to_unit_range(values):
    """Scale every column to the range from 0 to 1, as float32."""
    values = np.asarray(values, dtype=np.float64)
    low, high = values.min(axis=0), values.max(axis=0)
    return ((values - low) / (high - low)).astype(np.float32)


def monthly_revenue(n_months, *, include_target):
    """Make a monthly table of three columns, or four with the target included."""
    from skseq.datasets import make_monthly_revenue

    table, y = make_monthly_revenue(
        n_months,
        missing_rows=0,
        missing_cells=0,
        shutdowns=0,
        random_state=0,
        return_X_y=True,
    )
    return Series(table if include_target else table.drop(columns="Revenue"), y)


def make_noise(n_rows, n_features):
    """Make a table of uniform noise; y is the mean of the first column's last 5 rows.

    Needs only NumPy, so that the memory of pandas does not count for contenders that do
    not use it.
    """
    table = np.random.default_rng(0).random((n_rows, n_features), dtype=np.float32)
    past = np.concatenate([np.zeros(5, np.float32), table[:-1, 0]])
    y = np.lib.stride_tricks.sliding_window_view(past, 5).mean(axis=1)
    return Series(table, y)


def make_shops(n_series, n_rows, n_columns=1):
    """Make hourly sales of many shops: a rhythm of 7 hours, noise, each its own size.

    Parameters
    ----------
    n_series, n_rows : int
        Number of shops, and of rows for each. One shop has an index of hours, several
        have an index of the levels (shop, hour).
    n_columns : int, default=1
        The sales, and columns of noise.

    Returns
    -------
    shops : Series
        A benchmark series, with frames of one row for each shop and hour.
    """
    import pandas as pd

    rng = np.random.default_rng(0)
    sizes = rng.uniform(10, 100, (n_series, 1))
    hours = np.arange(n_rows) + rng.integers(7, size=(n_series, 1))
    rhythm = 1 + 0.3 * np.sin(2 * np.pi * hours / 7)
    sales = sizes * (rhythm + rng.normal(0, 0.05, (n_series, n_rows)))
    index = pd.date_range("2000-01-01", periods=n_rows, freq="h", name="hour")
    if n_series > 1:
        names = [f"shop {number}" for number in range(n_series)]
        index = pd.MultiIndex.from_product([names, index], names=["shop", "hour"])
    columns = {"sales": sales.ravel()} | {
        f"noise {number}": rng.random(sales.size) for number in range(1, n_columns)
    }
    table = pd.DataFrame(columns, index=index)
    return Series(table, table["sales"])
