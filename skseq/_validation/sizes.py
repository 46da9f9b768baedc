"""The size of numbers as a power of two, so that no sum or square of them overflows."""

import numpy as np


def size_of(values):
    """Return a power of two within a factor of two of the largest absolute value.

    Division by it is exact, so a sum of shares times the size has the same bits as the
    plain sum wherever that is finite.

    Parameters
    ----------
    values : ndarray of shape (n_rows, ...)
        Finite.

    Returns
    -------
    size : ndarray of float64 of shape (...)
        1 where all values are zero.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq._validation.sizes import size_of
    >>> values = np.array([3e300, 1.7e308])
    >>> float(np.mean(values / size_of(values)) * size_of(values))
    8.5e+307
    """
    largest = np.abs(values).max(axis=0, initial=0)
    exponents = np.where(largest > 0, np.frexp(largest)[1] - 1, 0)
    return np.ldexp(1.0, exponents)
