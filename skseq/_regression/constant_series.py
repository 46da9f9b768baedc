"""Series that never change, among others that do: they are predicted exactly.

A network that also learns from larger series would predict small changes for them.
"""

import numpy as np

from skseq._series.axis import first_rows

ROUNDING_OF_RANGE = 1e-6
"""Differences up to this fraction of a feature's range are rounding errors of its
scaling, also in float32."""


def find_constant_series(rows, lagged_targets):
    """Return the values of series that are constant, while others vary.

    Parameters
    ----------
    rows : FitRows
    lagged_targets : tuple of LaggedTarget or None

    Returns
    -------
    values : tuple of ndarray of float64
        One for each target, ascending. Empty for targets without a known past.
    """
    windows, targets = rows.windows[rows.complete], rows.targets
    first, found = first_rows(rows.axis.series[rows.complete]), []
    for output, lagged in enumerate(lagged_targets):
        if lagged is None or len(first) == 1:
            found.append(np.empty(0))
            continue
        latest, is_constant = _read_past(windows, lagged)
        is_constant = np.logical_and.reduceat(is_constant, first)
        target = targets[rows.complete, output].astype(np.float64)
        for values in (latest, target):
            lowest, highest = (
                end.reduceat(values, first) for end in (np.minimum, np.maximum)
            )
            is_constant &= lowest == highest
        found.append(np.unique(lowest[is_constant]))
    return tuple(found)


def predict_constant_series(model, windows, predictions):
    """Predict windows of constant series by their value.

    Parameters
    ----------
    model : FittedModel
    windows : Windows
        Complete, as passed to ``predict``.
    predictions : ndarray of shape (n_windows, n_outputs)
        In y's units; all quantiles of the first target, then those of the second.

    Returns
    -------
    predictions : ndarray of shape (n_windows, n_outputs)
    """
    if not any(map(len, model.constant_series)):
        return predictions
    by_target = predictions.copy().reshape(len(windows), model.n_targets, -1)
    for output, values in enumerate(model.constant_series):
        if not len(values):
            continue
        lagged = model.lagged_targets[output]
        latest, is_constant = _read_past(windows, lagged)
        low, high = (end[lagged.feature] for end in model.feature_range)
        after = np.searchsorted(values, latest).clip(0, len(values) - 1)
        pair = values[np.stack([after, np.maximum(after - 1, 0)])]
        distances = np.abs(pair - latest)
        nearest = np.where(distances[0] <= distances[1], *pair)
        is_near = distances.min(axis=0) <= ROUNDING_OF_RANGE * lagged.slope * (
            float(high) - float(low)
        )
        rows = is_near & is_constant
        by_target[rows, output] = nearest[rows, np.newaxis]
    return by_target.reshape(predictions.shape)


def _read_past(windows, lagged):
    """Return the last value of a target in each window, and if it has no other."""
    past = windows.series[:, lagged.feature].astype(np.float64)
    # Cumulative counts take the same time for windows of any length.
    n_changes = np.concatenate([[0], np.cumsum(np.diff(past) != 0)])
    last = windows.starts + windows.time_steps - 1
    is_constant = n_changes[last] == n_changes[windows.starts]
    return lagged.slope * past[last] + lagged.intercept, is_constant
