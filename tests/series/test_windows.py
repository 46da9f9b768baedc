"""Windows as places in one series."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from skseq._series.windows import Windows


def sliding(n_steps=10, time_steps=3, n_features=2):
    series = np.random.default_rng(0).random((n_steps, n_features))
    view = sliding_window_view(series, time_steps, axis=0).transpose(0, 2, 1)
    return series, view


def test_the_series_of_a_sliding_view_is_not_copied():
    series, view = sliding()
    windows = Windows.of(view[2:7])
    assert np.shares_memory(windows.series, series)
    np.testing.assert_array_equal(windows.series, series[2:9])
    np.testing.assert_array_equal(windows.cut(), view[2:7])


@pytest.mark.parametrize(
    "change",
    [
        np.array,
        lambda windows: np.array(windows, dtype=np.float32),
        np.asfortranarray,
        lambda windows: windows[::-1],
        lambda windows: windows[::2],
        lambda windows: windows[::-1, ::-1],
        lambda windows: windows[:, ::-1],
        lambda windows: windows[:, ::2],
        lambda windows: windows[:, :, ::-1],
        lambda windows: windows[:, :1],
        lambda windows: windows[:1],
        lambda windows: windows[:, :, :1],
        lambda windows: np.broadcast_to(windows[0], windows.shape),
        lambda windows: np.broadcast_to(windows[:, :1], windows.shape),
        lambda windows: np.broadcast_to(windows[0, 0], windows.shape),
    ],
)
def test_cutting_restores_the_windows(change):
    array = change(sliding()[1])
    windows = Windows.of(array)
    assert windows.shape == array.shape
    np.testing.assert_array_equal(windows.cut(), array)
    some = np.array([0, len(array) - 1, 0])
    np.testing.assert_array_equal(windows[some].cut(), array[some])
    in_all = windows[some].n_windows_per_step()
    assert in_all.sum() == array[some, :, 0].size


def with_gaps(seed):
    rng = np.random.default_rng(seed)
    series, view = sliding()
    series[rng.random(series.shape) < rng.choice([0, 0.1, 0.5, 1])] = np.nan
    return Windows.of(view), view


@given(seed=st.integers(0, 1000))
def test_a_window_is_complete_if_none_of_its_cells_is_missing(seed):
    windows, view = with_gaps(seed)
    np.testing.assert_array_equal(
        windows.are_complete(), ~np.isnan(view).any(axis=(1, 2))
    )


@given(seed=st.integers(0, 1000))
def test_missing_steps_are_filled_from_the_same_window(seed):
    windows, view = with_gaps(seed)
    fill_values = np.array([-1.0, -2.0])
    filled = windows.filled(fill_values)
    frame = [
        pd.DataFrame(window).ffill().bfill().fillna(dict(enumerate(fill_values)))
        for window in view
    ]
    np.testing.assert_array_equal(filled.cut(), frame)
    assert filled.are_complete().all()
