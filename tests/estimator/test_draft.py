"""A fit commits what it learned at once; one that fails or is interrupted, nothing."""

import sys
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from failed_fits import without_note
from sklearn import config_context
from sklearn.base import BaseEstimator, clone
from sklearn.callback import CallbackSupportMixin

import skseq
from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._estimator.draft import drafted_fit, is_fitted_name

# Stays: what is left as it was warns that it is that of the fit before.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")

PACKAGE = str(Path(skseq.__file__).parent)

DATES = pd.date_range("2020-01-01", periods=40, freq="MS")
X = pd.DataFrame(np.random.default_rng(0).random((40, 2)), DATES, ["a", "b"])
Y = X["a"] * 3 + 1
# Of earlier months, so that no row of one fit is taken for a row of the other.
OTHER_X, OTHER_Y = (t.shift(-60, freq="MS") for t in (X * 2 - 1, Y * 5))


def with_windows(table, y):
    return SequenceWindower(2).fit_transform(table), y


SUBJECTS = {
    "scaler": (TargetAwareMinMaxScaler(), lambda table, y: (table, y)),
    "windower": (SequenceWindower(4), lambda table, y: (table, y)),
    "naive": (NaiveRegressor(), with_windows),
    "network": (LSTMRegressor(2, epochs=1, random_state=0), with_windows),
}


@pytest.fixture(params=SUBJECTS)
def subject(request):
    """Return a fresh estimator, data of a fit, and other data for a refit."""
    estimator, prepare = SUBJECTS[request.param]
    return clone(estimator), prepare(X, Y), prepare(OTHER_X, OTHER_Y)


def attributes(estimator):
    """Return the attributes, without what scikit-learn's callbacks keep in a fit."""
    return {
        name: value
        for name, value in without_note(vars(estimator)).items()
        if not name.startswith(("_callback", "_skl_callback"))
    }


def same_objects(attributes, others):
    return list(attributes) == list(others) and all(
        attributes[name] is others[name] for name in others
    )


def use(estimator, X):
    has_predict = hasattr(estimator, "predict")
    return np.asarray(estimator.predict(X) if has_predict else estimator.transform(X))


def test_a_failed_first_fit_leaves_an_estimator_unfitted(subject):
    estimator, (X, y), _ = subject
    before = dict(vars(estimator))
    with pytest.raises(ValueError, match="same number of rows"):
        estimator.fit(X, y[:-1])
    assert same_objects(vars(estimator), before)


def test_a_failed_refit_leaves_a_fitted_estimator_as_it_was(subject):
    estimator, (X, y), (other_X, other_y) = subject
    expected = use(estimator.fit(X, y), X)
    before = dict(vars(estimator))
    with pytest.raises(ValueError, match="same number of rows"):
        estimator.fit(other_X, other_y[:-1])
    assert same_objects(without_note(vars(estimator)), before)
    np.testing.assert_array_equal(use(estimator, X), expected)


@pytest.mark.parametrize("cls", [TargetAwareMinMaxScaler, SequenceWindower])
def test_a_refit_drops_what_it_does_not_learn(cls):
    estimator = cls().fit(X, Y)
    assert list(estimator.feature_names_in_) == ["a", "b"]
    estimator.fit(X.to_numpy(), Y.to_numpy())
    fresh = cls().fit(X.to_numpy(), Y.to_numpy())
    assert not hasattr(estimator, "feature_names_in_")
    assert set(attributes(estimator)) == set(attributes(fresh))


class Learner(CallbackSupportMixin, BaseEstimator):
    """Learns attributes of the names that it is given."""

    def __init__(self, names=()):
        self.names = names

    def fit(self, X, y=None):
        with drafted_fit(self, X, y) as (draft, _):
            for name in self.names:
                setattr(draft, name, X)
        return self


def test_learned_attributes_are_known_by_their_names():
    names = ["a_", "b_c_", "_fitted", "_fitted_d", "e", "_f", "_g_"]
    assert [name for name in names if is_fitted_name(name)] == names[:4]


def test_attributes_of_an_earlier_fit_are_gone():
    learner = Learner(["a_", "_fitted_b"]).fit(X)
    learner.note = "by the user"
    learner.set_params(names=["c_"]).fit(X)
    assert set(attributes(learner)) == {"names", "note", "c_"}


