"""Find target scalers that are not affine in the estimator of a forecaster."""

import numpy as np
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import FunctionTransformer

from skseq._estimator.parts import parts_of
from skseq._regression.targets.past_maps import is_affine


def has_nonlinear_target_scaler(estimator, table, strategy):
    """Return whether a regressor scales its targets, such as by a logarithm or power.

    Affine scales, such as those of StandardScaler, do not count.

    Parameters
    ----------
    estimator : estimator
        Its parts may be regressors with a ``target_scaler``.
    table : Table
        Its targets are those that the regressor gets if they are not transformed.
    strategy : Direct or Recursive
    """
    scalers = map(_target_scaler_of, parts_of(estimator))
    scalers = [s for s in scalers if hasattr(s, "fit") and not isinstance(s, type)]
    if not scalers:  # targets of many steps take much memory
        return False
    outputs, _ = strategy.make_targets(table, only_complete=True)
    return any(_is_nonlinear(scaler, outputs) for scaler in scalers)


def _target_scaler_of(part):
    """Return the scaler of targets of a part; None or a name if it has no estimator."""
    if not isinstance(part, TransformedTargetRegressor):
        return getattr(part, "target_scaler", None)
    if part.func is None:
        return part.transformer
    return FunctionTransformer(part.func, part.inverse_func, check_inverse=False)


def _is_nonlinear(scaler, outputs):
    try:
        with np.errstate(all="ignore"):
            return not is_affine(outputs, clone(scaler).fit(outputs))
    except ValueError:  # not defined for some value of y, like the logarithm of zero
        return True
