"""
Search the length of windows and the size of the network
========================================================

Both are parameters of the Pipeline, so scikit-learn's ``GridSearchCV`` can search over
them. A heat map shows whether the best pair is clearly better than its neighbours.
"""

# %%
# The search
# ----------
# The data are US unemployment and five other columns by quarter. Each of four folds
# trains on the earlier rows and is tested on the five years after them. A Pipeline
# predicts one step ahead, each quarter of a test part from the quarters before it, so
# ``horizon=20`` is only the number of rows in a test part.
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.datasets import load_us_macro
from skseq.model_selection import ForecastSplit

X, y = load_us_macro(return_X_y=True)
X_train, X_test, y_train, y_test = X[:160], X[160:], y[:160], y[160:]
pipe = Pipeline(
    [
        ("scale", TargetAwareMinMaxScaler()),
        ("window", SequenceWindower()),
        ("rnn", LSTMRegressor(random_state=0)),
    ]
)
grid = {"window__time_steps": [3, 5, 9, 13], "rnn__units": [4, 8, 16, 32]}
cv = ForecastSplit(4, horizon=20, time_steps=13)
search = GridSearchCV(pipe, grid, cv=cv, scoring="neg_mean_absolute_error")
search.fit(X_train, y_train)
print(search.best_params_)

# %%
# The scores
# ----------
# The best pair is outlined: 9 quarters and 4 units. Twice as many units score about as
# well, so its score is not due to chance alone. With 5 quarters, 32 units score well,
# but half as many do not.
import matplotlib.pyplot as plt

from skseq.displays import SearchHeatmapDisplay

SearchHeatmapDisplay.from_estimator(search, x="rnn__units", y="window__time_steps")
plt.show()

# %%
# How certain is the best pair?
# -----------------------------
# The scores are means over four folds. Their standard deviation is larger than most
# differences.
import pandas as pd

results = pd.DataFrame(search.cv_results_).nsmallest(5, "rank_test_score")
columns = [
    "param_window__time_steps",
    "param_rnn__units",
    "mean_test_score",
    "std_test_score",
]
results[columns].round(3)

# %%
# The test rows
# -------------
# The test rows were not part of the search, so their errors are unbiased. The best pair
# is compared with the same network on windows of 3 quarters, the default.
from sklearn.base import clone
from sklearn.metrics import mean_absolute_error

short = clone(search.best_estimator_).set_params(window__time_steps=3)
compared = {"best pair": search, "3 quarters": short.fit(X_train, y_train)}
for name, one in compared.items():
    print(f"{name:11} MAE {mean_absolute_error(y_test, one.predict(X_test)):.3f}")
