"""
Forecast business days
======================

An exchange is closed on weekends and holidays. These days are not gaps: Monday follows
Friday, and a forecast made on a Friday is for Monday.
"""

# %%
# Read the series
# ---------------
# The series is the daily trading volume of a share, in millions, from the sample data
# of matplotlib. The price itself would be a poor example: nobody predicts it better
# than its last value does.
import pandas as pd
from matplotlib.cbook import get_sample_data

table = pd.DataFrame(get_sample_data("goog.npz")["price_data"]).set_index("date")
y = (table["volume"] / 1e6).rename("volume (millions)")
print(f"{len(y)} days from {y.index[0]:%Y-%m-%d} to {y.index[-1]:%Y-%m-%d}")
print(y.index.day_name().value_counts().to_dict())

# %%
# Declare the holidays
# --------------------
# The windower detects business days and single holidays automatically. But the exchange
# was closed on 1 and 2 January 2007, and two days in a row look like a gap. With a
# frequency that lists all holidays, no row is missing. The holidays of the past are the
# business days without a row. Those to come must be in the list as well: a forecast has
# a step on each day that is not. The last row is of October 2008, and the next holiday
# of the exchange was Thanksgiving.
holidays = pd.bdate_range(y.index[0], y.index[-1]).difference(y.index)
to_come = pd.to_datetime(["2008-11-27", "2008-12-25", "2009-01-01"])
trading_day = pd.offsets.CustomBusinessDay(holidays=list(holidays.union(to_come)))
y.index = pd.DatetimeIndex(y.index, freq=trading_day)
print(f"{len(holidays)} holidays in the past, {len(to_come)} to come")

# %%
# Fit
# ---
# Volumes are positive and skewed, so the network learns their logarithms.
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import LSTMRegressor, NaiveRegressor, SequenceWindower

X, n_train = y.to_frame(), len(y) - 120
log = FunctionTransformer(np.log, np.exp)
pipe = make_pipeline(
    SequenceWindower(time_steps=10),
    LSTMRegressor(units=8, target_scaler=log, random_state=0),
)
pipe.fit(X[:n_train], y[:n_train])
print(pipe[0].freq_)

# %%
# Compare with naive forecasts
# ----------------------------
# Volume jumps on some days, so the last value is not a good forecast, nor is the mean
# of the window. The network weights all days of the window and is better than both.
import matplotlib.pyplot as plt

from skseq.displays import SkillDisplay

X_test, y_test = X[n_train:], y[n_train:]
y_naive = {}
for rule in ("last", "mean"):
    naive = make_pipeline(pipe[0], NaiveRegressor(rule)).fit(X[:n_train], y[:n_train])
    y_naive[rule] = naive.predict(X_test)
SkillDisplay.from_predictions(y_test, {"network": pipe.predict(X_test)}, y_naive)
plt.show()

# %%
# The next five trading days
# --------------------------
# The last row is a Tuesday. The forecast skips the weekend.
from skseq import SequenceForecaster
from skseq.displays import ForecastDisplay

forecaster = SequenceForecaster(pipe, horizon=5).fit(y)
print(forecaster.forecast().rename(lambda day: f"{day:%a %d %b}").round(1))

ForecastDisplay.from_estimator(forecaster, coverage=0.8, n_history=60)
plt.show()
# %%
# A forecast over a holiday
# -------------------------
# The exchange was closed on Labor Day, Monday 1 September 2008. A forecast made on
# Thursday 28 August skips the weekend and the holiday, because the frequency lists it.
before = y[:"2008-08-28"]
forecaster = SequenceForecaster(pipe, horizon=3).fit(before)
print(list(forecaster.forecast().index.strftime("%a %d %b")))

# %%
# Without a list of holidays, pass the days of business as ``X_future``.
# :ref:`holidays-recipe` has more, such as a column for holidays that do have a row.
undeclared = before.set_axis(pd.DatetimeIndex(before.index, freq=None))["2007-01-03":]
forecaster = SequenceForecaster(pipe, horizon=3).fit(undeclared)
print(list(forecaster.forecast().index.strftime("%a %d %b")))  # a step on the holiday
print(list(forecaster.forecast(X_future=y.index).index.strftime("%a %d %b")))
# sphinx_gallery_thumbnail_number = 2
