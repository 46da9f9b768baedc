"""What fitted recurrent networks remember, and what their predictions depend on.

:func:`gate_activations` returns the gates and states that a prediction is computed
from. :func:`lag_relevance` is the gradient of predictions in each step and feature of
their windows. :func:`permutation_relevance` is how much a score falls if one of them is
permuted. Each has a display that plots it; matplotlib is imported only there.
"""

from skseq.inspection._gate_activations import gate_activations
from skseq.inspection._gate_display import GateActivationsDisplay
from skseq.inspection._lag_relevance import lag_relevance
from skseq.inspection._permutation_relevance import permutation_relevance
from skseq.inspection._relevance_display import LagRelevanceDisplay

__all__ = [
    "GateActivationsDisplay",
    "LagRelevanceDisplay",
    "gate_activations",
    "lag_relevance",
    "permutation_relevance",
]
