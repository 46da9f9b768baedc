"""
Forecast one step ahead
=======================

An LSTM forecasts the US unemployment rate one quarter ahead, as the last step of a
scikit-learn ``Pipeline``, and is compared with naive forecasts.
"""

# %%
# Load and split
# --------------
# X has one row for each quarter. The target is one of its columns, so that a window of
# earlier rows contains the target's past. The test rows are the latest rows.
from sklearn.model_selection import train_test_split

from skseq.datasets import load_us_macro

X, y = load_us_macro(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, shuffle=False)
X_train.tail(3)

# %%
# Fit and predict
# ---------------
# The windower makes a window of the 5 rows before each row. The windows of the first
# test rows contain the last training rows, so every test row is predicted from a
# complete window.
from sklearn.pipeline import Pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler

pipe = Pipeline(
    [
        ("scale", TargetAwareMinMaxScaler()),
        ("window", SequenceWindower(time_steps=5)),
        ("rnn", LSTMRegressor(units=16, random_state=0)),
    ]
)
pipe.fit(X_train, y_train)
y_pred = pipe.predict(X_test)

# %%
# Compare with naive forecasts
# ----------------------------
# One naive forecast repeats the last value. The other extrapolates the line from the
# first to the last value of the window. Skill is 1 - error / error of the best naive
# forecast: below 0, the network is less accurate than that forecast.
from sklearn.metrics import mean_absolute_error

from skseq import NaiveRegressor
from skseq.metrics import skill_score

y_naive = {}
for strategy in ("last", "drift"):
    naive = Pipeline([*pipe.steps[:2], ("naive", NaiveRegressor(strategy))])
    y_naive[strategy] = naive.fit(X_train, y_train).predict(X_test)
    print(f"{strategy:8}{mean_absolute_error(y_test, y_naive[strategy]):.3f}")
print(f"network {mean_absolute_error(y_test, y_pred):.3f}")
print(f"skill   {skill_score(y_test, y_pred, y_naive):.2f}")

# %%
# Forecast the next quarter
# -------------------------
# A forecaster fits the pipeline to all rows and continues after the last row.
from skseq import SequenceForecaster

forecast = SequenceForecaster(pipe).fit(X, y).forecast()

# %%
# Plot
# ----
# The star is the forecast of the next quarter.
import matplotlib.pyplot as plt

from skseq.displays import PredictionsOverTimeDisplay

display = PredictionsOverTimeDisplay.from_estimator(pipe, X, y, n_train=len(X_train))
display.ax_.plot(forecast, "*", color="C1", ms=12)
plt.show()
