"""Windows cut by hand with swapped axes, or reshaped from columns in another order."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skseq import LSTMRegressor, NaiveRegressor
from skseq.exceptions import LaggedTargetWarning

FAST = {"units": 2, "epochs": 1, "random_state": 0}
N_ROWS = 150


def right_windows(n_steps, n_features, column, *, horizon=1, stride=1):
    """Cut windows, of which one column contains the past of y."""
    rng = np.random.default_rng(n_steps)
    table = rng.normal(20, 3, (N_ROWS, n_features))
    table[:, column] = 100 + rng.normal(size=N_ROWS).cumsum()
    rows = np.arange(n_steps + horizon - 1, N_ROWS, stride)
    steps = np.arange(n_steps) - n_steps - horizon + 1
    return table[rows[:, np.newaxis] + steps], table[rows, column]


def swap(X):
    return X.swapaxes(1, 2)


def read_as_features_first(X):
    return X.reshape(len(X), X.shape[2], X.shape[1])


def group_by_variable(X):
    return X.swapaxes(1, 2).reshape(X.shape)


def repair(X, message):
    code = message.split("Those of ")[1].split(" do, with")[0]
    return eval(code, {"np": np, "X": X})


def warnings_of(X, y, **params):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        LSTMRegressor(**FAST | params).fit(X, y)
    return [str(w.message) for w in caught if w.category is LaggedTargetWarning]


@pytest.mark.parametrize("mix_up", [swap, read_as_features_first, group_by_variable])
@pytest.mark.parametrize(
    ("shape", "column", "kwargs"),
    [
        ((6, 2), 0, {}),
        ((6, 2), 1, {"stride": 2}),
        ((3, 2), 1, {"horizon": 3}),
        ((4, 3), 2, {}),
        ((2, 5), 0, {}),
    ],
)
def test_the_right_order_is_named(mix_up, shape, column, kwargs):
    right, y = right_windows(*shape, column, **kwargs)
    X = mix_up(right)
    (message,) = warnings_of(3 * X + 1, y)
    assert f"with {shape[0]} steps of {shape[1]} features" in message
    np.testing.assert_array_equal(repair(X, message), right)
    assert warnings_of(right, y) == []


@pytest.mark.parametrize("mix_up", [swap, group_by_variable])
@pytest.mark.parametrize("column", [0, 1])
def test_the_newest_step_comes_first(mix_up, column):
    right, y = right_windows(6, 2, column)
    X = mix_up(right[:, ::-1])
    (message,) = warnings_of(X, y)
    np.testing.assert_array_equal(repair(X, message), right)


def test_several_outputs_and_series_and_missing_rows():
    X, y = right_windows(6, 2, 0)
    (message,) = warnings_of(swap(X)[:-1], np.column_stack([y[:-1], y[1:]]))
    assert "Those of np.swapaxes(X, 1, 2) do, with 6 steps" in message
    (message,) = warnings_of(np.tile(swap(X), (2, 1, 1)), np.r_[y, y])
    assert "Those of np.swapaxes(X, 1, 2) do, with 6 steps" in message
    rows = np.delete(np.arange(len(y)), [20, 21, 60])
    (message,) = warnings_of(swap(X)[rows], y[rows])
    assert "Those of np.swapaxes(X, 1, 2) do, with 6 steps" in message


def test_an_error_where_the_past_is_needed():
    X, y = right_windows(6, 2, 0)
    with pytest.raises(
        ValueError, match=r"Those of np.swapaxes\(X, 1, 2\) do, with 6 s"
    ):
        NaiveRegressor().fit(swap(X), y)
    with (
        pytest.warns(LaggedTargetWarning, match="Those of np.swapaxes"),
        pytest.raises(ValueError, match="persistence cannot be applied"),
    ):
        LSTMRegressor(persistence="last", **FAST).fit(swap(X), y)


RNG = np.random.default_rng(0)
WALK, COUNTS = RNG.normal(size=N_ROWS).cumsum(), RNG.poisson(0.3, N_ROWS).astype(float)
RIGHT, Y = right_windows(6, 3, 0)
LAGS = np.array([12, 2, 1])
VALID = {
    "independent rows": (RNG.normal(size=(N_ROWS, 4, 3)), WALK),
    "independent classes": (RNG.normal(size=(N_ROWS, 4, 3)), np.sign(WALK)),
    "independent counts": (
        RNG.poisson(0.3, (N_ROWS, 4, 3)).astype(float),
        COUNTS,
    ),
    "no past of y": (RIGHT[:, :, 1:], Y),
    "classes of the next value": (RIGHT, (Y > 100).astype(float)),
    "counts": (right_windows(6, 2, 0)[0], COUNTS[6:]),
    "last values set to 0": (
        np.where((np.arange(6) == 5)[:, np.newaxis] & (np.arange(3) == 0), 0, RIGHT),
        Y,
    ),
    "steps 12, 2 and 1 before": (
        np.column_stack([WALK, COUNTS])[np.arange(12, N_ROWS)[:, np.newaxis] - LAGS],
        WALK[12:],
    ),
    "repeated statistics": (
        np.repeat(RIGHT[:, -1:], 4, axis=1),
        Y,
    ),
    "lags of two variables in one step": (RIGHT[:, :, :2].reshape(-1, 1, 12), Y),
}


@pytest.mark.parametrize("name", VALID)
def test_no_warning_where_the_order_may_be_right(name):
    messages = warnings_of(*VALID[name])
    assert not any("mixed up" in message for message in messages)


FORMS = {
    "windows of one step": swap,
    "table": lambda X: X[:, :, 0],
    "frame": lambda X: pd.DataFrame(X[:, :, 0], DATES[: len(X)]).add_prefix("lag"),
    "frame of numbered rows": lambda X: pd.DataFrame(X[:, :, 0]),
}
DATES = pd.date_range("2020-01-01", periods=N_ROWS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize(("n_steps", "horizon"), [(3, 1), (12, 1), (12, 3), (24, 12)])
def test_lags_as_features_of_one_step_are_named(form, is_reversed, n_steps, horizon):
    right, y = right_windows(n_steps, 1, 0, horizon=horizon)
    X = FORMS[form](right[:, ::-1] if is_reversed else right)
    (message,) = warnings_of(X, y)
    assert message.startswith(f"The {n_steps} features of X are consecutive past")
    code = message.split("pass ")[1].split(" instead of")[0]
    repaired = eval(code, {"np": np, "X": X})
    np.testing.assert_array_equal(repaired, right)
    assert warnings_of(repaired, y) == []


def test_lags_of_several_series_and_with_missing_rows_are_named():
    X, y = right_windows(12, 1, 0)
    X, several = swap(X), np.column_stack([y, np.roll(y, -1)])[:-1]
    rows = np.delete(np.arange(len(y)), [20, 21, 60])
    for windows, target in (
        (X[rows], y[rows]),
        (np.tile(X, (2, 1, 1)), np.r_[y, y]),
        (X[:-1], several),
        (3 * X.astype(np.float32) + 1, y),
    ):
        (message,) = warnings_of(windows, target)
        assert message.startswith("The 12 features of X are consecutive past values")


LAGS_OF_TWO = RIGHT[:, :, :2].reshape(len(Y), 12)
OTHER_FEATURES = {
    "lags and another feature": np.column_stack([RIGHT[:, :, 0], RIGHT[:, -1, 1]]),
    "lags of two variables": LAGS_OF_TWO,
    "lags of two variables, one after the other": group_by_variable(
        RIGHT[:, :, :2]
    ).reshape(len(Y), 12),
    "lags that are far apart": RIGHT[:, [0, 3, 5], 0],
    "two lags": RIGHT[:, -2:, 0],
    "lags of another variable": RIGHT[:, :, 1],
    "shuffled rows": RIGHT[RNG.permutation(len(Y)), :, 0],
    "independent features": RNG.normal(size=(len(Y), 4)),
    "rare events": (RNG.random((len(Y), 4)) < 0.03).astype(float),
    "one feature, repeated": np.repeat(RIGHT[:, -1:, 0], 4, axis=1),
    "sums of lags": RIGHT[:, :, 0].cumsum(axis=1),
}


@pytest.mark.parametrize("name", OTHER_FEATURES)
def test_other_features_of_one_step_are_no_steps(name):
    X = OTHER_FEATURES[name]
    for windows in (X, X[:, np.newaxis]):
        for y in (Y, np.r_[X[1:, -1], 0.0]):
            if name == "lags of another variable" and y is not Y:
                continue
            messages = warnings_of(windows, y)
            assert not any("consecutive past" in message for message in messages)
