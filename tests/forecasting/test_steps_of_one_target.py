"""Steps that take one target, in a forecaster that passes one for each step."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.feature_selection import SelectKBest, SelectPercentile, f_regression
from sklearn.linear_model import BayesianRidge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, TargetEncoder
from sklearn.svm import SVR

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

DAYS = pd.date_range("2024-01-01", periods=60)
X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), DAYS, list("abc"))
X["weekday"] = DAYS.day_of_week.astype(float)
Y = (X["a"] + X["b"].cumsum()).rename("y")
FLAT = FunctionTransformer(lambda windows: np.nan_to_num(windows[:, -1]))
WINDOWS = SequenceWindower(3), FLAT
NAIVE = NaiveRegressor("mean")
ENCODER = TargetEncoder(target_type="continuous")
PIPES = {
    "SelectKBest": make_pipeline(SelectKBest(f_regression, k=2), WINDOWS[0], NAIVE),
    "SelectPercentile": make_pipeline(*WINDOWS, SelectPercentile(f_regression), SVR()),
    "TargetEncoder": make_pipeline(
        make_column_transformer((ENCODER, ["weekday"]), remainder="passthrough"),
        WINDOWS[0],
        NAIVE,
    ),
    "SVR": make_pipeline(*WINDOWS, SVR()),
    "BayesianRidge": make_pipeline(*WINDOWS, BayesianRidge()),
}


@pytest.mark.parametrize("name", PIPES)
@pytest.mark.parametrize("future", [None, ["weekday"]])
@pytest.mark.filterwarnings("ignore::skseq.exceptions.LaggedTargetWarning")
def test_the_step_and_what_helps_are_named(name, future):
    match = f"^{name} takes .* passes 3 columns .*: 3 steps of 1 target.*'recursive' or"
    with pytest.raises(ValueError, match=match):
        SequenceForecaster(PIPES[name], horizon=3, future_columns=future).fit(X, Y)
    for params in ({"strategy": "recursive"}, {"horizon": 1}):
        SequenceForecaster(PIPES[name], **params).fit(X, Y)


def test_a_regressor_of_one_target_is_fitted_to_each():
    pipe = make_pipeline(*WINDOWS, MultiOutputRegressor(SVR()))
    assert len(SequenceForecaster(pipe, horizon=3).fit(X, Y).forecast()) == 3


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_several_targets_are_forecast_alone(strategy):
    match = "^SVR takes .*2 targets. Forecast each target with a forecaster of its own"
    with pytest.raises(ValueError, match=match):
        SequenceForecaster(PIPES["SVR"], horizon=2, strategy=strategy).fit(
            X[["a", "b"]]
        )


def test_other_errors_are_not_changed():
    def fail(windows):
        raise ValueError("no windows today")

    pipe = make_pipeline(SequenceWindower(3), FunctionTransformer(fail), NAIVE)
    with pytest.raises(ValueError, match="^no windows today$"):
        SequenceForecaster(pipe, horizon=3).fit(X, Y)
