"""Pipelines, monthly tables and folds by hand, for the tests of this folder."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler

N_TRAIN, N_TEST = 60, 12

BEFORE, AFTER = ("scale", "window", "rnn"), ("window", "scale", "rnn")
"""The scaler may stand on either side of the windower."""


def make_months(n_rows):
    """Make a monthly table of sales and prices; the target is the sales."""
    rng = np.random.default_rng(0)
    months = pd.date_range("2018-01-01", periods=n_rows, freq="MS")
    season = 10 * np.sin(2 * np.pi * np.arange(n_rows) / 12)
    price = 20 + rng.normal(size=n_rows)
    sales = 300 + season - 2 * np.roll(price, 1) + rng.normal(size=n_rows)
    X = pd.DataFrame({"sales": sales, "price": price}, index=months)
    return X, X["sales"]


def split(X, y):
    """Split a table into rows to fit and rows that follow."""
    return SimpleNamespace(
        X=X,
        y=y,
        X_train=X[:N_TRAIN],
        y_train=y[:N_TRAIN],
        X_test=X[N_TRAIN:],
        y_test=y[N_TRAIN:],
    )


def make_pipe(order=BEFORE, time_steps=3, **rnn):
    rnn = {"units": 3, "epochs": 2, "engine": "native", "random_state": 0} | rnn
    steps = {
        "scale": TargetAwareMinMaxScaler(),
        "window": SequenceWindower(time_steps=time_steps),
        "rnn": LSTMRegressor(**rnn),
    }
    return Pipeline([(name, steps[name]) for name in order])


def rows_of(table, rows):
    """Take rows by position, as scikit-learn does."""
    return table.iloc[rows] if hasattr(table, "iloc") else table[rows]


def fit_on(pipe, data, rows, **params):
    """Fit a clone on some rows alone, by hand."""
    pipe = clone(pipe).set_params(**params)
    return pipe.fit(rows_of(data.X, rows), rows_of(data.y, rows))


def score_on(pipe, data, rows):
    return pipe.score(rows_of(data.X, rows), rows_of(data.y, rows))


def scores_by_hand(pipe, data, cv, candidates):
    """Fit and score every candidate on every fold; shape (n_candidates, n_folds)."""
    folds = list(cv.split(data.X))
    return np.array(
        [
            [score_on(fit_on(pipe, data, fit, **c), data, test) for fit, test in folds]
            for c in candidates
        ]
    )


def scores_of(search):
    """Read the fold scores of a search; shape (n_candidates, n_folds)."""
    results = search.cv_results_
    return np.column_stack(
        [results[f"split{fold}_test_score"] for fold in range(search.n_splits_)]
    )


def weights_of(pipe):
    return pipe[-1]._fitted_model.states[0].weights


def assert_same_weights(pipe, other):
    one, two = weights_of(pipe), weights_of(other)
    assert list(one) == list(two)
    for name, weight in one.items():
        np.testing.assert_array_equal(weight, two[name], err_msg=name)
