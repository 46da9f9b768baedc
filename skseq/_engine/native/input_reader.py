"""What networks read from windows: standardized values by step, feature and window."""

from skseq._network.normalization import Normalizer

# 1 MiB in float32: larger fits store nothing, so they need no more memory.
MAX_STORED_VALUES = 2**18
"""Maximum number of values that are stored for all epochs."""


class InputReader:
    """Computes what networks of one architecture read.

    Parameters
    ----------
    architecture : Architecture

    Attributes
    ----------
    normalizer : Normalizer or None
        None if windows are not normalized.
    """

    def __init__(self, architecture):
        self._architecture = architecture
        self.normalizer = None
        if architecture.normalization is not None:
            self.normalizer = Normalizer(architecture.normalization)

    def read(self, windows):
        """Compute the inputs, and what transforms outputs back.

        Parameters
        ----------
        windows : Windows

        Returns
        -------
        values : ndarray of shape (n_steps, n_patched, n_windows)
        statistics : ndarray of shape (n_statistics, n_windows) or None
            Read at every step, besides the values.
        scale, base : ndarray of float64 of shape (n_outputs, n_windows) or None
            The prediction is ``scale * output + base``; None without normalization.
        """
        cut = values = windows.cut()
        statistics = scale = base = None
        if self.normalizer:
            values, scale, base = self.normalizer.normalize(cut)
        if self._architecture.n_statistics:
            statistics = self.normalizer.read_statistics(cut).T
        values = values.reshape(len(cut), *self._architecture.patched_shape)
        # From (window, step, feature) to (step, feature, window), see `base_cell`.
        return values.transpose(1, 2, 0), statistics, scale, base


class BatchInputs:
    """Inputs of windows, batch by batch.

    Parameters
    ----------
    architecture : Architecture
    windows : Windows
    are_repeated : bool, default=False
        Whether they are read in every epoch: the inputs of few windows are then
        computed once and stored.
    """

    def __init__(self, architecture, windows, *, are_repeated=False):
        self._reader = InputReader(architecture)
        self._windows = windows
        self._stored = None
        n_steps, n_patched = architecture.patched_shape
        n_values = n_steps * n_patched + architecture.n_statistics
        n_values += 2 * architecture.n_outputs
        if are_repeated and n_values * len(windows) <= MAX_STORED_VALUES:
            self._stored = [
                part if part is None else part.astype(architecture.dtype, order="C")
                for part in self._reader.read(windows)
            ]

    def __len__(self):
        """Count the windows."""
        return len(self._windows)

    def read(self, rows):
        """Return what `InputReader.read` returns for some windows.

        Parameters
        ----------
        rows : ndarray of int of shape (n_windows,)
        """
        if self._stored is None:
            return self._reader.read(self._windows[rows])
        return [
            part if part is None else part.take(rows, axis=-1) for part in self._stored
        ]
