"""The parameter ``quantile``: what is valid, and which target scalers allow it."""

from math import prod
from numbers import Real

import numpy as np

from skseq._engine.contract import QUANTILE_LOSS
from skseq._regression.targets.scaling import SCALED_TOLERANCE, scale_targets


def read_quantiles(quantile):
    """Return the parameter ``quantile`` as a tuple of float, empty for None."""
    if quantile is None:
        return ()
    return tuple(float(q) for q in np.ravel(quantile))


def prediction_shape(quantile, target_shape):
    """Return the shape of one row of predictions, from that of one row of y.

    It is (n_targets * n_quantiles,) for a list of quantiles, even a list of one.
    """
    if quantile is None or isinstance(quantile, Real):
        return target_shape
    return (prod(target_shape) * len(quantile),)


def check_quantile(loss, quantile):
    """Raise if ``loss`` and ``quantile`` do not go together, or quantiles are invalid.

    A list must contain ascending numbers between 0 and 1.
    """
    is_quantile_loss = isinstance(loss, str) and loss == QUANTILE_LOSS
    if is_quantile_loss and quantile is None:
        raise ValueError(
            "loss='quantile' needs the quantile to predict, but quantile=None. Set "
            "quantile=0.5 for the median, or several such as quantile=(0.1, 0.5, 0.9)."
        )
    if quantile is None:
        return
    if not is_quantile_loss:
        raise ValueError(
            f"quantile={quantile!r} needs loss='quantile'; got loss={loss!r}. Set "
            "loss='quantile', or quantile=None."
        )
    if isinstance(quantile, Real):  # `_parameter_constraints` check a single number
        return
    values = list(quantile) if getattr(quantile, "ndim", 1) == 1 else []
    are_numbers = all(isinstance(value, Real) for value in values)
    are_inside = are_numbers and all(0 < value < 1 for value in values)
    if not (values and are_inside and (np.diff(values) > 0).all()):
        raise ValueError(
            "quantile must be a number between 0 and 1 or a list of such numbers in "
            f"ascending order, each once; got {quantile!r}. For example, use "
            "quantile=(0.1, 0.5, 0.9)."
        )


def check_scaler_keeps_quantiles(scaler, targets):
    """Raise if scaled targets do not increase with the targets, each with its own.

    A quantile of 0.1 would else become one of 0.9, or a mixture of several targets.
    """
    scaled = scale_targets(scaler, targets)
    for number, (values, after) in enumerate(zip(targets.T, scaled.T, strict=True)):
        ordered = after[np.argsort(values, kind="stable")].astype(np.float64)
        if (np.diff(ordered) < -SCALED_TOLERANCE * np.ptp(ordered)).any():
            raise ValueError(
                "With loss='quantile', target_scaler must scale each target separately "
                "and keep the order of its values, because quantiles are predicted on "
                f"the scaled target; {type(scaler).__name__} does not do so for output "
                f"{number} of y. Use 'minmax' or another increasing scaler."
            )
