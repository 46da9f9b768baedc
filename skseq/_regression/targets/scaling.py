"""Scale targets for training and transform predictions back to the units of y."""

import re

import numpy as np
from sklearn.base import clone

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._preprocessing.scaler import TargetAwareMinMaxScaler

# Scalers compute in float32 if y is float32, and powers and logarithms lose digits.
INVERSE_TOLERANCE = 1e-3
"""Largest error of scaling and scaling back, relative to the largest value of y."""

# Scalers that compute in float32 are off by rounding of about 1e-7 for each operation.
SCALED_TOLERANCE = 1e-5
"""Largest error of scaled values, relative to their range, that is rounding."""

ADVICE_ON_SCALERS = {
    "transform": (
        "The scaler is not defined for such values, as a logarithm is not for zero. "
        "{}, or use another scaler, such as StandardScaler or 'minmax'."
    ),
    "inverse_transform": (
        "It got numbers on the scale of the network, such as predictions, and no value "
        "of y belongs to some of them: PowerTransformer and similar scalers map all "
        "values of y to a bounded range. Use a scaler that is defined for all numbers, "
        "such as FunctionTransformer(np.log, np.exp) if y is positive, StandardScaler "
        "or 'minmax'."
    ),
}
"""What to do if a method of the scaler returns NaN or infinity."""


def fit_target_scaler(scaler, targets, described=()):
    """Fit a copy of a target scaler, and check that it can be inverted.

    See `scale_targets` for `described`.
    """
    if scaler is None:
        return None
    if isinstance(scaler, str):  # our own can be inverted
        return TargetAwareMinMaxScaler().fit(targets)
    if isinstance(scaler, type):
        raise ValueError(
            "target_scaler must be an object, not a class; got "
            f"{scaler!r}. Write target_scaler={scaler.__name__}()."
        )
    scaler = clone(scaler)
    if hasattr(scaler, "set_output"):  # some warn about arrays instead of frames
        scaler.set_output(transform="default")
    scaler.fit(targets)
    scaled = scale_targets(scaler, targets, described)
    _check_keeps_changes(scaled, targets)
    # A scaler without a true inverse would give predictions in no unit at all.
    restored = unscale_targets(scaler, scaled)
    size = np.abs(targets).max(axis=0)
    is_far = np.abs(restored - targets) > INVERSE_TOLERANCE * size
    if is_far.any():
        row, output = np.argwhere(is_far)[0]
        warn_user(
            "inverse_transform of target_scaler does not undo transform: "
            f"{targets[row, output]:.6g} became {restored[row, output]:.6g}, so "
            "predictions are not in the units of y. Use a scaler whose "
            "inverse_transform restores y."
        )
    return scaler


def _check_keeps_changes(scaled, targets):
    """Raise if a scaler maps all values of a target that varies to one."""
    varies = (targets != targets[0]).any(axis=0)
    lost = np.flatnonzero(varies & (scaled == scaled[0]).all(axis=0))
    if len(lost):
        raise ValueError(
            "target_scaler.transform must not make different targets equal, but it "
            f"maps all values of output {lost[0]} to {scaled[0, lost[0]]:.6g}. Use "
            "another scaler, such as StandardScaler() or 'minmax'."
        )


def describe_scaler(scaler):
    """Return ``target_scaler`` as text that is the same in all processes."""
    # The address of a function is different after a pickle is loaded.
    return re.sub(r" at 0x[0-9a-f]+", "", repr(scaler))


def scale_targets(scaler, targets, described=()):
    """Scale targets of shape (n_rows, n_outputs), or raise if one is not finite.

    `described` may contain the `Target` of each output, such as the logarithm of y,
    which users have not seen.
    """
    if scaler is None:
        return targets
    # Checks of a table, which targets do not need, take as long as a small network. A
    # scaler that clips also warns about values outside its range.
    if type(scaler) is TargetAwareMinMaxScaler and not scaler.clip:
        scaled = scaler._fitted_ranges.scale(targets)
    else:
        scaled = scaler.transform(targets)
    return _check_scaled(scaled, targets, "transform", described)


def unscale_targets(scaler, scaled):
    """Transform scaled targets of shape (n_rows, n_outputs) to the units of y."""
    if scaler is None:
        return scaled
    if type(scaler) is TargetAwareMinMaxScaler:
        # Here clip does not matter: only `transform` clips.
        restored = scaler._fitted_ranges.unscale(scaled)
    else:
        restored = scaler.inverse_transform(scaled)
    return _check_scaled(restored, scaled, "inverse_transform")


def _check_scaled(scaled, given, method, described=()):
    scaled = np.asarray(scaled)
    if scaled.shape != given.shape or scaled.dtype.kind not in "fiu":
        raise ValueError(
            f"target_scaler.{method} must return one finite number for each target; "
            f"for an input of shape {given.shape} it returned {scaled.dtype} of shape "
            f"{scaled.shape}. Use a scaler that keeps rows and columns, such as "
            "StandardScaler or 'minmax'."
        )
    invalid = ~np.isfinite(scaled)
    if invalid.any():
        row, output = np.argwhere(invalid)[0]
        way_out = "Shift y first"
        if described and described[output].untransformed:
            way_out = (
                f"These are not values of y but {described[output].name}: fit the "
                f"forecaster with {described[output].untransformed}"
            )
        raise ValueError(
            f"target_scaler.{method} must return one finite number for each target, "
            f"but for {invalid.sum()} of {counted(invalid.size, 'finite value')} it "
            f"returned NaN or infinity: the first is {given[row, output]:.6g}, which "
            f"became {scaled[row, output]}. {ADVICE_ON_SCALERS[method].format(way_out)}"
        )
    return scaled


def find_constants(targets):
    """Return the value of each target that is constant, NaN for the others."""
    varies = (targets != targets[0]).any(axis=0)
    return np.where(varies, np.nan, targets[0])


def update_constants(constants, targets, scaler):
    """Find which targets, constant in the fit before, stay constant.

    Raise if one now varies, but the fitted scaler maps all its values to one.
    """
    # The constant as a first row: a new constant of another value varies as well.
    before = np.where(np.isnan(constants), targets[0], constants)
    targets = np.vstack([before, targets])
    scaled = scale_targets(scaler, targets)
    varies = (targets != before).any(axis=0)
    if (varies & (scaled == scaled[0]).all(axis=0)).any():
        raise ValueError(
            "Training continues with the target scaler of the first fit, in which a "
            "target was constant, but this target varies now. Fit with "
            "warm_start=False to start again."
        )
    return np.where(varies, np.nan, constants)
