"""The compiled kernel computes what the NumPy code computes, at each level."""

import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from skseq import LSTMRegressor
from skseq._engine.native import kernels
from skseq._engine.native.cells import CELLS
from skseq._engine.native.optimizers import Adam, AdamW
from skseq._network.architecture import Layer

compiled_cells = pytest.importorskip(
    "skseq._engine.native.compiled_cells", reason="the compiled kernel is missing"
)
_compiled = pytest.importorskip("skseq._engine.native._compiled")

DTYPES = ["float32", "float64"]
# Two orders of the same sums of some hundred products.
TOLERANCES = {"float32": 2e-5, "float64": 1e-13}


@pytest.fixture(params=_compiled.LEVELS)
def level(request):
    """Use a level of vector instructions of those that this processor has."""
    before = _compiled.use_level(request.param)
    yield request.param
    _compiled.use_level(before)


def run_cell(cell, seed=0, *, n_given=2, windows=slice(None)):
    """Run both passes of a cell on random numbers; return all results by name."""
    rng = np.random.default_rng(seed)
    n_steps, n_members, n_rows, n_windows = cell.a.shape
    dtype, n_columns = cell.a.dtype, cell.operand.shape[3]
    # Two members in one vector with a gap, as in Parameters.
    flat = rng.normal(size=(n_members, n_rows * n_columns + 7)).astype(dtype) / 2
    matrices = flat[:, 3:-4].reshape(n_members, n_rows, n_columns)
    gradient = np.full_like(flat, np.nan)[:, 3:-4].reshape(matrices.shape)
    inputs = rng.normal(size=(n_steps, n_members, cell.layer.n_inputs, 200))
    d_outputs = rng.normal(size=(n_given, n_members, cell.units + 2, n_windows))
    cell.load_inputs(inputs[..., windows].astype(dtype)[..., :n_windows])
    cell.draw_state_mask([np.random.default_rng(n) for n in range(n_members)])
    cell.load_weights(matrices)
    cell.forward()
    results = {name: v.copy() for name, v in cell.activations().items()}
    # As of a layer with two directions: a part of the rows, in reverse order of steps.
    d_outputs = d_outputs.astype(dtype)[::-1, :, 1:-1]
    d_inputs = cell.backward(matrices, d_outputs, gradient, needs_input_gradient=True)
    return results | {"d_inputs": d_inputs, "gradient": gradient}


def layer_of(name, units, recurrent_dropout=0.0):
    return Layer(name, units, 3, ("forward",), recurrent_dropout=recurrent_dropout)


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_windows", [1, 16, 150])
@pytest.mark.parametrize("units", [1, 13])
@pytest.mark.parametrize("recurrent_dropout", [0, 0.4])
def test_both_passes_equal_those_of_numpy(
    name, dtype, n_windows, units, recurrent_dropout, level
):
    layer = layer_of(name, units, recurrent_dropout)
    size = (5, 2, n_windows, dtype)
    found = run_cell(compiled_cells.COMPILED_CELLS[name](layer, *size))
    expected = run_cell(CELLS[name](layer, *size))
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        scale = max(np.abs(values).max(), 1)
        atol = TOLERANCES[dtype] * scale
        np.testing.assert_allclose(found[key], values, rtol=0, atol=atol, err_msg=key)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_window_has_the_same_bits_in_every_batch(name, dtype, level):
    if level == "blas":
        pytest.skip("BLAS rounds by the number of columns")
    layer = layer_of(name, 13)
    cell = compiled_cells.COMPILED_CELLS[name]
    whole = run_cell(cell(layer, 5, 2, 150, dtype))["hidden_state"]
    for start, stop in [(0, 1), (3, 8), (17, 49), (100, 150)]:
        part = cell(layer, 5, 2, stop - start, dtype)
        found = run_cell(part, windows=slice(start, stop))["hidden_state"]
        np.testing.assert_array_equal(found, whole[..., start:stop])


@pytest.mark.parametrize("name", CELLS)
def test_calls_for_some_steps_at_a_time_change_no_bit(name, monkeypatch, level):
    layer = layer_of(name, 4)
    cell = compiled_cells.COMPILED_CELLS[name]
    at_once = run_cell(cell(layer, 7, 2, 16, "float32"))
    one_step = 2 * 2 * 4 * len(CELLS[name].input_blocks) * 10 * 16
    monkeypatch.setattr(compiled_cells, "OPERATIONS_PER_CALL", 2 * one_step)
    in_parts = cell(layer, 7, 2, 16, "float32")
    assert len(in_parts._spans) > 2
    for key, values in run_cell(in_parts).items():
        np.testing.assert_array_equal(values, at_once[key], err_msg=key)


