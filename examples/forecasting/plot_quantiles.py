"""
Predict quantiles
=================

Some months can be predicted to a few tenths of a degree, others cannot. A network with the
quantile loss predicts how wide the range of likely values is, for each row.
"""

# %%
# One network, three quantiles
# ----------------------------
# The data are sea surface temperatures off Peru. The network predicts the quantiles 0.1,
# 0.5 and 0.9 of each month from the 24 months before it.
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower
from skseq.datasets import load_elnino

X, y = load_elnino(return_X_y=True)
X_train, X_test, y_train, y_test = X[:-120], X[-120:], y[:-120], y[-120:]
network = LSTMRegressor(16, loss="quantile", quantile=(0.1, 0.5, 0.9), random_state=0)
pipe = make_pipeline(SequenceWindower(time_steps=24), network)
low, median, high = pipe.fit(X_train, y_train).predict(X_test).T

# %%
# How many values are inside
# --------------------------
# About 80 % of the test values should be between the outer quantiles.
from skseq.metrics import interval_coverage

print(f"{interval_coverage(y_test, low, high):.0%} of the test months are inside")

# %%
# Plot
# ----
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ax.fill_between(X_test.index, low, high, color="C3", alpha=0.25, label="0.1 to 0.9")
ax.plot(X_test.index, median, color="C3", label="median")
ax.plot(y_test, ".", color="0.3", label="observed")
ax.set_ylabel("°C")
ax.legend(frameon=False, ncols=3)
plt.show()

# %%
# When the range is wide
# ----------------------
# The width depends on the season: the first months of the year, when El Niño may or may
# not appear, are harder to predict than the autumn.
import pandas as pd

width = pd.Series(high - low, X_test.index)
by_month = width.groupby(width.index.month).mean()

figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
ax.bar(by_month.index, by_month, color="C3", alpha=0.6)
ax.set_xticks(range(1, 13))
ax.set_xlabel("month")
ax.set_ylabel("mean width (°C)")
plt.show()
