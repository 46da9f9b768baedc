"""The naive strategies: forecasts from the target's values in each window.

All take ``past`` of shape (n_rows, time_steps), the values in the units of y, oldest
step first; ``lag``, the steps from the last of them to the row; and ``season_length``
in steps. They return an array of shape (n_rows,).
"""


def last(past, lag, season_length):
    """Repeat the last value."""
    return past[:, -1]


def mean(past, lag, season_length):
    """Average all values."""
    return past.mean(axis=1)


def drift(past, lag, season_length):
    """Extrapolate the line through the first and the last value."""
    change = (past[:, -1] - past[:, 0]) / (past.shape[1] - 1)
    return past[:, -1] + lag * change


def seasonal(past, lag, season_length):
    """Repeat the value one season before the row, or as few seasons as possible."""
    (step,) = steps_used("seasonal", past.shape[1], lag, season_length)
    return past[:, step]


def seasonal_drift(past, lag, season_length):
    """Add the mean change per season to the seasonal value, once for each season."""
    n_seasons = steps_back(lag, season_length) // season_length
    changes = past[:, season_length:] - past[:, :-season_length]
    return seasonal(past, lag, season_length) + n_seasons * changes.mean(axis=1)


STRATEGIES = {
    strategy.__name__: strategy
    for strategy in (last, mean, drift, seasonal, seasonal_drift)
}
"""The functions by their names in the parameter ``strategy``."""

COUNT_STEPS = "drift", "seasonal", "seasonal_drift"
"""Strategies for which the steps of windows must be one row apart."""


def check_even(lagged, parameter, remedy):
    """Raise if a parameter counts steps that are not known to be one row apart."""
    if not lagged.is_even:
        raise ValueError(
            f"{parameter} counts the steps of a window as rows, but feature "
            f"{lagged.feature} of X has windows of other steps: the window of a row is "
            "not that of the row before, moved on by one step. Cut windows of "
            f"consecutive rows, or use {remedy}."
        )


def steps_back(lag, season_length):
    """Return how far back a seasonal value is: the fewest whole seasons, in steps."""
    # A season shorter than the lag would end after the window: round up.
    return season_length * -(-lag // season_length)


def steps_used(strategy, n_steps, lag, season_length):
    """List the steps of a window that a forecast is made from."""
    if strategy == "last":
        return [n_steps - 1]
    if strategy == "drift":
        return [0, n_steps - 1]
    if strategy == "seasonal":
        return [n_steps - 1 + lag - steps_back(lag, season_length)]
    return list(range(n_steps))


def steps_needed(strategy, lag, season_length):
    """Return the minimum number of steps in a window for a strategy."""
    if strategy in ("last", "mean"):
        return 1
    if strategy == "drift":
        return 2
    n_steps = steps_back(lag, season_length) - lag + 1
    if strategy == "seasonal":
        return n_steps
    return max(n_steps, season_length + 1)  # one change from season to season
