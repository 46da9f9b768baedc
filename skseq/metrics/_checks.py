"""What all measures do: check and lay out, take an error, divide by a reference."""

import numpy as np
from sklearn.metrics._regression import _check_reg_targets
from sklearn.utils.validation import check_array

from skseq._series.index import check_same_index, time_index
from skseq._validation.numbers import check_no_masks_or_dates
from skseq._validation.sizes import size_of


def check_forecast(y_true, y_pred, sample_weight, multioutput, name="y_pred"):
    """Lay true values and a forecast out in columns.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    sample_weight : array-like of shape (n_rows,) or None
    multioutput : {"raw_values", "uniform_average"} or array-like of shape (n_outputs,)
    name : str, default="y_pred"
        What errors call the forecast.

    Returns
    -------
    true, pred : ndarray of float64 of shape (n_rows, n_outputs)
    weights : ndarray of float64 of shape (n_rows,) or None
    average : callable
        Turns a value for each output into what ``multioutput`` asks for.

    Raises
    ------
    ValueError
        If shapes or indexes do not fit together, or a value is illegal.
    """
    arrays = []
    for part, array in (("y_true", y_true), (name, y_pred)):
        check_no_masks_or_dates(array, name=part)
        arrays.append(_check_finite(array, part))
    check_no_masks_or_dates(sample_weight, name="sample_weight")
    _refuse_other_order(y_true, y_pred, name)
    check_same_index(y_true, y_pred, name, other="y_true")
    check_same_index(y_true, sample_weight, "sample_weight", other="y_true")
    try:
        _, true, pred, weights, shares = _check_reg_targets(
            *arrays, sample_weight, multioutput, dtype=np.float64
        )
    except ValueError as error:
        raise ValueError(str(error).replace("y_pred", name)) from error
    if weights is not None:
        _refuse_negative(weights, "sample_weight", "leaves a row out")
        weights = weights / size_of(weights)  # so that no sum overflows
    if not isinstance(shares, str) and shares is not None:
        _refuse_negative(shares, "multioutput", "leaves an output out")
    _refuse_wide(true, pred, name)

    def average(values):
        if isinstance(shares, str) and shares == "raw_values":
            return values
        by = None if isinstance(shares, str) else shares
        return float(np.average(values, weights=by))

    return true, pred, weights, average


def _check_finite(array, name):
    return check_array(array, ensure_2d=False, dtype=np.float64, input_name=name)


def _refuse_other_order(y_true, y_pred, name):
    """Raise if both are frames of the same columns in another order."""
    columns = [list(getattr(y, "columns", [])) for y in (y_true, y_pred)]
    if columns[0] != columns[1] and set(columns[0]) == set(columns[1]):
        raise ValueError(
            f"y_true and {name} have the same columns in another order: {columns[0]} "
            f"and {columns[1]}. Reorder them ({name}[y_true.columns]): outputs are "
            "compared by position."
        )


def _refuse_negative(weights, name, of_zero):
    """Raise for a weight below zero, or if none is above it."""
    if (weights < 0).any() or not (weights > 0).any():
        raise ValueError(
            f"{name} must not be negative, and some weight above 0; got weights from "
            f"{weights.min()} to {weights.max()}. Weight 0 {of_zero}."
        )


def _refuse_wide(true, pred, name):
    with np.errstate(over="ignore"):
        is_wide = np.isinf(true - pred).any()
    if is_wide:
        raise ValueError(
            f"y_true and {name} lie further apart than float64 can say. Divide both "
            "by a constant."
        )


def seasonal_changes(y_train, season, *, n_outputs):
    """Return the change of each row of y_train from that of a season before.

    Returns
    -------
    changes : ndarray of float64 of shape (n_train_rows - season, n_outputs)
    """
    if isinstance(season, bool | np.bool_):
        raise ValueError(
            f"season must be a number of steps; got {season!r}. Without one it is 1."
        )
    season = int(season)  # a small NumPy integer has no negative
    check_no_masks_or_dates(y_train, name="y_train")
    time_index(y_train, name="y_train")
    train = _check_finite(y_train, "y_train")
    train = train.reshape(len(train), -1)
    if train.shape[1] != n_outputs:
        raise ValueError(
            f"y_train has {train.shape[1]} output(s), but y_true has {n_outputs}. Give "
            "the same columns."
        )
    if len(train) <= season:
        raise ValueError(
            f"y_train must have more rows than one season; got {len(train)} row(s) "
            f"with season={season}. Give a longer series, or a shorter season."
        )
    with np.errstate(over="ignore"):
        changes = train[season:] - train[:-season]
    if np.isinf(changes).any():
        raise ValueError(
            "y_train changes by more than float64 can say. Divide all by a constant."
        )
    return changes


def power_mean(values, power, weights=None):
    """Return the power mean of absolute values by column; nothing overflows.

    Parameters
    ----------
    values : ndarray of float64 of shape (n_rows, n_outputs)
    power : {1, 2}
        1 for the mean, 2 for the root of the mean square.
    weights : ndarray of shape (n_rows,), default=None

    Returns
    -------
    means : ndarray of float64 of shape (n_outputs,)
    """
    size = size_of(values)
    shares = np.abs(values / size) ** power
    return size * np.average(shares, axis=0, weights=weights) ** (1 / power)


def errors_of(metric, true, pred, weights):
    """Return a metric's error for each output.

    Raises
    ------
    ValueError
        If the metric does not give an error: one number an output, 0 at best.
    """
    options = {"sample_weight": weights, "multioutput": "raw_values"}
    best = np.atleast_1d(metric(true, true, **options))
    errors = np.atleast_1d(metric(true, pred, **options)).astype(np.float64)
    if errors.shape != true.shape[1:] or not (errors >= 0).all() or best.any():
        raise ValueError(
            "metric must be an error, 0 at best and one number for each output; for "
            f"{true.shape[1]} output(s) {getattr(metric, '__name__', metric)} gave "
            f"{errors}, and {best} for a perfect forecast. Take a measure such as "
            "mean_absolute_error or root_mean_squared_error."
        )
    return errors


def ratio_of(error, scale, both_zero=0.0):
    """Divide; by zero it is infinite, but for zero itself."""
    ratio = np.full_like(error, np.inf)
    with np.errstate(over="ignore"):
        np.divide(error, scale, out=ratio, where=scale > 0)
    ratio[(error == 0) & (scale == 0)] = both_zero
    return ratio
