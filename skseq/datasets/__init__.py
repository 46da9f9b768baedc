"""Series to try things on: real ones that ship with statsmodels, and a made-up table.

Nothing here needs a network. The loaders read tables inside the installed statsmodels
(``pip install "skseq[examples]"``) and leave their values as they are; a row that the
source does not know is left out, never filled.

All functions return a :class:`~sklearn.utils.Bunch`, or ``(X, y)`` with
``return_X_y=True``. The table of features holds the target's own column too: with the
default ``horizon=1`` of :class:`~skseq.SequenceWindower` a window ends one row before
the row to predict, so this column is the target's past. Drop it before using
``horizon=0``.
"""

from skseq.datasets._loaders import (
    load_co2,
    load_electrical_equipment,
    load_elnino,
    load_german_rates,
    load_nile,
    load_sunspots,
    load_us_macro,
    make_monthly_revenue,
)

__all__ = [
    "load_co2",
    "load_electrical_equipment",
    "load_elnino",
    "load_german_rates",
    "load_nile",
    "load_sunspots",
    "load_us_macro",
    "make_monthly_revenue",
]
