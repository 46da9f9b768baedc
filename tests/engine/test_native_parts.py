"""Parts of a batch: they cover it, and share the draws of dropout masks."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skseq._engine.native import parts
from skseq._engine.native.network import Network
from skseq._engine.native.parts import MIN_WINDOWS_PER_DRAW, split_batch
from skseq._network.architecture import make_architecture


def split(n_windows, units, n_parts):
    shape = {"window_shape": (4, 3), "n_outputs": 1, "dtype": "float32"}
    architecture = make_architecture("lstm", units, **shape)
    with patch.object(parts, "max_parallel", lambda: n_parts):
        return split_batch(architecture, n_windows)


def draws_of(split_parts):
    """List the number and the windows of every draw of some parts."""
    draws = []
    for part in split_parts:
        start = part.windows.start
        for draw, windows in part.draws.items():
            assert part.windows.start + windows.start == start
            draws.append((draw, start, windows.stop - windows.start))
            start += draws[-1][2]
        assert start == part.windows.stop
    return draws


@given(
    n_windows=st.integers(1, 3000),
    units=st.integers(1, 600),
    n_parts=st.integers(1, 40),
)
def test_parts_cover_the_batch_and_share_its_draws(n_windows, units, n_parts):
    found = split(n_windows, units, n_parts)
    draws = draws_of(found)
    assert [draw for draw, _, _ in draws] == list(range(len(draws)))
    assert [start for _, start, _ in draws] == [
        sum(size for _, _, size in draws[:draw]) for draw in range(len(draws))
    ]
    assert sum(size for _, _, size in draws) == n_windows
    # The masks of a window are the same however many parts there may be.
    assert draws == draws_of(split(n_windows, units, 1))
    if len(draws) > 1:
        assert min(size for _, _, size in draws) >= MIN_WINDOWS_PER_DRAW
    assert len(found) == min(len(draws), n_parts)


def test_a_large_batch_has_a_part_for_each_of_many_threads():
    assert len(split(256, 64, 16)) == 8
    assert len(split(32, 100, 16)) == 1


@pytest.mark.parametrize("sizes", [[3], [2, 3], [4, 1, 1]])
def test_masks_for_some_windows_are_those_of_each_generator_alone(sizes):
    dropout = {"dropout": (0.4, 0.2), "recurrent_dropout": 0.3}
    shape = {"window_shape": (4, 3), "n_outputs": 1, "dtype": "float32"}
    architecture = make_architecture("lstm", (5, 6), **dropout, **shape)
    together = Network(architecture, 2, sum(sizes))
    stop = 0
    for n, size in enumerate(sizes):
        start, stop = stop, stop + size
        rngs = [np.random.default_rng([n, member]) for member in range(2)]
        together.draw_masks(rngs, slice(start, stop))
    stop = 0
    for n, size in enumerate(sizes):
        start, stop = stop, stop + size
        alone = Network(architecture, 2, size)
        alone.draw_masks([np.random.default_rng([n, member]) for member in range(2)])
        for found, expected in zip(masks_of(together), masks_of(alone), strict=True):
            np.testing.assert_array_equal(found[..., start:stop], expected)


def masks_of(network):
    """List all dropout masks of a network."""
    return network.masks + [cell.mask for (cell,) in network.layers]