@pytest.mark.parametrize("is_failure", [False, True])
def test_the_container_of_transform_survives_a_fit(is_failure):
    scaler = TargetAwareMinMaxScaler().set_output(transform="pandas")
    with config_context(transform_output="default"):
        fit_or_fail(scaler, X.to_numpy(), Y, is_failure)
    assert scaler._sklearn_output_config == {"transform": "pandas"}


@pytest.mark.parametrize("is_failure", [False, True])
def test_requests_of_metadata_survive_a_fit(is_failure):
    windows, y = with_windows(X, Y)
    with config_context(enable_metadata_routing=True):
        naive = NaiveRegressor().set_fit_request(sample_weight=True)
        fit_or_fail(naive, windows, y, is_failure)
        request = naive.get_metadata_routing().fit.requests
    assert request == {"sample_weight": True}


class Silent:
    """A callback that does nothing."""

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        pass


@pytest.mark.parametrize("is_failure", [False, True])
def test_callbacks_survive_a_fit(subject, is_failure):
    estimator, (X, y), _ = subject
    callback = Silent()
    estimator.set_callbacks(callback)
    fit_or_fail(estimator, X, y, is_failure)
    assert estimator._skl_callbacks == [callback]


def fit_or_fail(estimator, X, y, is_failure):
    if is_failure:
        with pytest.raises(ValueError, match="same number of rows"):
            estimator.fit(X, y[:-1])
    else:
        estimator.fit(X, y)


class LineTracer:
    """Lists the lines of the package that a block runs, or interrupts it at one.

    Parameters
    ----------
    stop_at : int or None
        The number of the line event at which KeyboardInterrupt is raised, as by Ctrl-C.
    """

    def __init__(self, stop_at=None):
        self.stop_at = stop_at
        self.lines = []

    def __enter__(self):
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_):
        sys.settrace(self._before)

    def _trace(self, frame, event, arg):
        path = frame.f_code.co_filename
        # A tracer, unlike a real interrupt, may raise between the body of a `with` and
        # its exit, which would leave the lock of the BLAS threads held.
        if not path.startswith(PACKAGE) or path.endswith("blas.py"):
            return None
        if event == "line":
            self.lines.append((frame.f_code.co_filename, frame.f_lineno))
            if len(self.lines) - 1 == self.stop_at:
                raise KeyboardInterrupt
        return self._trace


def first_events(lines):
    """Return the number of the first event of each line."""
    first = {}
    for number, line in enumerate(lines):
        first.setdefault(line, number)
    return list(first.values())


def check_interrupts(estimator, data, refit):
    """Interrupt a refit at each line; the estimator must be the old or the new one."""
    old = clone(estimator).fit(*data)
    new = clone(estimator)
    refit(new)
    with LineTracer() as tracer:
        refit(clone(estimator).fit(*data))
    assert len(tracer.lines) > 50
    expected = [use(old, data[0]), use(new, data[0]) if is_fitted(new) else None]
    events = first_events(tracer.lines)
    # Before the last lines, which commit the fit, one line in 24 is enough.
    for number in events[:-60:24] + events[-60:]:
        interrupted = deepcopy(old)
        before = attributes(interrupted)
        with LineTracer(stop_at=number), suppress(KeyboardInterrupt):
            refit(interrupted)
        if same_objects(attributes(interrupted), before):
            np.testing.assert_array_equal(use(interrupted, data[0]), expected[0])
        else:
            assert set(attributes(interrupted)) == set(attributes(new))
            np.testing.assert_array_equal(use(interrupted, data[0]), expected[1])


def is_fitted(estimator):
    return any(map(is_fitted_name, vars(estimator)))


@pytest.mark.sample(3)
def test_an_interrupt_at_any_line_leaves_the_old_fit_or_the_new_one(subject):
    estimator, data, other = subject

    def refit(estimator):
        estimator.fit(*other)

    check_interrupts(estimator, data, refit)


def test_an_interrupt_while_a_fit_fails_leaves_the_old_fit(subject):
    estimator, data, (other_X, other_y) = subject

    def refit(estimator):
        with suppress(ValueError):
            estimator.fit(other_X, other_y[:-1])

    check_interrupts(estimator, data, refit)
