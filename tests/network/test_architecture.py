"""Architectures and initial weights: sizes, Keras' distributions, Keras' order."""

import numpy as np
import pytest

from skseq._network.architecture import make_architecture
from skseq._network.initial_weights import draw_weights


def architecture(cell="lstm", units=6, dropout=0, **changes):
    shape = {
        "bidirectional": False,
        "window_shape": (4, 3),
        "n_outputs": 2,
        "dtype": "float64",
    }
    return make_architecture(cell, units, dropout, **shape | changes)


def test_one_value_is_for_every_layer():
    stack = architecture("lstm", (100, 100, 50), 0.2)
    assert stack.cells == ("lstm",) * 3
    assert stack.units == (100, 100, 50)
    assert stack.dropout == (0.2, 0.2, 0)


def test_dropout_of_a_single_layer_is_before_the_head():
    assert architecture(dropout=0.2).dropout == (0.2,)
    assert architecture(units=(3, 3), dropout=(0, 0.5)).dropout == (0, 0.5)


def test_a_layer_has_the_outputs_of_the_one_before_as_inputs():
    layers = architecture(("lstm", "gru"), (5, 7), bidirectional=True).layers
    assert [layer.n_inputs for layer in layers] == [3, 10]
    assert [layer.n_outputs for layer in layers] == [10, 14]


@pytest.mark.parametrize(
    ("cell", "units", "dropout", "match"),
    [
        (("lstm", "gru"), (3, 3, 3), 0, "one value for all.*'cell': 2, 'units': 3"),
        ("lstm", (), 0, "at least one layer"),
        ("lstm", (3, 0), 0, "units must be an integer.*got 0 for layer 1"),
        ("lstm", (3, 2.5), 0, "units must be .*2.5"),
        (("lstm", "foo"), 3, 0, "cell must be one of .*'foo' for layer 1"),
        ("lstm", (3, 3), (0, 1.0), "dropout must be .*1.0 for layer 1"),
    ],
)
def test_invalid_stacks_are_errors(cell, units, dropout, match):
    with pytest.raises(ValueError, match=match):
        architecture(cell, units, dropout)


def test_weights_are_drawn_from_keras_distributions():
    wide = architecture("lstm", 200, window_shape=(4, 100))
    weights = draw_weights(wide, seed=0)
    kernel = weights["lstm_0/forward/kernel"]
    limit = np.sqrt(6 / sum(kernel.shape))
    assert np.abs(kernel).max() <= limit
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.01)
    recurrent = weights["lstm_0/forward/recurrent_kernel"]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(200), atol=1e-12)
    np.testing.assert_array_equal(
        weights["lstm_0/forward/bias"], np.repeat([0, 1, 0, 0], 200)
    )


def test_a_seed_draws_the_same_weights_in_both_dtypes():
    double = draw_weights(architecture("gru"), seed=3)
    single = draw_weights(architecture("gru", dtype="float32"), seed=3)
    other = draw_weights(architecture("gru"), seed=4)
    for name, weight in double.items():
        np.testing.assert_array_equal(weight.astype(np.float32), single[name])
    assert not np.array_equal(double["head/kernel"], other["head/kernel"])
