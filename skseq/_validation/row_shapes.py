"""Check that the rows of a list have the same shape."""

import numpy as np


def check_same_shapes(X, name):
    """Raise for a list whose rows differ in shape, such as series of unequal length."""
    is_array = isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1
    if not is_array and not isinstance(X, list | tuple):
        return
    try:
        np.shape(list(X))
    except ValueError as error:
        shapes = [_shape(row) for row in X]
        others = [row for row, shape in enumerate(shapes) if shape != shapes[0]]
        row = others[0] if others else 0
        raise ValueError(
            f"{name} must have rows of the same shape, but row {row} {shapes[row]}"
            f"{f' and row 0 {shapes[0]}' if row else ''}. If they are series of "
            "different lengths, put them into one table with the index (series, time), "
            "such as pd.concat({'a': a, 'b': b}), where a and b are Series indexed by "
            "time."
        ) from error


def _shape(row):
    try:
        return f"has shape {np.shape(row)}"
    except ValueError:
        return "is ragged"
