"""Where the past of each target is: noted beside y by whoever made y and X.

A forecaster puts the target into the table itself, so it knows which column holds each
target's past, and how many steps later each target lies. A Pipeline hands y on as it
is, so a note beside it reaches the regressor without a parameter.
"""

import weakref
from dataclasses import dataclass


@dataclass(frozen=True)
class KnownPast:
    """Which feature of a window holds the past of each output, and at which lag.

    Attributes
    ----------
    features : tuple of int
        Position of the feature, for each output.
    lags : tuple of int
        Steps from the last step of a window to the value to predict, for each output.
    """

    features: tuple[int, ...]
    lags: tuple[int, ...]


_known_pasts = {}
"""The note of each y that still exists, by the id of y."""


def note_known_past(y, known_past):
    """Note where the past of y is, for as long as y exists.

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
    """Return where the past of y is, or None if nobody has noted it.

    Parameters
    ----------
    y : array-like

    Returns
    -------
    known_past : KnownPast or None
    """
    reference, known_past = _known_pasts.get(id(y), (lambda: None, None))
    return known_past if reference() is y else None
