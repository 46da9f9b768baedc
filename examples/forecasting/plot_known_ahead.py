"""
Use columns known in advance
============================

Nobody knows next summer's carbon dioxide concentration, but the dates of the summer are
known. Calendar columns are known in advance: the forecast of a week uses its date.
"""

# %%
# Read the series
# ---------------
# The series has weekly values from Mauna Loa. X contains the day of the year for all
# weeks, including the three months to forecast.
import pandas as pd

from skseq.datasets import load_co2

y = load_co2().target.asfreq("W-SAT").interpolate()
X = pd.DataFrame({"day": y.index.day_of_year}, index=y.index)
y_known, y_later = y[:-13], y[-13:]
X_known = X[:-13]

# %%
# Two pipelines
# -------------
# A window of three months does not show the time of the year; windows of two years
# would, but take several times as long to train. The second pipeline also gets the
# calendar: scikit-learn's ``SplineTransformer`` turns the day into smooth curves that
# repeat each year.
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer

from skseq import (
    GRURegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

yearly = SplineTransformer(n_knots=7, extrapolation="periodic")
calendar = make_column_transformer((yearly, ["day"]), remainder="passthrough")
steps = [
    TargetAwareMinMaxScaler(),
    SequenceWindower(time_steps=13),
    GRURegressor(epochs=30, random_state=0),
]
alone = SequenceForecaster(make_pipeline(*steps), horizon=13)
dated = SequenceForecaster(
    make_pipeline(calendar, *steps), horizon=13, future_columns=["day"]
)

# %%
# Compare the forecasts
# ---------------------
# ``X_future`` contains the future columns of the weeks to forecast. It may have other
# rows too, so we can pass the whole table.
forecasts = {
    "without calendar": alone.fit(y_known).forecast(),
    "with calendar": dated.fit(X_known, y_known).forecast(X_future=X),
}
for name, forecast in forecasts.items():
    print(f"{name:18} MAE {(forecast - y_later).abs().mean():.2f}")

# %%
# Plot
# ----
import matplotlib.pyplot as plt

from skseq.displays import ForecastDisplay

_, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained", sharey=True)
for ax, (name, forecast) in zip(axes, forecasts.items(), strict=True):
    ForecastDisplay.from_predictions(
        forecast, history=y_known, y_true=y_later, n_history=104, ax=ax
    )
    ax.set_title(name, fontsize="medium")
plt.show()
