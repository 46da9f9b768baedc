"""
What a network remembers
========================

An LSTM predicts the sea surface temperature of the Pacific one month ahead. Its gates
show what it keeps in memory, and two measures show which months of the window its
predictions depend on.
"""

# %%
# Fit
# ---
# The windows contain the 24 months before each row. Without a scaler, they are in °C;
# the network standardizes each window itself.
import matplotlib.pyplot as plt
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower
from skseq.datasets import load_elnino

X, y = load_elnino(return_X_y=True)
X_train, X_test, y_train, y_test = X[:-120], X[-120:], y[:-120], y[-120:]
pipe = make_pipeline(SequenceWindower(24), LSTMRegressor(units=8, random_state=0))
pipe.fit(X_train, y_train)
print(f"R2 on the last ten years: {pipe.score(X_test, y_test):.2f}")
print(f"Weight of the linear forecast: {pipe[-1].linear_weight_[0]:.2f}")

# %%
# The prediction is the weighted mean of a linear forecast, which has no gates, and of
# the network, whose gates are shown below.

# %%
# Gates
# -----
# The plot shows one window: the two years before the last test row. A forget gate near
# 1 keeps the cell state of its unit; an input gate near 1 adds to it. ``row`` is the
# date of the row to predict, or its position.
from skseq.inspection import GateActivationsDisplay

GateActivationsDisplay.from_estimator(pipe, X_test, row=X_test.index[-1])
plt.show()

# %%
# Relevance
# ---------
# The gradient shows by how many degrees predictions change if one month of the window
# changes by one degree. The permutation relevance shows how much the score falls if
# that month is taken from another window.
from skseq.inspection import LagRelevanceDisplay

_, (upper, lower) = plt.subplots(2, 1, figsize=(7, 5.6), layout="constrained")
LagRelevanceDisplay.from_estimator(pipe, X_test, ax=upper)
LagRelevanceDisplay.from_permutation(pipe, X_test, y_test, random_state=0, ax=lower)
plt.show()
