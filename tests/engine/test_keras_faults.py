"""Interrupts and errors within the Keras engine: they change nothing."""

import ast
import copy
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from interrupts import PACKAGE as HERE
from interrupts import Interrupt, contents
from process_state import global_state

from skseq import KerasSequenceRegressor, LSTMRegressor
from skseq._engine.keras import reusable_network

pytestmark = pytest.mark.slow

KERAS = f"{HERE}/_engine/keras"


@cache
def lines_of_cleanup(path):
    """Return the lines of a file that enter or leave a block, or tidy up after it."""
    lines = set()
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.With):
            lines |= set(range(node.lineno, node.body[0].lineno))
        if isinstance(node, ast.Try):
            for statement in node.finalbody:
                lines |= set(range(statement.lineno, statement.end_lineno + 1))
    return lines


def tidies_up(frame):
    """Say whether a line is one of cleanup, or is run by one.

    An interrupt just there, between two steps of a cleanup, may leave it half done.
    """
    if frame.f_lineno in lines_of_cleanup(frame.f_code.co_filename):
        return True
    while frame := frame.f_back:
        path, name = frame.f_code.co_filename, frame.f_code.co_name
        if name == "__exit__":
            return True
        is_with = path.startswith(HERE) and frame.f_lineno in lines_of_cleanup(path)
        if is_with and name != "_train_one":  # which borrows, and so builds, a network
            return True
    return False


@contextmanager
def interrupted_at(number, within=KERAS):
    """Raise at the number-th line of a folder or file that is run; count the lines."""
    count = [0]

    def trace(frame, event, argument):
        if not frame.f_code.co_filename.startswith(within):
            return None
        if event == "line" and not tidies_up(frame):
            count[0] += 1
            if count[0] == number:
                raise Interrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


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


def custom_regressor(**changes):
    settings = {"epochs": 2, "batch_size": 10, "random_state": 0}
    return KerasSequenceRegressor(dense_network, **settings | changes)


def prepare(one, is_fitted):
    """Return a regressor, once Keras is loaded."""
    import keras  # noqa: F401 - what its import changes is not ours

    X, y = data()
    return one.fit(X[:20], y[:20]) if is_fitted else one


def finish(one, method):
    """Call a method on a copy and return what that contains then."""
    one = copy.deepcopy(one)
    getattr(one, method)(*data())
    return contents(one)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("is_reused", [True, False])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_an_interrupt_at_any_line_changes_nothing(is_reused, method, monkeypatch):
    one = regressor(early_stopping=method == "fit")
    one = prepare(one, is_fitted=method == "partial_fit")
    before, after = contents(one), finish(one, method)
    assert before != after
    if not is_reused:
        monkeypatch.setattr(reusable_network, "_free_networks", lambda *kind: [])
    again = copy.deepcopy(one)
    with interrupted_at(None) as count:
        getattr(again, method)(*data())
    surroundings = global_state()
    for number in np.unique(np.linspace(1, count[0], 20).astype(int)):
        again = copy.deepcopy(one)
        with pytest.raises(Interrupt), interrupted_at(number):
            getattr(again, method)(*data())
        assert contents(again) == before, number
        assert global_state() == surroundings, number
        assert finish(again, method) == after, number


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
    one = prepare(custom_regressor(early_stopping=True), is_fitted=True)
    before, after = contents(one), finish(one, "fit")
    surroundings = global_state()
    again = copy.deepcopy(one).set_params(callbacks=[raising_at(event, error)])
    with pytest.raises(type(error)):
        again.fit(*data())
    again.set_params(callbacks=None)
    assert contents(again) == before
    assert global_state() == surroundings
    assert finish(again, "fit") == after


def test_an_interrupt_while_a_network_is_built_leaves_no_seed_behind():
    one = prepare(custom_regressor(), is_fitted=False)
    file = f"{KERAS}/custom_networks.py"
    with interrupted_at(None, file) as count:
        copy.deepcopy(one).fit(*data())
    surroundings = global_state()
    for number in range(1, count[0] + 1):
        with pytest.raises(Interrupt), interrupted_at(number, file):
            copy.deepcopy(one).fit(*data())
        assert global_state() == surroundings, number


def test_an_interrupt_of_predict_changes_no_later_prediction():
    X, y = data()
    one, other = regressor().fit(X, y), regressor().fit(X, -y)
    expected = one.predict(X), other.predict(X)
    with interrupted_at(None) as count:
        one.predict(X)
    for number in range(1, count[0] + 1):
        np.testing.assert_array_equal(other.predict(X), expected[1])
        with pytest.raises(Interrupt), interrupted_at(number):
            one.predict(X)
        # In another thread, which would wait forever for a lock that is still held.
        with ThreadPoolExecutor(1) as others:
            found = [others.submit(r.predict, X).result(20) for r in (other, one)]
        np.testing.assert_array_equal(found, expected[::-1])
