"""Permutation relevance: that of scikit-learn, by step and feature of windows."""

import numpy as np
import pandas as pd
import pytest
from fitted_networks import fitted, walk_windows, with_missing_steps
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import permutation_importance
from sklearn.metrics import make_scorer, max_error, mean_absolute_error

from skseq import LSTMRegressor
from skseq._series.windows import fill_each
from skseq.inspection import permutation_relevance


class Flat(RegressorMixin, BaseEstimator):
    """Let scikit-learn see each step and feature of windows as a column."""

    def __init__(self, regressor, shape):
        self.regressor = regressor
        self.shape = shape

    def fit(self, X, y):
        return self

    def predict(self, X):
        return self.regressor.predict(X.reshape(len(X), *self.shape))


def test_relevance_is_about_that_of_scikit_learn():
    regressor, (windows, y) = fitted(linear_weight=0, epochs=20), walk_windows()
    shape = windows.shape[1:]
    found = permutation_relevance(
        regressor, windows, y, n_repeats=60, random_state=0, scoring="r2"
    )
    flat = Flat(regressor, shape)
    X = windows.reshape(len(windows), -1)
    expected = permutation_importance(flat, X, y, n_repeats=60, random_state=1)
    # Means of different random permutations; three standard errors of each.
    error = 3 * expected.importances_std.reshape(shape) / np.sqrt(60)
    difference = found.importances_mean - expected.importances_mean.reshape(shape)
    assert (np.abs(difference) <= 2 * error + 1e-12).all()
    assert found.importances.shape == (*shape, 60)
    np.testing.assert_allclose(found.importances_std, found.importances.std(axis=2))


def naive():
    """Fit the naive forecast that repeats the last value."""
    regressor = fitted(linear_weight=1)
    linear = regressor._fitted_model.linear
    linear.kernel[:] = linear.bias[:] = 0
    return regressor


def test_only_what_is_read_is_relevant():
    windows, y = walk_windows()
    found = permutation_relevance(naive(), windows, y, random_state=0)
    is_read = np.zeros(windows.shape[1:], dtype=bool)
    is_read[-1, 1] = True
    assert (found.importances[is_read] > 0.1).all()
    np.testing.assert_allclose(found.importances[~is_read], 0, atol=1e-12)


@pytest.mark.parametrize("scoring", ["neg_mean_absolute_error", make_scorer(max_error)])
def test_scorers(scoring):
    windows, y = walk_windows()
    found = permutation_relevance(
        naive(), windows, y, scoring=scoring, n_repeats=1, random_state=3
    )
    moved = windows.copy()
    rng = np.random.RandomState(3)
    for _ in range(windows.shape[1] * 3 - 1):  # feature 1 is the last but one
        order = rng.permutation(len(windows))
    moved[:, -1, 1] = windows[order, -1, 1]
    predicted = [naive().predict(x) for x in (windows, moved)]
    if isinstance(scoring, str):
        before, after = (-mean_absolute_error(y, p) for p in predicted)
    else:
        before, after = (max_error(y, p) for p in predicted)
    assert found.importances_mean[-1, 1] == pytest.approx(before - after)


def test_missing_steps_are_filled_first():
    regressor, (windows, y) = fitted(), walk_windows()
    windows = with_missing_steps(windows)
    model = regressor._fitted_model
    filled = fill_each(windows, model.fill_values)
    for one, other in zip(
        permutation_relevance(regressor, windows, y, random_state=0).values(),
        permutation_relevance(regressor, filled, y, random_state=0).values(),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_the_windows_of_the_caller_are_unchanged():
    windows, y = walk_windows()
    before = windows.copy()
    permutation_relevance(fitted(), windows, y, n_repeats=1)
    np.testing.assert_array_equal(windows, before)


def test_a_network_that_reads_a_table():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.random((60, 2)), columns=["price", "noise"])
    y = 10 * table["price"] ** 2
    regressor = LSTMRegressor(8, epochs=60, learning_rate=0.05, random_state=0)
    found = permutation_relevance(regressor.fit(table, y), table, y, random_state=0)
    assert found.importances_mean.shape == (1, 2)
    assert list(found.feature_names) == ["price", "noise"]
    price, noise = found.importances_mean[0]
    assert price > 0.3
    assert noise < 0.1


def test_several_targets_and_quantiles():
    windows, y = walk_windows()
    regressor = fitted(y=np.column_stack([y, windows[:, -1, 0]]))
    found = permutation_relevance(
        regressor, windows, np.column_stack([y, y]), n_repeats=1
    )
    assert found.importances.shape == (6, 3, 1)
    regressor = fitted(loss="quantile", quantile=(0.2, 0.8))
    found = permutation_relevance(regressor, windows, y, random_state=0)
    assert found.importances_mean.argmax() == 5 * 3 + 1


@pytest.mark.parametrize("n_repeats", [0, 1.5, None])
def test_the_number_of_repeats_is_checked(n_repeats):
    windows, y = walk_windows()
    with pytest.raises(ValueError, match="n_repeats must be a positive integer; got"):
        permutation_relevance(fitted(), windows, y, n_repeats=n_repeats)


def test_rows_of_x_and_y_are_compared():
    windows, y = walk_windows()
    with pytest.raises(ValueError, match=r"inconsistent .*\[40, 39\]"):
        permutation_relevance(fitted(), windows, y[1:])
