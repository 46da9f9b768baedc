"""Series that never change, among others that do: they are predicted exactly.

A network that also learns from larger series would predict small changes for them.
"""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.series_index import first_rows

ROUNDING_OF_RANGE = 1e-6
"""Differences up to this fraction of a feature's range are rounding errors of its
scaling, also in float32."""


def find_constant_series(rows, lagged_targets):
    """Find the series that are constant, while others vary.

    Parameters
    ----------
    rows : FitRows
    lagged_targets : tuple of LaggedTarget or None

    Returns
    -------
    constant_series : dict of name to ndarray of shape (n_targets, 2)
        The value of the feature that holds the target's past, and that of the target;
        NaN for targets that vary or without a known past.
    """
    axis = rows.axis[rows.complete]
    if axis.names is None:
        return {}
    windows, first = rows.windows[rows.complete], first_rows(axis.series)
    found = np.full((len(first), len(lagged_targets), 2), np.nan)
    for output, lagged in enumerate(lagged_targets):
        if lagged is None:
            continue
        latest, is_constant = _read_past(windows, lagged)
        is_constant = np.logical_and.reduceat(is_constant, first)
        target = rows.targets[rows.complete, output]
        for place, values in enumerate((latest, target)):
            lowest = np.minimum.reduceat(values, first)
            is_constant &= lowest == np.maximum.reduceat(values, first)
            found[:, output, place] = lowest
        past = lagged.slope * found[:, output, 0] + lagged.intercept
        rounding = ROUNDING_OF_RANGE * lagged.slope * np.ptp(latest)
        is_constant &= np.abs(past - found[:, output, 1]) <= rounding
        found[~is_constant, output] = np.nan
    # Of many steps of one target, a few may have equal values by chance.
    features = np.array([one.feature if one else -1 for one in lagged_targets])
    for feature in np.unique(features):
        steps = features == feature
        varies = np.isnan(found[:, steps, 0]).any(axis=1)
        found[np.ix_(varies, steps)] = np.nan
    names = axis.names[axis.series[first]]
    is_found = ~np.isnan(found).all(axis=(1, 2))
    return dict(zip(names[is_found], found[is_found], strict=True))


def still_constant(before, now, names):
    """Return the series that were constant before, and still are where they occur.

    Parameters
    ----------
    before, now : dict
        As `find_constant_series` returns them.
    names : pandas.Index or None
        Names of the series that occur now.
    """
    occurring = set() if names is None else set(names)
    return {
        name: values
        for name, values in before.items()
        if name not in occurring
        or (name in now and np.array_equal(values, now[name], equal_nan=True))
    }


def predict_constant_series(model, windows, axis, predictions):
    """Predict windows of constant series by their value, while they keep it.

    Parameters
    ----------
    model : FittedModel
    windows : Windows
        Complete, as passed to ``predict``.
    axis : TimeAxis or None
        Of their rows.
    predictions : ndarray of shape (n_windows, n_outputs)
        In y's units; all quantiles of the first target, then those of the second.

    Returns
    -------
    predictions : ndarray of shape (n_windows, n_outputs)
    """
    constant_series = model.constant_series
    if not constant_series or axis is None or axis.names is None:
        return predictions
    numbers = axis.names.get_indexer(list(constant_series))
    values = np.full((axis.n_series, model.n_targets, 2), np.nan)
    values[numbers[numbers >= 0]] = np.array(list(constant_series.values()))[
        numbers >= 0
    ]
    by_target = predictions.copy().reshape(len(windows), model.n_targets, -1)
    for output, lagged in enumerate(model.lagged_targets):
        if lagged is not None:
            latest, is_constant = _read_past(windows, lagged)
            past, target = values[axis.series, output].T
            rows = is_constant & (latest == past)
            by_target[rows, output] = target[rows, np.newaxis]
    return by_target.reshape(predictions.shape)


def warn_of_constant_series(model, what):
    """Warn that an exported model does not know which series were constant in fit.

    Parameters
    ----------
    model : FittedModel
    what : str
        Names the exported model.

    Warns
    -----
    UserWarning
    """
    if model.constant_series:
        name = next(iter(model.constant_series))
        warn_user(
            f"Series {name} was constant in fit. predict predicts it exactly, but "
            f"{what} predicts it like any other series. Do not predict constant series "
            "with it, or leave them out of fit."
        )


def _read_past(windows, lagged):
    """Return the last value of a feature in each window, and if it has no other."""
    past = windows.series[:, lagged.feature]
    # Cumulative counts take the same time for windows of any length.
    n_changes = np.concatenate([[0], np.cumsum(np.diff(past) != 0)])
    last = windows.starts + windows.time_steps - 1
    return past[last], n_changes[last] == n_changes[windows.starts]
