"""Gates and states: the equations of the cells, and the numbers of predict."""

import numpy as np
import pytest
from fitted_networks import (
    PLAIN,
    RUN,
    fitted,
    run_layer,
    standardized,
    walk_windows,
    weights_of,
    with_missing_steps,
)

from skseq.inspection import gate_activations

EXACT = {"rtol": 0, "atol": 1e-12}


def check_equal(found, expected):
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, err_msg=name, **EXACT)


@pytest.mark.parametrize("cell", RUN)
def test_the_equations_of_each_cell(cell, engine):
    windows, _ = walk_windows()
    regressor = fitted(cell, n_members=2, recurrent_dropout=0.2, engine=engine)
    for member in (0, 1):
        expected = run_layer(regressor, standardized(regressor, windows), member)
        check_equal(gate_activations(regressor, windows, member=member), expected)


@pytest.mark.parametrize("cell", [*RUN, ("lstm", "gru", "rnn")], ids=str)
def test_all_layers_and_directions_of_a_stack(cell):
    windows, _ = walk_windows()
    regressor = fitted(cell, (3, 4, 2), bidirectional=True, dropout=0.2)
    x = standardized(regressor, windows)
    for layer in range(3):
        both = []
        for direction in ("forward", "backward"):
            place = {"layer": layer, "direction": direction}
            expected = run_layer(regressor, x, **place)
            check_equal(gate_activations(regressor, windows, **place), expected)
            both.append(expected["hidden_state"])
        x = np.concatenate(both, axis=2)
    last = gate_activations(regressor, windows, layer=-1, direction="backward")
    check_equal(last, expected)


def test_patches_and_statistics_of_windows_are_read():
    windows, _ = walk_windows()
    regressor = fitted(patch_length=2, window_statistics=True)
    architecture = regressor._fitted_model.architecture
    scale = architecture.normalization.statistics
    assert scale.features == (1,)
    floor = architecture.normalization.floors[1]
    walk = windows[:, :, 1]
    log_deviation = np.log(walk.var(axis=1) + floor) / 2
    mean_step = np.abs(np.diff(walk, axis=1)).mean(axis=1)
    log_step = np.log(mean_step**2 + floor) / 2 - log_deviation
    statistics = np.stack([log_deviation, log_step], axis=1)
    statistics = (statistics - scale.means) / scale.deviations
    patches = standardized(regressor, windows).reshape(len(windows), 3, 6)
    repeated = np.repeat(statistics[:, np.newaxis], 3, axis=1)
    expected = run_layer(regressor, np.concatenate([patches, repeated], axis=2))
    check_equal(gate_activations(regressor, windows), expected)


def head_of(regressor, member):
    weights = regressor._fitted_model.states[member].weights
    return weights["head/kernel"].astype(float), weights["head/bias"].astype(float)


def final_states(regressor, windows, **place):
    """Return the hidden states that the head gets."""
    forward = gate_activations(regressor, windows, layer=-1, **place)
    if not regressor.bidirectional:
        return forward.hidden_state[:, -1]
    backward = gate_activations(
        regressor, windows, layer=-1, direction="backward", **place
    )
    return np.hstack([forward.hidden_state[:, -1], backward.hidden_state[:, 0]])


@pytest.mark.parametrize("cell", RUN)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_last_hidden_state_gives_the_prediction(cell, bidirectional):
    regressor = fitted(cell, (3, 4), bidirectional=bidirectional, n_members=2, **PLAIN)
    windows = with_missing_steps(walk_windows(level=0)[0])
    outputs = []
    for member in (0, 1):
        kernel, bias = head_of(regressor, member)
        outputs.append(final_states(regressor, windows, member=member) @ kernel + bias)
    predicted = np.mean(outputs, axis=0)[:, 0]
    np.testing.assert_allclose(regressor.predict(windows), predicted, **EXACT)


def test_the_prediction_of_a_normalized_network():
    windows, _ = walk_windows()
    regressor = fitted(linear_weight=0, target_scaler=None)
    kernel, bias = head_of(regressor, 0)
    output = final_states(regressor, windows) @ kernel + bias
    walk = windows[:, :, 1]
    floor = regressor._fitted_model.architecture.normalization.floors[1]
    predicted = walk[:, -1] + np.sqrt(walk.var(axis=1) + floor) * output[:, 0]
    np.testing.assert_allclose(regressor.predict(windows), predicted, rtol=1e-12)


def test_rows_are_independent_of_others():
    regressor, (windows, _) = fitted(), walk_windows()
    many = np.tile(windows, (4, 1, 1))  # more than a block of the native engine
    whole = gate_activations(regressor, many)
    alone = gate_activations(regressor, windows[7:8])
    for name, values in whole.items():
        np.testing.assert_allclose(values[[7, 47, 127]], alone[name][[0] * 3], **EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("cell", RUN)
@pytest.mark.parametrize("engine", ["native", "keras"])
def test_states_equal_those_of_keras(cell, engine):
    keras = pytest.importorskip("keras")
    windows, _ = walk_windows()
    regressor = fitted(cell, engine=engine)
    # The policy of float64, so that rounding does not hide a difference.
    layer_type = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}[cell]
    options = {"return_sequences": True, "return_state": True, "dtype": "float64"}
    layer = getattr(keras.layers, layer_type)(4, **options)
    x = standardized(regressor, windows)
    layer.build(x.shape)
    layer.set_weights(weights_of(regressor, 0, 0, "forward"))
    hidden, *states = [np.asarray(values) for values in layer(x)]
    found = gate_activations(regressor, windows)
    np.testing.assert_allclose(found.hidden_state, hidden, **EXACT)
    if cell == "lstm":
        np.testing.assert_allclose(found.cell_state[:, -1], states[1], **EXACT)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            {"layer": 2},
            "layer must be an integer from -1 to 1, because .* has 2; got 2",
        ),
        ({"layer": -2}, "layer must be an integer from -1"),
        ({"member": 1}, "member must be an integer from 0 to 0"),
        ({"member": -1}, "member must be an integer"),
        (
            {"direction": "backward"},
            r"one of \['forward'\] for this network; got 'back",
        ),
        ({"direction": "up"}, "got 'up'. Fit with bidirectional=True"),
    ],
)
def test_places_that_do_not_exist(place, message):
    with pytest.raises(ValueError, match=message):
        gate_activations(fitted(units=(2, 3)), walk_windows()[0], **place)


def test_without_a_trained_network():
    with pytest.raises(ValueError, match="linear forecast has a weight of 1"):
        gate_activations(fitted(linear_weight=1), walk_windows()[0])
