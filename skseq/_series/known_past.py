"""Which column contains the past of each target, stored for each y by the forecaster.

A forecaster adds the target to the columns of X, so it knows which column contains each
target's past, and at which lag. A Pipeline passes the same y to its last step, so the
regressor can look this up for its y, without a parameter.
"""

import weakref
from dataclasses import dataclass


@dataclass(frozen=True)
class KnownPast:
    """Which feature of a window contains the past of each output, and at which lag.

    Attributes
    ----------
    features : tuple of int
        Position of the feature, for each output.
    lags : tuple of int
        Steps from the last step of a window to the value to predict, for each output.
    target : str, default="y"
        What the estimator is fitted to, where it is not y itself.
    is_default_estimator : bool, default=False
        Whether the forecaster made the estimator, so that its user cannot set the
        parameters of the steps.
    table : str, default="X"
        What the user calls the table that the index comes from.
    """

    features: tuple[int, ...]
    lags: tuple[int, ...]
    target: str = "y"
    is_default_estimator: bool = False
    table: str = "X"


_known_pasts = {}
"""The `KnownPast` of each y that still exists, by the id of y."""


def note_known_past(y, known_past):
    """Store which columns contain the past of y, for as long as y exists.

    Parameters
    ----------
    y : ndarray, Series or DataFrame
    known_past : KnownPast
    """
    key = id(y)
    # Arrays and frames cannot be keys of a weak dictionary, because they have no hash.
    reference = weakref.ref(y, lambda _: _known_pasts.pop(key, None))
    _known_pasts[key] = reference, known_past


def known_past_of(y):
    """Return which columns contain the past of y, or None if that was not stored.

    Parameters
    ----------
    y : array-like

    Returns
    -------
    known_past : KnownPast or None
    """
    reference, known_past = _known_pasts.get(id(y), (lambda: None, None))
    return known_past if reference() is y else None


def made_for_default_forecaster(y):
    """Say whether a forecaster that makes its own estimator has made y.

    Parameters
    ----------
    y : array-like or None
    """
    known_past = known_past_of(y)
    return known_past is not None and known_past.is_default_estimator


def name_of_table(y):
    """Return what the user of a forecaster calls the table with the index.

    Parameters
    ----------
    y : array-like or None

    Returns
    -------
    name : str or None
        None if no forecaster has made y.
    """
    known_past = known_past_of(y)
    return None if known_past is None else known_past.table
