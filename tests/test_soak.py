"""Minutes of random work: pipelines, data, failures at random points, copies, searches.

``make soak`` runs it; SKSEQ_SOAK_SECONDS sets the duration. Every round is drawn from
its number alone, and a failure names that number.
"""

import copy
import gc
import os
import pickle
import threading
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from interrupts import Interrupt, interrupted_at
from process_state import global_state, needs_proc, resident
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline

from skseq import RecurrentRegressor, SequenceWindower, TargetAwareMinMaxScaler

SECONDS = float(os.environ.get("SKSEQ_SOAK_SECONDS", "180"))
LARGEST_GROWTH = 0.05
"""MiB per round; a leak grows with the number of rounds."""


def make_data(rng):
    """Draw a table and a target, with or without an index, with or without gaps."""
    n_rows = int(rng.integers(40, 120))
    values = rng.random((n_rows, int(rng.integers(1, 4)))).cumsum(axis=0)
    frame = pd.DataFrame(values, columns=[f"c{k}" for k in range(values.shape[1])])
    kind = rng.choice(["array", "days", "months", "gap"])
    if kind == "array":
        return values, values[:, 0].copy()
    freq = {"days": "D", "months": "ME", "gap": "h"}[kind]
    frame.index = pd.date_range("2020-01-31", periods=n_rows, freq=freq)
    if kind == "gap":
        gap = int(rng.integers(15, n_rows - 15))
        frame = frame.drop(frame.index[gap : gap + 4])
    return frame, frame["c0"]


def make_pipe(rng):
    """Draw a pipeline."""
    n_layers = int(rng.integers(1, 3))
    regressor = RecurrentRegressor(
        cell=tuple(rng.choice(["lstm", "gru", "rnn"], n_layers).tolist()),
        units=tuple(rng.integers(1, 6, n_layers).tolist()),
        dropout=float(rng.choice([0, 0.2])),
        recurrent_dropout=float(rng.choice([0, 0.2])),
        bidirectional=bool(rng.integers(2)),
        dense_units=tuple(rng.integers(1, 4, int(rng.integers(0, 2))).tolist()),
        n_members=int(rng.integers(1, 3)),
        optimizer=str(rng.choice(["adam", "adamw", "nadam", "rmsprop", "sgd"])),
        learning_rate_schedule=str(rng.choice(["constant", "cosine", "linear"])),
        global_clipnorm=[None, 1.0][rng.integers(2)],
        loss=str(rng.choice(["mse", "mae", "huber", "log_cosh"])),
        epochs=int(rng.integers(1, 4)),
        batch_size=int(rng.choice([4, 16, 64])),
        early_stopping=bool(rng.integers(2)),
        dtype=str(rng.choice(["float32", "float64"])),
        random_state=int(rng.integers(1000)),
    )
    windower = SequenceWindower(
        int(rng.integers(1, 7)), horizon=int(rng.integers(1, 3))
    )
    steps = [
        ("scale", TargetAwareMinMaxScaler()),
        ("window", windower),
        ("rnn", regressor),
    ]
    return Pipeline(steps).set_output(transform="pandas")


def one_round(number):
    """Do everything once with what is drawn from a number."""
    rng = np.random.default_rng(number)
    X, y = make_data(rng)
    cut = int(0.8 * len(X))
    pipe = make_pipe(rng)
    interrupt_a_first_fit(pipe, X[:cut], y[:cut], rng)
    pipe.fit(X[:cut], y[:cut])
    expected = pipe.predict(X[cut:])
    assert np.isfinite(expected).all()
    assert len(expected) == len(X) - cut
    same = clone(pipe).fit(X[:cut], y[:cut]).predict(X[cut:])
    np.testing.assert_array_equal(same, expected)
    interrupt_a_refit(pipe, X, y, rng)
    check_invalid_input(pipe, X, y, rng)
    np.testing.assert_array_equal(pipe.predict(X[cut:]), expected)
    for again in (pickle.loads(pickle.dumps(pipe)), copy.deepcopy(pipe)):
        np.testing.assert_array_equal(again.predict(X[cut:]), expected)
    predict_in_threads(pipe, X[cut:], expected)


