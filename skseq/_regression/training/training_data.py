"""Training data: complete windows with scaled targets; the latest are held out."""

import numpy as np

from skseq._engine.contract import TrainingData
from skseq._estimator.plurals import counted
from skseq._network.quantiles import repeat_targets
from skseq._regression.checks.feature_size import warn_about_size
from skseq._regression.rows.casting import cast_windows, check_in_dtype
from skseq._regression.rows.incomplete_windows import warn_about_left_out
from skseq._regression.targets.scaling import scale_targets
from skseq._regression.training.series_weights import (
    balance_series,
    warn_about_lost_series,
)


def make_training_data(rows, model, options, *, balanced):
    """Take the complete windows, and scale their targets and weights.

    If ``balanced``, the errors of each series are scaled by its typical change.
    Otherwise weights have a mean of one.
    """
    warn_about_left_out(rows)
    dtype = model.architecture.dtype
    targets = rows.targets[rows.trainable]
    scaled = scale_targets(model.target_scaler, targets)
    # A mean of one makes the loss independent of the unit of sample_weight.
    weights = rows.weights[rows.trainable]
    weights = weights / weights.mean()
    if balanced:
        axis = rows.axis[rows.trainable]
        weights = weights * balance_series(axis, scaled, options.loss)
        warn_about_lost_series(axis, targets, scaled, dtype)
    del targets  # those of many steps take much memory
    unrounded = model.rescale(rows.windows[rows.trainable])
    rounded = check_in_dtype(scaled, dtype, "y")
    data = TrainingData(
        cast_windows(unrounded, model.architecture),
        repeat_targets(rounded, model.architecture.n_quantiles),
        weights.astype(dtype),
    )
    warn_about_size(unrounded, scaled, model.architecture, rows.columns)
    return data


def find_latest(axis, fraction):
    """Find the latest complete windows of each series, to hold them out.

    The number in each series is rounded so that the sum is this fraction of all
    windows, rounded up. Raise if no window is left to train on.

    Parameters
    ----------
    axis : TimeAxis
        Of the complete windows.
    fraction : float

    Returns
    -------
    latest : ndarray of bool of shape (n_windows,)
    """
    # The latest, not a random sample: neighbouring windows share most of their steps.
    n_windows = axis.count_rows()
    # Each number rounded up would be all windows of series with one window each.
    cumulative = np.ceil(fraction * np.cumsum(n_windows))
    n_held_out = np.diff(cumulative, prepend=0).astype(int)
    latest = axis.numbers >= (n_windows - n_held_out)[axis.series]
    if latest.all():
        raise ValueError(
            f"validation_fraction={fraction} takes {latest.sum()} of "
            f"{counted(len(latest), 'complete window')} for early stopping and leaves "
            "none to train on. Use a smaller fraction, pass more rows, or set "
            "early_stopping=False."
        )
    return latest
