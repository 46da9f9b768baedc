"""The terms of a first fit: scales, and what stands in for what is missing.

All of it is learnt before training, and stays as it is when training goes on.
"""

import numpy as np

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq._regression.anchors import find_pasts, make_normalization
from skseq._regression.fill_values import mean_of_features
from skseq._regression.seen import range_of
from skseq._regression.training_data import (
    find_complete,
    fit_target_scaler,
)

LINEAR_SHARE = 0.75
"""What answered best on real series, and better than the linear forecast alone."""


def learn_terms(windows, targets, weights, clocks, *, target_scaler, wishes):
    """Learn the terms in which windows and targets are read.

    Parameters
    ----------
    windows : Windows
    targets : ndarray of shape (n_rows, n_outputs)
        In y's units.
    weights : ndarray of shape (n_rows,)
        Rows of weight 0 are not looked at.
    clocks : list of ndarray of int of shape (n_rows,), or None
        Steps up to each row; None for a user's own network.
    target_scaler : "minmax", transformer or None
    wishes : dict
        The parameters ``normalization``, ``persistence``, ``target_feature`` and
        ``linear_share``.

    Returns
    -------
    terms : dict
        ``normalization``, and the attributes of the fitted estimator.
    """
    rows = weights > 0
    pasts = find_pasts(windows, targets, rows, clocks, wishes=wishes)
    windows, targets = windows[rows], targets[rows]
    complete = windows[find_complete(windows)]
    scaler = target_scaler
    if scaler == "minmax":
        scaler = TargetAwareMinMaxScaler()
    if scaler is not None:
        scaler = fit_target_scaler(scaler, targets)
    normalization = make_normalization(complete, targets, pasts, scaler, wishes=wishes)
    used = pasts if normalization else [None] * len(pasts)
    varies = (targets != targets[0]).any(axis=0)
    return {
        "normalization": normalization,
        "target_scaler_": scaler,
        "target_feature_": np.array([p.feature if p else -1 for p in used]),
        "lag_": np.array([p.lag if p else 0 for p in used]),
        "linear_share_": choose_share(wishes["linear_share"], normalization),
        "fill_values_": mean_of_features(complete),
        "_constants": np.where(varies, np.nan, targets[0]),
        "_pasts": pasts,
        "_range": range_of(complete),
    }


def choose_share(wish, normalization):
    """Return the share of the linear forecast: by default that of most skill."""
    if normalization is None:
        return 0.0
    return LINEAR_SHARE if wish == "auto" else float(wish)
