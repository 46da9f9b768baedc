"""
Predict quantiles
=================

A year with few sunspots is easier to predict than a year with many. A network with the
quantile loss predicts for each row how wide the range of likely values is.
"""

# %%
# One network, three quantiles
# ----------------------------
# The number of sunspots rises and falls in cycles of about eleven years. The network
# predicts the quantiles 0.1, 0.5 and 0.9 of each year from the 22 years before it.
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower
from skseq.datasets import load_sunspots

X, y = load_sunspots(return_X_y=True)
X_train, X_test, y_train, y_test = X[:-80], X[-80:], y[:-80], y[-80:]
network = LSTMRegressor(16, loss="quantile", quantile=(0.1, 0.5, 0.9), random_state=0)
pipe = make_pipeline(SequenceWindower(time_steps=22), network)
low, median, high = pipe.fit(X_train, y_train).predict(X_test).T

# %%
# How many values are below
# -------------------------
# A fraction of 0.1 of the test values should be below the first quantile, and so on.
# With 80 test years, differences of 0.05 may be due to chance.
for quantile, predicted in {0.1: low, 0.5: median, 0.9: high}.items():
    print(f"{quantile}: {(y_test < predicted).mean():.2f} of the values are below")

# %%
# Plot
# ----
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ax.fill_between(X_test.index, low, high, color="C3", alpha=0.25, label="0.1 to 0.9")
ax.plot(X_test.index, median, color="C3", label="median")
ax.plot(y_test, ".", color="0.3", label="observed")
ax.set_ylabel("sunspots")
ax.legend(frameon=False, ncols=3, loc="upper left")
ax.set_ylim(top=260)
plt.show()

# %%
# Where the range is wide
# -----------------------
# On average, the range is about a third wider in years with many sunspots than in years
# with few.
import pandas as pd

width = pd.Series(high - low, X_test.index)
level = pd.cut(median, [-20, 25, 75, 300], labels=["few", "some", "many"])
width.groupby(level, observed=True).mean().round()
