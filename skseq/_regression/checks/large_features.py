"""Warn about features that are too large for a network."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._network.architecture import CustomNetwork
from skseq._series.origin import name_of_feature

LARGE = 1000
"""Root mean square of a feature above which it saturates the gates of a network."""


def warn_about_unscaled(windows, architecture, names):
    """Warn if features are so large that the gates of a network are saturated.

    Parameters
    ----------
    windows : Windows
        Complete; as the network gets them.
    architecture : Architecture or CustomNetwork
        The user's own network may scale its inputs.
    names : ndarray of str of shape (n_features,), or None

    Warns
    -----
    UserWarning
        About the first such feature that is not normalized.
    """
    if isinstance(architecture, CustomNetwork):
        return
    normalization = architecture.normalization
    values = windows.series[windows.n_windows_per_step() > 0]
    sizes = np.sqrt(np.square(values, dtype=np.float64).mean(axis=0))
    if normalization is not None:
        sizes[[floor is not None for floor in normalization.floors]] = 0
    if (sizes > LARGE).any():
        feature = int((sizes > LARGE).argmax())
        warn_user(
            f"{name_of_feature(feature, names)} has values of about "
            f"{sizes[feature]:.2g}, but networks learn from values of about 1. Larger "
            "ones saturate their gates, so predictions hardly depend on X. Scale X, "
            "such as with TargetAwareMinMaxScaler() as the first step of a Pipeline."
        )
