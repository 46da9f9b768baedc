"""Values before the forecasts of a backtest."""

import numpy as np

from skseq._series.index import is_pandas
from skseq.displays._panels import part_of
from skseq.model_selection._backtest_rows import BacktestRows

FEWEST_EARLIER = 12
"""Earlier values to draw, if a forecast does not have more steps."""


def read_history(X, y, target):
    """Return the values of one target, with the labels that `backtest` gives them.

    Return None if rows have labels that are no times, since these have no order.
    """
    import pandas as pd

    rows = BacktestRows.of(X, y)
    if rows.times.labels is None and is_pandas(rows.y):
        return None
    place = 0 if target is None else rows.target_names.index(target)
    values = np.asarray(rows.targets[:, place], dtype=np.float64)
    return pd.Series(values, index=rows.index)


def with_earlier_values(actual, history, name, n_steps):
    """Put a few known values before the actual values of one series.

    They are as many as a forecast has steps, or more.
    """
    if history is None:
        return actual
    import pandas as pd

    known = part_of(history, name)
    known = known[known.index < actual.index[0]]
    return pd.concat([known.iloc[-max(FEWEST_EARLIER, n_steps) :], actual])
