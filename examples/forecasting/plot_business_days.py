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
# frequency that lists all holidays, no row is missing.
holidays = pd.bdate_range(y.index[0], y.index[-1]).difference(y.index)
trading_day = pd.offsets.CustomBusinessDay(holidays=list(holidays))
y.index = pd.DatetimeIndex(y.index, freq=trading_day)
print(f"{len(holidays)} holidays")

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
# sphinx_gallery_thumbnail_number = 2
