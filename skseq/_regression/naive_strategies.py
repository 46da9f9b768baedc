"""The naive strategies: from the target's values in each window to one value a row.

All take ``past`` of shape (n_rows, time_steps) in the target's units, oldest step
first, the ``lag`` from its last step to the row, and the ``season_length`` in steps,
and return an array of shape (n_rows,).
"""


def last(past, lag, season_length):
    """Repeat the last value."""
    return past[:, -1]


def mean(past, lag, season_length):
    """Average all values."""
    return past.mean(axis=1)


def drift(past, lag, season_length):
    """Continue the line from the first value to the last."""
    change = (past[:, -1] - past[:, 0]) / (past.shape[1] - 1)
    return past[:, -1] + lag * change


def seasonal(past, lag, season_length):
    """Repeat the value a season before the row, or the fewest seasons possible."""
    return past[:, past.shape[1] - 1 + lag - steps_back(lag, season_length)]


def seasonal_drift(past, lag, season_length):
    """Add to the seasonal value the mean change from season to season."""
    n_seasons = steps_back(lag, season_length) // season_length
    changes = past[:, season_length:] - past[:, :-season_length]
    return seasonal(past, lag, season_length) + n_seasons * changes.mean(axis=1)


STRATEGIES = {
    strategy.__name__: strategy
    for strategy in (last, mean, drift, seasonal, seasonal_drift)
}
"""By the name that users give."""


def steps_back(lag, season_length):
    """Return the fewest whole seasons, in steps, that reach the window's end."""
    return season_length * -(-lag // season_length)


def steps_needed(strategy, lag, season_length):
    """Return how many steps a window must have for a strategy."""
    if strategy in ("last", "mean"):
        return 1
    if strategy == "drift":
        return 2
    n_steps = steps_back(lag, season_length) - lag + 1
    if strategy == "seasonal":
        return n_steps
    return max(n_steps, season_length + 1)  # one change from season to season
