"""What a network learns from: the complete windows, scaled, the latest set aside."""

import warnings
from dataclasses import replace

import numpy as np
from sklearn.base import clone

from skseq._engine.contract import TrainingData
from skseq._validation.numbers import check_in_dtype

INVERSE_TOLERANCE = 1e-3
"""How far, in the size of y, a target scaler may miss on the way there and back."""


def find_complete(windows):
    """Say which windows can be trained on.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    complete : ndarray of bool of shape (n_rows,)

    Raises
    ------
    ValueError
        If none is complete.
    """
    complete = windows.are_complete()
    if not complete.any():
        raise ValueError(
            f"All {len(complete)} windows have missing steps, so there is nothing to "
            "train on. A window is complete where all its rows are known: look whether "
            "the dates were read right (the SequenceWindower's step_), take fewer "
            "time_steps, fill the gaps of the index, or set gaps='ignore'."
        )
    return complete


def scale_examples(windows, targets, weights, *, scaler, dtype):
    """Keep the complete windows and bring everything into the network's terms.

    Parameters
    ----------
    windows : Windows
    targets : ndarray of shape (n_rows, n_outputs)
        In y's units.
    weights : ndarray of shape (n_rows,)
        Above zero; scaled to a mean of one.
    scaler : fitted transformer or None
        Of the targets.
    dtype : str

    Returns
    -------
    examples : TrainingData

    Raises
    ------
    ValueError
        If no window is complete, or a scaled value is beyond dtype.

    Warns
    -----
    UserWarning
        If more than half of the windows are left out.
    """
    complete = find_complete(windows)
    n_incomplete = int((~complete).sum())
    if 2 * n_incomplete > len(complete):
        warnings.warn(
            f"{n_incomplete} of {len(complete)} windows have missing steps and are "
            "left out of training. Look whether the dates were read right (the "
            "SequenceWindower's step_), take fewer time_steps, fill the gaps of the "
            "index, or set gaps='ignore'.",
            UserWarning,
            stacklevel=5,
        )
    scaled = targets if scaler is None else scaler.transform(targets)
    scaled = check_scaled(scaled, targets, "transform")
    weights = weights[complete] / weights[complete].max()  # the sum cannot overflow
    return TrainingData(
        round_windows(windows[complete], dtype),
        check_in_dtype(scaled[complete], dtype, "y"),
        (weights / weights.mean()).astype(dtype),
    )


def round_windows(windows, dtype):
    """Round windows to a network's dtype.

    Raises
    ------
    ValueError
        If a value that some window holds becomes infinite.
    """
    with np.errstate(over="ignore"):
        rounded = windows.series.astype(dtype, copy=False)
    if np.isinf(rounded).any():  # the rows that no window holds may be anything
        check_in_dtype(windows.series[windows.n_holders() > 0], dtype, "X")
    return replace(windows, series=rounded)


def unscale_targets(scaler, answers):
    """Bring a network's answers, of shape (n_rows, n_outputs), into y's units.

    Raises
    ------
    ValueError
        If the scaler does not give back a finite number for each.
    """
    if scaler is None:
        return answers
    columns = scaler.inverse_transform(answers)
    return check_scaled(columns, answers, "inverse_transform")


def fit_target_scaler(scaler, targets):
    """Fit a copy of a target scaler, and look whether it brings targets back.

    Parameters
    ----------
    scaler : transformer
    targets : ndarray of shape (n_rows, n_outputs)

    Returns
    -------
    scaler : fitted transformer

    Warns
    -----
    UserWarning
        If ``inverse_transform`` does not undo ``transform``.
    """
    scaler = clone(scaler).fit(targets)
    scaled = check_scaled(scaler.transform(targets), targets, "transform")
    back = unscale_targets(scaler, scaled)
    size = np.abs(targets).max(axis=0)
    with np.errstate(over="ignore"):
        is_far = np.abs(back - targets) > INVERSE_TOLERANCE * size
    if is_far.any():
        row, output = np.argwhere(is_far)[0]
        warnings.warn(
            f"target_scaler does not bring y back: {targets[row, output]:.6g} became "
            f"{back[row, output]:.6g}, so predictions are not in y's units. Give it an "
            "inverse_transform that undoes its transform.",
            UserWarning,
            stacklevel=7,
        )
    return scaler


def still_constant(constants, targets, scaler):
    """Look which constant targets stay so when training goes on.

    Parameters
    ----------
    constants : ndarray of shape (n_outputs,)
        The value of each target that was constant so far, NaN for the others.
    targets : ndarray of shape (n_rows, n_outputs)
    scaler : fitted transformer or None

    Returns
    -------
    constants : ndarray of shape (n_outputs,)

    Raises
    ------
    ValueError
        If a target has other values now that the kept scale maps onto the old one.
    """
    before = np.where(np.isnan(constants), targets[0], constants)
    targets = np.vstack([before, targets])
    scaled = targets if scaler is None else np.asarray(scaler.transform(targets))
    varies = (targets != before).any(axis=0)
    if (varies & (scaled == scaled[0]).all(axis=0)).any():
        raise ValueError(
            "Training goes on with the target scale of the first fit, where a target "
            "was constant, but it has other values now. Fit with warm_start=False to "
            "begin anew."
        )
    return np.where(varies, np.nan, constants)


def check_scaled(scaled, given, method):
    """Hold a target scaler to one finite number for each that it was given."""
    scaled = np.asarray(scaled)
    are_numbers = scaled.shape == given.shape and scaled.dtype.kind in "fiu"
    if not are_numbers or not np.isfinite(scaled).all():
        got = "NaN or infinity" if are_numbers else f"{scaled.dtype} of shape"
        raise ValueError(
            f"target_scaler.{method} must give one finite number for each target; for "
            f"shape {given.shape} it gave {got} {scaled.shape}. Take a scaler that "
            "keeps rows and columns, such as StandardScaler, or 'minmax'."
        )
    return scaled


def mean_of_features(windows):
    """Return the mean of each feature over windows, in float64.

    Parameters
    ----------
    windows : Windows
        Complete.

    Returns
    -------
    means : ndarray of shape (n_features,)
    """
    n_holders = windows.n_holders()
    is_held = n_holders > 0
    values = windows.series[is_held].astype(np.float64)
    # A value counts as often as there are windows that hold it.
    return np.average(values, axis=0, weights=n_holders[is_held])


def split_latest(examples, fraction):
    """Set the latest examples aside for early stopping.

    Parameters
    ----------
    examples : TrainingData
        Oldest first.
    fraction : float
        Share to set aside, rounded up; 0 for none.

    Returns
    -------
    training : TrainingData
    validation : TrainingData or None

    Raises
    ------
    ValueError
        If nothing is left to train on.
    """
    if not fraction:
        return examples, None
    n_validation = int(np.ceil(fraction * len(examples)))
    n_training = len(examples) - n_validation
    if n_training < 1:
        raise ValueError(
            f"validation_fraction={fraction} takes {n_validation} of {len(examples)} "
            "complete window(s) and leaves none to train on. Lower it, give more rows, "
            "or set early_stopping=False."
        )
    return examples[:n_training], examples[n_training:]
