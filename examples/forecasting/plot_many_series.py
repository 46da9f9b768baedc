"""
Forecast many series with one network
=====================================

Many series go into one table whose index has two levels: series and time. One network
learns from all of them and forecasts each one. Here they are the births per woman in
192 countries.
"""

# %%
# From a long table to an index
# -----------------------------
# Most tables of many series are in long format: one row for each country and year.
# ``set_index`` makes the index. Countries with missing years are left out.
import pandas as pd
from statsmodels.datasets import fertility

wide = fertility.load_pandas().data.set_index("Country Name").loc[:, "1960":"2011"]
long = wide.dropna().melt(ignore_index=False, var_name="year", value_name="births")
long = long.reset_index(names="country").sort_values(["country", "year"])
long["year"] = pd.PeriodIndex(long["year"], freq="Y")

y = long.set_index(["country", "year"])["births"]
y.groupby("country").tail(1).head(3)

# %%
# Compare with naive forecasts
# ----------------------------
# All series are split at the same time. The network is trained on the years up to 2001
# and forecasts the next ten for each country. It is compared with two naive forecasts.
# The network and the drift forecast warn: in a few countries, such as Afghanistan,
# births hardly changed in forty years and had just begun to fall. Their forecasts are
# therefore far below all known values, and rightly so: births fell even faster.
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

models = {"network": SequenceForecaster(horizon=10)}
for strategy in ("drift", "last"):
    naive = make_pipeline(SequenceWindower(time_steps=5), NaiveRegressor(strategy))
    models[strategy] = SequenceForecaster(naive, horizon=10)
cv = ForecastSplit(1, horizon=10)
tables = {name: backtest(model, y=y, cv=cv) for name, model in models.items()}

errors = {}
for name, table in tables.items():
    errors[name] = (table["y"] - table["prediction"]).abs()
    print(f"{name:8}{errors[name].mean():.3f}")
by_country = pd.DataFrame(errors).groupby(tables["network"]["series"]).mean()
is_better = by_country["network"] < by_country["drift"]
print(f"the network is more accurate than drift in {is_better.mean():.0%} of countries")

# %%
# Plot some countries
# -------------------
# Each window is scaled separately, so one network can forecast both countries with two
# births per woman and countries with seven. In Nepal the decline is almost linear, so
# the drift forecast is more accurate.
import matplotlib.pyplot as plt

from skseq.displays import BacktestDisplay

countries = ["Cambodia", "France", "Nepal", "Pakistan"]
shown = {name: tables[name] for name in ("network", "drift")}
display = BacktestDisplay.from_predictions(shown, series=countries)
display.figure_.supylabel("births per woman", fontsize="medium")
plt.show()
