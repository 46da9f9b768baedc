"""Training that continues from an earlier fit: what may change and what may not."""

from dataclasses import replace

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._network.architecture import check_same_architecture
from skseq._regression.checks.feature_range import widen_range
from skseq._regression.past.anchor_options import AnchorOptions
from skseq._regression.past.lagged_targets import find_in_known_features
from skseq._regression.past.unseen_series import join_names
from skseq._regression.rows.first_rows import first_windows_of
from skseq._regression.rows.incomplete_windows import check_some_complete
from skseq._regression.targets.quantiles import prediction_shape
from skseq._regression.targets.scaling import describe_scaler, update_constants
from skseq._series.origin import name_of_feature


def continue_model(estimator, rows, previous):
    """Check that training can continue on new rows, and take them into account.

    Return another FittedModel. Only the parameters of the estimator are read.
    """
    check_same_targets(rows, previous)
    check_same_parameters(estimator, previous)
    previous.feature_samples.check_same_features(rows)
    check_some_complete(rows)
    check_same_scale(rows, previous)
    targets, complete = rows.targets_to_scale, rows.windows[rows.trainable]
    constants = update_constants(previous.constants, targets, previous.target_scaler)
    constant = previous.constant_series
    if constant is not None and rows.axis.names is not None:
        constant = constant.still_constant(rows, previous.lagged_targets)
    return replace(
        previous,
        prediction_shape=prediction_shape(estimator.quantile, rows.target_shape),
        constants=constants,
        constant_series=constant,
        series_names=join_names(previous.series_names, rows.axis[rows.trainable]),
        feature_range=widen_range(previous.feature_range, complete),
        windower_fit_id=rows.origin and rows.origin.fit_id,
        first_windows=first_windows_of(rows),
    )


def check_same_targets(rows, previous):
    """Raise if the rows of y have another shape than in the previous fit."""
    if rows.target_shape != previous.target_shape:
        raise ValueError(
            "Training continues with the targets of the first fit, in which each row "
            f"of y has shape {previous.target_shape}; got rows of shape "
            f"{rows.target_shape}. Pass the same targets, or fit with "
            "warm_start=False to start again."
        )


def check_same_scale(rows, previous):
    """Raise if X has another scale or lag, as after earlier steps were fitted again.

    If the windower was fitted on other rows, so was a scaler in the same Pipeline. The
    features that contain the past of targets, and rows of the previous fit, show
    whether the scale has changed. If they are not found, there is a warning.
    """
    ids = previous.windower_fit_id, rows.origin and rows.origin.fit_id
    # Windows made by hand, copied or read from a cache have no id, but their features
    # may still show the scale.
    have_ids = None not in ids
    if have_ids and ids[0] == ids[1]:
        return
    advice = (
        "To continue training on new rows, keep the fitted steps: "
        "pipe[-1].fit(pipe[:-1].transform(X), y). Otherwise set warm_start=False."
    )
    now = find_in_known_features(rows, previous.lagged_targets)
    pairs = list(zip(previous.lagged_targets, now, strict=True))
    known = [(before, after) for before, after in pairs if before and after]
    for before, after in known:
        if before.lag != after.lag:
            raise ValueError(
                "A warm start continues with windows that end "
                f"{counted(before.lag, 'step')} before the row to predict, as in the "
                "first fit, but now they end "
                f"{counted(after.lag, 'step')} before it. Set horizon back, or set "
                "warm_start=False."
            )
    is_known, changed = previous.feature_samples.compare(rows)
    if changed or not all(before.is_like(after) for before, after in known):
        where = f": {changed}" if changed else ""
        raise ValueError(
            "A warm start continues with the scale of X of the first fit, but the "
            f"scale has changed, as after steps were fitted again{where}. {advice}"
        )
    is_known[[before.feature for before, _ in known]] = True
    if have_ids and not is_known.all():
        name = name_of_feature(int(is_known.argmin()), rows.columns)
        warn_user(
            "A warm start continues with the scale of X of the first fit, but the "
            "steps before were fitted again on other rows, so the scale may have "
            f"changed. {name} is the first for which this is unknown. {advice}"
        )


def check_same_parameters(estimator, previous):
    """Raise if a parameter describes another model than that of the previous fit."""
    options = AnchorOptions.from_estimator(estimator)
    for name, value in vars(options).items():
        before = getattr(previous.anchor_options, name)
        if value != before:
            raise ValueError(
                f"A warm start continues with {name}={before!r} of the first fit; got "
                f"{value!r}. Set it back, or fit with warm_start=False."
            )
    if previous.states and estimator.n_members != len(previous.states):
        raise ValueError(
            f"A warm start continues with the "
            f"{counted(len(previous.states), 'network')} of the first fit, but "
            f"n_members={estimator.n_members}. Set it back, or fit with "
            "warm_start=False."
        )
    if describe_scaler(estimator.target_scaler) != previous.given_target_scaler:
        raise ValueError(
            "A warm start continues with the target scale of the first fit, with "
            f"target_scaler={previous.given_target_scaler}; got "
            f"{estimator.target_scaler!r}. Set it back, or fit with warm_start=False."
        )
    if previous.states and estimator.engine not in ("auto", previous.engine):
        raise ValueError(
            f"A warm start continues with engine={previous.engine!r} of the first fit; "
            f"got {estimator.engine!r}. Set it back, or fit with warm_start=False."
        )
    if (previous.linear_weights == 1).all():
        raise ValueError(
            "With linear_weight=1 there is no network to train any more, and a warm "
            "start or partial_fit does not fit the linear forecast again. Fit with "
            "warm_start=False."
        )
    before = previous.architecture
    architecture = estimator._make_architecture(
        before.window_shape, before.n_outputs, before.normalization
    )
    check_same_architecture(architecture, before)
