"""Series that never change, among others that do: they are predicted exactly.

A network that also learns from larger series would predict small changes for them.
Their windows do not tell them from series that change rarely, so they are found by
name: the zeros of a product that is no longer sold are not those of a product that is
sold once a week.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.series_index import first_rows
from skseq._series.tolerance import EPS_OF_SIZE
from skseq._validation.numbers import listed

MIN_WINDOWS = 20
"""Number of windows in which a series must be constant. A new product also begins with
a few zeros."""


@dataclass(frozen=True, eq=False)
class ConstantSeries:
    """The series that were constant in fit, while others varied.

    Attributes
    ----------
    names : pandas.Index of length n_series
    targets : ndarray of shape (n_series, n_targets)
        The value of each target; NaN for targets that vary or without a known past.
    tolerances : ndarray of shape (n_targets,)
        Differences up to these are rounding errors.
    """

    names: Any
    targets: np.ndarray
    tolerances: np.ndarray

    @classmethod
    def of(cls, rows, lagged_targets, quantiles):
        """Find the constant series in the rows of fit; return None if there are none.

        ``quantiles`` are those that are predicted, and may be empty.
        """
        axis = rows.axis[rows.complete]
        if axis.names is None:
            return None
        first = first_rows(axis.series)
        n_windows = np.diff(np.append(first, len(axis.series)))
        first = first[n_windows >= windows_needed(quantiles)]
        if not len(first):
            return None
        latest = rows.windows[rows.complete].last_steps()
        sizes = np.abs(latest).max(axis=0, initial=0)
        tolerances = [
            np.nan if one is None else rounding_error(sizes[one.feature], one)
            for one in lagged_targets
        ]
        # Each could be constant at its first value: its other rows decide.
        candidates = cls(
            axis.names[axis.series[first]],
            rows.targets[rows.complete[first]].astype(np.float64),
            np.array(tolerances),
        )
        return candidates.still_constant(rows, lagged_targets)

    def still_constant(self, rows, lagged_targets):
        """Return the series that are constant in other rows, too, or None."""
        windows, axis = rows.windows[rows.complete], rows.axis[rows.complete]
        numbers, targets = self._find(axis), self.targets.copy()
        # One target at a time: all steps of a long horizon take much memory.
        for output, predicted in self._predict_each(windows, numbers, lagged_targets):
            is_wrong = predicted != rows.targets[rows.complete, output]
            targets[numbers[is_wrong & (numbers >= 0)], output] = np.nan
        # Of many steps of one target, a few may have equal values by chance.
        features = np.array([one.feature if one else -1 for one in lagged_targets])
        targets[:, features < 0] = np.nan
        for feature in np.unique(features[features >= 0]):
            steps = features == feature
            varies = np.isnan(targets[:, steps]).any(axis=1)
            targets[np.ix_(varies, steps)] = np.nan
        is_constant = ~np.isnan(targets).all(axis=1)
        if not is_constant.any():
            return None
        return replace(
            self, names=self.names[is_constant], targets=targets[is_constant]
        )

    def predict(self, windows, axis, lagged_targets):
        """Predict complete windows of constant series that still have their value.

        Returns
        -------
        predictions : ndarray of shape (n_windows, n_targets)
            In y's units; NaN for all other windows.
        """
        predictions = np.full((len(windows), self.targets.shape[1]), np.nan)
        if axis is not None and axis.names is not None:
            numbers = self._find(axis)
            for output, of_output in self._predict_each(
                windows, numbers, lagged_targets
            ):
                predictions[:, output] = of_output
        return predictions

    def _find(self, axis):
        """Return the number of the constant series of each row, -1 for other series."""
        return self.names.get_indexer(axis.names)[axis.series]

    def _predict_each(self, windows, numbers, lagged_targets):
        """Yield the number of each target with a known past, and its predictions."""
        past = {}
        for output, lagged in enumerate(lagged_targets):
            if lagged is None:
                continue
            feature = lagged.feature
            if feature not in past:
                past[feature] = read_past(windows, feature)
            latest, is_constant = past[feature]
            target = np.where(numbers < 0, np.nan, self.targets[numbers, output])
            distances = np.abs(lagged.slope * latest + lagged.intercept - target)
            is_equal = is_constant & (distances <= self.tolerances[output])
            yield output, np.where(is_equal, target, np.nan)


def windows_needed(quantiles):
    """Return in how many windows a series must be constant to count as such."""
    return max(MIN_WINDOWS, values_needed(quantiles))


def values_needed(quantiles):
    """Return how many equal values it takes to predict all quantiles as this value."""
    # The next of n + 1 exchangeable values is the only other one with a probability of
    # 1 / (n + 1). A quantile that is nearer to 0 or 1 is not known to be the constant.
    tail = min((min(q, 1 - q) for q in quantiles), default=1)
    return max(1, ceil(1 / tail - 1 - 1e-9))


def warn_about_constant_series(model, what):
    """Warn that ``what``, an exported model, does not know the constant series."""
    if model.constant_series is not None:
        warn_user(
            "These series were constant in fit: "
            f"{listed(model.constant_series.names, most=5)}. predict returns their "
            f"constant, but {what} treats them like all others. Do not predict them "
            "with it, or leave them out of fit."
        )


def rounding_error(sizes, lagged):
    """Return the largest rounding error of y computed from features of these sizes."""
    sizes = lagged.slope * sizes + abs(lagged.intercept)
    return EPS_OF_SIZE * float(np.finfo(sizes.dtype).eps) * sizes


def read_past(windows, feature):
    """Return the last value of a feature in each window, and if it has no other."""
    past = windows.series[:, feature]
    # Cumulative counts take the same time for windows of any length.
    n_changes = np.concatenate([[0], np.cumsum(np.diff(past) != 0)])
    last = windows.starts + windows.time_steps - 1
    return past[last], n_changes[last] == n_changes[windows.starts]
