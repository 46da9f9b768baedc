"""An engine of a few lines of NumPy, to try all that stands around an engine.

It keeps the contract of the real ones - seed, batch plan, weights of the examples,
watch - and its numbers depend on every part of it, but it learns little: steps of
gradient descent for the head, on a fixed random mix of each window's steps.
"""

from dataclasses import replace

import numpy as np

FORGETTING = 0.7
"""How much of a step's value is left one step later."""

LEARNING_SPEED = 100
"""Times the learning rate of a network; safe for a head on a few bounded numbers."""


def train(architecture, runs, n_epochs):
    """Train networks one after the other, as an engine's ``train`` does."""
    return [train_one(architecture, run, n_epochs) for run in runs]


def train_one(architecture, run, n_epochs):
    options, state, plan = run.options, run.state, run.plan
    training, validation, monitor = run.training, run.validation, run.monitor
    weights = {name: weight.copy() for name, weight in state.weights.items()}
    width = 1 + architecture.layers[-1].n_outputs
    speed = LEARNING_SPEED * options.learning_rate / (plan.n_steps * width)
    for number in range(state.n_epochs, state.n_epochs + n_epochs):
        monitor.begin_epoch()
        losses = [
            take_step(architecture, weights, training, rows, speed)
            for rows in plan.epoch(number)
        ]
        news = {"loss": float(np.mean(losses))}
        if validation is not None:
            news["val_loss"] = measure(architecture, weights, validation)
        now = replace(state, n_epochs=number + 1, weights=copied(weights))
        if monitor.end_epoch(news, lambda now=now: now):
            break
    return now


def predict(architecture, states, windows):
    """Answer complete windows, as an engine's ``predict`` does.

    One by one: a product of matrices may round a row by how many others there are.
    """
    return np.stack(
        [
            np.concatenate(
                [
                    answer(architecture, state.weights, window[np.newaxis])
                    for window in windows.cut()
                ]
            )
            for state in states
        ]
    )


def take_step(architecture, weights, training, rows, speed):
    mixed = mix(architecture, weights, training.windows[rows].cut())
    errors = mixed @ weights["head/kernel"] + weights["head/bias"]
    errors -= training.targets[rows]
    pull = errors * training.weights[rows, np.newaxis] * (speed / len(rows))
    weights["head/kernel"] -= mixed.T @ pull
    weights["head/bias"] -= pull.sum(axis=0)
    return np.mean(errors**2)


def measure(architecture, weights, examples):
    errors = answer(architecture, weights, examples.windows.cut()) - examples.targets
    return float(np.mean(errors**2))


def answer(architecture, weights, windows):
    mixed = mix(architecture, weights, windows)
    return mixed @ weights["head/kernel"] + weights["head/bias"]


def mix(architecture, weights, windows):
    """Mix each window into as many numbers as the last layer gives, in (-1, 1)."""
    first = next(iter(weights))
    width = architecture.layers[-1].n_outputs
    kernel = np.resize(weights[first], (windows.shape[2], width))
    left = FORGETTING ** np.arange(windows.shape[1])[::-1]
    summed = np.einsum("nts,t->ns", windows, left.astype(windows.dtype))
    return np.tanh(summed @ kernel)


def copied(weights):
    return {name: weight.copy() for name, weight in weights.items()}
