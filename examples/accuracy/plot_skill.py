"""
Is the network better than a naive forecast?
============================================

An R2 of 0.8 sounds good, but a naive forecast may have the same. Skill compares the
errors of both: it is 1 - error / error of the best naive forecast.
"""

# %%
# An R2 that says little
# ----------------------
# The series is the turnover of the electrical equipment industry, predicted one month
# ahead. Repeating the value of the same month a year before has an R2 of 0.8, because
# the season is strong.
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline

from skseq import GRURegressor, LSTMRegressor, NaiveRegressor, SequenceWindower
from skseq.datasets import load_electrical_equipment

X, y = load_electrical_equipment(return_X_y=True)
X_train, X_test, y_train, y_test = X[:-60], X[-60:], y[:-60], y[-60:]


def predict(regressor):
    """Fit the regressor to windows of 24 months and predict the test rows."""
    pipe = make_pipeline(SequenceWindower(time_steps=24), regressor)
    return pipe.fit(X_train, y_train).predict(X_test)


y_naive = {
    rule: predict(NaiveRegressor(rule, season_length=12))
    for rule in ("last", "seasonal", "seasonal_drift")
}
y_pred = {
    "LSTM": predict(LSTMRegressor(random_state=0)),
    "GRU": predict(GRURegressor(random_state=0)),
}
for name, predictions in (y_naive | y_pred).items():
    print(f"{name:15} R2 {r2_score(y_test, predictions):.2f}")

# %%
# Skill on one split
# ------------------
# The line marks the best naive forecast. A skill of 0.58 means an error that is 58 %
# lower. A skill below 0 would mean that the naive forecast is better.
import matplotlib.pyplot as plt

from skseq.displays import SkillDisplay

SkillDisplay.from_predictions(y_test, y_pred, y_naive)
plt.show()

# %%
# Skill twelve months ahead
# -------------------------
# Skill depends on how far ahead a forecast is. A backtest shows it for forecasts of a
# whole year, from 49 origins.
from skseq import SequenceForecaster
from skseq.model_selection import ForecastSplit, backtest

models = {"network": SequenceForecaster(horizon=12)}
for rule in y_naive:
    naive = NaiveRegressor(rule, season_length=12)
    pipe = make_pipeline(SequenceWindower(time_steps=24), naive)
    models[rule] = SequenceForecaster(pipe, horizon=12)
cv = ForecastSplit(49, horizon=12, step=1)
tables = {name: backtest(one, y=y, cv=cv, refit=12) for name, one in models.items()}

SkillDisplay.from_backtest(tables, naive=list(y_naive))
plt.show()
