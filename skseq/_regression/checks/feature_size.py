"""Warn about features whose size does not suit a network."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._network.architecture import CustomNetwork
from skseq._series.origin import name_of_feature

LARGE = 1000
"""Root mean square of a feature above which it saturates the gates of a network."""

LARGEST_ERROR = 0.25
"""Relative error of changes from which on they count as lost. Where most are as small
as the distance of neighbouring numbers in float32, it is about this large."""

NEGLIGIBLE = 1e-12
"""Smaller changes, relative to the largest value, are rounding errors of float64."""


def warn_about_size(windows, targets, architecture, columns):
    """Warn if most changes from row to row are rounded away, or if values are large.

    Features that are normalized are ignored: they are rounded after their level is
    subtracted. The windows are complete, the targets scaled, and neither is rounded
    yet. ``columns`` are the names of the features, or None.
    """
    values = windows.steps_in_windows()
    features = range(values.shape[1])
    if architecture.normalization is not None:
        floors = architecture.normalization.floors
        features = [feature for feature in features if floors[feature] is None]
    values, names = values[:, features], [name_of_feature(f, columns) for f in features]
    is_lost = False
    if architecture.dtype != "float64":
        is_lost = _warn_about_lost_changes(values, names, targets)
    # Both warnings advise scaling X. The user's own network may scale its inputs.
    if not (is_lost or isinstance(architecture, CustomNetwork)):
        _warn_about_large_values(values, names)
        if architecture.normalization is None:
            _warn_about_large_targets(targets)


def _warn_about_lost_changes(values, names, targets):
    """Warn about the first feature, or else target, whose changes float32 loses.

    Return whether there was a warning.
    """
    columns = dict(zip(names, values.T, strict=True))
    for output, column in enumerate(targets.T):
        columns[f"Output {output} of y (after target_scaler)"] = column
    for name, column in columns.items():
        if is_lost_in_float32(column):
            size, changes = np.abs(column).max(), np.abs(find_changes(column))
            change = np.median(changes[changes > 0])
            warn_user(
                f"{name} reaches {size:.4g}, where float32 numbers are "
                f"{np.spacing(np.float32(size)):.2g} apart, but half of its changes "
                f"from row to row are below {change:.2g}, so the network cannot tell "
                "its values apart. Set dtype='float64', or scale X and y first."
            )
            return True
    return False


def _warn_about_large_values(values, names):
    """Warn about the first feature so large that it saturates gates of a network."""
    sizes = np.sqrt(np.square(values, dtype=np.float64).mean(axis=0))
    if (sizes > LARGE).any():
        feature = int((sizes > LARGE).argmax())
        warn_user(
            f"{names[feature]} has values of about "
            f"{sizes[feature]:.2g}, but networks learn from values of about 1. Larger "
            "ones saturate their gates, so predictions hardly depend on X. Scale X, "
            "such as with TargetAwareMinMaxScaler() as the first step of a Pipeline."
        )


def _warn_about_large_targets(targets):
    """Warn if outputs are so far from 0 that training does not reach them."""
    size = np.sqrt(np.square(targets, dtype=np.float64).mean(axis=0)).max()
    if size > LARGE:
        warn_user(
            f"y has values of about {size:.2g} after target_scaler, but networks learn "
            "values of about 1, so predictions may be far too small. Use "
            "target_scaler='minmax'."
        )


def is_lost_in_float32(values):
    """Return whether rounding to float32 distorts most changes from row to row.

    Examples
    --------
    >>> import numpy as np
    >>> steps = np.arange(9.0)
    >>> is_lost_in_float32(1e7 + 0.1 * steps), is_lost_in_float32(1e7 + steps)
    (True, False)
    """
    changes = find_changes(values)
    size = np.abs(values).max()
    counts = np.abs(changes) > NEGLIGIBLE * size
    if not counts.any():
        return False
    changes = changes[counts]
    rounded = find_changes(values.astype(np.float32))[counts]
    errors = np.abs(rounded - changes) / np.abs(changes)
    return bool(np.median(errors) > LARGEST_ERROR)


def find_changes(values):
    """Return the change from each row to the next, in float64."""
    return np.diff(values.astype(np.float64))
