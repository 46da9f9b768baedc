"""The contenders: one file for each library, named after the package that it needs.

A file imports its library at the top, so that the import is not timed with the work.
All classes have the same methods:

- ``inputs(series)``: return the arguments of ``fit``, before the clock starts;
- ``fit(X, y, on_epoch=None)``: train a fresh network and return the mean loss of the
  last epoch; ``on_epoch()`` is called at the end of each;
- ``predict(X)``: predict with the network fitted last.
"""

from importlib import import_module


def load(package, name):
    """Import the contender's library and return its class."""
    return getattr(import_module(f"{__name__}.{package}_"), name)


class FromWindows:
    """A contender that takes scaled windows, cut by hand.

    Parameters
    ----------
    task : Task
    """

    def __init__(self, task):
        self.task = task

    def inputs(self, series):
        """Cut the windows and the targets that belong to them."""
        return series.cut(self.task.time_steps)
