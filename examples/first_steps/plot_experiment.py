"""
A whole experiment, from table to plot
======================================

This script goes through the steps of most tutorials about recurrent networks: load,
clean, look at the data, scale, split, cut windows, train, predict, and scale back.
skseq does half of them automatically.
"""

# %%
# Load and clean
# --------------
# The table has the weekly concentration of carbon dioxide on Mauna Loa. Some weeks are
# missing. The monthly means have no gaps, except for a few months without any week.
# These are interpolated.
from skseq.datasets import load_co2

weekly = load_co2().frame
table = weekly.resample("MS").mean()
print(f"{len(weekly)} weeks, {len(table)} months, {table['co2'].isna().sum()} missing")
table = table.interpolate()
table.describe().round(1)

# %%
# Look at the data
# ----------------
# The level rises, and each year has the same shape.
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(9, 3), layout="constrained")
ax.plot(table["co2"], color="0.3")
ax.set_ylabel("parts per million")
plt.show()

# %%
# Split
# -----
# The last fifth of the months are test rows. The rows are not shuffled: a network must
# not learn from later months than those it predicts.
from sklearn.model_selection import train_test_split

X, y = table, table["co2"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, shuffle=False)

# %%
# Scale, cut windows, train
# -------------------------
# All three are steps of one Pipeline. The scaler learns the range of the training rows
# only. Each window contains the 13 months before the row to predict. The network has
# two LSTM layers and a GRU layer.
from sklearn.pipeline import Pipeline

from skseq import RecurrentRegressor, SequenceWindower, TargetAwareMinMaxScaler

network = RecurrentRegressor(("lstm", "lstm", "gru"), (32, 32, 16), random_state=0)
steps = [
    ("scale", TargetAwareMinMaxScaler()),
    ("window", SequenceWindower(time_steps=13)),
    ("rnn", network),
]
pipe = Pipeline(steps).fit(X_train, y_train)
print(f"trained for {len(pipe['rnn'].history_['loss'])} epochs")

# %%
# Predict
# -------
# Predictions are in parts per million: nothing has to be scaled back. Every row of X
# gets one, including the first test rows, whose windows contain the last training rows.
from sklearn.metrics import mean_absolute_error, r2_score

for part, rows in {"training": X_train, "test": X_test}.items():
    y_true, y_pred = y[rows.index], pipe.predict(rows)
    mae, r2 = mean_absolute_error(y_true, y_pred), r2_score(y_true, y_pred)
    print(f"{part:9} MAE {mae:.2f} ppm, R2 {r2:.3f}")

# %%
# Plot by date
# ------------
# The plot shows the last twenty years. The test values are higher than all training
# values, and the network can still predict them, because it predicts the change from
# the last known month.
from skseq.displays import PredictionsOverTimeDisplay

y_pred = pipe.predict(X)
PredictionsOverTimeDisplay.from_predictions(
    y[-240:], y_pred[-240:], test_start=X_test.index[0]
)
plt.show()
# sphinx_gallery_thumbnail_number = 2

# %%
# What the numbers say
# --------------------
# Test errors are as small as training errors, so the network has not learned the noise
# of the training rows. An R2 near 1 says little, however: a series that rises steadily
# can be predicted from its last value.
# :ref:`sphx_glr_auto_examples_accuracy_plot_skill.py` asks a better question.
