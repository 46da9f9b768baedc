"""What a pickle of an estimator holds: plain data, and who wrote it."""

import warnings

from sklearn.exceptions import InconsistentVersionWarning

from skseq._version import __version__


class Versioned:
    """Write the package's version into pickles, and warn if another one wrote them.

    Goes before `sklearn.base.BaseEstimator` in the bases of an estimator.
    """

    def __getstate__(self):
        """Return the attributes and the version."""
        return {**super().__getstate__(), "_skseq_version": __version__}

    def __setstate__(self, state):
        """Take the attributes over; warn if another version wrote them."""
        state = dict(state)
        version = state.pop("_skseq_version", "unknown")
        if version != __version__:
            warnings.warn(
                InconsistentVersionWarning(
                    estimator_name=type(self).__name__,
                    current_sklearn_version=f"{__version__} of skseq",
                    original_sklearn_version=f"{version} of skseq",
                ),
                stacklevel=2,
            )
        super().__setstate__(state)
