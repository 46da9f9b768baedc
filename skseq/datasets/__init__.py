"""Data sets for examples and tests: real time series, and a generated table.

Nothing is downloaded. The loaders read tables that are part of statsmodels (in a clone,
``pip install '.[examples]'``) and do not change their values. Rows that are missing in
the source are left out and not filled.

All functions return a :class:`~sklearn.utils.Bunch`, or ``(X, y)`` with
``return_X_y=True``. The target is also a column of X: with the default ``horizon=1`` of
:class:`~skseq.SequenceWindower` a window ends one row before the row to predict, so
this column provides the lagged target. Drop it before you use ``horizon=0``.
"""

from skseq.datasets._revenue import make_monthly_revenue
from skseq.datasets._statsmodels import (
    load_co2,
    load_electrical_equipment,
    load_elnino,
    load_german_rates,
    load_nile,
    load_sunspots,
    load_us_macro,
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
