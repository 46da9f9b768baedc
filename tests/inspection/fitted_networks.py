"""Small fitted networks, and the equations of their cells written plainly."""

import numpy as np

from skseq import RecurrentRegressor

N_WINDOWS, TIME_STEPS, N_FEATURES = 40, 6, 3


def walk_windows(level=100, seed=0):
    """Make windows of a random walk between two columns of noise, and its next value.

    Returns
    -------
    windows : ndarray of shape (N_WINDOWS, TIME_STEPS, N_FEATURES)
    y : ndarray of shape (N_WINDOWS,)
    """
    rng = np.random.default_rng(seed)
    n_rows = N_WINDOWS + TIME_STEPS
    walk = level + rng.normal(size=n_rows).cumsum()
    table = np.column_stack([rng.random(n_rows), walk, rng.random(n_rows)])
    windows = [table[row : row + TIME_STEPS] for row in range(N_WINDOWS)]
    return np.stack(windows), walk[TIME_STEPS:]


def fitted(cell="lstm", units=4, *, y=None, level=100, **params):
    windows, walk = walk_windows(level)
    params = {"epochs": 2, "random_state": 0} | params
    regressor = RecurrentRegressor(cell, units, **params)
    return regressor.fit(windows, walk if y is None else y)


# All that a network without it predicts is its output, in the units of y. In float32,
# windows that are not normalized would be rounded first; a high level would saturate
# the cells.
PLAIN = {"normalization": None, "persistence": None, "target_scaler": None}
PLAIN |= {"dtype": "float64", "level": 0}


def with_missing_steps(windows):
    """Remove single values, a whole step, and a feature of a whole window."""
    windows = windows.copy()
    windows[3, 2] = windows[4, 0, 1] = windows[5, :2, 1] = np.nan
    windows[6, -1, 1] = windows[7, :, 0] = np.nan
    return windows


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def run_lstm(x, weights):
    """Return gates and states of an LSTM at all steps of windows x, in their order."""
    kernel, recurrent, bias = weights
    h = c = np.zeros((len(x), len(recurrent)))
    steps = []
    for t in range(x.shape[1]):
        a = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        i, f, g, o = sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2]), sigmoid(a[3])
        c = f * c + i * g
        h = o * np.tanh(c)
        steps.append((i, f, o, g, c, h))
    names = ("input_gate", "forget_gate", "output_gate")
    return by_name((*names, "candidate", "cell_state", "hidden_state"), steps)


def run_gru(x, weights):
    kernel, recurrent, (input_bias, state_bias) = weights
    h = np.zeros((len(x), len(recurrent)))
    steps = []
    for t in range(x.shape[1]):
        from_input = np.split(x[:, t] @ kernel + input_bias, 3, axis=1)
        from_state = np.split(h @ recurrent + state_bias, 3, axis=1)
        z = sigmoid(from_input[0] + from_state[0])
        r = sigmoid(from_input[1] + from_state[1])
        n = np.tanh(from_input[2] + r * from_state[2])
        h = z * h + (1 - z) * n
        steps.append((z, r, n, h))
    return by_name(("update_gate", "reset_gate", "candidate", "hidden_state"), steps)


def run_rnn(x, weights):
    kernel, recurrent, bias = weights
    h = np.zeros((len(x), len(recurrent)))
    steps = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + h @ recurrent + bias)
        steps.append((h,))
    return by_name(("hidden_state",), steps)


def by_name(names, steps):
    columns = map(np.stack, zip(*steps, strict=True))
    return {
        name: values.swapaxes(0, 1) for name, values in zip(names, columns, strict=True)
    }


RUN = {"lstm": run_lstm, "gru": run_gru, "rnn": run_rnn}


def weights_of(regressor, member, layer, direction):
    """Return kernel, recurrent kernel and bias in float64."""
    weights = regressor._fitted_model.states[member].weights
    cell = regressor._fitted_model.architecture.cells[layer]
    parts = ("kernel", "recurrent_kernel", "bias")
    named = [weights[f"{cell}_{layer}/{direction}/{part}"] for part in parts]
    return [array.astype(np.float64) for array in named]


def run_layer(regressor, x, member=0, layer=0, direction="forward"):
    """Run one direction of a layer; the steps of the result are in order of time."""
    weights = weights_of(regressor, member, layer, direction)
    run = RUN[regressor._fitted_model.architecture.cells[layer]]
    if direction == "forward":
        return run(x, weights)
    return {name: v[:, ::-1] for name, v in run(x[:, ::-1], weights).items()}


def standardized(regressor, windows):
    """Standardize the features that have a floor, from the definition."""
    windows = windows.copy()
    normalization = regressor._fitted_model.architecture.normalization
    for feature, floor in enumerate(normalization.floors):
        if floor is not None:
            x = windows[:, :, feature]
            deviation = np.sqrt(x.var(axis=1, keepdims=True) + floor)
            windows[:, :, feature] = (x - x.mean(axis=1, keepdims=True)) / deviation
    return windows
