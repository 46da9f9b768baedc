"""Windows as positions in one series, so that overlapping windows share memory."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import as_strided


@dataclass(frozen=True)
class Windows:
    """Windows of a series, given by the step at which each begins.

    Neighbouring windows share all steps except one. Each step is stored once, no matter
    how many windows contain it; arrays of windows are cut when they are needed.

    Attributes
    ----------
    series : ndarray of shape (n_steps, n_features)
        NaN at missing steps.
    starts : ndarray of int of shape (n_windows,)
        The first step of each window.
    time_steps : int
        Steps in a window.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq._series.windows import Windows
    >>> windows = Windows(np.arange(4.0).reshape(-1, 1), np.array([0, 2]), 2)
    >>> windows.cut()[:, :, 0]
    array([[0., 1.],
           [2., 3.]])
    """

    series: np.ndarray
    starts: np.ndarray
    time_steps: int

    @classmethod
    def of(cls, array):
        """Recover the series that an array of windows was cut from.

        Parameters
        ----------
        array : ndarray of shape (n_windows, time_steps, n_features)
            If it is a sliding view, in which each window begins one step after the
            window before in memory, the series is a view too. Otherwise the windows
            themselves, one after another, are the series.
        """
        n_windows, time_steps, n_features = array.shape
        of_window, of_step, of_feature = array.strides
        # Equal strides: the next window and the next step are at the same address.
        if of_window == of_step and n_windows > 1:
            series = as_strided(
                array,
                (n_windows + time_steps - 1, n_features),
                (of_step, of_feature),
                writeable=False,  # a write would change several windows at once
            )
            return cls(series, np.arange(n_windows), time_steps)
        series = array.reshape(-1, n_features)
        return cls(series, np.arange(n_windows) * time_steps, time_steps)

    @property
    def shape(self):
        """Shape of the windows: (n_windows, time_steps, n_features)."""
        return len(self.starts), self.time_steps, self.series.shape[1]

    def __len__(self):
        """Count the windows."""
        return len(self.starts)

    def __getitem__(self, rows):
        """Select windows by a slice, a mask or their numbers."""
        return replace(self, starts=self.starts[rows])

    def cut(self):
        """Copy the windows into one array; see `shape`."""
        return self.series[self.starts[:, np.newaxis] + np.arange(self.time_steps)]

    def cut_feature(self, feature):
        """Copy the windows of one feature into an array (n_windows, time_steps)."""
        steps = self.starts[:, np.newaxis] + np.arange(self.time_steps)
        return self.series[steps, feature]

    def with_reversed_steps(self):
        """Reverse the steps of each window; the windows keep their order."""
        starts = len(self.series) - self.starts - self.time_steps
        return replace(self, series=self.series[::-1], starts=starts)

    def last_steps(self):
        """Return the last step of each window, of shape (n_windows, n_features)."""
        return self.series[self.starts + self.time_steps - 1]

    def n_windows_per_step(self):
        """Count the windows that contain each step of the series."""
        # +1 where a window begins, -1 after its end: the sum is the number of windows.
        n = len(self.series) + 1
        ends = np.bincount(self.starts + self.time_steps, minlength=n)
        return np.cumsum(np.bincount(self.starts, minlength=n) - ends)[:-1]

    def steps_in_windows(self):
        """Return the steps of the series that a window contains, each once."""
        return self.series[self.n_windows_per_step() > 0]

    def count_steps(self, is_counted):
        """Count the steps of each window that a mask of the series selects."""
        # Cumulative counts take the same time for windows of any length.
        until = np.concatenate([[0], np.cumsum(is_counted)])
        return until[self.starts + self.time_steps] - until[self.starts]

    def are_complete(self):
        """Return which windows have no missing step."""
        return self.count_steps(np.isnan(self.series).any(axis=1)) == 0

    def filled(self, fill_values):
        """Fill missing steps with values of the same window.

        A missing step takes the latest known value before it, of the same window and
        feature. Leading missing steps take the earliest known value. A feature that is
        missing in the whole window takes its fill value.

        Parameters
        ----------
        fill_values : ndarray of shape (n_features,)
        """
        incomplete = ~self.are_complete()
        if not incomplete.any():
            return self
        filled = fill_each(self[incomplete].cut(), fill_values)
        # They no longer share steps with others, so they are appended to the series.
        # Contiguous, so that `of` takes the windows one after another as a series.
        added = Windows.of(np.ascontiguousarray(filled, dtype=self.series.dtype))
        starts = self.starts.copy()
        starts[incomplete] = len(self.series) + added.starts
        return replace(
            self, series=np.concatenate([self.series, added.series]), starts=starts
        )


def fill_each(windows, fill_values):
    """Fill the missing steps of windows of shape (n_windows, time_steps, n_features).

    See `Windows.filled`.
    """
    filled = np.take_along_axis(windows, fill_sources(windows), axis=1)
    return np.where(np.isnan(filled), fill_values, filled)


def fill_sources(windows):
    """Return the step whose value each step takes; known steps take their own.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, time_steps, n_features)
        NaN at missing steps.

    Returns
    -------
    sources : ndarray of int of the same shape
        0, which is a missing step, for a feature that is missing in the whole window.
    """
    known = ~np.isnan(windows)
    step = np.arange(windows.shape[1])[np.newaxis, :, np.newaxis]
    # Number of the latest known step up to each step; -1 before the first known one.
    latest = np.maximum.accumulate(np.where(known, step, -1), axis=1)
    earliest = known.argmax(axis=1)[:, np.newaxis, :]
    return np.where(latest >= 0, latest, earliest)
