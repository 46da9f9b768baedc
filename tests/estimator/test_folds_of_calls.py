"""The fold of a cross-validation in which an estimator is fitted."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    ShuffleSplit,
    cross_val_predict,
    cross_val_score,
)

from skseq._estimator.folds import fold_of_call
from skseq.model_selection import ForecastSplit, make_step_scorer

N_ROWS = 24


class FoldRecorder(RegressorMixin, BaseEstimator):
    """A regressor that records the folds that it finds in fit and in predict."""

    folds = []

    def __init__(self, alpha=0):
        self.alpha = alpha

    def fit(self, X, y=None):
        self.folds.append(fold_of_call())
        self.is_fitted_ = True
        return self

    def predict(self, X):
        self.folds.append(fold_of_call())
        return np.zeros(len(X))

    def score(self, X, y=None):
        self.folds.append(fold_of_call())
        return 0.0


@pytest.fixture(autouse=True)
def folds():
    FoldRecorder.folds.clear()
    return FoldRecorder.folds


def panel(*, is_sorted_by_time):
    """Make rows of two series, one series after the other or sorted by time."""
    months = pd.date_range("2020-01-01", periods=N_ROWS // 2, freq="MS")
    index = pd.MultiIndex.from_product([["a", "b"], months])
    X = pd.DataFrame({"x": np.arange(float(N_ROWS))}, index)
    return X.sort_index(level=1, sort_remaining=False) if is_sorted_by_time else X


TABLES = {
    "array": np.zeros((N_ROWS, 1)),
    "frame": pd.DataFrame({"x": np.zeros(N_ROWS)}),
    "series after series": panel(is_sorted_by_time=False),
    "sorted by time": panel(is_sorted_by_time=True),
}
SPLITS = {
    "KFold": (KFold(3), False),
    "shuffled": (ShuffleSplit(2, random_state=0), False),
    "ForecastSplit": (ForecastSplit(2, horizon=3), True),
}


def test_there_is_no_fold_outside_of_a_cross_validation(folds):
    FoldRecorder().fit(TABLES["array"]).predict(TABLES["array"])
    search = GridSearchCV(FoldRecorder(), {"alpha": [0]}, cv=2)
    search.fit(TABLES["array"], np.zeros(N_ROWS))
    assert folds[:2] == [None, None]
    assert folds[-1] is None  # the refit on all rows
    assert None not in folds[2:-1]


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_folds_are_in_order_of_time_or_not(folds, kind, split, n_jobs):
    cv, is_in_order = SPLITS[split]
    X, y = TABLES[kind], np.zeros(N_ROWS)
    with joblib.parallel_backend("threading"):
        cross_val_score(FoldRecorder(), X, y, cv=cv, n_jobs=n_jobs)
    found = [fold.is_in_order_of_time for fold in folds]
    # The last fold of KFold comes after all others, or holds a whole series.
    assert all(found) if is_in_order else not all(found)
    for fold in folds:
        assert len({*fold.train} | {*fold.test}) <= N_ROWS
        assert not {*fold.train} & {*fold.test}


def test_series_that_are_held_out_are_in_order_of_time(folds):
    X = panel(is_sorted_by_time=True)
    groups = X.index.codes[0]
    cross_val_score(FoldRecorder(), X, groups, groups=groups, cv=GroupKFold(2))
    assert all(fold.is_in_order_of_time for fold in folds)


def test_folds_of_predictions_are_found(folds):
    X = TABLES["frame"]
    cross_val_predict(FoldRecorder(), X, np.zeros(N_ROWS), cv=KFold(3))
    found = [fold.is_in_order_of_time for fold in folds]
    assert found == [False, False, False, False, True, True]


SCORERS = {
    "its own": (None, False),
    "name": ("r2", True),
    "metric": (make_scorer(mean_absolute_error), True),
    "function": (lambda estimator, X, y: 0.0, True),
    "function without y": (lambda estimator, X: 0.0, False),
    "function with optional y": (lambda estimator, X, y=None: 0.0, False),
    "several": ({"a": "r2", "b": "neg_mean_absolute_error"}, True),
    "one step": (make_step_scorer("neg_mean_absolute_error", 1), False),
}


@pytest.mark.filterwarnings("ignore:Scoring failed", "ignore:One or more of the test")
@pytest.mark.parametrize("name", SCORERS)
@pytest.mark.parametrize("has_y", [True, False])
def test_scorers_that_need_true_values_are_found(folds, name, has_y):
    scoring, needs_y = SCORERS[name]
    search = GridSearchCV(
        FoldRecorder(), {"alpha": [0]}, cv=2, scoring=scoring, refit=False
    )
    search.fit(TABLES["frame"], np.zeros(N_ROWS) if has_y else None)
    assert folds
    for fold in folds:
        assert fold.lacks_true_values == (needs_y and not has_y)
