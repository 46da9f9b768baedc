"""The distances of neighbouring windows, found by the steps that they share."""

from itertools import pairwise

import numpy as np
import pytest

from skseq._series import window_distances
from skseq._series.window_distances import MIN_PAIRS, find_distances
from skseq._series.windows import Windows

RNG = np.random.default_rng(0)
N_ROWS = 200
SERIES = {
    "noise": RNG.normal(size=N_ROWS),
    "season": np.round(np.sin(2 * np.pi * np.arange(N_ROWS) / 12), 9),
    "counts": np.where(RNG.random(N_ROWS) < 0.8, 0.0, RNG.integers(1, 9, N_ROWS)),
    "levels": np.repeat(RNG.integers(0, 4, N_ROWS // 5), 5).astype(float),
    "constant": np.zeros(N_ROWS),
    "missing steps": np.where(RNG.random(N_ROWS) < 0.1, np.nan, RNG.random(N_ROWS)),
}


def rises(n_windows, time_steps):
    """Make independent windows of zeros that are followed by ones."""
    n_ones = np.random.default_rng(1).integers(1, time_steps, n_windows)
    return (np.arange(time_steps) >= time_steps - n_ones[:, np.newaxis]).astype(float)


def shared_distances(windows):
    """List the distances at which each window overlaps with the one before."""
    return [
        [
            distance
            for distance in range(1, windows.shape[1])
            if np.allclose(now[:-distance], before[distance:], atol=0, equal_nan=True)
        ]
        for before, now in pairwise(windows)
    ]


@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("name", SERIES)
def test_distances_are_those_of_equal_steps(name, stride):
    starts = np.arange(0, N_ROWS - 12, stride)
    cut = Windows(SERIES[name][:, np.newaxis], starts, 12).cut()
    found = find_distances(Windows.of(cut))[:, 0]
    for distance, shared in zip(found, shared_distances(cut[:, :, 0]), strict=True):
        assert distance == 0 or distance in shared
    if stride == 1:
        assert not found.any()
    elif name in ("noise", "season", "missing steps"):
        assert (found == stride).all()


@pytest.mark.parametrize(
    "make",
    [
        rises,
        lambda *shape: RNG.normal(size=shape),
        lambda *shape: np.zeros(shape),
        lambda *shape: np.repeat(RNG.integers(0, 3, (shape[0], 1)), shape[1], axis=1),
    ],
    ids=["rises", "noise", "zeros", "one value each"],
)
def test_long_windows_are_compared_in_few_steps(make, monkeypatch):
    compared = []
    are_equal = window_distances._are_equal

    def count(now, before, rounding):
        compared.append(now.size)
        return are_equal(now, before, rounding)

    monkeypatch.setattr(window_distances, "_are_equal", count)
    n_windows, time_steps = 60, 400
    windows = make(n_windows, time_steps).astype(float)
    find_distances(Windows.of(windows[:, :, np.newaxis]))
    # All steps at all distances would be 200 times as many as distances.
    assert sum(compared) < 20 * n_windows * time_steps
    assert len(compared) < 20 * n_windows


def test_few_windows_have_no_distance():
    windows = SERIES["noise"][np.arange(0, 2 * MIN_PAIRS, 2)[:, None] + np.arange(6)]
    assert not find_distances(Windows.of(windows[:, :, np.newaxis])).any()
