"""Forecasts as Series, frames or arrays."""

import numpy as np


def as_predictions(predictions, index, layout):
    """Return predictions as a Series or frame, or as an array without an index.

    They have the shape (n_series, n_steps, n_targets), and one label for each step.
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

    `bounds` contains (lower, upper) of each coverage, in the shape of the predictions.
    Without an index, the rows are numbered by step, from 1.
    """
    import pandas as pd

    if index is None:
        index = pd.RangeIndex(1, predictions.shape[1] + 1, name="step")
    columns = {"prediction": predictions}
    for coverage, (lower, upper) in bounds.items():
        columns[f"lower_{coverage}"] = lower
        columns[f"upper_{coverage}"] = upper
    values = np.stack(list(columns.values()), axis=-1).reshape(len(index), -1)
    if layout.n_targets == 1:
        return pd.DataFrame(values, index=index, columns=list(columns))
    targets = _columns(layout)
    labels = [
        (*(target if targets.nlevels > 1 else (target,)), name)
        for target in targets
        for name in columns
    ]
    labels = pd.MultiIndex.from_tuples(labels, names=[*targets.names, None])
    return pd.DataFrame(values, index=index, columns=labels)


def _columns(layout):
    """Return the columns of a result of several targets, or of a frame of one."""
    import pandas as pd

    columns = layout.target_columns
    return pd.RangeIndex(layout.n_targets) if columns is None else columns
