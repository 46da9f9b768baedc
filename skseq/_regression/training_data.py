"""Training data: complete windows with scaled targets; the latest are held out."""

from dataclasses import dataclass

import numpy as np

from skseq._engine.contract import TrainingData
from skseq._network.quantiles import repeat_targets
from skseq._regression.casting import cast_windows, warn_of_lost_changes
from skseq._regression.incomplete_windows import REMEDY, warn_of_left_out
from skseq._regression.target_scaling import scale_targets
from skseq._series.origin import WindowOrigin
from skseq._series.windows import Windows
from skseq._validation.numbers import check_in_dtype


@dataclass(frozen=True)
class FitRows:
    """The rows that fit was given, checked and in the units of y.

    Attributes
    ----------
    windows : Windows
        NaN at missing steps.
    targets : ndarray of shape (n_rows, n_outputs)
    weights : ndarray of shape (n_rows,)
        Rows of weight 0 are left out.
    steps : list of ndarray of int of shape (n_rows,)
        The step of each row; one array for each way to count steps.
    target_shape : tuple of int
        Shape of one row of y: ``()`` or ``(n_outputs,)``.
    origin : WindowOrigin or None
        What the windower knows of the windows.
    """

    windows: Windows
    targets: np.ndarray
    weights: np.ndarray
    steps: list
    target_shape: tuple[int, ...]
    origin: WindowOrigin | None


def find_complete(windows):
    """Find the windows without missing steps, which can be trained on.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    complete : ndarray of bool of shape (n_windows,)

    Raises
    ------
    ValueError
        If none is complete.
    """
    complete = windows.are_complete()
    if not complete.any():
        raise ValueError(
            f"All {len(complete)} windows have missing steps, so there is nothing to "
            f"train on. fit needs at least one window without missing steps. {REMEDY}"
        )
    return complete


def make_training_data(rows, model):
    """Take the complete windows, and scale their targets and weights.

    Parameters
    ----------
    rows : FitRows
    model : FittedModel
        Not trained yet.

    Returns
    -------
    data : TrainingData
        Weights have a mean of one.

    Raises
    ------
    ValueError
        If no window is complete, or a value is too large for the network's dtype.

    Warns
    -----
    IncompleteWindowWarning
        If windows are left out, except those that reach before the first row.
    UserWarning
        If the network's dtype cannot tell the values of X or y apart.
    """
    # Rows of weight 0 are as good as absent: they must not count as incomplete either.
    has_weight = rows.weights > 0
    windows, targets = rows.windows[has_weight], rows.targets[has_weight]
    complete = find_complete(windows)
    warn_of_left_out(rows, has_weight)
    dtype = model.architecture.dtype
    scaled = scale_targets(model.target_scaler, targets)
    weights = rows.weights[has_weight][complete]
    unrounded = model.rescale(windows[complete])
    # A mean of one makes the loss independent of the unit of sample_weight.
    data = TrainingData(
        cast_windows(unrounded, model.architecture),
        repeat_targets(
            check_in_dtype(scaled[complete], dtype, "y"),
            model.architecture.n_quantiles,
        ),
        (weights / weights.mean()).astype(dtype),
    )
    warn_of_lost_changes(unrounded, scaled[complete], model.architecture)
    return data


def split_latest(data, fraction):
    """Hold out the latest windows for early stopping.

    Parameters
    ----------
    data : TrainingData
        Oldest first.
    fraction : float
        Fraction to hold out, rounded up to whole windows; 0 holds out none.

    Returns
    -------
    training : TrainingData
    validation : TrainingData or None

    Raises
    ------
    ValueError
        If no window is left to train on.
    """
    if not fraction:
        return data, None
    # The latest, not a random sample: neighbouring windows share most of their steps.
    n_validation = int(np.ceil(fraction * len(data)))
    n_training = len(data) - n_validation
    if n_training < 1:
        raise ValueError(
            f"validation_fraction={fraction} takes {n_validation} of {len(data)} "
            "complete window(s) for early stopping and leaves none to train on. Use a "
            "smaller fraction, give more rows, or set early_stopping=False."
        )
    return data[:n_training], data[n_training:]
