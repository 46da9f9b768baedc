"""The native engine: its slopes, its equality with Keras, what it leaves behind."""

import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from skseq import LSTMRegressor
from skseq._architecture import OwnNetwork, draw_weights, make_architecture
from skseq._engine import Examples, Recipe, State, keras
from skseq._engine.choice import choose_engine
from skseq._engine.native import train as native
from skseq._engine.native.losses import LOSSES, measure
from skseq._engine.native.network import Network
from skseq._engine.native.optimizers import OPTIMIZERS
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.threads import one_blas_thread
from skseq._engine.plan import BatchPlan

CELLS = ["rnn", "lstm", "gru", ("lstm", "gru", "rnn")]
N_WINDOWS = 20


def network(cell="lstm", dropout=0, **changes):
    shape = {
        "bidirectional": False,
        "window_shape": (4, 3),
        "n_outputs": 2,
        "dtype": "float64",
    }
    units = (4, 5, 3) if isinstance(cell, tuple) else 5
    return make_architecture(cell, units, dropout, **shape | changes)


def examples(dtype="float64"):
    rng = np.random.default_rng(0)
    windows, targets = rng.random((N_WINDOWS, 4, 3)), rng.random((N_WINDOWS, 2))
    weights = rng.random(N_WINDOWS) + 0.5
    return Examples(*(a.astype(dtype) for a in (windows, targets, weights)))


class Recorder:
    """A watch that only records."""

    def __init__(self):
        self.n_epochs = 0
        self.losses = []

    def begin_epoch(self):
        pass

    def end_epoch(self, losses, read_state):
        self.n_epochs += 1
        self.losses.append(losses["loss"])
        return False


def train(engine, architecture, optimizer="adam", loss="mse", n_epochs=7, start=None):
    """Train on batches of 8, 8 and 4 windows; return the state and the losses."""
    start = start or State(3, weights=draw_weights(architecture, 3))
    watch = Recorder()
    end = engine.train(
        architecture,
        Recipe(optimizer, 2**-7, loss),
        start,
        BatchPlan(N_WINDOWS, 8, start.seed),
        examples(architecture.dtype),
        None,
        n_epochs,
        watch,
    )
    return end, watch.losses


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dropout", [0, 0.4])
def test_slopes_are_those_of_finite_differences(cell, bidirectional, dropout):
    rates = (dropout,) * (3 if isinstance(cell, tuple) else 1)
    architecture = network(cell, rates, bidirectional=bidirectional)
    data = examples()
    parameters = Parameters(architecture).read(draw_weights(architecture, 1))
    passes = Network(architecture, N_WINDOWS)
    passes.draw_masks(np.random.default_rng(0))

    def loss():
        answers = passes.forward(parameters, data.windows)
        return measure(LOSSES["mse"], answers, data.targets.T, data.weights)

    gradient = Parameters(architecture)
    passes.backward(parameters, loss()[1], gradient)
    by_name = gradient.write()
    step = 1e-5
    for name, slopes in by_name.items():
        for index in [(0,) * slopes.ndim, tuple(np.array(slopes.shape) - 1)]:
            ends = []
            for sign in (1, -1):
                moved = draw_weights(architecture, 1)
                moved[name][index] += sign * step
                parameters.read(moved)
                ends.append(loss()[0])
            difference = (ends[0] - ends[1]) / (2 * step)
            assert slopes[index] == pytest.approx(difference, rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize("name", sorted(set(LOSSES)))
def test_slopes_of_losses(name):
    errors = np.array([[-3.0, -1.5, -0.3, 0.2, 0.9, 4.0]])
    weights = np.arange(1.0, 7.0)
    zeros = np.zeros_like(errors)
    _, slopes = measure(LOSSES[name], errors.copy(), zeros, weights)
    for column in range(errors.size):
        step = np.zeros_like(errors)
        step[0, column] = 1e-6
        above, _ = measure(LOSSES[name], errors + step, zeros, weights)
        below, _ = measure(LOSSES[name], errors - step, zeros, weights)
        assert slopes[0, column] == pytest.approx((above - below) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_weights_survive_the_way_into_matrices_and_back(cell, bidirectional):
    architecture = network(cell, bidirectional=bidirectional)
    weights = draw_weights(architecture, 5)
    back = Parameters(architecture).read(weights).write()
    assert list(back) == list(weights)
    for name, weight in weights.items():
        np.testing.assert_array_equal(back[name], weight)


TOLERANCES = {"float64": 1e-10, "float32": 1e-5}


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dtype", TOLERANCES)
def test_weights_after_twenty_steps_are_those_of_keras(cell, bidirectional, dtype):
    equal_to_keras(network(cell, bidirectional=bidirectional, dtype=dtype))


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "log_cosh"])
def test_optimizers_and_losses_are_those_of_keras(optimizer, loss):
    equal_to_keras(network("gru"), optimizer, loss)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_two_engines_agree(cell):
    equal_to_keras(network(cell))


