"""Windows cut by hand: in time order, shuffled, or newest first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from skseq._series.row_order import count_backward
from skseq._series.windows import Windows

N_ROWS = 240
SERIES = {
    "trend": np.arange(N_ROWS) + 0.5,
    "season": np.sin(2 * np.pi * np.arange(N_ROWS) / 12),
    "integers": np.random.default_rng(0).integers(20, 70, N_ROWS).astype(float),
    "noise": np.random.default_rng(1).normal(size=(N_ROWS, 3)),
}
WITHOUT_ORDER = {
    "constant": np.zeros(N_ROWS),
    "exact season": np.tile(np.arange(6.0), N_ROWS // 6),
    "two values": np.random.default_rng(2).integers(0, 2, N_ROWS).astype(float),
}


def cut(series, time_steps, stride=1):
    table = series.reshape(len(series), -1)
    views = sliding_window_view(table, time_steps, axis=0).swapaxes(1, 2)
    return views[::stride].copy()


def n_backward(array):
    return count_backward(Windows.of(np.ascontiguousarray(array)))


@pytest.mark.parametrize("time_steps", [1, 2, 3, 12])
@pytest.mark.parametrize("series", [*SERIES.values(), *WITHOUT_ORDER.values()])
def test_no_windows_in_order_are_counted(series, time_steps):
    for stride in (1, 2, time_steps):
        assert n_backward(cut(series, time_steps, stride)) == 0
    one, other = cut(series, time_steps), cut(series[::-1] * 2, time_steps)
    assert n_backward(np.concatenate([one, other])) == 0
    by_time = np.stack([one, other], axis=1).reshape(-1, *one.shape[1:])
    assert n_backward(by_time) == 0


@pytest.mark.sample(3)
@pytest.mark.parametrize("stride", range(1, 6))
@pytest.mark.parametrize("zeros", [0.5, 0.7, 0.9])
def test_equal_steps_of_rare_demand_do_not_hide_the_order(stride, zeros):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        amounts = rng.integers(1, 9, N_ROWS)
        demand = np.where(rng.random(N_ROWS) < zeros, 0, amounts).astype(float)
        assert n_backward(cut(demand, 6, stride)) == 0
        other = cut(demand[::-1], 6, stride)
        assert n_backward(np.concatenate([cut(demand, 6, stride), other])) == 0


@given(
    name=st.sampled_from(sorted(SERIES)),
    time_steps=st.sampled_from([3, 6, 12]),
    seed=st.integers(0, 10**6),
)
def test_shuffled_windows_are_counted(name, time_steps, seed):
    windows = cut(SERIES[name], time_steps)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(windows))
    assert n_backward(windows[order]) > 0
    assert n_backward(windows[order[: 3 * len(order) // 4]]) > 0


@pytest.mark.parametrize("time_steps", [3, 6, 12])
@pytest.mark.parametrize("series", SERIES.values())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_newest_first(series, time_steps, dtype):
    windows = cut(series, time_steps).astype(dtype)[::-1]
    assert n_backward(windows) > len(windows) // 4  # float32 rounds seasons equal


def test_missing_steps_and_signs_of_zero_match():
    series = SERIES["trend"].copy()
    series[4::9], series[6::9] = np.nan, 0.0
    windows = cut(series, 4)
    windows[::2] *= np.where(windows[::2] == 0, -1.0, 1.0)
    assert n_backward(windows) == 0
    assert n_backward(windows[::-1]) == len(windows) - 1


@pytest.mark.parametrize("n_windows", [1, 2])
def test_very_few_windows(n_windows):
    assert n_backward(cut(SERIES["noise"], 5)[:n_windows]) == 0


def mostly_zeros(rate, seed, n_rows=300):
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n_rows) < rate, 0.0, rng.integers(1, 9, n_rows))


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9, 0.97])
@pytest.mark.parametrize("time_steps", [3, 6, 12])
def test_equal_steps_by_chance(rate, time_steps):
    for seed in range(10):
        series = mostly_zeros(rate, seed)
        for stride in (1, 2, 3, 4, time_steps, time_steps + 3):
            assert n_backward(cut(series, time_steps, stride)) == 0


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("name", ["season", "integers", "noise", "mostly zeros"])
def test_shuffled_windows_some_steps_apart(stride, name):
    windows = cut({**SERIES, "mostly zeros": mostly_zeros(0.7, 1)}[name], 8, stride)
    rng = np.random.default_rng(stride)
    assert n_backward(windows[rng.permutation(len(windows))]) > len(windows) / 5
    drawn = rng.integers(0, len(windows), len(windows))
    assert n_backward(windows[drawn]) > 0 or name == "mostly zeros"
    assert n_backward(windows[np.sort(drawn)]) == 0
