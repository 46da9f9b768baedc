"""The memory that scaler and windower take: no copy of each window is made."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import SequenceWindower, TargetAwareMinMaxScaler
from skseq._series.window_array import WindowArray

N_SERIES, N_ROWS, N_COLUMNS = 500, 200, 8


def make_table(n_series):
    """Make a table of the same number of rows for any number of series."""
    n_rows = N_SERIES * N_ROWS // n_series
    index = pd.date_range("2000-01-01", periods=n_rows, freq="h")
    if n_series > 1:
        index = pd.MultiIndex.from_product([range(n_series), index])
    values = np.random.default_rng(0).random((len(index), N_COLUMNS))
    return pd.DataFrame(values, index, [f"column {n}" for n in range(N_COLUMNS)])


def peak_in_tables(table, time_steps):
    """Return the peak memory of scaling and cutting, in units of the table's own."""
    pipeline = make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(time_steps))
    pipeline.set_output(transform="pandas")
    y = table["column 0"]
    pipeline.fit_transform(table[:1000], y[:1000])  # fills caches and imports modules
    tracemalloc.start()
    try:
        windows = pipeline.fit_transform(table, y)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(windows, WindowArray) or windows.base is not None
    return peak / table.memory_usage(index=True).sum()


@pytest.mark.parametrize("n_series", [1, N_SERIES])
def test_scaled_rows_and_windows_take_few_times_the_memory_of_the_table(n_series):
    # The scaled table, the table of steps that windows are cut from, and less than one
    # more for the series, the step and the label of each row.
    assert peak_in_tables(make_table(n_series), time_steps=24) < 3


@pytest.mark.parametrize("n_series", [1, N_SERIES])
def test_longer_windows_take_hardly_more_memory(n_series):
    table = make_table(n_series)
    # Copies of the windows would take 36 tables more. Each series begins with a window
    # of missing steps, and its first and last windows are stored.
    assert peak_in_tables(table, 48) < peak_in_tables(table, 12) + 0.7
