"""The row of the next forecast: NaN, or any number where a step accepts no NaN."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler

pytestmark = pytest.mark.filterwarnings("ignore::skseq.exceptions.LaggedTargetWarning")
LETS_NAN_THROUGH = [
    TargetAwareMinMaxScaler(),
    StandardScaler(),
    MinMaxScaler(),
    RobustScaler(),
    SimpleImputer(),
]
REFUSES_NAN = [PCA(2), PolynomialFeatures(2), Normalizer()]
REGRESSOR = LSTMRegressor(units=2, epochs=1, random_state=0)


def make_rows():
    rng = np.random.default_rng(0)
    index = pd.date_range("2024-01-01", periods=40, freq="D")
    X = pd.DataFrame({"y": rng.normal(size=40).cumsum(), "z": rng.random(40)}, index)
    following = pd.DataFrame(np.nan, [index[-1] + index.freq], X.columns)
    return X, X["y"], following


def fitted_pipe(step, **params):
    X, y, _ = make_rows()
    pipe = make_pipeline(step, SequenceWindower(3, **params), REGRESSOR)
    return pipe.set_output(transform="pandas").fit(X, y)


@pytest.mark.parametrize("value", [0.0, -3.0, 1e6])
@pytest.mark.parametrize("step", LETS_NAN_THROUGH, ids=lambda s: type(s).__name__)
def test_nan_and_any_number_give_the_same_forecast(step, value):
    _, _, following = make_rows()
    pipe = fitted_pipe(step)
    forecast = pipe.predict(following)
    assert np.isfinite(forecast).all()
    np.testing.assert_array_equal(pipe.predict(following.fillna(value)), forecast)


@pytest.mark.parametrize("step", REFUSES_NAN, ids=lambda s: type(s).__name__)
def test_a_step_that_refuses_nan_takes_any_number(step):
    X, _, following = make_rows()
    pipe = fitted_pipe(step)
    with pytest.raises(ValueError, match="contains NaN"):
        pipe.predict(following)
    one = pipe.predict(following.fillna(1.0))
    np.testing.assert_array_equal(pipe.predict(following.fillna(X.iloc[-1])), one)


def test_the_error_says_where_nan_and_numbers_may_stand():
    _, _, following = make_rows()
    match = r"the last 1 row may contain NaN or any number.*future_columns need their"
    pipe = fitted_pipe("passthrough", future_columns=["z"])
    with pytest.raises(ValueError, match=f"column 'z'.*{match}"):
        pipe.predict(following)
    pipe.predict(following.assign(z=0.5))
    two_rows = pd.concat([following, following.shift(freq="D")])
    with pytest.raises(ValueError, match=f"column 'y'.*{match}"):
        fitted_pipe("passthrough").predict(two_rows)


def test_a_regressor_without_windows_needs_the_row():
    X, y, following = make_rows()
    regressor = LSTMRegressor(units=2, epochs=1).fit(X[["z"]], y)
    with pytest.raises(ValueError, match="put a SequenceWindower before this step"):
        regressor.predict(following[["z"]])
