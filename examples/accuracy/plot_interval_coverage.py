"""
Check the coverage of intervals
===============================

An 80 % interval should contain 80 % of the values. A backtest shows whether it does.
"""

# %%
# Forecast with intervals from many origins
# -----------------------------------------
# The data are sea surface temperatures off Peru. The network is fitted once, on all
# months except the last ten years, and forecasts from each of 109 origins in these.
from skseq import SequenceForecaster
from skseq.datasets import load_elnino
from skseq.model_selection import ForecastSplit, backtest

y = load_elnino().target
ten_years = ForecastSplit(109, horizon=12, step=1)
table = backtest(
    SequenceForecaster(horizon=12),
    y=y,
    cv=ten_years,
    refit=109,
    coverage=[0.8, 0.95],
)
table.head(3)

# %%
# Coverage and interval score
# ---------------------------
# Wider intervals contain more values but are less useful. The interval score adds a
# penalty for values outside to the mean width. It is lowest for the narrowest intervals
# that have the requested coverage.
from skseq.metrics import interval_coverage, interval_score

coverage = {}
for level in (0.8, 0.95):
    bounds = table[f"lower_{level}"], table[f"upper_{level}"]
    coverage[level] = table["y"].between(*bounds).groupby(table["step"]).mean()
    inside = interval_coverage(table["y"], *bounds)
    score = interval_score(table["y"], *bounds, coverage=level)
    print(f"{level:.0%}: {inside:.0%} inside, score {score:.1f} °C")

# %%
# Plot
# ----
# The plot shows one forecast for each year, with its intervals.
import matplotlib.pyplot as plt

from skseq.displays import BacktestDisplay

BacktestDisplay.from_predictions(table)
plt.show()

# %%
# The coverage of each step differs from the nominal coverage (dotted line), because the
# widths are based on the errors of the years before each origin, and later errors are
# different.
figure, ax = plt.subplots(figsize=(8, 3), layout="constrained")
for level, color in ((0.95, "#0072B2"), (0.8, "#D55E00")):
    ax.plot(coverage[level], "o-", color=color, label=f"{level:.0%} intervals")
    ax.axhline(level, color=color, ls=":")
ax.set_xlabel("steps ahead (months)")
ax.set_ylabel("values inside")
ax.set_ylim(0.5, 1.02)
ax.spines[["top", "right"]].set_visible(False)
ax.set_xticks(range(1, 13))
ax.legend(frameon=False, loc="lower left")
plt.show()
