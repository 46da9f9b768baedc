"""Statistics of windows: what they are, and that they are always finite."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skseq._network.window_statistics import StatisticsScale, read_statistics

FLOORS = np.array([1e-4, 1e-2])
VALUES = arrays(float, (3, 5, 2), elements=st.floats(-1e6, 1e6))


def test_they_are_logarithms_of_deviation_and_relative_step():
    window = np.array([1.0, 4.0, 2.0, 7.0])
    (statistics,) = read_statistics(window.reshape(1, 4, 1), np.array([0.0]))
    deviation = np.std(window)
    step = np.mean([3, 2, 5])
    np.testing.assert_allclose(
        statistics, [np.log(deviation), np.log(step / deviation)], rtol=1e-12
    )


def test_all_deviations_come_before_all_steps():
    windows = np.random.default_rng(0).normal(size=(4, 6, 2))
    parts = [
        read_statistics(windows[:, :, [n]], FLOORS[[n]]).T.tolist() for n in range(2)
    ]
    expected = [parts[0][0], parts[1][0], parts[0][1], parts[1][1]]
    np.testing.assert_array_equal(read_statistics(windows, FLOORS).T, expected)


@given(VALUES)
def test_they_are_finite_whatever_the_window(windows):
    assert np.isfinite(read_statistics(windows, FLOORS)).all()


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1.0))
def test_a_window_of_equal_values_is_as_small_as_the_floor(level, floor):
    still = np.full((1, 4, 1), level)
    (statistics,) = read_statistics(still, np.array([floor]))
    # The mean of equal values is off by rounding.
    np.testing.assert_allclose(statistics, [np.log(floor) / 2, 0], atol=1e-6)


@given(st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_a_unit_changes_the_deviation_and_not_the_relative_step(unit, level):
    windows = np.random.default_rng(0).normal(size=(4, 6, 2))
    one = read_statistics(windows, FLOORS)
    other = read_statistics(unit * (windows + level), unit**2 * FLOORS)
    moved = one + np.repeat([np.log(unit), 0], 2)
    np.testing.assert_allclose(other, moved, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_they_are_standardized_by_feature(dtype):
    windows = np.random.default_rng(0).normal(size=(50, 6, 3)).astype(dtype)
    floors = np.array([1e-4, 1.0, 1e-4])
    values = read_statistics(windows[:, :, [0, 2]], floors[[0, 2]])
    scale = StatisticsScale((0, 2), tuple(values.mean(axis=0)), (2.0, 1.0, 1.0, 4.0))
    read = scale.read(windows, floors)
    assert read.dtype == "float64"
    np.testing.assert_allclose(read.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(
        read.std(axis=0), values.std(axis=0) / [2, 1, 1, 4], rtol=1e-12
    )
