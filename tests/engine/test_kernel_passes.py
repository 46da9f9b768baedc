"""Both passes of a network in the compiled kernel compute what NumPy computes."""

from functools import partial

import numpy as np
import pytest
from training_runs import CELLS, DROPOUTS, network

from skseq._engine.contract import QUANTILE_LOSS
from skseq._engine.native import kernels
from skseq._engine.native.losses import LOSSES, find_loss
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._network.initial_weights import draw_weights
from skseq._network.normalization import Anchor, Normalization

compiled_cells = pytest.importorskip(
    "skseq._engine.native.compiled_cells", reason="the compiled kernel is missing"
)
_compiled = pytest.importorskip("skseq._engine.native._compiled")

# Two orders of the same sums, and of the sums of those.
TOLERANCES = {"float32": 5e-5, "float64": 1e-13}


@pytest.fixture(autouse=True)
def use_kernel(monkeypatch):
    """Use the compiled kernel, also where SKSEQ_PURE_NUMPY is set."""
    monkeypatch.setattr(kernels, "kernel", compiled_cells)


@pytest.fixture(params=_compiled.LEVELS)
def level(request):
    """Use a level of vector instructions of those that this processor has."""
    before = _compiled.use_level(request.param)
    yield request.param
    _compiled.use_level(before)


def make_network(architecture, n_members=2, n_windows=20):
    """Make a network with random inputs, masks and weights."""
    rng = np.random.default_rng(0)
    made = Network(architecture, n_members, n_windows)
    made.inputs[:] = rng.normal(size=made.inputs.shape)
    if made.is_normalized:
        made.scale[:] = rng.uniform(0.5, 2, size=made.scale.shape)
        made.base[:] = rng.normal(size=made.base.shape)
    made.draw_masks([np.random.default_rng(n) for n in range(n_members)])
    weights = [draw_weights(architecture, n) for n in range(n_members)]
    made.load_weights(Parameters(architecture, n_members).load(weights))
    return made


def run_passes(architecture, **size):
    """Return all results of both passes by name."""
    made = make_network(architecture, **size)
    gradient = Parameters(architecture, len(made.parameters.flat))
    gradient.flat[:] = np.nan
    outputs = made.forward()
    d_predictions = np.random.default_rng(1).normal(size=outputs.shape)
    d_inputs = made.backward(
        d_predictions.astype(architecture.dtype), gradient, needs_input_gradient=True
    )
    return {"outputs": outputs, "gradient": gradient.flat, "d_inputs": d_inputs}


def compute_gradient(architecture, loss, **size):
    """Return losses and gradient of one part of a larger batch."""
    made = make_network(architecture, **size)
    gradient = Parameters(architecture, len(made.parameters.flat))
    rng = np.random.default_rng(2)
    n_members, n_windows = made.inputs.shape[1::2]
    targets = rng.normal(size=(n_members, architecture.n_outputs, n_windows))
    weights = rng.random((n_members, n_windows))
    arrays = (a.astype(architecture.dtype) for a in (targets, weights))
    losses = made.compute_gradient(loss, *arrays, 3 * n_windows, gradient)
    return {"losses": losses, "gradient": gradient.flat}


def assert_equals_numpy(compute, dtype, monkeypatch):
    """Compare the results of the compiled kernel with those of NumPy."""
    found = compute()
    monkeypatch.setattr(kernels, "kernel", None)
    for key, values in compute().items():
        scale = max(np.abs(values).max(), 1)
        atol = TOLERANCES[dtype] * scale
        assert found[key].dtype == values.dtype
        np.testing.assert_allclose(found[key], values, rtol=0, atol=atol, err_msg=key)


@pytest.mark.sample(2)
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
@pytest.mark.parametrize("dense_units", [(), (6, 40)], ids=str)
def test_passes_equal_those_of_numpy(
    cell, bidirectional, dropout, dense_units, level, monkeypatch
):
    for dtype, n_windows in (("float64", 5), ("float32", 16), ("float32", 37)):
        architecture = network(
            cell,
            bidirectional=bidirectional,
            dense_units=dense_units,
            dtype=dtype,
            **dropout,
        )
        with monkeypatch.context() as context:
            run = partial(run_passes, architecture, n_windows=n_windows)
            assert_equals_numpy(run, dtype, context)


@pytest.mark.parametrize("loss", [*LOSSES, QUANTILE_LOSS])
@pytest.mark.parametrize("is_normalized", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_and_gradients_equal_those_of_numpy(
    loss, is_normalized, dtype, monkeypatch
):
    normalization = Normalization((1e-4, None, 1e-2), (Anchor(2, -1, 2.0, 0.5), None))
    architecture = network(
        dtype=dtype, normalization=normalization if is_normalized else None
    )
    run = partial(compute_gradient, architecture, find_loss(loss, (0.1, 0.9)))
    assert_equals_numpy(run, dtype, monkeypatch)


def test_a_network_too_large_for_one_call_has_the_same_results(monkeypatch):
    architecture = network("gru", 0.3, bidirectional=True, dtype="float32")
    at_once = run_passes(architecture)
    monkeypatch.setattr(compiled_cells, "OPERATIONS_PER_CALL", 1)
    assert make_network(architecture).passes is None
    for key, values in run_passes(architecture).items():
        np.testing.assert_allclose(values, at_once[key], atol=1e-5, err_msg=key)


def test_nan_passes_through_dense_layers():
    made = make_network(network(dense_units=3))
    made.inputs[:, 0, :, 4] = np.nan
    outputs = made.forward()
    assert np.isnan(outputs[0, :, 4]).all()
    assert np.isfinite(outputs[1]).all()


def test_predictions_are_not_overwritten_by_the_next_ones():
    made = make_network(network())
    first = made.forward()
    before = first.copy()
    made.inputs[:] += 1
    made.forward()
    np.testing.assert_array_equal(first, before)


def test_arrays_of_another_type_or_shape_are_errors():
    made = make_network(network())
    flat, passes = made.parameters.flat, made.passes.kernel
    for wrong in (flat.astype("float32"), flat[:, :-1], flat[:1]):
        with pytest.raises(ValueError, match="cannot use an array"):
            passes.forward(wrong, made.masks)
