"""Windows of equal values of series that were not in fit: the value is predicted.

The output of a network is multiplied by the deviation of the window, which is a floor
in a window of equal values. The floor is small for the series of fit, but it may be a
hundred times as large as a new series, such as a product that is not sold yet.
"""

import numpy as np

from skseq._regression.past.constant_series import (
    read_past,
    rounding_error,
    values_needed,
)


def names_of_series(axis):
    """Return the names of the series of some rows; None if they have no names."""
    return None if axis.names is None else axis.names[np.unique(axis.series)]


def join_names(names, axis):
    """Add the names of the series of some rows to those of earlier rows."""
    added = names_of_series(axis)
    return names if names is None or added is None else names.union(added, sort=False)


def predict_unseen(model, windows, filled, axis):
    """Predict windows of equal values of series that were not in fit.

    Parameters
    ----------
    model : FittedModel
    windows, filled : Windows
        The same ones, before and after missing steps are filled.
    axis : TimeAxis or None
        Of their rows.

    Returns
    -------
    predictions : ndarray of shape (n_windows, n_targets)
        In y's units; NaN for all other windows.
    """
    predictions = np.full((len(filled), model.n_targets), np.nan)
    if axis is None or axis.names is None or model.series_names is None:
        return predictions
    is_unseen = model.series_names.get_indexer(axis.names) < 0
    rows, found = np.flatnonzero(is_unseen[axis.series]), {}
    windows, filled = windows[rows], filled[rows]
    n_needed = values_needed(model.architecture.quantiles)
    for output, lagged in enumerate(standardized_pasts(model)):
        if lagged is None:
            continue
        feature = lagged.feature
        if feature not in found:
            n_known = windows.count_steps(~np.isnan(windows.series[:, feature]))
            latest, is_constant = read_past(filled, feature)
            found[feature] = latest, is_constant & (n_known >= n_needed)
        latest, is_answered = found[feature]
        values = _scale_back(latest, lagged, model.feature_range)
        predictions[rows, output] = np.where(is_answered, values, np.nan)
    return predictions


def standardized_pasts(model):
    """Return the LaggedTarget of each target, None if its past is not standardized."""
    normalization = model.architecture.normalization
    if normalization is None:
        return (None,) * model.n_targets
    return tuple(
        lagged if lagged and normalization.floors[lagged.feature] is not None else None
        for lagged in model.lagged_targets
    )


def _scale_back(latest, lagged, feature_range):
    """Return the values of y of a feature, without the rounding errors of scaling."""
    values = lagged.slope * latest.astype(np.float64) + lagged.intercept
    if (lagged.slope, lagged.intercept) == (1, 0):
        return values
    size_of_fit = max(abs(of[lagged.feature]) for of in feature_range)
    error = rounding_error(np.maximum(np.abs(latest), size_of_fit), lagged)
    # This restores a price of 5 exactly. Numbers with too many digits are not rounded.
    scale = 10.0 ** np.minimum(np.floor(-np.log10(2 * error)), 300)
    rounded = np.round(values * scale) / scale + 0.0  # + 0.0 makes -0.0 0.0
    return np.where(np.abs(rounded - values) <= error, rounded, values)
