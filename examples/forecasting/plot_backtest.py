"""
Backtest a forecast by step
===========================

How accurate would the forecasts of the last five years have been, one month ahead and
twelve months ahead? And would a naive forecast have done?
"""

# %%
# Forecast from many origins
# --------------------------
# Sea surface temperatures off Peru. From each of 49 months, the forecasters predict the
# twelve months after it. ``refit=12`` trains once a year; in between, a forecaster only
# gets the newer months.
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
# The table has one row for each origin and step, so errors are one ``groupby`` away.
error = (table["y"] - table["prediction"]).abs()
mae = error.groupby(["model", table["step"]]).mean().unstack("model")
mae.round(2)

# %%
# From single origins
# -------------------
# A mean hides how often a naive forecast would have been the better choice.
by_origin = error.groupby([table["origin"], "model"]).mean().unstack()
n_worse = (by_origin["seasonal"] < by_origin["network"]).sum()
print(f"seasonal is more accurate than the network from {n_worse} of 49 origins")

# %%
# Plot
# ----
# The network is clearly more accurate for half a year. El Nino cannot be foreseen much
# longer: from the seventh month on, the value of the same month a year before, which
# needs no network, is almost as good.
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
colors = {"network": "C3", "seasonal": "C0", "last": "0.6"}
for name, color in colors.items():
    ax.plot(mae[name], "o-", color=color, label=name)
ax.set_xlabel("steps ahead (months)")
ax.set_ylabel("mean absolute error (°C)")
ax.set_xticks(mae.index)
ax.set_ylim(bottom=0)
ax.legend(frameon=False)
plt.show()
