"""Check that series have enough rows for a window."""

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.target_origin import default_estimator_of
from skseq.exceptions import IncompleteWindowWarning


def check_enough_rows(windower, axis, y):
    """Raise if no series has enough rows for a window; warn if some have too few.

    A forecaster stores its default estimator with the y that it passes to ``fit``.
    """
    needed = int(windower.time_steps) + int(windower.horizon)
    n_rows = axis.count_rows()
    most = n_rows.max(initial=0)
    of_windower = (
        f"SequenceWindower(time_steps={windower.time_steps}, "
        f"horizon={windower.horizon})"
    )
    if most < needed:
        of_longest = "" if axis.n_series < 2 else " in the longest series"
        rule, remedy = _rule_and_remedy(windower, of_windower, needed, most, y)
        raise ValueError(
            f"{rule}, but got {most}{of_longest} (n_samples={len(axis.series)}). "
            f"{remedy}."
        )
    is_short = n_rows < needed
    if is_short.any():
        number = int(is_short.argmax())
        warn_user(
            f"{is_short.sum()} of {axis.n_series} series have fewer rows than the "
            f"time_steps + horizon = {needed} that {of_windower} needs, so "
            "training leaves them out; they are still predicted (the first "
            f"is {axis.names[number]} with {counted(n_rows[number], 'row')})."
            f"{_how_to_include(windower, n_rows[is_short], y)}",
            IncompleteWindowWarning,
        )


def _rule_and_remedy(windower, of_windower, needed, most, y):
    """Return how many rows a windower needs, and what to do if there are fewer."""
    large = [name for name in ("time_steps", "horizon") if getattr(windower, name) > 1]
    rule = f"{of_windower} needs at least time_steps + horizon = {needed} rows in fit"
    if default_estimator_of(y) is not None:
        # The user has not chosen its windows, which are longer for longer horizons. The
        # shortest have one step.
        large = ["horizon"] if large and most > 1 else []
        rule = (
            f"SequenceForecaster needs at least {needed} rows in fit, "
            f"{windower.time_steps} for a window and {windower.horizon} to predict"
        )
    shorter = f", or use a smaller {' or '.join(large)}" if large else ""
    return rule, f"Pass more rows{shorter}"


def _how_to_include(windower, n_rows, y):
    """Return advice on windows that are short enough for short series, or ""."""
    horizon, default_estimator = int(windower.horizon), default_estimator_of(y)
    can_include = n_rows > horizon
    # With a smaller horizon, the default windows may be longer than the shortest ones.
    if not can_include.any() and default_estimator is None:
        can_include = n_rows > 1
    if not can_include.any():
        return ""
    fewest = int(n_rows[can_include].min())
    which = "them" if can_include.all() else f"those with at least {fewest} rows"
    remedy = f" To train on {which} as well, "
    if fewest <= horizon:
        return f"{remedy}time_steps + horizon must be at most {fewest}."
    smaller, fewer, code = "", " (fewer time_steps)", ""
    if default_estimator is not None:
        code = default_estimator.shorter_windows_code(fewest - horizon)
        fewer, code = "", f": {code}"
    elif horizon > 1 and fewest > windower.time_steps:
        smaller = "a smaller horizon, or "
    return (
        f"{remedy}use {smaller}shorter windows{fewer}. These may be less accurate for "
        f"the other series, so compare both in a backtest{code}."
    )
