"""What leak tests are run on: series, a regressor without a network."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from unittest import mock

import numpy as np
import numpy_engine
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin

from skseq import TargetAwareMinMaxScaler
from skseq._engine import keras
from skseq._series.windows import Windows

N_UNITS = 8
"""Random features of the non-linear regressor."""

CONTAINERS = ("array", "numbers", "days", "months")
"""What a series comes in; all but arrays tell when their rows are."""

FIRST_DAY = pd.Timestamp("2021-02-20")
"""Some weeks before the change to summer time."""


class ReferenceRegressor(RegressorMixin, BaseEstimator):
    """A least-squares regressor on windows that keeps the rules of the real ones.

    Windows with missing steps are left out of ``fit`` and answered in ``predict``. All
    sums run within a row, so that a prediction has the same bits in every batch.

    Parameters
    ----------
    kind : {"ridge", "tanh"}, default="ridge"
        "ridge" reads the flattened window out, with next to no penalty. "tanh" reads
        random features of it out: being non-linear, it notices wrongly scaled input.
    random_state : int, default=0
        Seed of the random features.
    target_scaler : bool, default=True
        Whether y is scaled to [0, 1].
    """

    def __init__(self, kind="ridge", *, random_state=0, target_scaler=True):
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
        penalty = 1e-10 if self.kind == "ridge" else 1e-3
        self.coef_ = np.linalg.solve(
            weighted @ features + penalty * np.eye(features.shape[1]),
            weighted @ targets,
        )

    def _unscale(self, answers):
        if self.target_scaler_ is None:
            return answers
        return self.target_scaler_.inverse_transform(answers[:, np.newaxis])[:, 0]


@contextmanager
def numpy_in_place_of_keras():
    """Have the real regressors train with the few lines of `numpy_engine`."""
    with (
        mock.patch.object(keras, "train", numpy_engine.train),
        mock.patch.object(keras, "predict", numpy_engine.predict),
    ):
        yield


@dataclass(frozen=True)
class Case:
    """A series of which the first rows are fitted, and the windows cut from it.

    Attributes
    ----------
    time_steps, horizon : int
    known_ahead : bool
        Whether the first column is known ahead.
    own_past : bool
        Whether the first column is the target itself, where it is not in sight.
    n_fitted, n_new : int
        Rows to fit on, without a gap, and rows that follow.
    share : float
        How far into the new rows the cut lies.
    gap_row, gap : int
        Row before which steps are missing, and how many; arrays have none.
    """

    seed: int = 0
    time_steps: int = 3
    horizon: int = 1
    known_ahead: bool = False
    own_past: bool = False
    n_features: int = 2
    n_fitted: int = 24
    n_new: int = 30
    share: float = 0.5
    container: str = "days"
    gap_row: int = 40
    gap: int = 0

    @property
    def n_rows(self):
        return self.n_fitted + self.n_new

    @property
    def reach(self):
        """Steps from the first step of a window to its own row."""
        return self.time_steps + self.horizon - 1

    @property
    def warm_up(self):
        """How many of the first rows have incomplete windows."""
        return self.time_steps - 1 + self.leads.max()

    @cached_property
    def leads(self):
        """How many steps before its row each column's window ends."""
        leads = np.full(self.n_features, self.horizon)
        leads[0] *= not self.known_ahead
        return leads

    @property
    def cut(self):
        """The row at which a test parts the new rows."""
        return self.n_fitted + min(
            max(round(self.share * self.n_new), 1), self.n_new - 1
        )

    @property
    def fitted(self):
        return slice(0, self.n_fitted)

    @property
    def new(self):
        return slice(self.n_fitted, None)

    @property
    def is_indexed(self):
        return self.container != "array"

    @cached_property
    def positions(self):
        """The step of each row."""
        positions = np.arange(self.n_rows)
        if self.is_indexed:
            positions[self.gap_row :] += self.gap
        return positions

    @cached_property
    def index(self):
        if self.container == "days":
            return FIRST_DAY + pd.to_timedelta(self.positions, unit="D")
        if self.container == "months":
            return pd.DatetimeIndex(np.datetime64("2012-03") + self.positions)
        if self.gap == 0:
            return pd.RangeIndex(100, 100 + self.n_rows)
        return pd.Index(100 + self.positions)

    def rng(self, *more):
        """Make a generator of random numbers for one purpose."""
        return np.random.default_rng([self.seed, *more])

    @cached_property
    def X(self):
        noise = self.rng(1).normal(size=(self.n_rows, self.n_features))
        scale, offset = [1, 10, 0.1, 100], [5, -30, 0, 1000]
        table = noise * scale[: self.n_features] + offset[: self.n_features]
        if self.own_past and self.leads[0] > 0:
            table[:, 0] = self.y
        return table

    @cached_property
    def y(self):
        return 50 + 10 * self.rng(2).normal(size=self.n_rows)

    def wrap(self, values, rows=slice(None)):
        """Put rows of a table, or of a target, into their container."""
        if not self.is_indexed:
            return values[rows].copy()
        if values.ndim == 1:
            return pd.Series(values[rows], index=self.index[rows], name="y")
        names = list("abcd"[: values.shape[1]])
        return pd.DataFrame(values[rows], index=self.index[rows], columns=names)

    def spoilt(self, values, rows):
        """Replace rows by anything."""
        values = values.copy()
        values[rows] = 1e3 * self.rng(3, values.ndim).normal(size=values[rows].shape)
        return values

    def windows_of_positions(self, rows=slice(None)):
        """Say for each cell of each window at which step its value must lie.

        Returns
        -------
        positions : ndarray of int of shape (n_rows, time_steps, n_features)
        """
        ends = self.positions[rows, np.newaxis] - self.leads
        back = np.arange(self.time_steps)[::-1]
        return ends[:, np.newaxis, :] - back[:, np.newaxis]

    def table_of_positions(self):
        """Make a table whose every cell says at which step it lies."""
        return np.tile(self.positions[:, np.newaxis].astype(float), self.n_features)
