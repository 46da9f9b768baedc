"""Print the progress of a training: losses, and the seconds left."""

import time

SECONDS_BETWEEN = 0.1
"""Seconds between two updates of a line: more frequent ones cannot be read."""


class LossLines:
    """Prints the epochs of a training in one line, or in a line for each.

    Parameters
    ----------
    verbose : {0, 1, 2}
        1 updates one line, 2 prints a line for each epoch of each member.
    n_members : int
    n_before, n_epochs : int
        Number of epochs before this training, and of this training at most.
    """

    def __init__(self, verbose, n_members, n_before, n_epochs):
        self.verbose = verbose
        self.n_members = n_members
        self.n_before = n_before
        self.n_epochs = n_epochs
        self._begin = time.monotonic()
        self._next_update = 0.0
        self._line = ""

    def show(self, n_done, losses):
        """Show the losses of an epoch.

        Parameters
        ----------
        n_done : int
            Number of epochs of this training so far.
        losses : dict of int to dict of str to float
            The losses of each member in training, by its number.
        """
        if self.verbose == 2:
            for member, values in losses.items():
                name = f"member {member + 1}, " if self.n_members > 1 else ""
                print(f"{name}{self._text(n_done, values)}")
        elif self.verbose and losses:
            names = next(iter(losses.values()))
            means = {
                name: sum(values[name] for values in losses.values()) / len(losses)
                for name in names
            }
            self._update(self._text(n_done, means))

    def end(self):
        """Show the line of the last epoch, and end it."""
        if self._line:
            print(f"\r{self._line}", flush=True)
            self._line = ""

    def _update(self, text):
        """Replace the line, unless it was replaced just before."""
        # Spaces overwrite the end of a longer line.
        self._line = text.ljust(len(self._line))
        now = time.monotonic()
        if now >= self._next_update:
            print(f"\r{self._line}", end="", flush=True)
            self._next_update = now + SECONDS_BETWEEN

    def _text(self, n_done, losses):
        """Describe an epoch, as in "epoch 7/9: loss 0.12, val_loss 0.15, 3 s left"."""
        values = ", ".join(f"{name} {value:.4g}" for name, value in losses.items())
        n_left = self.n_epochs - n_done
        seconds = (time.monotonic() - self._begin) / n_done * n_left
        left = f", {seconds:.0f} s left" if n_left else ""
        last = self.n_before + self.n_epochs
        return f"epoch {self.n_before + n_done}/{last}: {values}{left}"
