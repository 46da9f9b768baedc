"""
Forecast exponential growth
===========================

An economy grows by a few percent a year, not by the same amount. With ``log=True``, a
forecaster learns the logarithm, in which such growth is a straight line.
"""

# %%
# A series that grows by a percentage
# -----------------------------------
# The series is the quarterly consumption of households in the United States, in
# billions of dollars of 2005. On a logarithmic axis, it is nearly a straight line.
import matplotlib.pyplot as plt
import pandas as pd
from statsmodels.datasets import macrodata

y = macrodata.load_pandas().data["realcons"].rename("consumption")
y.index = pd.period_range("1959Q1", periods=len(y), freq="Q")

_, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
left.plot(y.to_timestamp(), color="0.3")
left.set_ylabel("billion dollars")
right.semilogy(y.to_timestamp(), color="0.3")
right.set_title("the same on a logarithmic axis", fontsize="medium")
plt.show()

# %%
# Forecast three years, twice
# ---------------------------
# Forecasts and intervals are in dollars in both cases.
from skseq import SequenceForecaster

known, later = y[:-12], y[-12:]
forecasters = {
    "level": SequenceForecaster(horizon=12).fit(known),
    "logarithm": SequenceForecaster(horizon=12, log=True).fit(known),
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
# One forecast proves nothing: consumption fell in 2008, so the lower forecast is
# better by chance. A backtest repeats both from 41 quarters, with networks that were
# trained on the quarters before the first of them. With the logarithm, errors are about
# 40 % lower. Compare both on your own series.
from skseq.displays import BacktestDisplay
from skseq.model_selection import ForecastSplit, backtest

cv = ForecastSplit(41, horizon=12, step=1)
tables = {
    name: backtest(one, y=y, cv=cv, refit=41) for name, one in forecasters.items()
}
for name, table in tables.items():
    print(f"{name:10} MAE {(table['y'] - table['prediction']).abs().mean():.2f}")

BacktestDisplay.from_predictions(tables, kind="errors")
plt.show()
# sphinx_gallery_thumbnail_number = 2
