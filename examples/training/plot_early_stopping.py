"""
When training stops
===================

A network first learns what training rows and later rows have in common, and then the
noise of the training rows. Early stopping ends training before that.
"""

# %%
# Train without early stopping
# ----------------------------
# An LSTM learns the yearly number of sunspots from windows of 22 years. The latest
# fifth of the windows is held out, but here all 300 epochs are trained.
import matplotlib.pyplot as plt
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower
from skseq.datasets import load_sunspots

X, y = load_sunspots(return_X_y=True)
X_train, X_test, y_train, y_test = X[:-60], X[-60:], y[:-60], y[-60:]


def fit(**parameters):
    """Fit a network without its linear forecast, to see the network alone."""
    network = LSTMRegressor(32, linear_weight=0, random_state=0, **parameters)
    return make_pipeline(SequenceWindower(22), network).fit(X_train, y_train)


too_long = fit(epochs=300, n_iter_no_change=300)

# %%
# The loss on the training windows falls by a factor of a thousand. The loss on the
# held-out windows is lowest in epoch 29 and then rises, because the network learns
# noise. skseq restores the weights of the best epoch.
from skseq.displays import TrainingHistoryDisplay

TrainingHistoryDisplay.from_estimator(too_long)
plt.show()

# %%
# Stop early
# ----------
# By default, training stops when the loss on the held-out windows has not fallen for 20
# epochs. The weights are the same, but most epochs are skipped.
early = fit(epochs=300)
TrainingHistoryDisplay.from_estimator(early)
plt.show()

# %%
# Compare
# -------
# ``early_stopping=False`` holds nothing out and keeps the weights of the last epoch.
from sklearn.metrics import root_mean_squared_error

never = fit(epochs=300, early_stopping=False)
for name, pipe in {"stopped early": early, "all 300 epochs": never}.items():
    error = root_mean_squared_error(y_test, pipe.predict(X_test))
    print(f"{name:15} RMSE of the last 60 years {error:.1f}")
