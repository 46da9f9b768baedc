"""Pickles carry the version that wrote them."""

from sklearn.exceptions import InconsistentVersionWarning

from skseq._estimator.warnings import warn_user
from skseq._version import __version__


class VersionedPickle:
    """Write the package's version into pickles, and warn if another one wrote them.

    Goes before `sklearn.base.BaseEstimator` in the bases of an estimator.
    """

    def __getstate__(self):
        """Return the attributes and the version."""
        return {**super().__getstate__(), "_skseq_version": __version__}

    def __setstate__(self, state):
        """Take over the attributes; warn if another version wrote them."""
        state = dict(state)
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
