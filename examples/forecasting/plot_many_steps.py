"""
Forecast many steps with intervals
==================================

A network forecasts the carbon dioxide concentration in the air for the next 24 months,
with prediction intervals that show how uncertain the forecast is.
"""

# %%
# Read the series
# ---------------
# Only the target is needed: a Series with months as its index. The last two years are
# held out to check the forecast.
from skseq.datasets import load_co2

weekly = load_co2().target
y = weekly.resample("MS").mean().interpolate()
y_known, y_later = y[:-24], y[-24:]
y_known.tail(3)

# %%
# Fit and forecast
# ----------------
# One network predicts all 24 months. The default pipeline has windows that are long
# enough for the horizon and for two seasons.
from skseq import SequenceForecaster

forecaster = SequenceForecaster(horizon=24).fit(y_known)
forecast = forecaster.forecast(coverage=[0.8, 0.95])
forecast.head(3)

# %%
# Plot
# ----
# An interval with a coverage of 0.8 should contain 80 % of the values.
import matplotlib.pyplot as plt

from skseq.displays import ForecastDisplay

ForecastDisplay.from_predictions(
    forecast, history=y_known, y_true=y_later, n_history=72
)
plt.show()

# %%
# Newer rows
# ----------
# A year later, ``update`` appends the new months. The network is not trained again, but
# the forecast of the second year becomes more accurate.
forecaster.update(y_later[:12])
second_year = {
    "forecast two years": forecast["prediction"][12:],
    "forecast one year": forecaster.forecast(steps=12),
}
for name, prediction in second_year.items():
    print(f"{name:19} MAE {(prediction - y_later[12:]).abs().mean():.2f}")
