"""Cast windows to the dtype of a network."""

from dataclasses import replace

import numpy as np

from skseq._network.architecture import dtype_of_windows


def cast_windows(windows, architecture):
    """Cast windows to the dtype in which a network takes them.

    Raise if a value in some window is too large for the network's own dtype.
    """
    with np.errstate(over="ignore"):  # what overflows is reported below, by value
        rounded = windows.series.astype(architecture.dtype, copy=False)
    # Rows of the series that are in no window may contain anything.
    if np.isinf(rounded).any():
        check_in_dtype(windows.steps_in_windows(), architecture.dtype, "X")
    if dtype_of_windows(architecture) != architecture.dtype:
        rounded = windows.series.astype(dtype_of_windows(architecture), copy=False)
    return replace(windows, series=rounded)


def check_in_dtype(array, dtype, name):
    """Convert an array to a dtype; raise if a finite value would become infinite."""
    # NumPy would warn about the infinities, which are reported as an error below.
    with np.errstate(over="ignore"):
        rounded = array.astype(dtype)
    if np.isinf(rounded).any():
        largest = np.nanmax(np.abs(array))
        wider = "" if dtype == "float64" else ", or set dtype='float64'"
        raise ValueError(
            f"{name} contains absolute values up to {largest:.3g}, which is beyond "
            f"{dtype}. Scale them first (TargetAwareMinMaxScaler, or a target_scaler "
            f"for y){wider}."
        )
    return rounded
