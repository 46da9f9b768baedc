"""What all measures do: check and lay out, take an error, divide by a reference."""

import numpy as np
from sklearn.metrics._regression import _check_reg_targets
from sklearn.utils.validation import check_array

from skseq._index import is_pandas
from skseq._numbers import refuse_hidden_non_numbers


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
    refuse_hidden_non_numbers(y_true, name="y_true")
    refuse_hidden_non_numbers(y_pred, name=name)
    _refuse_other_index(y_true, y_pred, name)
    try:
        _, true, pred, weights, shares = _check_reg_targets(
            y_true, y_pred, sample_weight, multioutput, dtype=np.float64
        )
    except ValueError as error:
        raise ValueError(str(error).replace("y_pred", name)) from error
    if weights is not None and (weights < 0).any():
        raise ValueError(
            f"sample_weight must not be negative; got {weights.min()}. Weight 0 leaves "
            "a row out."
        )

    def average(values):
        if isinstance(shares, str) and shares == "raw_values":
            return values
        by = None if isinstance(shares, str) else shares
        return float(np.average(values, weights=by))

    return true, pred, weights, average


def _refuse_other_index(y_true, y_pred, name):
    """Raise if both have an index and the two differ."""
    if not (is_pandas(y_true) and is_pandas(y_pred)) or len(y_true) != len(y_pred):
        return
    if not y_true.index.equals(y_pred.index):
        raise ValueError(
            f"y_true and {name} have a different index, so their rows may not belong "
            f"together. Align them ({name}.loc[y_true.index]), or pass "
            f"{name}.to_numpy() if they are in step already."
        )


def seasonal_changes(y_train, season, *, n_outputs):
    """Return the change of each row of y_train from that of a season before.

    Returns
    -------
    changes : ndarray of float64 of shape (n_train_rows - season, n_outputs)
    """
    refuse_hidden_non_numbers(y_train, name="y_train")
    train = check_array(
        y_train, ensure_2d=False, dtype=np.float64, input_name="y_train"
    )
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
    return train[season:] - train[:-season]


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
    np.divide(error, scale, out=ratio, where=scale > 0)
    ratio[(error == 0) & (scale == 0)] = both_zero
    return ratio
