"""Values before the forecasts of a backtest."""

import numpy as np

from skseq._series.index import is_pandas
from skseq.displays._panels import rows_of
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
    places = {name: n for n, name in enumerate(rows.target_names)}
    # A Series or an array may contain the one target that is drawn, without its name.
    if target is None or len(places) == 1:
        place = 0
    elif (place := places.get(target)) is None:
        raise ValueError(
            f"history has no target {target!r}; its targets are {list(places)}. Pass "
            "the y that backtest was given."
        )
    values = np.asarray(rows.targets[:, place], dtype=np.float64)
    return pd.Series(values, index=rows.index)


def with_earlier_values(actual, history, name, n_steps):
    """Put a few known values before the actual values of one series.

    They are as many as a forecast has steps, or more.
    """
    if history is None:
        return actual
    import pandas as pd

    known, first = rows_of(history, name), actual.index[0]
    try:
        known = known[known.index < first]
    except TypeError:  # another kind of labels, or only one has a time zone
        raise ValueError(
            f"history must have labels like those of table, such as {first}; got "
            f"{known.index[0]}. Pass the y that backtest was given."
        ) from None
    return pd.concat([known.iloc[-max(FEWEST_EARLIER, n_steps) :], actual])
