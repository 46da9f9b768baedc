"""Check forecasts, average over outputs and divide errors, for all metrics."""

import numpy as np
from sklearn.metrics._regression import _check_reg_targets
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_array

from skseq._series.index import check_same_index
from skseq._validation.numbers import LARGEST, are_valid, check_no_masks_or_dates
from skseq._validation.tables import check_same_order, column_names
from skseq.metrics._series import mean_over_series, rows_by_series

FORECAST_PARAMETERS = {
    "y_true": ["array-like"],
    "y_pred": ["array-like"],
    "sample_weight": ["array-like", None],
    "multioutput": [StrOptions({"raw_values", "uniform_average"}), "array-like"],
}


def check_forecast(y_true, y_pred, sample_weight, multioutput, name="y_pred"):
    """Convert true values and a forecast to arrays with one column per output.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    sample_weight : array-like of shape (n_rows,) or None
    multioutput : {"raw_values", "uniform_average"} or array-like of shape (n_outputs,)
    name : str, default="y_pred"
        Name of the forecast in error messages.

    Returns
    -------
    true, pred : ndarray of float64 of shape (n_rows, n_outputs)
    average : callable
        Takes a function of the rows of a series, their weights and the name of the
        series, which returns one value per output. Returns the mean over all series and
        over outputs as ``multioutput`` specifies.

    Raises
    ------
    ValueError
        If shapes or indexes differ, or a value or weight is not valid.
    """
    arrays = []
    for part, array in (("y_true", y_true), (name, y_pred)):
        check_no_masks_or_dates(array, name=part)
        arrays.append(check_finite(array, part))
    check_no_masks_or_dates(sample_weight, name="sample_weight")
    check_same_order(column_names(y_pred), column_names(y_true), name, "in y_true")
    check_same_index(y_true, y_pred, name, other="y_true")
    check_same_index(y_true, sample_weight, "sample_weight", other="y_true")
    try:
        _, true, pred, weights, output_weights = _check_reg_targets(
            *arrays, sample_weight, multioutput, dtype=np.float64
        )
    except ValueError as error:
        # scikit-learn's messages call every forecast y_pred.
        raise ValueError(str(error).replace("y_pred", name)) from error
    if weights is not None:
        check_weights(weights, "sample_weight", "leaves a row out")
    if isinstance(output_weights, np.ndarray):
        check_weights(output_weights, "multioutput", "leaves an output out")

    rows = rows_by_series(y_true, y_pred)

    def average(errors_of):
        values = mean_over_series(errors_of, rows, weights)
        if isinstance(output_weights, str) and output_weights == "raw_values":
            return values
        if isinstance(output_weights, str) or output_weights is None:
            return float(np.average(values))
        # Weight 0 leaves an output out, even one whose error is infinite.
        used = output_weights > 0
        return float(np.average(values[used], weights=output_weights[used]))

    return true, pred, average


def check_finite(array, name):
    """Convert numbers to a float64 array; raise if one is too large to be squared."""
    # Always C order, because the last bits of a sum depend on the memory order.
    options = {"dtype": np.float64, "order": "C", "input_name": name}
    try:
        array = check_array(array, ensure_2d=False, **options)
    except ValueError as error:
        if "contains NaN" not in str(error):
            raise
        raise ValueError(
            f"Input {name} contains NaN. Drop these rows from all inputs. A backtest "
            "has NaN where no prediction was possible; leave these rows out: "
            'table.dropna(subset=["prediction"]).'
        ) from error
    if not are_valid(array).all():
        raise ValueError(
            f"{name} must hold absolute values of at most {LARGEST:g}; got "
            f"{np.abs(array).max():.3g}. Divide all series by the same constant."
        )
    return array


def check_weights(weights, name, effect_of_zero):
    """Raise if a weight is negative or too large, or if all are zero."""
    if (weights < 0).any() or not (weights > 0).any() or not are_valid(weights).all():
        raise ValueError(
            f"{name} must be at least 0 and at most {LARGEST:g}, and one weight must "
            f"be above 0; got weights from {weights.min()} to {weights.max()}. Correct "
            f"the weights; weight 0 {effect_of_zero}."
        )


def divide_errors(errors, naive_errors, both_zero=0.0):
    """Divide errors by the errors of a naive forecast, which may be zero.

    Parameters
    ----------
    errors, naive_errors : ndarray of float64 of shape (n_outputs,)
    both_zero : float, default=0.0
        Result of 0 / 0, for which both forecasts are perfect.

    Returns
    -------
    ratios : ndarray of float64 of shape (n_outputs,)
        Infinity where only the naive error is zero.
    """
    # Divides only where it is possible, because NumPy warns about division by zero.
    ratios = np.full_like(errors, np.inf)
    np.divide(errors, naive_errors, out=ratios, where=naive_errors > 0)
    ratios[(errors == 0) & (naive_errors == 0)] = both_zero
    return ratios
