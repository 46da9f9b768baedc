"""Measures of forecasts, beside those of scikit-learn and with the same signature.

What is divided by may be zero. A perfect forecast has an error of 0 then, any other an
infinite one; how far two perfect forecasts differ in skill is 0.

The pinball loss of a quantile is :func:`sklearn.metrics.mean_pinball_loss`. A measure
becomes a scorer by :func:`sklearn.metrics.make_scorer`; one is ready-made.
"""

from skseq.metrics._measures import (
    mean_absolute_scaled_error,
    neg_weighted_absolute_percentage_error,
    root_mean_squared_scaled_error,
    skill_score,
    weighted_absolute_percentage_error,
)

__all__ = [
    "mean_absolute_scaled_error",
    "neg_weighted_absolute_percentage_error",
    "root_mean_squared_scaled_error",
    "skill_score",
    "weighted_absolute_percentage_error",
]
