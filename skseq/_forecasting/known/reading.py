"""Check the input of fit, update and predict, and convert it to rows of the table."""

from numbers import Integral

import numpy as np
from sklearn.utils.validation import _num_samples, validate_data

from skseq._estimator.plurals import counted
from skseq._forecasting.known.layout import Layout, column_values
from skseq._forecasting.known.table import index_of
from skseq._series.index import check_same_index, has_labels, is_pandas
from skseq._validation.numbers import check_is_array, check_no_masks_or_dates, listed
from skseq._validation.tables import (
    as_frame,
    check_column_order,
    check_table,
    column_names,
)
from skseq._validation.targets import (
    check_same_length,
    check_target,
    check_target_order,
)


def read_fit_input(forecaster, X, y):
    """Make the table of ``fit`` and its layout; store number and names of features."""
    X, y = (None, X) if y is None else (as_frame(X), y)
    labels = column_names(X)  # read before it becomes an array
    X, targets, index = _read(forecaster, X, y, reset=True)
    layout = Layout.of(X, y, targets, labels)
    return layout.join(X, targets, index), layout


def read_update_input(forecaster, X, y, layout):
    """Make the rows of ``update``, with the columns of the table of ``fit``."""
    X, y = (None, X) if y is None else (as_frame(X), y)
    if (X is not None) != bool(layout.labels):
        got, needs = ("no X", "update(X, y)") if X is None else ("an X", "update(y)")
        raise ValueError(
            f"update must get what fit got, but it got {got}. Call {needs} with the "
            "same columns as in fit."
        )
    if y is not None:
        check_is_array(y, "y")  # NumPy could not tell the shape of rows that differ
    if np.shape(y)[:1] == (0,):
        raise ValueError(
            "update must get at least one row, but y has none. Pass rows that follow "
            "the known rows, or do not call update."
        )
    X, targets, index = _read(forecaster, X, y, reset=False)
    n_targets = targets.reshape(len(targets), -1).shape[1]
    if n_targets != layout.n_targets:
        raise ValueError(
            f"y must have {counted(layout.n_targets, 'target')}, as in fit; got "
            f"{n_targets}. Pass the same columns."
        )
    if (index is None) != (layout.table_names is None):
        what = "an array" if index is None else "a pandas object"
        raise ValueError(
            f"update must get the same kind of tables as fit, but it got {what}. Pass "
            "frames with an index of times if fit got frames, and otherwise arrays."
        )
    _check_same_names(y, layout)
    layout.check_doubled(X, targets)
    return layout.join(X, targets, index)


def _check_same_names(y, layout):
    """Raise if the targets of update have other names than those of fit."""
    names = list(y.columns) if hasattr(y, "columns") else [getattr(y, "name", None)]
    known = layout.target_names
    if known and None not in [*names, *known] and names != known:
        raise ValueError(
            f"The targets of update must be those of fit, {listed(known)}; got "
            f"{listed(names)}. Pass the same columns, or rename them if they contain "
            "the same targets."
        )


def _read(forecaster, X, y, *, reset):
    """Check X and y; return X, y as an array of float, and the index or None."""
    if y is None:
        raise ValueError(
            "SequenceForecaster requires y to be passed, but the target y is None. "
            "Call fit(y), or fit(X, y) with other columns."
        )
    check_is_array(y, "y")
    check_no_masks_or_dates(y, "y")  # before a conversion to an array hides dates
    if X is not None:
        check_same_index(X, y)
        X = check_columns(forecaster, X, reset=reset)
        check_same_length(y, len(X))
    # The first argument is X in the errors that scikit-learn's checks expect.
    elif reset and np.ndim(y) == 2:
        check_columns(forecaster, y, reset=True)
    targets = check_target(
        y, n_rows=_num_samples(y) if X is None else len(X), estimator=forecaster
    )
    if X is None and targets.ndim == 1 and reset:
        forecaster.n_features_in_ = 1
    check_target_order(forecaster, y, reset=reset)
    index = None
    if is_pandas(y) and (has_labels(y) or not is_pandas(X)):
        index = index_of(y, "y", in_fit=reset)
    elif is_pandas(X):
        index = index_of(X, "X", in_fit=reset)
    return X, targets, index


def check_columns(forecaster, X, *, reset):
    """Check X. Only a pandas frame may have columns of text, for an encoder."""
    names = column_names(X)
    if names and is_pandas(X) and not all(d.kind in "biuf" for d in X.dtypes):
        validate_data(forecaster, X, reset=reset, skip_check_array=True)
        check_column_order(forecaster, names, reset=reset)
        return X
    table = check_table(forecaster, X, reset=reset)
    return X if names and is_pandas(X) else table


def check_columns_to_predict(forecaster, X, layout):
    """Check the columns of X in predict, whose values may be unknown."""
    if isinstance(X, Integral):
        raise TypeError(
            "X must be a frame or Series with the rows to predict, or an array; got "
            f"{X!r:.60}. For the steps after the last known row, use forecast({X})."
        )
    check_is_array(X, "X")
    if hasattr(X, "columns") and not is_pandas(X):
        check_no_masks_or_dates(X)
    _check_is_no_index(X, layout)
    if not layout.labels:  # without X in fit, only the index is read
        return X if is_pandas(X) else np.asarray(X)
    X = as_frame(X)
    if not is_pandas(X) or not hasattr(X, "columns"):
        return check_table(forecaster, X, reset=False, allow_nan=True)
    validate_data(forecaster, X, reset=False, skip_check_array=True)
    check_column_order(forecaster, column_names(X), reset=False)
    return X


def _check_is_no_index(X, layout):
    """Raise if X consists of the times of the rows to predict, instead of rows."""
    is_index = hasattr(X, "get_level_values")
    # A frame of text or dates has an index, unless fit got arrays.
    if not is_index and (layout.labels or (is_pandas(X) and layout.table_names)):
        return
    dtype = np.asarray(X).dtype
    if is_index or dtype.kind not in "biuf":
        what = f"a {type(X).__name__}" if is_index else f"values of dtype {dtype}"
        columns = "{column: values}, " if layout.labels else ""
        raise TypeError(
            "X must be a frame or Series whose index contains the times to predict, "
            "or an "
            f"array of numbers; got {what}. Pass pd.DataFrame({columns}index=times), "
            "where times is a pandas index as in fit, such as pd.to_datetime([...]). "
            "For the steps after the last known row, use forecast()."
        )


def check_steps(steps):
    """Raise if a number of steps is not a whole number above 0."""
    if isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 1:
        raise ValueError(
            "steps must be a whole number of at least 1, or None for the horizon; got "
            f"{steps!r}. Pass the number of steps to forecast, such as 12."
        )
    return int(steps)


def values_to_compare(X, fitted):
    """Return the columns of X, and the same columns of the known rows, as arrays."""
    layout, cells = fitted.layout, fitted.table.cells
    if not layout.labels:
        values = np.asarray(X).reshape(len(X), -1)
        return values, fitted.table.targets
    known = [column_values(cells, n) for n in layout.positions.values()]
    values = [column_values(X, position) for position in layout.positions]
    if any(np.asarray(v).dtype.kind not in "biuf" for v in [*known, *values]):
        return np.empty((len(X), 0)), np.empty((len(cells), 1))
    return np.stack(values, axis=1) * 1.0, np.stack(known, axis=1) * 1.0
