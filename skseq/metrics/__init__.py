"""Measures of forecasts that scikit-learn does not have, with the same signature.

Where the number to divide by is zero, a perfect forecast has an error of 0 and any
other an infinite one. The skill of two perfect forecasts against each other is 0.

The pinball loss of a quantile is :func:`sklearn.metrics.mean_pinball_loss`.
:func:`sklearn.metrics.make_scorer` turns a measure into a scorer for ``scoring=``; one
scorer is included.
"""

from skseq.metrics._percentage_errors import (
    neg_weighted_absolute_percentage_error,
    weighted_absolute_percentage_error,
)
from skseq.metrics._scaled_errors import (
    mean_absolute_scaled_error,
    root_mean_squared_scaled_error,
)
from skseq.metrics._skill import skill_score

__all__ = [
    "mean_absolute_scaled_error",
    "neg_weighted_absolute_percentage_error",
    "root_mean_squared_scaled_error",
    "skill_score",
    "weighted_absolute_percentage_error",
]
