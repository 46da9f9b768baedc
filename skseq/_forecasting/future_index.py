"""The labels of the rows after the known rows, and what X_future says about them."""

from dataclasses import dataclass

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known_rows import check_kind, in_zone_of
from skseq._forecasting.table import index_of
from skseq._series.continuation import continue_index
from skseq._series.frequency.irregular import advise_on_irregular
from skseq._series.index import is_pandas
from skseq._series.shared_frequency import name_mismatch
from skseq._validation.numbers import listed


@dataclass(frozen=True, eq=False)
class FollowingIndex:
    """The labels of the rows that follow the known rows.

    Attributes
    ----------
    labels : pandas.Index of length n_series * n_steps, or None
        None if the table is an array.
    plain : pandas.Index of length n_series * n_steps, or None
        The same, if X_future left out no holidays.
    given : pandas.Index or None
        The labels of X_future, in the time zone of the table; None if it has none.
    """

    labels: object = None
    plain: object = None
    given: object = None


def following_index(table, n_steps, X_future=None):
    """Continue the index of each series.

    Parameters
    ----------
    table : Table
        The known rows.
    n_steps : int
    X_future : DataFrame or None, default=None
        Its index gives the next labels if that of the table has no frequency, and it
        says which sessions are holidays; see `continue_index`.

    Returns
    -------
    index : FollowingIndex

    Raises
    ------
    ValueError
        If the index has no frequency and X_future does not continue it.
    """
    if not is_pandas(table.cells):
        return FollowingIndex()
    given = None
    if is_pandas(X_future):
        given = index_of(X_future, "X_future")
        check_kind(table, given, "X_future")
        given = in_zone_of(table, given)
    if table.frequency is None:
        labels = _labels_of_given(table, n_steps, given)
        return FollowingIndex(labels, labels, given)
    last = table.last_rows
    series = table.axis.names
    series = None if series is None else series[table.axis.series[last]]
    of_table = table.frequency, table.axis.labels[last], series, n_steps
    names = table.cells.index.names
    plain = labels = continue_index(*of_table).set_names(names)
    if given is not None:
        labels = continue_index(*of_table, given).set_names(names)
    return FollowingIndex(labels, plain, given)


def _labels_of_given(table, n_steps, given):
    """Take the labels of the next steps from the index of X_future."""
    labels, name = table.axis.labels, table.name
    problem = f"The index of {name} has no frequency, so it cannot be continued: "
    are_numbers = labels.dtype.kind in "iuf"
    if table.axis.names is not None and (mismatch := name_mismatch(table.axis)):
        raise ValueError(
            f"{problem}{mismatch}. Round or resample the times of such series, or "
            "leave them out, and fit again."
        )
    what = "floats" if are_numbers else "irregular"
    problem += f"its labels, of which the last is {labels[-1]}, are {what}. "
    if table.axis.names is not None:
        raise ValueError(
            problem
            + "Convert all series to one frequency, such as "
            + ("row numbers." if are_numbers else "with resample.")
        )
    if given is None:
        advice = advise_on_irregular(labels, name)
        if not advice:
            code = "reset_index(drop=True)" if are_numbers else "resample(...)"
            advice = f", or make the index regular: {name}.{code}"
        raise ValueError(
            problem + "Pass X_future with the labels of the next "
            f"{counted(n_steps, 'step')} as its index{advice}."
        )
    later = given[given > labels[-1]]
    if len(later) < n_steps:
        raise ValueError(
            problem + f"So X_future must have the labels of the next "
            f"{counted(n_steps, 'step')} as its index, but it has only "
            f"{counted(len(later), 'label')} after the last label of {name}. Add the "
            "others."
        )
    return later[:n_steps]


def frame_of_index(X_future):
    """Return a frame without columns for an index; anything else as it is."""
    if hasattr(X_future, "get_level_values"):
        import pandas as pd

        return pd.DataFrame(index=X_future)
    return X_future


def warn_of_future_index(fitted, X_future, index):
    """Warn if X_future is not used, or if its labels do not do what they seem to do.

    Parameters
    ----------
    fitted : FittedForecast
    X_future : table-like or None
    index : FollowingIndex

    Warns
    -----
    UserWarning
    """
    _warn_of_unused(fitted, X_future, index)
    _warn_of_series_without_days(fitted.table, index)


def _warn_of_unused(fitted, X_future, index):
    """Warn if X_future is given, but nothing is read from it."""
    labels, plain, given = index.labels, index.plain, index.given
    has_labels_only = np.shape(X_future)[1:] == (0,)
    is_irregular = labels is not None and fitted.table.frequency is None
    # Its index gives the labels if those of the table are irregular, and otherwise it
    # may say which days are holidays.
    if X_future is None or fitted.places or is_irregular:
        return
    if labels is not None and not labels.equals(plain):
        return
    if not has_labels_only:
        no_holiday = "" if given is None else ", and its index leaves out no holiday"
        warn_user(
            "X_future is not used, because future_columns lists no column of X that is "
            f"known in advance{no_holiday}. Fit with future_columns=[...], or do not "
            "pass X_future."
        )
    elif given is not None:
        _warn_of_steps_left_out(plain, given)


def _warn_of_steps_left_out(plain, given):
    """Warn if labels without columns leave out a step that is no holiday."""
    left_out = plain[~plain.isin(given) & _is_before_last(plain, given)]
    if len(left_out):
        warn_user(
            f"X_future has no row for {name_of_label(left_out[0])}, but the forecast "
            "includes it. A session is skipped as a holiday only if the fitted rows "
            "have weekends or closing times, and only if it is missing alone or in a "
            "gap no longer than one in fit. Add the row."
        )


def _is_before_last(index, given):
    """Return which labels are before the last given one of their series."""
    times, latest = index.get_level_values(-1), given.get_level_values(-1)
    if index.nlevels == 1:
        return np.asarray(times < latest.max())
    names = given.get_level_values(0)
    last = latest.to_series(index=names).groupby(level=0).max()
    last = last.reindex(index.get_level_values(0)).to_numpy()
    return np.asarray(times.to_numpy() < last)  # False for series without labels


def _warn_of_series_without_days(table, index):
    """Warn if X_future leaves out holidays, but has no later days of some series."""
    names, given = table.axis.names, index.given
    # Without a holiday, series that are left out have the same days as the others.
    if names is None or given is None or index.labels.equals(index.plain):
        return
    numbers = names.get_indexer(given.get_level_values(0))
    # All series have known rows, so the last rows are in the order of their numbers.
    ends = table.axis.labels[table.last_rows]
    is_later = (numbers >= 0) & (given.get_level_values(1) > ends[numbers])
    without = np.setdiff1d(np.arange(len(names)), numbers[is_later])
    if not 0 < len(without) < len(table.last_rows):
        return
    warn_user(
        f"X_future leaves out holidays, but it has no later days of {len(without)} of "
        f"{len(table.last_rows)} series, {listed([*names[without]])}. Their forecasts "
        "have a step on every day of the frequency. Give X_future the later days of "
        "all series."
    )


def name_of_label(label):
    """Name a label, of one series or of several."""
    is_of_several = isinstance(label, tuple)
    return f"{label[1]} of series {label[0]}" if is_of_several else f"{label}"
