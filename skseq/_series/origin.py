"""Where windows come from: noted by the windower, read by the regressor after it.

A Pipeline hands an array from step to step, and an array has neither labels nor a
history. So the windower notes beside the array what it knows, without changing it.
"""

import weakref
from dataclasses import dataclass, replace

import numpy as np

from skseq._series.axis import TimeAxis


@dataclass(frozen=True)
class WindowOrigin:
    """What the windower knows of the windows of one call.

    Attributes
    ----------
    fit_id : str
        The same for fits of the windower on the same rows, different for others.
    axis : TimeAxis
        Of the rows that the windows belong to.
    is_unavoidable : ndarray of bool of shape (n_rows,)
        The windows that reach before the first fitted row: no row of the past could
        complete them.
    n_needed : int
        Rows before a row that its window needs.
    is_checked : bool, default=False
        Whether the windower has made sure that no window shows the target.
    """

    fit_id: str
    axis: TimeAxis
    is_unavoidable: np.ndarray
    n_needed: int
    is_checked: bool = False

    def __getitem__(self, rows):
        """Return the origin of some of the windows, by a mask or row numbers."""
        return replace(
            self, axis=self.axis[rows], is_unavoidable=self.is_unavoidable[rows]
        )


_origins = {}
"""The origin of each array of windows that still exists, by the id of the array."""


def note_origin(windows, origin):
    """Note where an array of windows comes from, for as long as it exists.

    Parameters
    ----------
    windows : ndarray
    origin : WindowOrigin
    """
    key = id(windows)
    # An array cannot be the key of a weak dictionary, because it has no hash.
    reference = weakref.ref(windows, lambda _: _origins.pop(key, None))
    _origins[key] = reference, origin


def origin_of(windows):
    """Return where windows come from, or None if no windower has noted it.

    Parameters
    ----------
    windows : array-like

    Returns
    -------
    origin : WindowOrigin or None
    """
    reference, origin = _origins.get(id(windows), (lambda: None, None))
    return origin if reference() is windows else None
