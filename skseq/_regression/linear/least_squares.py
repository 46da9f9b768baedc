"""Losses that are smallest for a prediction near the mean, as squared errors are."""

LIKE_LEAST_SQUARES = {"mse", "meansquarederror", "huber", "logcosh"}
"""Names of these losses, in lower case and without underscores."""


def is_like_least_squares(loss):
    """Return whether a loss is smallest for a prediction near the mean.

    The absolute error is smallest for the median, the pinball loss for another
    quantile, and nothing is known about a function.
    """
    name = loss if isinstance(loss, str) else type(loss).__name__
    return name.replace("_", "").lower() in LIKE_LEAST_SQUARES
