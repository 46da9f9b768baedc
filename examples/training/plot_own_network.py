"""
Train a Keras network of your own
=================================

``KerasSequenceRegressor`` trains any Keras network, with the windows, scaling,
normalization and early stopping of the other networks of skseq.
"""

# %%
# A function that builds the network
# ----------------------------------
# The function gets the shape of a window, ``(time_steps, n_features)``, and the number
# of outputs, and returns a model that is not compiled. Here a convolution detects short
# patterns before a GRU reads the window.


def build_network(window_shape, n_outputs):
    """Build a convolution, a GRU layer and a dense layer."""
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(window_shape),
            layers.Conv1D(16, 3, padding="causal", activation="relu"),
            layers.GRU(16),
            layers.Dense(n_outputs),
        ]
    )


# %%
# Fit and compare
# ---------------
# Sunspots rise and fall in cycles of about eleven years. Both networks predict the next
# year from windows of 22 years.
from sklearn.pipeline import make_pipeline

from skseq import GRURegressor, KerasSequenceRegressor, SequenceWindower
from skseq.datasets import load_sunspots

X, y = load_sunspots(return_X_y=True)
X_train, X_test, y_train, y_test = X[:-60], X[-60:], y[:-60], y[-60:]
networks = {
    "own network": KerasSequenceRegressor(build_network, epochs=30, random_state=0),
    "GRURegressor": GRURegressor(16, epochs=30, random_state=0),
}
pipes = {
    name: make_pipeline(SequenceWindower(22), network).fit(X_train, y_train)
    for name, network in networks.items()
}
for name, pipe in pipes.items():
    print(f"{name:13} R2 {pipe.score(X_test, y_test):.2f}")

# %%
# Plot
# ----
# ``model_`` is the trained Keras model, for everything else that Keras can do.
import matplotlib.pyplot as plt

from skseq.displays import PredictionsOverTimeDisplay

own = pipes["own network"]
print(f"{own[-1].model_.count_params()} weights")
PredictionsOverTimeDisplay.from_predictions(y[-150:], own.predict(X)[-150:], n_train=90)
plt.show()
