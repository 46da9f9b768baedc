"""Which losses are smallest for about the mean, as squared errors are."""

LIKE_LEAST_SQUARES = {"mse", "meansquarederror", "huber", "logcosh"}
"""Losses that are smallest for about the mean, in small letters."""


def is_like_least_squares(loss):
    """Return whether a loss is smallest for about the mean, as squared errors are.

    The absolute error is smallest for the median, the pinball loss for another
    quantile, and of a function nothing is known.

    Parameters
    ----------
    loss : str, or what Keras takes as a loss
    """
    name = loss if isinstance(loss, str) else type(loss).__name__
    return name.replace("_", "").lower() in LIKE_LEAST_SQUARES
