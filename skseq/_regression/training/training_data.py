"""Training data: complete windows with scaled targets; the latest are held out."""

import numpy as np

from skseq._engine.contract import TrainingData
from skseq._estimator.plurals import counted
from skseq._network.quantiles import repeat_targets
from skseq._regression.checks.feature_size import warn_about_size
from skseq._regression.rows.casting import cast_windows
from skseq._regression.rows.incomplete_windows import warn_about_left_out
from skseq._regression.targets.scaling import scale_targets
from skseq._regression.training.series_weights import (
    balance_series,
    warn_about_lost_series,
)
from skseq._validation.numbers import check_in_dtype


def make_training_data(rows, model, options, *, balanced):
    """Take the complete windows, and scale their targets and weights.

    Parameters
    ----------
    rows : FitRows
    model : FittedModel
        Not trained yet.
    options : TrainingOptions
    balanced : bool
        Whether the errors of each series are scaled by its typical change.

    Returns
    -------
    data : TrainingData
        Weights have a mean of one, unless several series are balanced.
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
    """Find the latest rows of each series, to hold them out for early stopping.

    Parameters
    ----------
    axis : TimeAxis
        Of the complete windows, sorted by series.
    fraction : float
        Fraction of the windows of each series. Rounded so that it is this fraction of
        all windows, rounded up.

    Returns
    -------
    latest : ndarray of bool of shape (n_windows,)

    Raises
    ------
    ValueError
        If no window is left to train on.
    """
    # The latest, not a random sample: neighbouring windows share most of their steps.
    series = axis.series
    ends = np.searchsorted(series, series, side="right")
    # Each number rounded up would be all windows of series with one window each.
    cumulative = np.ceil(fraction * np.cumsum(axis.count_rows()))
    n_held_out = np.diff(cumulative, prepend=0).astype(int)
    latest = ends - np.arange(len(series)) <= n_held_out[series]
    if latest.all():
        raise ValueError(
            f"validation_fraction={fraction} takes {latest.sum()} of "
            f"{counted(len(latest), 'complete window')} for early stopping and leaves "
            "none to train on. Use a smaller fraction, pass more rows, or set "
            "early_stopping=False."
        )
    return latest
