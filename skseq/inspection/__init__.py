"""What fitted recurrent networks remember, and what their predictions depend on.

:func:`gate_activations` returns the gates and states that a prediction is computed
from. :func:`lag_relevance` returns the gradient of predictions with respect to each
step and feature of their windows. :func:`permutation_relevance` returns how much a
score falls if one of them is permuted. Displays plot the results; only they import
matplotlib.
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
