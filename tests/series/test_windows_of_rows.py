"""Index arithmetic of windows: which cells they span, where rows lie, no copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skseq._series.cutting import cells_in_windows, cut_windows, shorten_gaps


@given(
    positions=st.sets(st.integers(0, 60), min_size=1, max_size=12),
    time_steps=st.integers(1, 5),
    lag=st.integers(0, 3),
)
def test_cells_are_those_of_some_window(positions, time_steps, lag):
    positions = np.array(sorted(positions))
    contained = cells_in_windows(positions, time_steps=time_steps, lags=np.array([lag]))
    for row, position in enumerate(positions):
        ends = positions - lag
        is_contained = ((ends - time_steps < position) & (position <= ends)).any()
        assert contained[row, 0] == is_contained


@given(
    steps=st.lists(st.integers(1, 40), max_size=10),
    span=st.integers(0, 8),
)
def test_only_gaps_that_no_window_spans_are_shortened(steps, span):
    shortened = shorten_gaps(np.cumsum([5, *steps]), span)
    assert shortened[0] == 0
    assert list(np.diff(shortened)) == [min(step, span + 1) for step in steps]


def test_windows_of_a_table_are_not_copied():
    steps = np.arange(20.0).reshape(10, 2)
    windows = cut_windows(steps, time_steps=3, horizon=1, future=[])
    assert np.shares_memory(windows, steps)
