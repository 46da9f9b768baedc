"""A regressor without a network, for the tests of leaks."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

from skseq import TargetAwareMinMaxScaler
from skseq._series.windows import Windows

N_UNITS = 8
"""Random features of the non-linear regressor."""


class ReferenceRegressor(RegressorMixin, BaseEstimator):
    """A least-squares regressor on windows that keeps the rules of the real ones.

    Windows with missing steps are left out of ``fit`` and filled in ``predict``. All
    sums run within a row, so that a prediction has the same bits in every batch.

    Parameters
    ----------
    kind : {"linear", "tanh"}, default="linear"
        "linear" is a ridge regression on the flattened window, with nearly no penalty.
        "tanh" is one on random features of it: being non-linear, it notices wrongly
        scaled input.
    random_state : int, default=0
        Seed of the random features.
    target_scaler : bool, default=True
        Whether y is scaled to [0, 1].
    """

    def __init__(self, kind="linear", *, random_state=0, target_scaler=True):
        self.kind = kind
        self.random_state = random_state
        self.target_scaler = target_scaler

    def fit(self, X, y, sample_weight=None):
        windows = np.asarray(X, dtype=np.float64)
        targets = np.asarray(y, dtype=np.float64).reshape(-1, 1)
        n_rows = len(windows)
        weights = (
            np.ones(n_rows) if sample_weight is None else np.asarray(sample_weight)
        )
        complete = Windows.of(windows).are_complete()
        self.fill_values_ = windows[complete].mean(axis=(0, 1))
        self.target_scaler_ = None
        if self.target_scaler:
            self.target_scaler_ = TargetAwareMinMaxScaler().fit(targets)
            targets = self.target_scaler_.transform(targets)
        self.projection_, self.offset_ = self._draw(windows[0].size)
        self._solve(windows[complete], targets[complete, 0], weights[complete])
        return self

    def predict(self, X):
        windows = np.asarray(X, dtype=np.float64)
        windows = Windows.of(windows).filled(self.fill_values_).cut()
        return self._unscale((self._features(windows) * self.coef_).sum(axis=1))

    def _draw(self, n_inputs):
        """Draw the random features."""
        rng = np.random.default_rng(self.random_state)
        projection = 2 * rng.normal(size=(n_inputs, N_UNITS)) / np.sqrt(n_inputs)
        return projection, rng.normal(size=N_UNITS)

    def _features(self, windows):
        features = windows.reshape(len(windows), -1)
        if self.kind == "tanh":
            products = features[:, :, np.newaxis] * self.projection_
            features = np.tanh(products.sum(axis=1) + self.offset_)
        return np.column_stack([features, np.ones(len(features))])

    def _solve(self, windows, targets, weights):
        features = self._features(windows)
        weighted = features.T * weights
        # The linear kind must find what is planted exactly, so it is hardly penalized.
        penalty = 1e-10 if self.kind == "linear" else 1e-3
        self.coef_ = np.linalg.solve(
            weighted @ features + penalty * np.eye(features.shape[1]),
            weighted @ targets,
        )

    def _unscale(self, scaled):
        if self.target_scaler_ is None:
            return scaled
        return self.target_scaler_.inverse_transform(scaled[:, np.newaxis])[:, 0]
