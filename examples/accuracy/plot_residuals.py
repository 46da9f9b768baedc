"""
What residuals show
===================

Residuals are the errors of one-step predictions. If they can be predicted from earlier
residuals, the network has not used all information in the past of the series.
"""

# %%
# Windows that are too short
# --------------------------
# The series is the monthly concentration of carbon dioxide. A window of three months
# does not show which season it is.
import matplotlib.pyplot as plt
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower
from skseq.datasets import load_co2

X = load_co2().frame.resample("MS").mean().interpolate()
y = X["co2"]
X_train, X_test, y_train, y_test = X[:-120], X[-120:], y[:-120], y[-120:]


def fit(time_steps):
    """Fit a network to windows of this length."""
    network = LSTMRegressor(units=16, random_state=0)
    return make_pipeline(SequenceWindower(time_steps), network).fit(X_train, y_train)


short = fit(time_steps=3)

# %%
# The autocorrelation at lag 12 is about 0.5: the network makes a similar error in the
# same month of the next year. If residuals could not be predicted, about 95 % of the
# bars would be inside the band.
from skseq.displays import ResidualsDisplay

ResidualsDisplay.from_estimator(short, X_test, y_test)
plt.show()

# %%
# Windows of a year and a month
# -----------------------------
# With 13 months, the window contains the same month of the year before. The season
# disappears from the residuals, and the errors are half as large.
long = fit(time_steps=13)
ResidualsDisplay.from_estimator(long, X_test, y_test)
plt.show()

# %%
from sklearn.metrics import mean_absolute_error

for name, pipe in {"3 months": short, "13 months": long}.items():
    error = mean_absolute_error(y_test, pipe.predict(X_test))
    bias = (y_test - pipe.predict(X_test)).mean()
    print(f"{name:10} MAE {error:.2f}, mean residual {bias:+.2f}")

# %%
# Some bars at short lags are still outside the band: several residuals in a row are
# above or below 0. A better model, such as one with longer windows, could be a little
# more accurate. The bars do not show by how much, so compare models by their errors.
