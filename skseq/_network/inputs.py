"""What a network reads of a window at each of its steps."""

from skseq._network.window_statistics import N_STATISTICS


class NetworkInputs:
    """What a description of a network knows of its inputs.

    Attributes
    ----------
    window_shape : tuple of int
        (time_steps, n_features).
    normalization : Normalization or None
        Its statistics of the window are inputs at every step.
    patch_length : int
        Number of steps of a window that are read in one step of the network, so that
        long windows take few steps (Nie et al. 2023; Lin et al. 2023).
    """

    patch_length = 1

    @property
    def n_statistics(self):
        """Number of statistics of a window that the network reads at every step."""
        statistics = self.normalization and self.normalization.statistics
        return N_STATISTICS * len(statistics.features) if statistics else 0

    @property
    def patched_shape(self):
        """Shape of a window as patches, without its statistics."""
        time_steps, n_features = self.window_shape
        return time_steps // self.patch_length, self.patch_length * n_features

    @property
    def input_shape(self):
        """Shape of what the network reads: (n_steps, n_inputs)."""
        n_steps, n_inputs = self.patched_shape
        return n_steps, n_inputs + self.n_statistics


def check_patch_length(patch_length, time_steps):
    """Raise unless windows can be cut into patches of the same length.

    Raises
    ------
    ValueError
        If the number of steps is not a multiple of the length of a patch.
    """
    if time_steps % patch_length == 0:
        return
    nearest = max(round(time_steps / patch_length), 1) * patch_length
    raise ValueError(
        f"patch_length={patch_length} needs windows whose number of steps is a "
        f"multiple of it, but time_steps={time_steps}. Use windows of time_steps="
        f"{nearest}, or another patch_length."
    )
