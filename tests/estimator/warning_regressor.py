"""A regressor that warns in fit and in predict, as the estimators of skseq do."""

from types import FunctionType

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

from skseq._estimator.warnings import warn_user


def as_of_package(function):
    """Return a copy of a function that seems to be defined in a module of skseq."""
    return FunctionType(
        function.__code__,
        function.__globals__ | {"__name__": "skseq.a_module"},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )


class WarningRegressor(RegressorMixin, BaseEstimator):
    """Warns in fit, from a function that fit calls, and in predict."""

    def __init__(self, constant=0.0):
        self.constant = constant

    @as_of_package
    def fit(self, X, y):
        self.learn(y)
        return self

    @as_of_package
    def learn(self, y):
        self.mean_ = y.mean()
        warn_user("in fit", FutureWarning)

    @as_of_package
    def predict(self, X):
        warn_user("in predict")
        return np.full(len(X), self.mean_ + self.constant)
