"""The difference up to which two numbers count as equal."""

import numpy as np

ROUNDING_BY_BYTES = {2: 1e-2, 4: 1e-5}
"""Relative differences up to these count as rounding errors, by bytes of the dtype.

They are far above the precision of the dtype (5e-4 and 6e-8), because numbers may have
been scaled, saved and converted on the way.
"""

ROUNDING_OF_DOUBLES = 1e-9
"""The same for all longer dtypes, such as float64."""

EPS_OF_SIZE = 8
"""Rounding errors, in units of eps, of scaling, scaling back and changing the dtype."""


def are_close(a, b, size_of=None):
    """Return which cells of two tables are equal up to rounding.

    Both have the shape (n_rows, n_columns). `size_of` contains longer columns of which
    the rows of b are a part; by default it is b.
    """
    # Relative to the column, because a value near 0 has a rounding error of that size
    # once it has been scaled and scaled back.
    size = np.abs(b if size_of is None else size_of).max(axis=0, initial=0)
    # In float64, in which the difference of two float32 numbers cannot overflow.
    difference = np.abs(np.subtract(a, b, dtype=np.float64))
    return difference <= max(rounding_of(a.dtype), rounding_of(b.dtype)) * size


def rounding_of(dtype):
    """Return the relative difference that counts as a rounding error of a dtype."""
    return ROUNDING_BY_BYTES.get(dtype.itemsize, ROUNDING_OF_DOUBLES)


def rounding_of_columns(table):
    """Return the difference that counts as a rounding error in each column of a table.

    It is relative to the range and not to the size of a column: at a high level, small
    changes are no rounding errors. The table is NaN where unknown.
    """
    low = np.fmin.reduce(table, axis=0).astype(np.float64)
    high = np.fmax.reduce(table, axis=0).astype(np.float64)
    eps = EPS_OF_SIZE * float(np.finfo(table.dtype).eps)
    return rounding_of(table.dtype) * (high - low) + eps * np.maximum(-low, high)
