"""Forecasts as Series, frames or arrays."""

import numpy as np


def as_predictions(predictions, index, layout):
    """Return predictions as a Series or frame, or as an array without an index.

    Parameters
    ----------
    predictions : ndarray of float of shape (n_series, n_steps, n_targets)
    index : pandas.Index of length n_series * n_steps, or None
    layout : Layout
    """
    values = predictions.reshape(-1, layout.n_targets)
    if layout.target_ndim == 1:
        values = values[:, 0]
    if index is None:
        return values
    import pandas as pd

    if layout.target_ndim == 1:
        return pd.Series(values, index=index, name=(layout.target_names or [None])[0])
    return pd.DataFrame(values, index=index, columns=_columns(layout))


def as_intervals(predictions, bounds, index, layout):
    """Return predictions and intervals as a frame.

    Parameters
    ----------
    predictions : ndarray of float of shape (n_series, n_steps, n_targets)
    bounds : dict of float to (lower, upper)
        For each coverage, the ends of the intervals, of the shape of ``predictions``.
    index : pandas.Index of length n_series * n_steps, or None
        If None, the rows are numbered by step, from 1.
    layout : Layout
    """
    import pandas as pd

    if index is None:
        index = pd.RangeIndex(1, predictions.shape[1] + 1, name="step")
    columns = {"prediction": predictions}
    for coverage, (lower, upper) in bounds.items():
        columns[f"lower_{coverage}"] = lower
        columns[f"upper_{coverage}"] = upper
    if layout.n_targets == 1:
        values = {name: np.ravel(column) for name, column in columns.items()}
        return pd.DataFrame(values, index=index)
    targets = _columns(layout)
    labels = [
        (*(target if targets.nlevels > 1 else (target,)), name)
        for target in targets
        for name in columns
    ]
    values = [
        column[:, :, number].ravel()
        for number in range(layout.n_targets)
        for column in columns.values()
    ]
    frame = pd.DataFrame(dict(enumerate(values)), index=index)
    names = [*targets.names, None]
    return frame.set_axis(pd.MultiIndex.from_tuples(labels, names=names), axis=1)


def _columns(layout):
    """Return the columns of a result of several targets, or of a frame of one."""
    import pandas as pd

    if layout.target_columns is not None:
        return layout.target_columns
    return pd.RangeIndex(layout.n_targets)