def equal_to_keras(architecture, optimizer="adam", loss="mse"):
    tolerance = TOLERANCES[architecture.dtype]
    ours, our_losses = train(native, architecture, optimizer, loss)
    theirs, their_losses = train(keras, architecture, optimizer, loss)
    for name, weight in theirs.weights.items():
        np.testing.assert_allclose(ours.weights[name], weight, rtol=0, atol=tolerance)
    # Keras averages the losses of an epoch in float32.
    np.testing.assert_allclose(our_losses, their_losses, rtol=1e-5)
    windows = examples(architecture.dtype).windows
    np.testing.assert_allclose(
        native.predict(architecture, theirs, windows),
        keras.predict(architecture, theirs, windows),
        rtol=0,
        atol=tolerance,
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_goes_on_where_it_ended(optimizer):
    architecture = network(("lstm", "gru", "rnn"), 0.3)
    whole, losses = train(native, architecture, optimizer, n_epochs=4)
    half, _ = train(native, architecture, optimizer, n_epochs=2)
    rest, last = train(native, architecture, optimizer, n_epochs=2, start=half)
    assert last == losses[2:]
    for name, weight in whole.weights.items():
        np.testing.assert_array_equal(rest.weights[name], weight)


def test_dropout_drops_its_share_and_keeps_the_mean():
    architecture = network(("lstm", "gru", "rnn"), (0.25, 0.5, 0))
    passes = Network(architecture, 2000)
    passes.draw_masks(np.random.default_rng(0))
    assert passes.masks[2] is None
    for mask, rate in zip(passes.masks, (0.25, 0.5), strict=False):
        assert set(np.unique(mask)) == {0, 1 / (1 - rate)}
        assert (mask == 0).mean() == pytest.approx(rate, abs=0.01)
        assert mask.mean() == pytest.approx(1, abs=0.01)


def test_one_mask_gives_both_engines_the_same_answers():
    """A dropped output is an output whose weights are zero."""
    architecture = network("lstm", 0.5)
    weights = draw_weights(architecture, 2)
    passes = Network(architecture, 1)
    passes.draw_masks(np.random.default_rng(4))
    mask = passes.masks[0][:, 0]
    assert 0 < (mask == 0).sum() < len(mask)
    windows = examples().windows[:1]
    parameters = Parameters(architecture).read(weights)
    dropped = passes.forward(parameters, windows).T
    weights["head/kernel"] = weights["head/kernel"] * mask[:, np.newaxis]
    without = keras.predict(architecture, State(0, weights=weights), windows)
    np.testing.assert_allclose(dropped, without, atol=1e-12)


def test_predictions_do_not_depend_on_the_batch():
    architecture = network(("lstm", "gru", "rnn"), bidirectional=True, dtype="float32")
    state = State(0, weights=draw_weights(architecture, 0))
    windows = np.random.default_rng(1).random((600, 4, 3), dtype=np.float32)
    whole = native.predict(architecture, state, windows)
    for size in (1, 7, 256):
        parts = [
            native.predict(architecture, state, windows[at : at + size])
            for at in range(0, len(windows), size)
        ]
        np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("recipe", "obstacle"),
    [
        ({}, None),
        ({"optimizer": "nadam"}, "optimizer='nadam'"),
        ({"loss": "msle"}, "loss='msle'"),
        ({"loss": np.abs}, "loss="),
        ({"learning_rate": lambda step: 1}, "a learning_rate"),
        ({"metrics": ["mae"]}, "metrics"),
        ({"callbacks": ["one"]}, "keras_callbacks"),
    ],
)
def test_native_wherever_it_can(recipe, obstacle):
    recipe = Recipe(
        **{"optimizer": "adam", "learning_rate": 0.1, "loss": "mse"} | recipe
    )
    assert choose_engine("keras", network(), recipe) == "keras"
    if obstacle is None:
        assert choose_engine("auto", network(), recipe) == "native"
        assert choose_engine("native", network(), recipe) == "native"
        own = OwnNetwork(print, (4, 3), 2, "float32")
        assert choose_engine("auto", own, recipe) == "keras"
    else:
        assert choose_engine("auto", network(), recipe) == "keras"
        with pytest.raises(ValueError, match=f"cannot do {obstacle}"):
            choose_engine("native", network(), recipe)


def test_training_goes_on_with_the_engine_that_began():
    X, y = np.random.default_rng(0).random((2, 20, 3))
    regressor = LSTMRegressor(units=2, epochs=1, warm_start=True).fit(X, y)
    assert regressor.engine_ == "native"
    with pytest.raises(ValueError, match="cannot do metrics"):
        regressor.set_params(metrics=["mae"]).fit(X, y)
    regressor.set_params(warm_start=False).fit(X, y)
    assert regressor.engine_ == "keras"


def blas_threads():
    return [
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


def test_blas_gets_its_threads_back():
    before = blas_threads()

    def fail_inside():
        with one_blas_thread(), one_blas_thread():
            assert set(blas_threads()) == {1}
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    assert blas_threads() == before


def test_fits_in_threads_are_fits():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    before = blas_threads()
    expected = LSTMRegressor(units=3, epochs=5, random_state=0).fit(X, y).predict(X)
    answers = [None] * 4

    def fit(number):
        regressor = LSTMRegressor(units=3, epochs=5, random_state=0).fit(X, y)
        answers[number] = regressor.predict(X)

    threads = [threading.Thread(target=fit, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)
    assert blas_threads() == before


def test_a_native_fit_loads_no_tensorflow():
    code = """
        import sys
        import numpy as np
        from skseq import LSTMRegressor
        X, y = np.random.default_rng(0).random((2, 20, 3))
        LSTMRegressor(units=2, epochs=1).fit(X, y).predict(X)
        loaded = {"tensorflow", "keras", "scikeras"} & set(sys.modules)
        assert not loaded, loaded
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_an_epoch_is_a_line(capsys):
    X, y = np.random.default_rng(0).random((2, 20, 3))
    LSTMRegressor(units=2, epochs=2, verbose=1, early_stopping=True).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2"]
    assert all("val_loss" in line for line in lines)
