"""Arrays of windows that record where they come from.

`WindowsOfRows` is an ndarray, `WindowArray` contains the windows of several series.
"""

from dataclasses import replace

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.lib.stride_tricks import sliding_window_view

from skseq._series.windows import Windows


class WindowsOfRows(np.ndarray):
    """An ndarray of windows with their origin, which pickles and caches preserve.

    A Pipeline passes only an array to its steps; with ``memory``, it was loaded from a
    file. Rows in the same order, such as those of a fold, keep their origin. Other
    parts, and results of computations, are plain arrays.

    Attributes
    ----------
    origin : WindowOrigin or None

    Examples
    --------
    >>> import numpy as np
    >>> from skseq._series.window_array import WindowsOfRows
    >>> windows = np.zeros((2, 3, 1)).view(WindowsOfRows)
    >>> type(windows[:, -1]), type(windows + 1)
    (<class 'numpy.ndarray'>, <class 'numpy.ndarray'>)
    """

    origin = None
    _plain = _pickled = None

    @classmethod
    def of(cls, array, origin):
        """Return a view of an array of windows that contains their origin."""
        windows = array.view(cls)
        windows.origin = origin
        # Not a view of the new array, which would refer to it: such a cycle is never
        # freed.
        windows._plain = array
        return windows

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        """Apply a function of NumPy to plain arrays."""
        if out is not None:
            kwargs["out"] = tuple(map(as_plain, out))
        return getattr(ufunc, method)(*map(as_plain, inputs), **kwargs)

    def __getitem__(self, key):
        """Index as a plain array, but keep the origin of rows."""
        return with_origin_of_rows(as_plain(self)[key], self.origin, key)

    def __reduce__(self):
        """Pickle each step once if the windows share their steps."""
        if self._plain is None:  # such as a reshaped array, which may have any shape
            return as_plain(self).__reduce__()
        # One object for all pickles, because joblib writes each large array to a file
        # that its processes share.
        if self._pickled is None:
            windows = Windows.of(self._plain)
            is_sliding = len(windows.series) < len(windows) * windows.time_steps
            self._pickled = windows.series if is_sliding else self._plain
        return restore_windows, (self._pickled, self.shape[1], self.origin)

    def __repr__(self):
        """Show the values as those of an ndarray."""
        return repr(as_plain(self))


def with_origin_of_rows(windows, origin, key):
    """Return some of the windows with their origin, if these are rows in order.

    The windows were selected by `key`, which is any index of an ndarray. The origin is
    that of all windows.
    """
    # scikit-learn takes rows of an array as array[rows, ...].
    if isinstance(key, tuple) and len(key) == 2 and key[1] is Ellipsis:
        key = key[0]
    are_numbers = isinstance(key, list | np.ndarray) and np.ndim(key) == 1
    if origin is None or not (isinstance(key, slice) or are_numbers):
        return windows
    rows = np.arange(len(origin.axis.steps))[key]
    if not len(rows) or (np.diff(rows) <= 0).any():
        return windows
    return WindowsOfRows.of(windows, origin[rows])


def as_plain(array):
    """Return a view of windows as a plain ndarray, any other value unchanged."""
    return array.view(np.ndarray) if isinstance(array, WindowsOfRows) else array


def slide(series, time_steps):
    """Return a read-only view of all windows of a series.

    Its shape is (n_steps - time_steps + 1, time_steps, n_features).
    """
    return sliding_window_view(series, time_steps, axis=0).transpose(0, 2, 1)


def restore_windows(array, time_steps, origin):
    """Undo `WindowsOfRows.__reduce__`, for an array of steps or of windows."""
    windows = slide(array, time_steps) if array.ndim == 2 else array
    return WindowsOfRows.of(windows, origin)


class WindowArray(NDArrayOperatorsMixin):
    """An array of windows that stores the rows of the series, and not every window.

    Overlapping windows can be a view of one ndarray only if each window begins one step
    after the window before. This is not the case where one series ends and the next
    begins. The regressors of this package read the series directly. For other code,
    this class converts the windows to an ndarray when needed.

    Parameters
    ----------
    windows : Windows

    Attributes
    ----------
    origin : WindowOrigin or None

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
    origin = None

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
        rows, *rest = key if isinstance(key, tuple) and key else (key,)
        are_numbers = isinstance(rows, np.ndarray | list) and np.ndim(rows) == 1
        # NumPy pairs the elements of several arrays, so rows cannot be taken first.
        has_arrays = any(isinstance(part, np.ndarray | list) for part in rest)
        if isinstance(rows, slice) or (are_numbers and not has_arrays):
            cut = self.windows[rows].cut()[(slice(None), *rest)]
            return with_origin_of_rows(cut, self.origin, key)
        return np.asarray(self)[key]

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
    """Return an ndarray of windows, or a WindowArray, as `Windows`."""
    return array.windows if isinstance(array, WindowArray) else Windows.of(array)


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
    """
    if axis.n_series > 1:
        return WindowArray(replace(Windows.of(windows), starts=numbers))
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return windows[numbers[0] : numbers[-1] + 1]
    return windows[numbers]  # missing steps have windows too, but no row
