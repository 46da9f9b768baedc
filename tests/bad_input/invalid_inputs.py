"""Invalid input leaves an estimator unchanged: how that is checked, on what data.

Each invalid input is passed to every estimator that must raise, and to the whole
pipeline: in the first fit, after which the estimator is as constructed; in a refit and
after it, when the estimator stays fitted as before.
"""

import datetime
import pickle
import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pytest
from failed_fits import copy_without_note, without_note
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

N_FIT, N_LATER = 30, 8


def make_regressor(**params):
    fixed = {"units": 2, "epochs": 1, "engine": "native", "random_state": 0}
    return LSTMRegressor(**(fixed | params))


def make_pipe(**params):
    return Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower()),
            ("rnn", make_regressor(**params)),
        ]
    )


MAKERS = {
    "pipeline": make_pipe,
    "windower": SequenceWindower,
    "windower_of_now": partial(SequenceWindower, horizon=0),
    "scaler": TargetAwareMinMaxScaler,
    "regressor": make_regressor,
    "naive": partial(NaiveRegressor, without_past="mean"),
}

EVERYWHERE = tuple(MAKERS)
WITHOUT_NAN = tuple(kind for kind in MAKERS if kind != "scaler")
WITH_INDEX = ("pipeline", "windower", "windower_of_now")
WITH_TARGET = tuple(kind for kind in MAKERS if kind != "windower")


def make_months(n_rows=N_FIT):
    """Make a valid table of two features and a target, by month."""
    rng = np.random.default_rng(0)
    index = pd.date_range("2020-01-01", periods=n_rows, freq="MS")
    a = rng.normal(size=n_rows)
    X = pd.DataFrame({"a": a, "b": np.arange(n_rows) + 5.0}, index=index)
    return X, pd.Series(50 + 3 * a + rng.normal(size=n_rows), index=index, name="y")


def make_later_months():
    X, y = make_months(N_FIT + N_LATER)
    return X[N_FIT:], y[N_FIT:]


def make_windows(n_rows=N_FIT):
    X, y = make_months(n_rows)
    return SequenceWindower().fit_transform(X), y.to_numpy()


def predict_or_transform(estimator, X):
    has_predict = hasattr(estimator, "predict")
    return estimator.predict(X) if has_predict else estimator.transform(X)


def last_step(estimator):
    """Return the last step: earlier ones may be refitted when it fails."""
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


def pickled(estimator):
    """Pickle an estimator; None if a parameter, such as a lambda, cannot be."""
    try:
        return pickle.dumps(copy_without_note(estimator))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


class Unchanged:
    """Check that a block changes neither attributes nor pickles of estimators.

    A failed refit may note that it failed.
    """

    def __init__(self, *estimators):
        self.estimators = estimators

    def __enter__(self):
        self.before = [without_note(vars(e)) for e in self.estimators]
        self.bytes = list(map(pickled, self.estimators))

    def __exit__(self, kind, *_):
        if kind is None:
            for estimator, before in zip(self.estimators, self.before, strict=True):
                now = without_note(vars(estimator))
                assert list(now) == list(before)
                assert all(now[name] is value for name, value in before.items())
            assert list(map(pickled, self.estimators)) == self.bytes


def check_first_fit_raises(estimator, X, y, match, **more):
    """Check that a first fit raises and changes nothing; return the message."""
    last = last_step(estimator)
    with Unchanged(last), pytest.raises((ValueError, TypeError), match=match) as error:
        estimator.fit(X, y, **more)
    with pytest.raises(NotFittedError):
        check_is_fitted(last)
    return str(error.value)


def check_refit_raises(estimator, valid, X, y, match, **more):
    """Check that a refit raises, and that predictions stay the same."""
    X_valid, y_valid = valid
    last = last_step(estimator.fit(X_valid, y_valid))
    X_last = X_valid if last is estimator else estimator[:-1].transform(X_valid)
    expected = predict_or_transform(last, X_last)
    with Unchanged(last), pytest.raises((ValueError, TypeError), match=match):
        estimator.fit(X, y, **more)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        np.testing.assert_array_equal(predict_or_transform(last, X_last), expected)


def check_later_call_raises(estimator, valid, X, match):
    """Check that predict or transform raises and leaves the estimator unchanged."""
    X_valid, y_valid = valid
    estimator.fit(X_valid, y_valid)
    expected = predict_or_transform(estimator, X_valid)
    steps = [estimator, *getattr(estimator, "named_steps", {}).values()]
    with Unchanged(*steps), pytest.raises((ValueError, TypeError), match=match):
        predict_or_transform(estimator, X)
    np.testing.assert_array_equal(predict_or_transform(estimator, X_valid), expected)


class Invalid(NamedTuple):
    """A way to make X and y invalid, what the error must say, and who must raise it."""

    make_invalid: callable
    match: str
    raised_by: tuple = EVERYWHERE
    also_later: bool = True


A_DAY = datetime.date(2020, 1, 1)


def as_array(change):
    """Change X as an array, and give y as an array too."""
    return lambda X, y: (change(X.to_numpy()), y.to_numpy())


def pairs_to_test(cases, **flags):
    """Pair each case with each estimator that must raise, for parametrize."""
    return [
        pytest.param(kind, case, id=f"{kind}-{name}")
        for name, case in cases.items()
        if all(getattr(case, flag) == value for flag, value in flags.items())
        for kind in case.raised_by
    ]


def valid_rows_like(X_bad):
    """Return valid rows in the container of the invalid ones."""
    X, y = make_months()
    if isinstance(X_bad, pl.DataFrame):
        return pl.DataFrame(X), y.to_numpy()
    return (X, y) if hasattr(X_bad, "columns") else (X.to_numpy(), y.to_numpy())
