"""
Forecast growth in percent
==========================

Prices grow by some percent a year, not by the same amount. Their logarithm is nearly a
straight line, which is easier to continue. ``log=True`` forecasts it.
"""

# %%
# A series that grows in percent
# ------------------------------
# The consumer price index of the United States by quarter. Its logarithm has no kink
# that grows with the level.
import matplotlib.pyplot as plt
import pandas as pd
from statsmodels.datasets import macrodata

y = macrodata.load_pandas().data["cpi"]
y.index = pd.period_range("1959Q1", periods=len(y), freq="Q")

_, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
left.plot(y.to_timestamp(), color="0.3")
left.set_ylabel("price index")
right.semilogy(y.to_timestamp(), color="0.3")
right.set_title("the same on a logarithmic axis", fontsize="medium")
plt.show()

# %%
# Forecast five years, twice
# --------------------------
# Forecasts and intervals are in units of the index in both cases. With ``log=True``, the
# upper half of an interval is wider than the lower half.
from skseq import SequenceForecaster

known, later = y[:-20], y[-20:]
forecasters = {
    "level": SequenceForecaster(horizon=20).fit(known),
    "logarithm": SequenceForecaster(horizon=20, log=True).fit(known),
}
forecasts = {name: one.forecast(coverage=0.8) for name, one in forecasters.items()}
forecasts["logarithm"].tail(3).round(1)

# %%
from skseq.displays import ForecastDisplay

_, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
for ax, (name, forecast) in zip(axes, forecasts.items(), strict=True):
    ForecastDisplay.from_predictions(forecast, history=known, y_true=later, ax=ax)
    ax.set_title(name, fontsize="medium")
plt.show()

# %%
# Which one is better?
# --------------------
# One forecast is no proof. A backtest repeats both from 41 earlier quarters.
from skseq.displays import BacktestDisplay
from skseq.model_selection import ForecastSplit, backtest

cv = ForecastSplit(41, horizon=20, step=1)
tables = {name: backtest(one, y=y, cv=cv, refit=8) for name, one in forecasters.items()}
for name, table in tables.items():
    print(f"{name:10} MAE {(table['y'] - table['prediction']).abs().mean():.2f}")

BacktestDisplay.from_predictions(tables, kind="errors")
plt.show()
