"""Check that series have enough rows for a window."""

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.target_origin import default_estimator_of
from skseq.exceptions import IncompleteWindowWarning


def check_enough_rows(windower, axis, y):
    """Raise if no series has enough rows for a window; warn if some have too few.

    Parameters
    ----------
    windower : SequenceWindower
    axis : TimeAxis
        Of the rows passed to ``fit``.
    y : array-like or None
        What ``fit`` was given.

    Raises
    ------
    ValueError
        If the longest series is too short.

    Warns
    -----
    IncompleteWindowWarning
        If another series is too short.
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
        rule, remedy = _rule_and_remedy(windower, of_windower, most, y)
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
            f"{_how_to_include(windower, n_rows[number], y)}",
            IncompleteWindowWarning,
        )


def _rule_and_remedy(windower, of_windower, most, y):
    """Return how many rows a windower needs, and what to do if there are fewer."""
    needed = int(windower.time_steps) + int(windower.horizon)
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
    """Return how to get windows that are short enough for a series.

    Parameters
    ----------
    windower : SequenceWindower
    n_rows : int
        Of the series.
    y : array-like or None
        What ``fit`` was given.

    Returns
    -------
    remedy : str
        Sentences after a space, or an empty text.
    """
    horizon = int(windower.horizon)
    time_steps = n_rows - horizon
    options = ["a smaller horizon"] if horizon > 1 else []
    compare = ""
    if time_steps >= 1:
        default_estimator = default_estimator_of(y)
        fewer, code = " (fewer time_steps)", ""
        if default_estimator is not None:
            fewer, code = "", f": {default_estimator.shorter_windows_code(time_steps)}"
        options.append(f"shorter windows{fewer}")
        compare = (
            " These may be less accurate for the other series, so compare both in a "
            f"backtest{code}."
        )
    if not options:
        return ""
    return f" To train on them as well, use {', or '.join(options)}.{compare}"