def test_a_call_of_the_kernel_is_short():
    """An interrupt is answered after the current call, so calls must be short."""
    layer = layer_of("lstm", 200)
    cell = compiled_cells.CompiledLSTM(layer, 2000, 1, 64, "float32")
    assert len(cell._spans) > 1
    cell.load_weights(np.zeros((1, 800, 204), "float32"))
    begin = time.process_time()
    cell.kernel.forward(cell._A, None, *cell._spans[0])
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("apply", "exact"),
    [
        (_compiled.apply_tanh, np.tanh),
        (_compiled.apply_sigmoid, lambda x: 1 / (1 + np.exp(-x))),
    ],
    ids=["tanh", "sigmoid"],
)
def test_tanh_and_sigmoid_err_by_three_units_in_the_last_place(
    apply, exact, dtype, level
):
    sizes = np.geomspace(1e-30, 80, 50_001)
    x = np.concatenate([sizes, -sizes, np.linspace(-12, 12, 100_003), [0]])
    values = x.astype(dtype)
    # Of the rounded numbers; where long double is no longer than double, it errs too.
    expected = exact(values.astype(np.longdouble))
    apply(values)
    errors = np.abs(values - expected) / np.spacing(np.abs(expected).astype(dtype))
    assert errors.max() < 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_tanh_and_sigmoid_of_infinity_and_nan(dtype, level):
    x = np.array([np.inf, -np.inf, 1e30, -1e30, np.nan] * 7, dtype)
    values = x.copy()
    _compiled.apply_tanh(values)
    np.testing.assert_array_equal(values[:5], [1, -1, 1, -1, np.nan])
    np.testing.assert_array_equal(values[-1], np.nan)
    _compiled.apply_sigmoid(x)
    np.testing.assert_allclose(x[:5], [1, 0, 1, 0, np.nan], atol=1e-37)


@pytest.mark.parametrize("optimizer", [Adam, AdamW])
@pytest.mark.parametrize("dtype", DTYPES)
def test_adam_equals_that_of_numpy(optimizer, dtype, level, monkeypatch):
    class Options:
        optimizer, global_clipnorm = "adam", None

    ends = []
    for kernel in (compiled_cells, None):
        monkeypatch.setattr(kernels, "kernel", kernel)
        rng = np.random.default_rng(0)
        theta = rng.normal(size=(2, 1001)).astype(dtype)
        update = optimizer(Options, [{}, {}], theta.shape, dtype)
        for _ in range(5):
            gradient = rng.normal(size=theta.shape).astype(dtype)
            update.step(theta, gradient, np.array([0.01, 0.1], dtype))
        ends.append((theta, update.moments))
    tolerance = 20 * np.finfo(dtype).eps
    for found, expected in zip(*ends, strict=True):
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def test_arrays_of_another_type_or_shape_are_errors():
    layer = layer_of("lstm", 4)
    cell = compiled_cells.CompiledLSTM(layer, 5, 1, 6, "float32")
    matrices = np.zeros((1, 16, 8), "float32")
    for wrong in (matrices.astype("float64"), matrices[:, :8], matrices[:, ::2]):
        cell.load_weights(wrong)
        with pytest.raises(ValueError, match="cannot use an array"):
            cell.forward()
    for wrong in (np.zeros((6, 1, 4, 6), "float32"), np.zeros((5, 1, 4, 6))):
        with pytest.raises(ValueError, match="cannot use an array"):
            cell.backward(matrices, wrong, matrices.copy(), needs_input_gradient=False)


FIT = """
    import numpy as np
    from skseq import LSTMRegressor
    from skseq._engine.native import kernels
    X, y = np.random.default_rng(0).random((2, 60, 3))
    regressor = LSTMRegressor(units=4, epochs=8, random_state=0, engine="native")
    print(kernels.kernel is None, *regressor.fit(X, y).predict(X).ravel())
"""


def test_a_whole_fit_without_the_kernel_is_the_same():
    without = "import sys; sys.modules['skseq._engine.native._compiled'] = None"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", without + textwrap.dedent(FIT)],
        capture_output=True,
        text=True,
        check=True,
    )
    is_missing, *predictions = done.stdout.split()
    assert is_missing == "True"
    X, y = np.random.default_rng(0).random((2, 60, 3))
    regressor = LSTMRegressor(units=4, epochs=8, random_state=0, engine="native")
    expected = regressor.fit(X, y).predict(X).ravel()
    np.testing.assert_allclose(
        [float(p) for p in predictions], expected, rtol=0, atol=1e-5
    )


@pytest.mark.parametrize(("wanted", "is_used"), [("1", False), ("", True)])
def test_a_variable_of_the_environment_chooses_numpy(wanted, is_used, monkeypatch):
    monkeypatch.setenv("SKSEQ_PURE_NUMPY", wanted)
    assert kernels.load_kernel() is (compiled_cells if is_used else None)


def test_a_kernel_of_another_version_is_not_used(monkeypatch):
    """In a clone, the compiled file may be older than the Python files beside it."""
    monkeypatch.setattr(_compiled, "VERSION", 0)
    monkeypatch.delitem(sys.modules, compiled_cells.__name__)
    assert kernels.load_kernel() is None


def test_the_kernel_is_described_in_one_line(monkeypatch):
    monkeypatch.setattr(kernels, "kernel", None)
    assert kernels.describe().startswith("NumPy; the compiled kernel is missing")
    monkeypatch.setattr(kernels, "kernel", compiled_cells)
    assert kernels.describe().endswith(_compiled.LEVELS[-1])
