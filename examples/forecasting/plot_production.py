"""
Forecast every month in production
==================================

A program in production forecasts, waits a month for the new row, and forecasts again.
It trains again once a year. Here the last four years arrive month by month.
"""

# %%
# Before the first month
# ----------------------
# The forecaster is trained and saved. A program that runs once a month loads it.
import joblib

from skseq import SequenceForecaster
from skseq.datasets import load_electrical_equipment

y = load_electrical_equipment().target
n_known = len(y) - 48
forecaster = SequenceForecaster(horizon=3).fit(y[:n_known])
joblib.dump(forecaster, "forecaster.joblib")

# %%
# Each month
# ----------
# ``update`` appends the new row. It does not train, so it takes milliseconds. Once a
# year, a clone is trained on all rows: if its training fails, the forecaster in use
# does not change.
import pandas as pd
from sklearn.base import clone

published = []
for now in range(n_known, len(y)):
    forecaster = joblib.load("forecaster.joblib")
    forecast = forecaster.forecast(coverage=0.8)
    published.append(forecast.iloc[-1])  # three months ahead
    forecaster.update(y[now : now + 1])  # a month later
    if y.index[now].month == 12:
        forecaster = clone(forecaster).fit(y[: now + 1])
    joblib.dump(forecaster, "forecaster.joblib")
published = pd.DataFrame(published)

# %%
# Monitor the errors
# ------------------
# Forecasts are published three months before the value is known. If 80 % intervals
# contain far fewer values, something has changed: look at the data before you train
# again. Here they contain nearly all values. Their widths come from the errors of about
# the latest four years. At first these include the crisis of 2009. Newer months replace
# it, so intervals become narrower from year to year.
later = y.reindex(published.index).dropna()
in_time = published.loc[later.index]
is_inside = later.between(in_time["lower_0.8"], in_time["upper_0.8"])
error = (later - in_time["prediction"]).abs()
half_width = (in_time["upper_0.8"] - in_time["lower_0.8"]) / 2
print(f"MAE {error.mean():.2f}, {is_inside.mean():.0%} inside the interval")
by_month = pd.DataFrame({"error": error, "half width": half_width})
by_month.groupby(by_month.index.year).mean().round(1)

# %%
# Plot
# ----
# The plot shows each forecast and the value that was observed three months later.
import matplotlib.pyplot as plt

from skseq.displays import ForecastDisplay

start = published.index[0]
ForecastDisplay.from_predictions(
    published, history=y[:start][:-1], y_true=later, n_history=36
)
plt.show()
