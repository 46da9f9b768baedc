"""Limits of forecasts of logarithms, so that they can be stored in the units of y."""

import numpy as np

from skseq._validation.numbers import LARGEST

SMALLEST = np.finfo(np.float64).tiny
"""Above 0, so that a forecast has a logarithm again."""


def limited_exp(changes, values):
    """Return exp(changes) so that values * exp(changes) can be stored and squared.

    The values are positive. Factors are at least 1 where a change is not negative, and
    at most 1 where it is not positive.
    """
    return np.exp(np.clip(changes, *limits_of_change(values)))


def limits_of_change(values):
    """Return the smallest and the largest change of logarithms from some values."""
    logs = np.log(values)
    lowest = np.minimum(np.log(SMALLEST) - logs, 0)
    highest = np.maximum(np.log(LARGEST) - logs, 0)
    return lowest, highest
