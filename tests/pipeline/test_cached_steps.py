"""A Pipeline with ``memory`` warns and checks the second time as the first time."""

import warnings

import numpy as np
import pandas as pd
import pytest
from pipelines import AFTER, BEFORE, assert_same_weights, make_months, make_pipe
from sklearn.base import clone

from skseq.exceptions import IncompleteWindowWarning, SkillWarning

N_ROWS = 90


def make_noise(n_rows):
    """Make a column that says nothing about y, which repeats itself."""
    rng = np.random.default_rng(1)
    months = pd.date_range("2015-01-01", periods=n_rows, freq="MS")
    X = pd.DataFrame({"noise": rng.normal(size=n_rows)}, index=months)
    return X, pd.Series(rng.normal(size=n_rows).cumsum(), months)


def make_panel(n_rows):
    _, y = make_months(n_rows)
    tables = {shop: pd.DataFrame({"y": y + at}) for at, shop in enumerate("ab")}
    panel = pd.concat(tables, names=["shop", "month"])
    return panel.drop(panel.index[20:23]), panel["y"].drop(panel.index[20:23])


def with_gap(n_rows):
    X, y = make_months(n_rows)
    return X.drop(X.index[30:34]), y.drop(X.index[30:34])


def warnings_of(call, *args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call(*args)
    return [(w.category, str(w.message)) for w in caught], result


@pytest.fixture
def cached(tmp_path):
    return lambda order, **rnn: make_pipe(order, **rnn).set_params(memory=str(tmp_path))


@pytest.mark.parametrize("order", [BEFORE, AFTER])
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (make_noise, SkillWarning),
        (with_gap, IncompleteWindowWarning),
        (make_panel, IncompleteWindowWarning),
    ],
)
def test_a_cached_fit_warns_as_the_first(cached, order, make, expected):
    X, y = make(N_ROWS)
    pipe = cached(order, units=1, epochs=1)
    first, fitted = warnings_of(clone(pipe).fit, X, y)
    again, refitted = warnings_of(clone(pipe).fit, X, y)
    assert expected in {category for category, _ in first}
    assert again == first
    assert_same_weights(fitted, refitted)


@pytest.mark.parametrize("order", [BEFORE, AFTER])
def test_a_cached_fit_compares_labels(cached, order):
    X, y = make_months(N_ROWS)
    pipe = cached(order).fit(X, y)
    later = y.set_axis(y.index + pd.offsets.MonthBegin(1))
    windows = pipe[:-1].transform(X)
    with pytest.raises(ValueError, match="must have the same index"):
        pipe[-1].fit(windows, later)
    clone(pipe).fit(X, y)
    with pytest.raises(ValueError, match="must have the same index"):
        pipe.score(X, later)


@pytest.mark.parametrize("order", [BEFORE, AFTER])
def test_steps_of_other_rows_are_told_after_a_cached_fit(cached, order):
    X, y = make_months(N_ROWS)
    pipe = cached(order)
    clone(pipe).fit(X[:60], y[:60])
    fitted = clone(pipe).fit(X[:60], y[:60])  # from the cache
    said, _ = warnings_of(fitted.predict, X[60:])
    assert said == []
    other = clone(pipe).fit(X, y)
    broken = make_pipe(order)
    broken.steps = [*other.steps[:-1], fitted.steps[-1]]
    said, _ = warnings_of(broken.predict, X[60:])
    assert "fitted on other rows" in said[0][1]
