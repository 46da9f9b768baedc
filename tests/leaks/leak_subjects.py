"""Subjects of the properties: pipelines of real or faulty parts."""

from dataclasses import dataclass

import numpy as np
from reference_regressor import ReferenceRegressor
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler


@dataclass(frozen=True)
class Subject:
    """What a property is checked on: the parts of a pipeline and their use.

    Attributes
    ----------
    rounding : float
        Predictions are equal within this part of their size.
    units_rounding : float
        The same where numbers were changed to other units and back.
    """

    regressor: object
    scaler: type = TargetAwareMinMaxScaler
    windower: type = SequenceWindower
    rounding: float = 0.0
    units_rounding: float = 1e-6

    def pipeline(self, case, **params):
        window = self.windower(
            case.time_steps,
            horizon=case.horizon,
            future_columns=[0] if case.known_ahead else None,
        )
        steps = [
            ("scale", self.scaler()),
            ("window", window),
            ("regress", clone(self.regressor)),
        ]
        return Pipeline(steps).set_params(**params)

    def fit(self, case, X, y, stop, **params):
        """Fit a new pipeline on the rows before stop."""
        rows = slice(0, stop)
        return self.pipeline(case, **params).fit(case.wrap(X, rows), case.wrap(y, rows))

    def fitted(self, case):
        """Return a pipeline fitted on the rows to fit, which no test may change."""
        return self.fit(case, case.X, case.y, case.n_fitted)

    def some(self, tries):
        """Choose how many of several tries of one kind to make."""
        return list(tries)

    def folds(self, case, X, y, folds, **options):
        """Cross-validate; return the estimators and the rows of the folds too."""
        return cross_validate(
            self.pipeline(case),
            case.wrap(X),
            case.wrap(y),
            cv=folds,
            return_estimator=True,
            return_indices=True,
            error_score="raise",
            **options,
        )

    def assert_same(self, actual, desired, rounding=None):
        rounding = self.rounding if rounding is None else rounding
        size = np.abs(desired).max(initial=0)
        np.testing.assert_allclose(actual, desired, rtol=0, atol=rounding * size)


REFERENCE = Subject(ReferenceRegressor("tanh"))
LINEAR = Subject(ReferenceRegressor("linear"))
NATIVE = Subject(
    LSTMRegressor(units=4, engine="native", epochs=3, dtype="float64", random_state=0),
    rounding=1e-12,
)


def weights_of(pipe):
    """List the arrays that a fitted regressor has learned."""
    regressor = pipe[-1]
    if hasattr(regressor, "_fitted_model"):
        return list(regressor._fitted_model.states[0].weights.values())
    return [regressor.coef_]


def assert_same_weights(one, other):
    for a, b in zip(weights_of(one), weights_of(other), strict=True):
        np.testing.assert_array_equal(a, b)


def have_same_weights(one, other):
    pairs = zip(weights_of(one), weights_of(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def assert_same_state(one, other):
    """Compare all that a pipeline has learned: scales, history, weights."""
    for name in ("data_min_", "data_max_", "target_min_", "target_max_"):
        np.testing.assert_array_equal(getattr(one[0], name), getattr(other[0], name))
    np.testing.assert_array_equal(one[1].last_rows_, other[1].last_rows_)
    np.testing.assert_array_equal(one[1].last_index_, other[1].last_index_)
    np.testing.assert_array_equal(one[-1].fill_values_, other[-1].fill_values_)
    assert_same_weights(one, other)


@dataclass(frozen=True)
class WithFewerFits(Subject):
    """Pipelines that take long to fit, so that checks share one where they may."""

    def fitted(self, case):
        if (self, case) not in FITTED:
            FITTED[self, case] = super().fitted(case)
        return FITTED[self, case]

    def some(self, tries):
        return list(tries)[:2]


FITTED = {}
"""Pipelines by subject and case."""


def with_keras(dtype, units_rounding):
    regressor = LSTMRegressor(
        units=4, epochs=2, engine="keras", dtype=dtype, random_state=0
    )
    return WithFewerFits(regressor, rounding=1e-6, units_rounding=units_rounding)


KERAS = with_keras("float32", units_rounding=1e-4)
KERAS_FLOAT64 = with_keras("float64", units_rounding=1e-6)
