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
# The line is the median. From the quantile 0.1 to 0.9 are 80 % intervals.
import matplotlib.pyplot as plt
import pandas as pd

from skseq.displays import ForecastDisplay

columns = {"prediction": median, "lower_0.8": low, "upper_0.8": high}
table = pd.DataFrame(columns, index=X_test.index)
ForecastDisplay.from_predictions(table, y_true=y_test)
plt.gca().set_ylabel("sunspots")
plt.show()

# %%
# Where the range is wide
# -----------------------
# On average, the range is about a third wider in years with many sunspots than in years
# with few.
width = pd.Series(high - low, X_test.index)
level = pd.cut(median, [-20, 25, 75, 300], labels=["few", "some", "many"])
width.groupby(level, observed=True).mean().round()
