"""What networks read: patches and statistics of windows, in both engines."""

from dataclasses import replace

import numpy as np
import pytest
from training_runs import (
    DROPOUTS,
    N_WINDOWS,
    examples,
    first_state,
    make_run,
    network,
    same_weights,
    train,
)

from skseq._engine import keras, native
from skseq._engine.native import input_reader
from skseq._network.normalization import Anchor, Normalization
from skseq._network.window_statistics import StatisticsScale
from skseq._series.windows import Windows

LAST = Anchor(2, -1, 2.0, 0.5)
STATISTICS = StatisticsScale((0, 2), (-1.0, -1.5, 0.2, 0.4), (0.3, 0.2, 0.5, 0.1))
NORMALIZATIONS = {
    "none": None,
    "normalized": Normalization((1e-4, None, 1e-2), (LAST, None)),
    "statistics": Normalization((1e-4, None, 1e-2), (LAST, None), STATISTICS),
}
TOLERANCES = {"float64": 1e-10, "float32": 1e-5}


def reshaped(data, shape):
    windows = Windows.of(data.windows.cut().reshape(len(data), *shape))
    return replace(data, windows=windows)


@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_patches_are_windows_reshaped_by_hand(dropout, bidirectional):
    by_engine = network(patch_length=2, bidirectional=bidirectional, **dropout)
    by_hand = network(window_shape=(2, 6), bidirectional=bidirectional, **dropout)
    data = examples()
    one, _ = train(native, by_engine, data=data)
    other, _ = train(native, by_hand, data=reshaped(data, (2, 6)))
    assert same_weights(one, other)
    np.testing.assert_array_equal(
        native.predict(by_engine, [one], data.windows),
        native.predict(by_hand, [one], reshaped(data, (2, 6)).windows),
    )


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("patch_length", [1, 2, 4])
@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_the_engines_agree(dtype, patch_length, kind):
    tolerance = TOLERANCES[dtype]
    architecture = network(
        "gru",
        dtype=dtype,
        patch_length=patch_length,
        normalization=NORMALIZATIONS[kind],
    )
    ends = [train(engine, architecture)[0] for engine in (native, keras)]
    for one, other in zip(*(end.weights.values() for end in ends), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)
    windows = examples(dtype).windows
    predictions = [
        engine.predict(architecture, ends[:1], windows) for engine in (native, keras)
    ]
    np.testing.assert_allclose(*predictions, rtol=0, atol=tolerance)
    model = keras.build_network(architecture, ends[:1])
    np.testing.assert_allclose(
        model(windows.cut()), predictions[1][0], rtol=0, atol=tolerance
    )


@pytest.mark.parametrize(
    ("kind", "patch_length", "shape"),
    [
        ("none", 1, (4, 3)),
        ("none", 2, (2, 6)),
        ("normalized", 4, (1, 12)),
        ("statistics", 1, (4, 7)),
        ("statistics", 2, (2, 10)),
    ],
)
def test_shape_of_what_a_network_reads(kind, patch_length, shape):
    architecture = network(
        patch_length=patch_length, normalization=NORMALIZATIONS[kind]
    )
    assert architecture.input_shape == shape
    assert architecture.weight_shapes["lstm_0/forward/kernel"] == (shape[1], 20)


def test_windows_are_cut_batch_by_batch(monkeypatch):
    sizes = []
    original = Windows.cut

    def cut(self):
        sizes.append(len(self))
        return original(self)

    data = examples()
    monkeypatch.setattr(input_reader, "MAX_STORED_VALUES", 0)
    monkeypatch.setattr(Windows, "cut", cut)
    train(native, network(patch_length=2), data=data)
    assert max(sizes) == 8 < N_WINDOWS


def test_few_windows_are_cut_once(monkeypatch):
    sizes = []
    original = Windows.cut
    monkeypatch.setattr(
        Windows, "cut", lambda self: sizes.append(len(self)) or original(self)
    )
    data = {"data": examples(), "validation": examples(seed=8)}
    members = [make_run(network(), seed=seed, **data) for seed in (0, 1)]
    native.train(network(), members, 3)
    assert sizes == [N_WINDOWS, N_WINDOWS]  # of training and of validation


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("normalization", NORMALIZATIONS.values(), ids=NORMALIZATIONS)
def test_stored_inputs_change_no_bit(dtype, normalization, monkeypatch):
    made = network(dtype=dtype, normalization=normalization, patch_length=2)
    data = {"data": examples(dtype), "validation": examples(dtype, seed=8)}
    stored, losses = train(native, made, **data)
    monkeypatch.setattr(input_reader, "MAX_STORED_VALUES", 0)
    computed, others = train(native, made, **data)
    assert same_weights(stored, computed)
    assert losses == others


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_saved_model_keeps_the_constants_set_last(tmp_path):
    import keras as library

    def build(normalization):
        made = network(normalization=normalization, patch_length=2, dtype="float32")
        return keras.build_network(made, [first_state(made, 0)])

    windows = examples("float32").windows.cut()
    first = StatisticsScale((0, 2), (0.0,) * 4, (1.0,) * 4)
    model = build(replace(NORMALIZATIONS["statistics"], statistics=first))
    before = model(windows).numpy()
    model.get_layer("statistics").set_constants(NORMALIZATIONS["statistics"])
    assert not np.allclose(model(windows), before)
    model.save(tmp_path / "model.keras")
    again = library.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(windows), model(windows))
    np.testing.assert_array_equal(
        model(windows), build(NORMALIZATIONS["statistics"])(windows)
    )
    config = again.get_layer("statistics").get_config()
    assert (
        StatisticsScale(
            **{name: tuple(values) for name, values in config["statistics"].items()}
        )
        == STATISTICS
    )
