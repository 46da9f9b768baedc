"""Cast windows to the dtype of a network."""

from dataclasses import replace

import numpy as np

from skseq._network.architecture import dtype_of_windows
from skseq._validation.numbers import check_in_dtype


def cast_windows(windows, architecture):
    """Cast windows to the dtype in which a network takes them.

    Parameters
    ----------
    windows : Windows
    architecture : Architecture or CustomNetwork

    Returns
    -------
    windows : Windows

    Raises
    ------
    ValueError
        If a value in some window is too large for the network's dtype.
    """
    with np.errstate(over="ignore"):  # what overflows is reported below, by value
        rounded = windows.series.astype(architecture.dtype, copy=False)
    # Rows of the series that are in no window may contain anything.
    if np.isinf(rounded).any():
        held = windows.series[windows.n_windows_per_step() > 0]
        check_in_dtype(held, architecture.dtype, "X")
    if dtype_of_windows(architecture) != architecture.dtype:
        rounded = windows.series.astype(dtype_of_windows(architecture), copy=False)
    return replace(windows, series=rounded)
