"""Interrupts and errors within the Keras engine: they change nothing."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from test_faults import HERE, Interrupt, contents, global_state, interrupted_at

from skseq import LSTMRegressor, set_predictor_cache_size

pytestmark = pytest.mark.slow

KERAS = f"{HERE}/_engine/keras"


def regressor(**changes):
    settings = {"units": 2, "dropout": 0.1, "epochs": 2, "batch_size": 10}
    return LSTMRegressor(**settings | changes, engine="keras", random_state=0)


def data():
    windows = np.random.default_rng(0).random((25, 3, 2))
    return windows, windows.sum(axis=(1, 2))


def dense_network(window_shape, n_outputs):
    import keras

    layers = keras.layers
    return keras.Sequential(
        [layers.Input(window_shape), layers.Flatten(), layers.Dense(n_outputs)]
    )


def prepare(is_fitted, **changes):
    """Return a regressor, once Keras is loaded."""
    import keras  # noqa: F401 - what its import changes is not ours

    X, y = data()
    one = regressor(**changes)
    if is_fitted:
        one.fit(X[:20], y[:20])
    return one


def finish(one, method):
    """Call a method on a copy and return what that holds then."""
    one = copy.deepcopy(one)
    getattr(one, method)(*data())
    return contents(one)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("n_kept", [8, 0])
@pytest.mark.parametrize(
    ("method", "is_fitted"), [("fit", False), ("fit", True), ("partial_fit", True)]
)
@pytest.mark.parametrize(("within", "n_points"), [(HERE, 10), (KERAS, 20)])
def test_an_interrupt_at_any_line_changes_nothing(
    n_kept, method, is_fitted, within, n_points
):
    stops_early = method == "fit"
    one = prepare(is_fitted, early_stopping=stops_early)
    before, after = contents(one), finish(one, method)
    assert before != after
    set_predictor_cache_size(n_kept)
    try:
        finish(one, method)  # the network to keep is traced
        again = copy.deepcopy(one)
        with interrupted_at(None, within) as count:
            getattr(again, method)(*data())
        surroundings = global_state()
        # The last lines of all return: then all is done.
        last = count[0] - 10 * (within == HERE)
        for number in np.unique(np.linspace(1, last, n_points).astype(int)):
            again = copy.deepcopy(one)
            with pytest.raises(Interrupt), interrupted_at(number, within):
                getattr(again, method)(*data())
            assert contents(again) == before, number
            assert global_state() == surroundings, number
            assert finish(again, method) == after, number
    finally:
        set_predictor_cache_size(8)


def raising_at(event, error):
    """Make a Keras callback that raises when an event comes for the second time."""
    import keras

    callback = keras.callbacks.Callback()
    calls = []

    def note(*args, **kwargs):
        calls.append(event)
        if len(calls) == 2 or event.startswith("on_train_"):
            raise error

    setattr(callback, event, note)
    return callback


EVENTS = [
    f"on_{what}_{when}"
    for what in ("train", "epoch", "train_batch", "test", "test_batch")
    for when in ("begin", "end")
]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("error", [Interrupt(), RuntimeError("planned")], ids=repr)
def test_a_callback_that_raises_changes_nothing(event, error):
    one = prepare(is_fitted=True, early_stopping=True)
    before, after = contents(one), finish(one, "fit")
    surroundings = global_state()
    again = copy.deepcopy(one).set_params(keras_callbacks=[raising_at(event, error)])
    with pytest.raises(type(error)):
        again.fit(*data())
    again.set_params(keras_callbacks=None)
    assert contents(again) == before
    assert global_state() == surroundings
    assert finish(again, "fit") == after


def test_an_interrupt_while_a_network_is_built_leaves_no_seed_behind():
    one = prepare(is_fitted=False, network=dense_network)
    file = f"{KERAS}/networks.py"
    with interrupted_at(None, file) as count:
        copy.deepcopy(one).fit(*data())
    surroundings = global_state()
    for number in range(1, count[0] + 1):
        with pytest.raises(Interrupt), interrupted_at(number, file):
            copy.deepcopy(one).fit(*data())
        assert global_state() == surroundings, number


def test_an_interrupt_of_predict_spoils_no_later_answer():
    X, y = data()
    one, other = regressor().fit(X, y), regressor().fit(X, -y)
    expected = one.predict(X), other.predict(X)
    with interrupted_at(None, KERAS) as count:
        one.predict(X)
    for number in range(1, count[0] + 1):
        np.testing.assert_array_equal(other.predict(X), expected[1])
        with pytest.raises(Interrupt), interrupted_at(number, KERAS):
            one.predict(X)
        # In another thread, which would wait for ever if a lock were not let go.
        with ThreadPoolExecutor(1) as others:
            answers = [others.submit(r.predict, X).result(20) for r in (other, one)]
        np.testing.assert_array_equal(answers, expected[::-1])
