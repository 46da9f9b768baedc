"""Windows as places in one series: what overlaps is held once."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import as_strided


@dataclass(frozen=True)
class Windows:
    """Windows of a series, by where each begins.

    Neighbouring windows share all their steps but one. Here each step is held once,
    whatever the number of windows that hold it; batches are cut when they are needed.

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
        """Find the series that windows are cut from.

        Parameters
        ----------
        array : ndarray of shape (n_windows, time_steps, n_features)
            Where each window begins one step after the one before in memory, as in a
            sliding view, the series is a view too. Otherwise the windows themselves,
            one behind the other, are the series.
        """
        n_windows, time_steps, n_features = array.shape
        of_window, of_step, of_feature = array.strides
        if of_window == of_step and n_windows > 1:
            series = as_strided(
                array,
                (n_windows + time_steps - 1, n_features),
                (of_step, of_feature),
                writeable=False,
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
        """Take some of the windows, by a slice, a mask or their numbers."""
        return replace(self, starts=self.starts[rows])

    def cut(self):
        """Cut the windows out.

        Returns
        -------
        array : ndarray of shape (n_windows, time_steps, n_features)
        """
        return self.series[self.starts[:, np.newaxis] + np.arange(self.time_steps)]

    def n_holders(self):
        """Count the windows that hold each step of the series."""
        change = np.zeros(len(self.series) + 1, dtype=np.intp)
        np.add.at(change, self.starts, 1)
        np.subtract.at(change, self.starts + self.time_steps, 1)
        return np.cumsum(change)[:-1]

    def are_complete(self):
        """Say which windows have no missing step.

        Returns
        -------
        complete : ndarray of bool of shape (n_windows,)
        """
        is_missing = np.isnan(self.series).any(axis=1)
        n_missing = np.concatenate([[0], np.cumsum(is_missing)])
        return n_missing[self.starts + self.time_steps] == n_missing[self.starts]

    def filled(self, fill_values):
        """Answer for missing steps from within each window alone.

        A missing step takes the latest known earlier step of its own window and
        feature, leading ones the earliest known step; a feature that is missing in the
        whole window takes its fill value.

        Parameters
        ----------
        fill_values : ndarray of shape (n_features,)

        Returns
        -------
        windows : Windows
            All complete: those that were not stand on their own behind the series.
        """
        incomplete = ~self.are_complete()
        if not incomplete.any():
            return self
        mended = fill_each(self[incomplete].cut(), fill_values)
        own = Windows.of(np.ascontiguousarray(mended, dtype=self.series.dtype))
        starts = self.starts.copy()
        starts[incomplete] = len(self.series) + own.starts
        return replace(
            self, series=np.concatenate([self.series, own.series]), starts=starts
        )


def fill_each(windows, fill_values):
    """Fill the missing steps of windows of shape (n_windows, time_steps, n_features).

    See `Windows.filled`.
    """
    known = ~np.isnan(windows)
    step = np.arange(windows.shape[1])[np.newaxis, :, np.newaxis]
    latest = np.maximum.accumulate(np.where(known, step, -1), axis=1)
    earliest = known.argmax(axis=1)[:, np.newaxis, :]
    source = np.where(latest >= 0, latest, earliest)
    filled = np.take_along_axis(windows, source, axis=1)
    return np.where(np.isnan(filled), fill_values, filled)
