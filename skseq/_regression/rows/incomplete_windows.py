"""Warnings about windows with missing steps, in fit and in predict."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._regression.rows.first_rows import (
    find_first_rows,
    find_known_first_rows,
    known_steps_at_end,
)
from skseq._series.gaps import advise_on_holidays, advise_on_reading, missing_steps
from skseq._series.lagged_target import MIN_COMPARED
from skseq.exceptions import IncompleteWindowWarning

PADDED_REMEDY = (
    "The first steps of these windows are missing, as in padded sequences. Masking is "
    "not supported. Use windows of one length, or fill the missing steps with a value "
    "such as 0 and add a column that marks them."
)

BY_HAND = "Fill the missing steps of windows made by hand."
"""Steps between windower and regressor also return windows without an origin."""


def warn_about_left_out(rows):
    """Warn if fit leaves out windows, except those that begin before the first row.

    In a warm start on the latest rows, earlier fitted rows would complete these, but
    the user has left them out.
    """
    # Rows of weight 0 are left out anyway, so they must not count as incomplete.
    incomplete = ~rows.windows.are_complete()
    if rows.origin is None:
        # Most steps between windower and regressor return windows without an origin.
        begin_before = find_first_rows(rows.windows, rows.axis)
    else:
        begin_before = rows.origin.begin_before
    left_out = rows.known & incomplete & ~begin_before
    n_left_out = int(left_out.sum())
    if not n_left_out:
        return
    first = int(left_out.argmax())
    # A forecaster gives windows without known targets no weight.
    n_incomplete = getattr(rows.target_origin, "n_incomplete", 0)
    n_all, n_lost = rows.known.sum() + n_incomplete, n_left_out + n_incomplete
    message = (
        f"Training leaves out {n_lost} of {n_all} windows ({n_lost / n_all:.0%}) "
        "because of missing steps"
    )
    if n_incomplete:
        message += (
            f": {n_left_out} because a step of the window is missing, and "
            f"{n_incomplete} because a step to forecast is missing"
        )
    message += f". {_describe_first(rows, rows.known & ~left_out)}"
    if rows.origin is None:
        message += f"The first belongs to {rows.axis.name_row(first)}. "
    else:
        message += f"{describe_gap(rows.axis)} "
    warn_user(message + _remedy_for(rows, left_out), IncompleteWindowWarning)


def _describe_first(rows, others):
    """Say how many windows begin before the first row, so that the numbers add up."""
    n_others = np.count_nonzero(others)
    n_first = n_others - np.count_nonzero(others & rows.windows.are_complete())
    if not n_first:
        return ""
    of_series = " of their series" if rows.axis.n_series > 1 else ""
    begin = "begins" if n_first == 1 else "begin"
    return (
        f"{n_first} more {begin} before the first row{of_series}, so "
        f"{n_others - n_first} are left. "
    )


def _remedy_for(rows, left_out, *, is_error=False):
    """Return how to complete windows, depending on what the user can change.

    If fit fails (``is_error``), there is no fitted estimator whose code can be shown.
    """
    of_index = _remedy_for_index(rows, is_error)
    if rows.origin is not None or rows.target_origin is not None:
        return of_index
    if left_out.any() and is_padded(rows.windows[left_out]):
        return PADDED_REMEDY
    return f"{BY_HAND} For those of a SequenceWindower: {of_index}"


def _remedy_for_index(rows, is_error):
    name = "X" if rows.target_origin is None else rows.target_origin.table
    first = advise_on_reading(rows.axis) or advise_on_holidays(rows.axis, name)
    others = _other_remedies(rows, is_error)
    return (f"{first} Otherwise fill" if first else "Fill") + others


def _other_remedies(rows, is_error):
    """Return the remedies for any gap, beginning in a sentence after "Fill"."""
    time_steps = rows.windows.time_steps
    # Shorter windows may be incomplete, too.
    n_known = known_steps_at_end(rows.windows[rows.known])
    can_be_shorter = time_steps > 1 and bool(n_known.any())
    if rows.default_estimator is None:
        fewer = "use fewer time_steps, or" if can_be_shorter else "or"
        how = f", {fewer} set gaps='ignore' in the SequenceWindower"
    elif is_error:
        how = _shorter_windows(rows, n_known)
    elif can_be_shorter:
        shorter = rows.default_estimator.shorter_windows_code(time_steps // 2)
        how = (
            f", or use windows of fewer than {time_steps} steps, which may be less "
            f"accurate: {shorter}"
        )
    else:  # windows of a single step, chosen for so long a horizon
        how = ", or use a smaller horizon" if max(rows.target_origin.lags) > 1 else ""
    return f" the gaps of the index{how}."


def _shorter_windows(rows, n_known):
    """Return advice on complete windows for the user of a default estimator."""
    code = rows.default_estimator.example_code
    if n_known.any():
        fewer = _complete_in_half(n_known)
        return f", or use windows of {counted(fewer, 'step')}: {code(fewer)}"
    n_before = _rows_before(rows.axis)
    if max(rows.target_origin.lags) == 1 or not n_before.any():
        return ""
    # A recursive forecast needs to know all other columns in advance.
    if rows.windows.shape[2] > len(set(rows.target_origin.features)):
        return ", or use a smaller horizon"
    example = code(_complete_in_half(n_before), "strategy='recursive'")
    return f", use a smaller horizon, or predict one step at a time: {example}"


def _complete_in_half(n_known):
    """Return a length at which half of the windows that can be complete are."""
    return int(np.median(n_known[n_known > 0]))


def _rows_before(axis):
    """Count the rows without a gap before each row of an axis sorted by series."""
    rows = np.arange(len(axis.steps))
    is_after_gap = np.diff(axis.joined_steps, prepend=-1) > 1
    is_after_gap[:1] = True
    return rows - np.maximum.accumulate(np.where(is_after_gap, rows, 0))


def check_windows_show_past(rows, strategy):
    """Raise if too few windows have known steps to recognize the past of y in them."""
    windows = rows.windows[rows.known]
    not_found = f"The past of y, which strategy={strategy!r} needs, is not found: "
    if windows.time_steps > 1 and not windows.are_complete().any():
        all_windows = _all_windows(rows)
        gap = "" if rows.origin is None else f"{describe_gap(rows.axis)} "
        raise ValueError(
            f"{not_found}{all_windows[0].lower()}{all_windows[1:]} missing steps. "
            f"{gap}{_remedy_in_fit(rows)} If y is not a column of X, make it one."
        )
    # The first row has no target before it that its window could hold.
    is_known = ~np.isnan(windows[1:].last_steps()).all(axis=1)
    n_known = np.count_nonzero(is_known)
    if n_known < MIN_COMPARED:
        origin = rows.target_origin
        is_ahead = origin is None or max(origin.lags) > 1
        raise ValueError(
            f"{not_found}it is compared with the last steps of the windows, which are "
            f"known in {n_known} rows after the first, but at least {MIN_COMPARED} "
            f"such rows are needed. Pass more rows"
            f"{', or use a smaller horizon' if is_ahead else ''}."
        )


def warn_about_incomplete(windows, origin, first_windows, features, incomplete):
    """Warn if windows to predict from have missing steps.

    Parameters
    ----------
    windows : Windows
        NaN at missing steps.
    origin : WindowOrigin or None
    first_windows : tuple of str
        Those of the first rows in fit, without an origin; see `first_windows_of`.
    features : iterable of int
        Those that contain the past of the targets; empty if none does.
    incomplete : ndarray of bool of shape (n_windows,)
        Windows that miss a step that is used.
    """
    if origin is not None:  # no earlier row could complete the others
        incomplete = incomplete & ~origin.is_unavoidable
    elif first_windows:
        incomplete = incomplete & ~find_known_first_rows(windows, first_windows)
    if not incomplete.any():
        return
    first = int(incomplete.argmax())
    label = f"row {first}" if origin is None else origin.axis.name_row(first)
    features = sorted(set(features))
    is_known = ~np.isnan(windows.series[:, features or slice(None)]).all(axis=1)
    n_unknown = np.count_nonzero(windows[incomplete].count_steps(is_known) == 0)
    what = "the target" if features else "all features"
    remedy = _how_to_complete(origin, first, windows.time_steps)
    # In fit, windows of a SequenceWindower include those of first rows.
    if origin is None and not first_windows and is_padded(windows[incomplete]):
        remedy = PADDED_REMEDY
    unknown = f", in {n_unknown} of them all steps of {what}" if n_unknown else ""
    warn_user(
        f"Steps are missing in the windows of {incomplete.sum()} of "
        f"{counted(len(windows), 'row')} to predict{unknown}. The first is {label}. "
        "Missing steps are filled with values of the same window, or with feature "
        "means from fit, so predictions from them may be poor. " + remedy,
        IncompleteWindowWarning,
    )


def _how_to_complete(origin, row, time_steps):
    """Return which rows complete the window of a row to predict."""
    n_needed = time_steps if origin is None else origin.n_needed
    before = f"{counted(n_needed, 'row')} before"
    ignored = "ignore the predictions of rows that you pass only to complete others"
    if origin is not None and origin.are_fitted[row]:
        return (
            f"To complete them, pass the {before} as well, without gaps, and "
            f"{ignored}. In a cross-validation, use folds in order of time: "
            "TimeSeriesSplit() of scikit-learn, or ForecastSplit of "
            "skseq.model_selection. cross_val_predict and StackingRegressor accept no "
            "such folds: instead of cross_val_predict use backtest of "
            "skseq.model_selection, and fit StackingRegressor(cv='prefit') on rows "
            "after those of its fitted estimators."
        )
    if origin is not None and origin.are_new[row]:
        return (
            "Its series was not in fit, so no rows before its first one are known. If "
            f"there are any, pass at least {before} it as well, without gaps, and "
            f"{ignored}. Or set history=None in the SequenceWindower: the windows of "
            "the first rows of each call are then expected to be incomplete."
        )
    them = f"{BY_HAND} To complete those of a SequenceWindower"
    return (
        f"{them if origin is None else 'To complete them'}, pass all rows since fit to "
        "predict, without gaps. Or set history=None in the SequenceWindower, and pass "
        f"at least {before} the first row of interest: the windows of the first rows "
        "are then expected to be incomplete."
    )


def is_padded(windows):
    """Return whether incomplete windows lack only their first steps."""
    missing = np.isnan(windows.cut()).any(axis=2)
    # Once a step is known, so are all that follow.
    return bool((np.diff(missing.astype(int), axis=1) <= 0).all())


def describe_gap(axis):
    """Say where the widest gap between two rows is."""
    missing = missing_steps(axis)
    if not missing.any():
        return "Their windows reach before the first row."
    row = int(missing.argmax())
    n_missing = counted(int(missing[row]), "step")
    return f"The longest gap is {n_missing} before {axis.name_row(row + 1)}."


def check_some_complete(rows):
    """Raise if no row with a weight above 0 has a window without missing steps."""
    if not rows.windows[rows.known].are_complete().any():
        raise ValueError(
            f"{_all_windows(rows)} missing steps, so there is nothing to train on. fit "
            f"needs at least one window without missing steps. {_remedy_in_fit(rows)}"
        )


def _all_windows(rows):
    number = np.count_nonzero(rows.known)
    return "The only window has" if number == 1 else f"All {number} windows have"


def _remedy_in_fit(rows):
    """Return how to complete windows if all of them are incomplete."""
    # A series that is too short has no other windows than those of first rows.
    left_out = rows.known & ~find_first_rows(rows.windows, rows.axis)
    return _remedy_for(rows, left_out, is_error=True)
