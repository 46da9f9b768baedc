"""The naive rules: from a target's own past in each window to one value a row.

All take ``past`` of shape (n_rows, time_steps) in the target's units, oldest step
first, the ``lead`` from its last step to the row, and the ``season`` in steps, and
return an array of shape (n_rows,).
"""


def last(past, lead, season):
    """Repeat the last value."""
    return past[:, -1]


def mean(past, lead, season):
    """Average all values."""
    return past.mean(axis=1)


def drift(past, lead, season):
    """Go on along the line from the first value to the last."""
    change = (past[:, -1] - past[:, 0]) / (past.shape[1] - 1)
    return past[:, -1] + lead * change


def seasonal(past, lead, season):
    """Repeat the value a season before the row, or the fewest seasons possible."""
    return past[:, past.shape[1] - 1 + lead - steps_back(lead, season)]


def seasonal_drift(past, lead, season):
    """Add to the seasonal value the mean change from season to season."""
    n_seasons = steps_back(lead, season) // season
    changes = past[:, season:] - past[:, :-season]
    return seasonal(past, lead, season) + n_seasons * changes.mean(axis=1)


RULES = {rule.__name__: rule for rule in (last, mean, drift, seasonal, seasonal_drift)}
"""By the name that users give."""


def steps_back(lead, season):
    """Return the fewest whole seasons, in steps, that reach the window's end."""
    return season * -(-lead // season)


def steps_needed(rule, lead, season):
    """Return how many steps a window must have for a rule."""
    if rule in ("last", "mean"):
        return 1
    if rule == "drift":
        return 2
    n_steps = steps_back(lead, season) - lead + 1
    return n_steps if rule == "seasonal" else max(n_steps, season + 1)
