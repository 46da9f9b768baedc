"""Check whether the loss is suitable for regression; if not, fit warns."""

import numpy as np

from skseq._engine.choice import load_engine
from skseq._engine.native.losses import is_native_loss
from skseq._estimator.warnings import warn_user
from skseq._regression.rows.sampling import spread_evenly
from skseq.exceptions import SkillWarning

N_COMPARED = 200
"""Rows, evenly spread, for which the loss is computed."""

MIN_COMPARED = 10
"""Fewer rows for which the loss is a number do not show where it is smallest."""

# A loss may be flat for small errors, like the epsilon-insensitive loss. But a large
# error must have a higher loss than none.
LARGE, SMALL = 0.5, 0.05
"""Errors, relative to the range of the scaled target."""

SLACK = 0.01
"""How much lower than the loss of exact predictions that of small errors may be,
relative to the loss of large errors: an added penalty may move the minimum a little."""

SIDES = 1.25
"""Ratio of the losses of too high and too low predictions from which a loss favours one
side, as that of a quantile does."""

MIN_EPOCHS = 3
"""Fewer epochs may not show that training changes nothing."""

NO_CHANGE = 1e-6
"""Change of the loss in training, relative to it, that counts as none."""


ADVICE_ON_LOSSES = {
    "target": (
        "Use a target_scaler for whose values the loss is defined, such as "
        "TargetAwareMinMaxScaler(feature_range=(1, 2)) for a loss that divides by the "
        "target."
    ),
    "prediction": (
        "The loss must be defined for all numbers. For a target that is never "
        "negative, use loss='mse' with target_scaler=FunctionTransformer(np.log1p, "
        "np.expm1), or a KerasSequenceRegressor with normalization=None, "
        "persistence=None and a last layer such as keras.layers.Dense(n_outputs, "
        "activation='softplus')."
    ),
}
"""What to do if a loss is undefined even for exact predictions, or only for others."""


def warn_about_unsuitable_loss(model, data):
    """Warn if a loss is not smallest where predictions equal the targets.

    Examples are losses for classes and for directions. Training with these moves
    predictions away from y.
    """
    loss = model.options.loss
    if is_native_loss(loss):  # those of the package are suitable
        return
    targets = data.targets[spread_evenly(len(data), N_COMPARED)].astype(np.float64)
    if not np.ptp(targets, axis=0).all():
        return
    losses = _losses(model, targets, _wrong_predictions(targets))
    if losses is None:
        return
    # A loss may not be defined for each prediction, as the logarithm of one below zero.
    losses = losses[:, np.isfinite(losses).all(axis=0)]
    if losses.shape[1] < MIN_COMPARED:
        return
    exact, *wrong = losses.mean(axis=1)
    large, small = min(wrong[:-2]), min(wrong[-2:])
    if large > exact and small >= exact - SLACK * (large - exact):
        return
    warn_user(
        f"loss={loss!r} is not smallest where predictions equal the targets: it is "
        f"{exact:.4g} for exact predictions, but {min(wrong):.4g} for wrong ones. "
        "Training does not bring predictions close to y. Use a loss for regression, "
        "such as 'mse', 'mae' or 'huber'.",
        SkillWarning,
    )


def _wrong_predictions(targets):
    """Return predictions of shape (n_kinds, n_rows, n_outputs), small errors last."""
    spread, mean = np.ptp(targets, axis=0), targets.mean(axis=0)
    large = [targets + LARGE * spread, targets - LARGE * spread]
    # All at the mean, mirrored at it, and too large but of the right sign.
    large += [np.broadcast_to(mean, targets.shape), 2 * mean - targets, 2 * targets]
    return np.stack([*large, targets + SMALL * spread, targets - SMALL * spread])


def _as_rows(targets, predictions):
    """Repeat targets for each kind of prediction; return both with one row for each."""
    columns = (-1, targets.shape[1])
    tiled = np.broadcast_to(targets, predictions.shape)
    return tiled.reshape(columns), predictions.reshape(columns)


def _losses(model, targets, predictions):
    """Return the loss of exact predictions and of others in each row, or None."""
    loss = model.options.loss
    predictions = np.concatenate([targets[np.newaxis], predictions])
    try:
        losses = model.row_losses(*_as_rows(targets, predictions))
    except Exception as error:
        # Keras has errors of many classes. Those of a user's function are the user's.
        if not isinstance(loss, str) or str(error).startswith("loss="):
            raise
        raise ValueError(
            f"loss={loss!r} cannot be computed for these targets: {error}. Use a loss "
            "for regression, such as 'mse', 'mae' or 'huber'."
        ) from error
    return None if losses is None else losses.reshape(predictions.shape[:2])


def explain_undefined(model, targets, predictions):
    """Say for which prediction a loss is NaN or infinite, and what to use instead.

    Return None if it is finite for all predictions. Targets and predictions are scaled.
    """
    losses = model.row_losses(targets, predictions)
    if losses is None or np.isfinite(losses).all():
        return None
    row = int(np.flatnonzero(~np.isfinite(losses))[0])
    output = predictions[row].argmin()  # a logarithm is undefined for the lowest
    prediction, target = predictions[row, output], targets[row, output]
    exact = model.row_losses(targets[[row]], targets[[row]])
    advice = ADVICE_ON_LOSSES["prediction" if np.isfinite(exact).all() else "target"]
    return (
        f"loss={model.options.loss!r} is {losses[row]} for a prediction of "
        f"{prediction:.4g} for the target {target:.4g}, as target_scaler scales them. "
        f"{advice}"
    )


def explain_divergence(model, data):
    """Say why training diverged, if the loss is undefined for some predictions."""
    targets = data.targets[spread_evenly(len(data), N_COMPARED)].astype(np.float64)
    wrong = np.stack([*_wrong_predictions(targets), -targets])
    return explain_undefined(model, data.targets, data.targets) or explain_undefined(
        model, *_as_rows(targets, wrong)
    )


def favours_one_side(loss, dtype, n_outputs=1):
    """Return whether a user's own loss is larger on one side, as that of a quantile is.

    Also False if the loss cannot be computed; `fit` will say so.
    """
    if isinstance(loss, str):
        return False
    # Small errors: squares of logarithms favour one side far from the target.
    errors = np.repeat(np.array([[0], [0.15], [-0.15]], dtype), n_outputs, axis=1)
    targets = np.full_like(errors, 0.5)
    try:
        losses = load_engine("keras").row_losses(loss, dtype, targets, targets + errors)
    except Exception:  # Keras has errors of many classes
        return False
    if losses is None:
        return False
    above, below = losses[1:] - losses[0]  # a loss may have an added constant
    return bool(max(above, below) > SIDES * min(above, below))


def warn_about_constant_loss(history):
    """Warn if training did not change the loss, so that nothing was learned."""
    if len(history) < MIN_EPOCHS or not min(history) > 0:
        return
    if max(history) - min(history) <= NO_CHANGE * max(history):
        warn_user(
            f"The loss stayed at {history[-1]:.4g} in {len(history)} epochs, so the "
            "network has learned nothing. Its gradient may be 0 at the initial "
            "predictions, as that of logarithmic losses is for negative ones. Use "
            "another loss or target_scaler.",
            SkillWarning,
        )
