"""Metrics of forecasts that scikit-learn does not have, with the same signature.

If y_true or the forecast has a two-level index (series, time), a metric is computed for
each series, and the mean over all series is returned. Each series has the same weight,
however many rows it has. A series is left out if all its rows have a weight of 0.

If the divisor is zero, a perfect forecast has an error of 0 and any other forecast an
error of infinity. The skill of a perfect forecast against another perfect forecast is
0.

For single quantiles use :func:`sklearn.metrics.mean_pinball_loss`.
:func:`sklearn.metrics.make_scorer` makes a scorer for ``scoring=`` from a metric; one
scorer is included.
"""

from skseq.metrics._intervals import interval_coverage, interval_score
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
    "interval_coverage",
    "interval_score",
    "mean_absolute_scaled_error",
    "neg_weighted_absolute_percentage_error",
    "root_mean_squared_scaled_error",
    "skill_score",
    "weighted_absolute_percentage_error",
]
