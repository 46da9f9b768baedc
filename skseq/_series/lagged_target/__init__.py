"""Find the columns that contain lagged values of the target."""

from skseq._series.lagged_target.comparison import (
    MAX_LAG,
    MAX_LAG_OF_TABLE,
    MIN_COMPARED,
    LagRules,
)
from skseq._series.lagged_target.near_miss import find_near_miss
from skseq._series.lagged_target.search import (
    AmbiguousLagError,
    LaggedTarget,
    LagSearch,
)
from skseq._series.lagged_target.visible import find_visible_target

__all__ = [
    "MAX_LAG",
    "MAX_LAG_OF_TABLE",
    "MIN_COMPARED",
    "AmbiguousLagError",
    "LagRules",
    "LagSearch",
    "LaggedTarget",
    "find_near_miss",
    "find_visible_target",
]
