"""Index arithmetic of windows: which cells they reach, where rows lie, no copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skseq._series.windows_of_rows import cut_windows, place_rows, reached_cells


@given(
    positions=st.sets(st.integers(0, 60), min_size=1, max_size=12),
    time_steps=st.integers(1, 5),
    lag=st.integers(0, 3),
)
def test_a_cell_is_reached_if_some_window_holds_it(positions, time_steps, lag):
    positions = np.array(sorted(positions))
    reached = reached_cells(positions, time_steps=time_steps, lags=np.array([lag]))
    for row, position in enumerate(positions):
        ends = positions - lag
        is_held = ((ends - time_steps < position) & (position <= ends)).any()
        assert reached[row, 0] == is_held


@given(
    steps=st.lists(st.integers(1, 40), max_size=10),
    reach=st.integers(0, 8),
)
def test_rows_move_together_only_across_what_no_window_spans(steps, reach):
    placed = place_rows(np.cumsum([5, *steps]), reach)
    assert placed[0] == 0
    assert list(np.diff(placed)) == [min(step, reach + 1) for step in steps]


def test_windows_of_a_table_are_not_copied():
    steps = np.arange(20.0).reshape(10, 2)
    windows = cut_windows(steps, time_steps=3, horizon=1, future=[])
    assert np.shares_memory(windows, steps)
