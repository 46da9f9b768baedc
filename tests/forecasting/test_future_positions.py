"""Future columns by position, and X_future by the names of its columns."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster


def noisy_columns():
    rng = np.random.default_rng(1)
    return rng.normal(size=(43, 3)), rng.normal(size=43).cumsum()


LABELS = [*permutations(range(3)), (1, 2, 3), (5, 0, 7), (5, 6, 7), (2020, 1, 0)]


@pytest.mark.sample(2)
@pytest.mark.parametrize("labels", LABELS, ids=str)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_future_columns_of_forecasters(labels, position):
    index = pd.date_range("2020-01-01", periods=43)
    known, noise = noisy_columns()
    X = pd.DataFrame(known, columns=list(labels), index=index)
    y = pd.Series(3 * known[:, position] + noise, index=index, name="y")
    one = forecaster(horizon=3, future_columns=[position])
    if position in labels and labels[position] != position:
        # The user may mean the label, and its column may not be known in advance.
        with pytest.raises(ValueError, match=rf"is called {position}\. Rename"):
            one.fit(X, y)
        return
    plain = X.set_axis(["x0", "x1", "x2"], axis=1)
    expected = one.fit(plain[:40], y[:40]).forecast(X_future=plain[40:])
    one.fit(X[:40], y[:40])
    np.testing.assert_array_equal(one.forecast(X_future=X[40:]), expected)
    # Columns of X_future are found by their names.
    reversed_columns = X[40:].iloc[:, ::-1]
    np.testing.assert_array_equal(one.forecast(X_future=reversed_columns), expected)
    lacking = X[40:].drop(columns=labels[position])
    with pytest.raises(ValueError, match="it lacks"):
        one.forecast(X_future=lacking)


@pytest.mark.parametrize("position", [0, 2])
def test_x_future_with_names_after_a_fit_on_arrays(position):
    known, noise = noisy_columns()
    y = 3 * known[:, position] + noise
    one = forecaster(horizon=3, future_columns=[position])
    one.fit(known[:40], y[:40])
    expected = one.forecast(X_future=known[40:])
    named = pd.DataFrame(known[40:], columns=["a", "b", "c"])
    np.testing.assert_array_equal(one.forecast(X_future=named), expected)
    only = named.iloc[:, [position]]
    np.testing.assert_array_equal(one.forecast(X_future=only), expected)
    with pytest.raises(ValueError, match="got an array with 2 columns"):
        one.forecast(X_future=named[["a", "c"]])
