"""Draw how far back a simple cell and an LSTM recall a marked value."""

import matplotlib.pyplot as plt
import numpy as np

from skseq import RecurrentRegressor
from skseq.inspection import GateActivationsDisplay, lag_relevance

TIME_STEPS = 40
BIN = 4
"""Lags that are averaged, so that each point has about 100 windows."""

NAMES = {"rnn": "simple cell", "lstm": "LSTM"}
COLOURS = {"rnn": "C1", "lstm": "C0"}


def make_recall(n_windows, random_state):
    """Make windows of noise, in which one step is marked, and its value."""
    rng = np.random.default_rng(random_state)
    noise = rng.uniform(-1, 1, (n_windows, TIME_STEPS))
    step = rng.integers(0, TIME_STEPS, n_windows)
    mark = np.arange(TIME_STEPS) == step[:, np.newaxis]
    y = noise[np.arange(n_windows), step]
    return np.stack([noise, mark], axis=2), y, TIME_STEPS - step


def fit(cell):
    """Fit a network of 16 units without normalization or linear forecast."""
    plain = {"normalization": None, "persistence": None, "linear_weight": 0}
    network = RecurrentRegressor(
        cell, 16, **plain, epochs=30, global_clipnorm=1, random_state=1
    )
    X, y, _ = make_recall(2000, random_state=0)
    return network.fit(X, y)


def draw_gradients():
    """Draw the mean gradient by the distance of the marked value from the end."""
    X, _, lag = make_recall(1000, random_state=1)
    _, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
    ax.axhline(1, color="0.6", linewidth=1, label="perfect recall")
    for cell, name in NAMES.items():
        gradient = lag_relevance(fit(cell), X).gradient
        of_marked = gradient[np.arange(len(X)), TIME_STEPS - lag, 0]
        bins = range(TIME_STEPS // BIN)
        means = [of_marked[(lag - 1) // BIN == n].mean() for n in bins]
        middles = np.array(bins) * BIN + (BIN + 1) / 2
        ax.plot(middles, means, "o-", color=COLOURS[cell], label=name)
    ax.set_xlabel("steps from the marked value to the end of the window")
    ax.set_ylabel("gradient with respect to the marked value")
    ax.legend(loc="center right")


def draw_gates():
    """Draw gates and states of the LSTM in a window with the mark at step -30."""
    X, _, lag = make_recall(1000, random_state=1)
    row = int(np.flatnonzero(lag == 30)[0])
    display = GateActivationsDisplay.from_estimator(fit("lstm"), X, row=row)
    plt.close(display.figure_)
    display.feature_names = ["noise", "mark"]  # windows without a table have no names
    display.plot()
