"""Check forecasts, average over outputs and divide errors, for all metrics."""

import numpy as np
from sklearn.metrics._regression import _check_reg_targets
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_array

from skseq._series.index import check_same_index
from skseq._validation.numbers import LARGEST, are_valid, check_no_masks_or_dates
from skseq._validation.tables import check_same_order, column_names
from skseq._validation.targets import check_sample_weight
from skseq.metrics._series import rows_by_series

FORECAST_PARAMETERS = {
    "y_true": ["array-like"],
    "y_pred": ["array-like"],
    "sample_weight": ["array-like", None],
    "multioutput": [StrOptions({"raw_values", "uniform_average"}), "array-like"],
}


def check_forecasts(y_true, forecasts, sample_weight, multioutput):
    """Convert true values and forecasts to arrays with one column per output.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    forecasts : dict
        From the name in error messages to an array-like of the shape of y_true.
    sample_weight : array-like of shape (n_rows,) or None
    multioutput : {"raw_values", "uniform_average"} or array-like of shape (n_outputs,)

    Returns
    -------
    true : ndarray of float64 of shape (n_rows, n_outputs)
    predicted : list of ndarray of float64 of shape (n_rows, n_outputs)
    average : callable
        Takes a function of the rows of a series, their weights and the name of the
        series, which returns one value per output. Returns the mean over all series and
        over outputs as ``multioutput`` specifies.
    """
    values, columns = check_finite(y_true, "y_true"), column_names(y_true)
    predicted = []
    for name, forecast in forecasts.items():
        array = check_finite(forecast, name)
        check_same_order(column_names(forecast), columns, name, "in y_true")
        check_same_index(y_true, forecast, name, other="y_true")
        try:
            _, true, array, _, output_weights = _check_reg_targets(
                values, array, None, multioutput, dtype=np.float64
            )
        except ValueError as error:
            # scikit-learn's messages call every forecast y_pred.
            raise ValueError(str(error).replace("y_pred", name)) from error
        predicted.append(array)
    weights = None
    if sample_weight is not None:
        check_same_index(y_true, sample_weight, "sample_weight", other="y_true")
        weights = check_sample_weight(sample_weight, true)
    if isinstance(output_weights, np.ndarray):
        check_output_weights(output_weights)
    rows = rows_by_series(y_true, *forecasts.values())

    def average(errors_of):
        each = [
            errors_of(part, None if weights is None else weights[part], name)
            for name, part in rows.items()
            if weights is None or weights[part].any()
        ]
        values = np.mean(each, axis=0)
        if isinstance(output_weights, str):
            is_raw = output_weights == "raw_values"
            return values if is_raw else float(np.average(values))
        # Weight 0 leaves an output out, even one whose error is infinite.
        used = output_weights > 0
        return float(np.average(values[used], weights=output_weights[used]))

    return true, predicted, average


def check_finite(array, name):
    """Convert numbers to a float64 array; raise if one is too large to be squared."""
    check_no_masks_or_dates(array, name=name)
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
            f"{name} must contain absolute values of at most {LARGEST:g}; got "
            f"{np.abs(array).max():.3g}. Divide all series by the same constant."
        )
    return array


def check_output_weights(weights):
    """Raise if the weight of an output is negative or too large, or if all are zero."""
    if (weights < 0).any() or not (weights > 0).any() or not are_valid(weights).all():
        raise ValueError(
            f"multioutput must be at least 0 and at most {LARGEST:g}, and one weight "
            f"must be above 0; got weights from {weights.min()} to {weights.max()}. "
            "Correct the weights; weight 0 leaves an output out."
        )


def divide_errors(errors, naive_errors, both_zero=0.0):
    """Divide errors by those of a naive forecast; both have the shape (n_outputs,).

    Where only the naive error is zero, the ratio is infinite. Where both are, both
    forecasts are perfect, and it is `both_zero`.
    """
    # Divides only where it is possible, because NumPy warns about division by zero.
    ratios = np.full_like(errors, np.inf)
    np.divide(errors, naive_errors, out=ratios, where=naive_errors > 0)
    ratios[(errors == 0) & (naive_errors == 0)] = both_zero
    return ratios
