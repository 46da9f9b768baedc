"""
Backtest a forecast by step
===========================

How accurate would forecasts have been in the last five years, one month ahead and
twelve months ahead? And would a naive forecast have been as accurate?
"""

# %%
# Forecast from many origins
# --------------------------
# The data are sea surface temperatures off Peru. From each of 49 months, the
# forecasters predict the twelve months after it. ``refit=12`` trains once a year; in
# between, the forecasters are updated with the newer months.
import pandas as pd
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.datasets import load_elnino
from skseq.model_selection import ForecastSplit, backtest

y = load_elnino().target
five_years = ForecastSplit(49, horizon=12, step=1)
models = {"network": SequenceForecaster(horizon=12)}
for strategy in ("last", "seasonal"):
    naive = NaiveRegressor(strategy, season_length=12)
    pipe = make_pipeline(SequenceWindower(time_steps=24), naive)
    models[strategy] = SequenceForecaster(pipe, horizon=12)
tables = {
    name: backtest(model, y=y, cv=five_years, refit=12)
    for name, model in models.items()
}
table = pd.concat(tables, names=["model"])
table.head(3)

# %%
# The mean absolute error by step
# -------------------------------
# The table has one row for each origin and step, so ``groupby`` gives the error by
# step.
error = (table["y"] - table["prediction"]).abs()
mae = error.groupby(["model", table["step"]]).mean().unstack("model")
mae.round(2)

# %%
# Errors by origin
# ----------------
# The mean does not show how often a naive forecast would have been the better choice.
by_origin = error.groupby([table["origin"], "model"]).mean().unstack()
n_worse = (by_origin["seasonal"] < by_origin["network"]).sum()
print(f"seasonal is more accurate than the network from {n_worse} of 49 origins")

# %%
# Plot
# ----
# For the first six months, the network is clearly more accurate. El Niño is hard to
# predict further ahead: from the seventh month on, the seasonal naive forecast, which
# repeats the value of the same month a year before, is almost as accurate.
import matplotlib.pyplot as plt

from skseq.displays import BacktestDisplay

BacktestDisplay.from_predictions(tables, kind="errors")
plt.show()

# %%
# The forecasts themselves
# ------------------------
# The strong El Niño of 1997 is not in these five years. The network expects the usual
# season, adapted to the latest months.
BacktestDisplay.from_predictions(tables["network"])
plt.show()
