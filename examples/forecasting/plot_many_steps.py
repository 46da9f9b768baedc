"""
Forecast many steps with intervals
==================================

What comes next, and how sure is it? A network forecasts the carbon dioxide in the air
for two years, month by month, with prediction intervals.
"""

# %%
# Read the series
# ---------------
# The target alone is enough: a Series with months as its index. The last two years are
# hidden from the network, to compare its forecast with them.
from skseq.datasets import load_co2

weekly = load_co2().target
y = weekly.resample("MS").mean().interpolate()
y_known, y_later = y[:-24], y[-24:]
y_known.tail(3)

# %%
# Fit and forecast
# ----------------
# One network predicts all 24 months. Without an estimator, the forecaster makes a
# pipeline with windows that are long enough for the horizon and two seasons.
from skseq import SequenceForecaster

forecaster = SequenceForecaster(horizon=24).fit(y_known)
forecast = forecaster.forecast(coverage=[0.8, 0.95])
forecast.head(3)

# %%
# Plot
# ----
# The forecast continues the index, so it can be drawn beside the series. An interval
# with a coverage of 0.8 is made to hold 80 % of the values.
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(9, 4), layout="constrained")
for level, shade in ((0.95, 0.15), (0.8, 0.3)):
    lower, upper = forecast[f"lower_{level}"], forecast[f"upper_{level}"]
    label = f"{level:.0%} interval"
    ax.fill_between(forecast.index, lower, upper, color="C3", alpha=shade, label=label)
ax.plot(y[-72:], color="0.4", label="observed")
ax.plot(forecast["prediction"], color="C3", label="forecast")
ax.set_ylabel("parts per million")
ax.legend(frameon=False, loc="upper left")
plt.show()

# %%
# Newer rows
# ----------
# A year later, ``update`` takes the new months. The network is not trained again, and
# the forecast of the second year becomes more accurate.
forecaster.update(y_later[:12])
second_year = {
    "forecast two years": forecast["prediction"][12:],
    "forecast one year": forecaster.forecast(steps=12),
}
for name, prediction in second_year.items():
    print(f"{name:19} MAE {(prediction - y_later[12:]).abs().mean():.2f}")