def interrupt_a_first_fit(pipe, X, y, rng):
    """Interrupt the regressor somewhere in its fit; it must not be fitted then."""
    windows = pipe[:-1].fit_transform(X, y)
    regressor = clone(pipe[-1])
    try:
        with interrupted_at(int(rng.integers(1, 3000))):
            regressor.fit(windows, y)
    except Interrupt:
        with pytest.raises(NotFittedError):
            regressor.predict(windows)


def interrupt_a_refit(pipe, X, y, rng):
    """Interrupt a fit of the fitted regressor on other data."""
    windows = clone(pipe[:-1]).fit_transform(X, y)
    before = pickle.dumps(pipe[-1])
    try:
        with interrupted_at(int(rng.integers(1, 3000))):
            pipe[-1].fit(windows, y)
    except Interrupt:
        assert pickle.dumps(pipe[-1]) == before
    finally:
        vars(pipe[-1]).clear()
        vars(pipe[-1]).update(vars(pickle.loads(before)))


def check_invalid_input(pipe, X, y, rng):
    """Give an invalid cell, or invalid parameters: an error, and nothing changed."""
    rows = np.array(X)
    rows[int(rng.integers(len(rows) - 3)), 0] = rng.choice([np.nan, np.inf])
    if not isinstance(X, np.ndarray):
        rows = pd.DataFrame(rows, X.index, X.columns)
    with pytest.raises(ValueError, match="NaN|infinity"):
        clone(pipe).fit(rows, y)
    with pytest.raises(ValueError, match="epochs"):
        clone(pipe).set_params(rnn__epochs=0).fit(X, y)
    with pytest.raises(ValueError, match=r"diverged|became|beyond"):
        clone(pipe).set_params(
            rnn__learning_rate=1e30,
            rnn__loss="mse",
            rnn__epochs=30,
            rnn__optimizer="sgd",
            rnn__global_clipnorm=None,
            rnn__early_stopping=False,
        ).fit(X, y)


def predict_in_threads(pipe, X, expected):
    """Predict in several threads at once."""
    predictions = {}
    threads = [
        threading.Thread(target=lambda n=n: predictions.update({n: pipe.predict(X)}))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(predictions) == 3
    for y_pred in predictions.values():
        np.testing.assert_array_equal(y_pred, expected)


@pytest.mark.soak
@pytest.mark.timeout(SECONDS * 2 + 300)
@needs_proc
def test_rounds_of_random_work():
    end = time.monotonic() + SECONDS
    before = None
    readings = []
    number = 0
    while time.monotonic() < end or number < 20:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            try:
                one_round(number)
            except Exception as error:
                error.add_note(f"in round {number}")
                raise
        gc.collect()
        readings.append(resident())
        before = before or global_state()
        number += 1
    after = global_state()
    assert after == before
    half = len(readings) // 2
    growth = np.polyfit(range(half), readings[-half:], 1)[0]
    print(
        f"{number} rounds, {growth:.4f} MiB a round, {readings[-1]:.0f} MiB at the end"
    )
    assert growth < LARGEST_GROWTH


@pytest.mark.soak
def test_searches_with_two_workers():
    for number in range(3):
        rng = np.random.default_rng(number)
        X, y = make_data(rng)
        pipe = make_pipe(rng).set_params(window__gaps="ignore")
        grid = {"rnn__epochs": [1, 2], "window__time_steps": [2, 3]}
        scores = []
        for n_jobs in (1, 2):
            search = GridSearchCV(pipe, grid, cv=TimeSeriesSplit(3), n_jobs=n_jobs)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                scores.append(search.fit(X, y).cv_results_["mean_test_score"])
        np.testing.assert_array_equal(*scores)
