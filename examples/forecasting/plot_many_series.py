"""
Forecast many series with one network
=====================================

A table of many series is one table with two levels of its index: series and time. One
network learns from all of them and forecasts each: here the births per woman in 192
countries.
"""

# %%
# From a long table to an index
# -----------------------------
# Most tables of many series are long: one row for each country and year. ``set_index``
# makes the index. Countries with missing years are left out.
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
# All series are cut at the same time. The network knows the years up to 2001 and
# forecasts ten more for each country, and so do two naive forecasts.
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
print(f"the network is better than the drift in {is_better.mean():.0%} of countries")

# %%
# Plot some countries
# -------------------
# Each window is scaled by itself, so countries of two and of seven births per woman
# share one network. In Nepal the decline goes on in a line, so the drift is better.
import matplotlib.pyplot as plt

countries = ["Cambodia", "France", "Nepal", "Pakistan"]
figure, axes = plt.subplots(2, 2, figsize=(9, 5.5), layout="constrained", sharex=True)
for ax, country in zip(axes.flat, countries, strict=True):
    ax.plot(y[country]["1985":].to_timestamp(), color="0.4", label="observed")
    for name, color in (("network", "C3"), ("drift", "C0")):
        of_country = tables[name].query("series == @country").set_index("time")
        prediction = of_country["prediction"].to_timestamp()
        ax.plot(prediction, color=color, label=name)
    ax.set_title(country, fontsize="medium")
figure.supylabel("births per woman", fontsize="medium")
axes[0, 0].legend(frameon=False)
plt.show()
