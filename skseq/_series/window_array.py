"""Windows of several series as an array whose windows are cut when they are read."""

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from skseq._series.windows import Windows


class WindowArray(NDArrayOperatorsMixin):
    """An array of windows that stores the rows of the series, and not every window.

    Overlapping windows can be a view of one ndarray only if each window begins one step
    after the window before. This is not the case where one series ends and the next
    begins. The regressors of this package read the series directly. For other code,
    this class converts the windows to an ndarray when needed.

    Parameters
    ----------
    windows : Windows

    Examples
    --------
    >>> import numpy as np
    >>> from skseq._series.window_array import WindowArray
    >>> from skseq._series.windows import Windows
    >>> series = np.arange(5.0).reshape(-1, 1)
    >>> array = WindowArray(Windows(series, np.array([0, 3]), time_steps=2))
    >>> array.shape
    (2, 2, 1)
    >>> array[:, -1, 0]
    array([1., 4.])
    >>> (array + 1)[0, 0]
    array([1.])
    """

    ndim = 3

    def __init__(self, windows):
        self.windows = windows

    @property
    def shape(self):
        """Shape of the windows: (n_windows, time_steps, n_features)."""
        return self.windows.shape

    @property
    def dtype(self):
        """Dtype of the values."""
        return self.windows.series.dtype

    def __len__(self):
        """Return the number of windows."""
        return len(self.windows)

    def __array__(self, dtype=None, copy=None):
        """Cut all windows into one ndarray."""
        if copy is False:
            raise ValueError("The windows of several series are always a copy.")
        return self.windows.cut().astype(dtype or self.dtype, copy=False)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """Apply a function of NumPy to the windows as an ndarray."""
        arrays = [np.asarray(x) if isinstance(x, WindowArray) else x for x in inputs]
        return getattr(ufunc, method)(*arrays, **kwargs)

    def __getitem__(self, key):
        """Index like an ndarray; only the selected windows are cut."""
        rows, *rest = key if isinstance(key, tuple) else (key,)
        # All keys except a slice, a mask or row numbers need the whole array.
        if not isinstance(rows, slice | np.ndarray | list):
            return np.asarray(self)[key]
        return self.windows[rows].cut()[(slice(None), *rest)]

    def __iter__(self):
        """Iterate over the windows."""
        return iter(np.asarray(self))

    def __getattr__(self, name):
        """Return any other attribute from the ndarray of all windows."""
        if name.startswith("_") or name == "windows":
            raise AttributeError(name)
        return getattr(np.asarray(self), name)

    def __repr__(self):
        """Show the shape: cutting all windows could take much memory."""
        return f"WindowArray of shape {self.shape}, dtype {self.dtype}"


def as_windows(array):
    """Return an array of windows as `Windows`.

    Parameters
    ----------
    array : ndarray or WindowArray of shape (n_windows, time_steps, n_features)

    Returns
    -------
    windows : Windows
    """
    if isinstance(array, WindowArray):
        return array.windows
    return Windows.of(array)


def select_windows(windows, numbers, axis):
    """Select the windows of the steps that have a row, without a copy if possible.

    Parameters
    ----------
    windows : ndarray of shape (n_steps, time_steps, n_features)
        One window for each step, as a view of the table of steps.
    numbers : ndarray of int of shape (n_rows,)
        The step of each row.
    axis : TimeAxis
        Of the rows.

    Returns
    -------
    selected : ndarray or WindowArray of shape (n_rows, time_steps, n_features)
    """
    if axis.n_series > 1:
        return WindowArray(Windows.of(windows)[numbers])
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return windows[numbers[0] : numbers[-1] + 1]
    return windows[numbers]  # missing steps have windows too, but no row
