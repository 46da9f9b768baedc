"""Whether the logarithm of a target is forecast."""

import numpy as np

MIN_GAIN = 2.0
"""Log-likelihood that the logarithm must gain in a single series.

About half the 95 % quantile of the chi-squared distribution with one degree of freedom:
then a confidence interval of the power of the Box-Cox transform excludes no power, 1.
"""


def choose_log(log, table, n_targets, season):
    """Decide for each target whether its logarithm is forecast.

    Parameters
    ----------
    log : bool, ndarray of bool of shape (n_targets,) or "auto"
    table : Table
    n_targets : int
    season : int
        Number of steps in a season, 1 if there is none.

    Returns
    -------
    logs : ndarray of bool of shape (n_targets,)
    """
    if not isinstance(log, str):
        return np.broadcast_to(np.asarray(log, dtype=bool), n_targets).copy()
    targets = table.targets(n_targets).astype(np.float64)
    are_positive = (targets > 0).all(axis=0)
    if len(table.last_rows) > 1:
        return are_positive
    return np.array(
        [
            is_positive and log_likelihood_gain(values, table, season) > MIN_GAIN
            for is_positive, values in zip(are_positive, targets.T, strict=True)
        ]
    )


def log_likelihood_gain(values, table, season):
    """Compare the likelihoods of changes of the logarithm and of the value itself.

    This is the profile log-likelihood of the Box-Cox transform with power 0 minus that
    with power 1 [1]_. The model is a walk with normal changes from season to season: if
    the size of changes grows with the level, it fits the logarithm better.

    Parameters
    ----------
    values : ndarray of float of shape (n_rows,)
        Positive, of one series.
    table : Table
    season : int

    Returns
    -------
    gain : float
        0 if there are too few changes.

    References
    ----------
    .. [1] G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the
       Royal Statistical Society B 26(2), 1964, pp. 211-252.
    """
    earlier = table.axis.lagged(season)
    rows = np.flatnonzero(earlier >= 0)
    if len(rows) < 3:
        return 0.0
    logs = np.log(values)
    of_values = np.std(values[rows] - values[earlier[rows]])
    of_logs = np.std(logs[rows] - logs[earlier[rows]])
    if not (of_values > 0 and of_logs > 0):
        return 0.0
    scale = np.mean(logs[rows])  # of the Jacobian: the geometric mean
    return len(rows) * (np.log(of_values) - np.log(of_logs) - scale)
