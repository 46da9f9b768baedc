"""Warn if later days, which show holidays, are given for some series only."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._forecasting.future_rows import following_index
from skseq._forecasting.table import index_of
from skseq._series.index import is_pandas
from skseq._validation.numbers import listed


def warn_of_series_without_days(table, n_steps, X_future):
    """Warn if X_future leaves out holidays, but has no later days of some series.

    Parameters
    ----------
    table : Table
        The known rows.
    n_steps : int
    X_future : table-like or None

    Warns
    -----
    UserWarning
    """
    names = table.axis.names
    if names is None or table.frequency is None or not is_pandas(X_future):
        return
    index = index_of(X_future, "X_future")
    numbers = names.get_indexer(index.get_level_values(0))
    # All series have known rows, so the last rows are in the order of their numbers.
    ends = table.axis.labels[table.last_rows]
    is_later = (numbers >= 0) & (index.get_level_values(1) > ends[numbers])
    without = np.setdiff1d(np.arange(len(names)), numbers[is_later])
    if not 0 < len(without) < len(table.last_rows):
        return
    # Without a holiday, series that are left out have the same days as the others.
    given = following_index(table, n_steps, X_future)
    if given.equals(following_index(table, n_steps)):
        return
    warn_user(
        f"X_future leaves out holidays, but it has no later days of {len(without)} of "
        f"{len(table.last_rows)} series, {listed([*names[without]])}. Their forecasts "
        "have a step on every day of the frequency. Give X_future the later days of "
        "all series."
    )
