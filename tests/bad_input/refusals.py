"""Refused input leaves no trace: how that is checked, and on what data.

Each illegal thing is given to every estimator that must refuse it, and to the whole
pipeline: at the first fit, which leaves it as its constructor did; at a refit and
after it, which leave a fitted one as it was. Nearly all of this stands before the
engine, so a small one trains; the slow part trains with Keras.
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
    fixed = {"units": 2, "epochs": 1, "engine": "keras", "random_state": 0}
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
    """Make a legal table of two features and a target, by month."""
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


def answer(estimator, X):
    has_predict = hasattr(estimator, "predict")
    return estimator.predict(X) if has_predict else estimator.transform(X)


def last_of(estimator):
    """Return the last step: those before it may be refitted when it fails."""
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


def as_bytes(estimator):
    """Pickle an estimator; None if a parameter, such as a lambda, cannot be pickled."""
    try:
        return pickle.dumps(estimator)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


class Untouched:
    """Check that a block leaves an estimator as it was, to objects and bytes."""

    def __init__(self, *estimators):
        self.estimators = estimators

    def __enter__(self):
        self.before = [dict(vars(e)) for e in self.estimators]
        self.bytes = list(map(as_bytes, self.estimators))

    def __exit__(self, kind, *_):
        if kind is None:
            for estimator, before in zip(self.estimators, self.before, strict=True):
                now = vars(estimator)
                assert list(now) == list(before)
                assert all(now[name] is value for name, value in before.items())
            assert list(map(as_bytes, self.estimators)) == self.bytes


def refuse_first_fit(estimator, X, y, match, **more):
    """Expect the error of a first fit, and no trace of it; return its words."""
    last = last_of(estimator)
    with Untouched(last), pytest.raises((ValueError, TypeError), match=match) as error:
        estimator.fit(X, y, **more)
    with pytest.raises(NotFittedError):
        check_is_fitted(last)
    return str(error.value)


def refuse_refit(estimator, good, X, y, match, **more):
    """Expect the error of a refit, and the old answers after it."""
    X_good, y_good = good
    last = last_of(estimator.fit(X_good, y_good))
    X_last = X_good if last is estimator else estimator[:-1].transform(X_good)
    answers = answer(last, X_last)
    with Untouched(last), pytest.raises((ValueError, TypeError), match=match):
        estimator.fit(X, y, **more)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        np.testing.assert_array_equal(answer(last, X_last), answers)


def refuse_later(estimator, good, X, match):
    """Expect the error of predict or transform, and the old answers after it."""
    X_good, y_good = good
    estimator.fit(X_good, y_good)
    answers = answer(estimator, X_good)
    steps = [estimator, *getattr(estimator, "named_steps", {}).values()]
    with Untouched(*steps), pytest.raises((ValueError, TypeError), match=match):
        answer(estimator, X)
    np.testing.assert_array_equal(answer(estimator, X_good), answers)


class Illegal(NamedTuple):
    """A way to spoil X and y, what the error must say, and who must raise it."""

    spoil: callable
    match: str
    refused_by: tuple = EVERYWHERE
    also_later: bool = True


A_DAY = datetime.date(2020, 1, 1)


def as_array(change):
    """Change X as an array, and give y as an array too."""
    return lambda X, y: (change(X.to_numpy()), y.to_numpy())


def pairs_of(cases, **flags):
    """Pair each case with each estimator that must refuse it, for parametrize."""
    return [
        pytest.param(kind, case, id=f"{kind}-{name}")
        for name, case in cases.items()
        if all(getattr(case, flag) == value for flag, value in flags.items())
        for kind in case.refused_by
    ]


def good_like(X_bad):
    """Return legal rows in the container of the bad ones."""
    X, y = make_months()
    if isinstance(X_bad, pl.DataFrame):
        return pl.DataFrame(X), y.to_numpy()
    return (X, y) if hasattr(X_bad, "columns") else (X.to_numpy(), y.to_numpy())
