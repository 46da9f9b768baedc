"""Step numbers of rows, from their index and from the overlap of their windows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skseq._series.axis import TimeAxis
from skseq._series.lagged_target import MAX_LAG
from skseq._series.row_steps import find_overlaps, steps_of_windows
from skseq._series.windows import Windows


def axis(n_rows):
    return TimeAxis(np.zeros(n_rows, dtype=np.intp), np.arange(n_rows))


@given(
    cells=st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=20, max_size=60),
    starts=st.sets(st.integers(0, 6), min_size=2),
    time_steps=st.integers(2, 4),
    is_copy=st.booleans(),
)
def test_overlaps_are_those_of_equal_steps(cells, starts, time_steps, is_copy):
    series = np.array(cells[: len(cells) // 2 * 2]).reshape(-1, 2)
    windows = Windows(series, np.array(sorted(starts)), time_steps)
    cut = windows.cut()
    overlaps = find_overlaps(Windows.of(cut) if is_copy else windows)
    same = (cut[1:, :-1] == cut[:-1, 1:]) | np.isnan(cut[1:, :-1] + cut[:-1, 1:])
    same &= np.isnan(cut[1:, :-1]) == np.isnan(cut[:-1, 1:])
    np.testing.assert_array_equal(overlaps, same.all(axis=1))


def test_a_high_level_is_no_reason_to_overlap():
    series = 1e9 + np.random.default_rng(0).normal(size=(40, 1))
    windows = Windows(series, np.random.default_rng(1).permutation(30), 4)
    expected = np.diff(windows.starts)[:, np.newaxis] == 1
    for dtype in (np.float32, np.float64):
        cut = (windows.cut() - 1e9).astype(dtype) if dtype == np.float32 else None
        copied = Windows.of(windows.cut() if cut is None else cut)
        np.testing.assert_array_equal(find_overlaps(copied), expected)


def test_windows_of_one_series_have_one_way_to_count():
    windows = Windows(np.random.default_rng(0).normal(size=(30, 3)), np.arange(25), 5)
    for one in (windows, Windows.of(windows.cut())):
        ((numbers,),) = steps_of_windows(one, axis(25)).ways
        np.testing.assert_array_equal(numbers.steps, np.arange(25))


def test_missing_rows_are_far_apart():
    series = np.random.default_rng(0).normal(size=(30, 1))
    windows = Windows(series, np.array([0, 1, 2, 5, 6]), 4)
    row_steps = steps_of_windows(Windows.of(windows.cut()), axis(5))
    (numbers,) = row_steps.for_changes
    far = MAX_LAG + 1
    np.testing.assert_array_equal(np.diff(numbers.steps), [1, 1, far, 1])
    assert row_steps.ways[-1] == [numbers]
