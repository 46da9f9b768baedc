"""The order of the outputs of several quantiles: repeated, scaled back, sorted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skseq._network.architecture import make_architecture
from skseq._network.normalization import Anchor, Normalization
from skseq._network.quantiles import (
    repeat_anchors,
    repeat_targets,
    unscale_and_sort,
)

COUNTS = st.integers(1, 4)


@given(st.data(), COUNTS, COUNTS, COUNTS)
def test_each_target_is_scaled_back_and_sorted_alone(data, n_rows, n_targets, n):
    values = st.floats(-1e6, 1e6)
    scaled = data.draw(arrays(float, (n_rows, n_targets * n), elements=values))
    factors, offsets = np.arange(1.0, n_targets + 1), np.arange(n_targets) - 1.0
    found = unscale_and_sort(scaled, n, lambda rows: rows * factors + offsets)
    for target in range(n_targets):
        columns = slice(target * n, (target + 1) * n)
        expected = np.sort(scaled[:, columns], axis=1) * factors[target]
        np.testing.assert_array_equal(found[:, columns], expected + offsets[target])


@given(st.data(), COUNTS, COUNTS)
def test_sorting_makes_no_pinball_loss_larger(data, n_rows, n):
    """The sum over quantiles, at any value of the target (Chernozhukov et al.)."""
    quantiles = np.arange(1, n + 1) / (n + 1)
    values = st.floats(-1e3, 1e3)
    scaled = data.draw(arrays(float, (n_rows, n), elements=values))
    target = data.draw(arrays(float, (n_rows, 1), elements=values))

    def pinball(predictions):
        above = target - predictions
        return np.maximum(quantiles * above, (quantiles - 1) * above).sum(axis=1)

    after = pinball(unscale_and_sort(scaled, n, lambda rows: rows))
    assert (after <= pinball(scaled) + 1e-9).all()


def test_targets_and_anchors_are_repeated_for_neighbouring_outputs():
    targets = np.array([[1.0, 2.0], [3.0, 4.0]])
    repeated = repeat_targets(targets, 3)
    np.testing.assert_array_equal(repeated[0], [1, 1, 1, 2, 2, 2])
    assert repeat_targets(targets, 1) is targets
    anchor = Anchor(0, -1, 2.0, 0.5)
    normalization = Normalization((0.1, None), (anchor, None))
    assert repeat_anchors(normalization, 2).anchors == (anchor, anchor, None, None)
    assert repeat_anchors(None, 2) is None


def test_an_architecture_knows_the_quantile_of_each_output():
    shape = {"window_shape": (4, 3), "dtype": "float32"}
    several = make_architecture("gru", 2, n_outputs=4, quantiles=(0.1, 0.9), **shape)
    assert several.output_quantiles == (0.1, 0.9, 0.1, 0.9)
    assert several.n_quantiles == 2
    plain = make_architecture("gru", 2, n_outputs=4, **shape)
    assert (plain.output_quantiles, plain.n_quantiles) == ((), 1)
