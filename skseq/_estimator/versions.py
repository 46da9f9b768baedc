"""Store the version of the package in pickles."""

from sklearn.exceptions import InconsistentVersionWarning

from skseq._estimator.warnings import warn_user
from skseq._version import __version__


class VersionedPickle:
    """Add the package's version to pickles, and warn if another version wrote them.

    Must come before `sklearn.base.BaseEstimator` in the base classes of an estimator.
    """

    def __getstate__(self):
        """Return the attributes and the version."""
        return {**super().__getstate__(), "_skseq_version": __version__}

    def __setstate__(self, state):
        """Restore the attributes; warn if another version wrote them."""
        state = dict(state)  # the dict of the caller must not change
        version = state.pop("_skseq_version", "unknown")
        if version != __version__:
            warn_user(
                InconsistentVersionWarning(
                    estimator_name=type(self).__name__,
                    current_sklearn_version=f"{__version__} of skseq",
                    original_sklearn_version=f"{version} of skseq",
                )
            )
        super().__setstate__(state)
