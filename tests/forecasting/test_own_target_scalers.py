"""Several series whose regressor has a logarithm or another nonlinear scale itself."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, linear_pipe, network_pipe
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)

from skseq import SequenceForecaster

LOG1P = FunctionTransformer(np.log1p, np.expm1, check_inverse=False)
NONLINEAR = {
    "log1p": LOG1P,
    "root": FunctionTransformer(np.sqrt, np.square, check_inverse=False),
    "logit": FunctionTransformer(
        lambda y: np.log((y + 0.5) / (2000 - y)),
        lambda scaled: 2000.5 / (1 + np.exp(-scaled)) - 0.5,
        check_inverse=False,
    ),
    "power": PowerTransformer(),
    "steps": make_pipeline(LOG1P, StandardScaler()),
}
AFFINE = {
    "none": None,
    "minmax": "minmax",
    "standard": StandardScaler(),
    "robust": RobustScaler(),
    "range": MinMaxScaler((-1, 1)),
    "kilo": FunctionTransformer(
        lambda y: y / 1e3 - 2, lambda scaled: 1e3 * scaled + 2e3
    ),
}


def visits(lowest=0):
    """Return daily counts of four pages with a week and growing changes."""
    rng, days = np.random.default_rng(0), pd.date_range("2024-01-01", periods=150)
    week = np.array([1, 1, 1, 1, 1, 0.3, 0.1])[days.day_of_week]
    level = week * (1 + 0.9 * np.sin(np.arange(150) / 30))
    pages = {n: pd.Series(rng.poisson(20 * n * level), days) for n in (1, 2, 3, 10)}
    return pd.concat(pages, names=["page", "day"]).rename("visits") + lowest


def forecaster(scaler, **params):
    pipe = network_pipe(8, target_scaler=scaler)
    return SequenceForecaster(pipe, **{"horizon": 3} | params)


@pytest.mark.parametrize("scaler", NONLINEAR)
@pytest.mark.parametrize("lowest", [0, 1])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_nonlinear_scaler_gets_the_values_of_y(scaler, lowest, strategy):
    one = forecaster(NONLINEAR[scaler], strategy=strategy).fit(visits(lowest))
    assert not one.log_.any()
    assert not one.deseasonalize_.any()
    assert np.isfinite(one.forecast()).all()


@pytest.mark.parametrize("scaler", AFFINE)
def test_an_affine_scaler_leaves_the_choice_to_the_data(scaler):
    one = forecaster(AFFINE[scaler]).fit(visits(lowest=1))
    assert one.log_.any()
    assert one.deseasonalize_.any()


def test_a_regressor_around_another_may_have_a_nonlinear_scale():
    linear = linear_pipe(8)
    params = {"func": np.log1p, "inverse_func": np.expm1, "check_inverse": False}
    logs = TransformedTargetRegressor(linear[-1], **params)
    pipe = make_pipeline(*(step for _, step in linear.steps[:-1]), logs)
    one = SequenceForecaster(pipe, horizon=3).fit(visits())
    assert not one.deseasonalize_.any()


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
@pytest.mark.parametrize(
    ("params", "what", "way_out"),
    [
        ({"log": True}, "the logarithm of y", "log=False"),
        ({"deseasonalize": True}, "y without its season", "deseasonalize=False"),
        (
            {"log": True, "deseasonalize": True},
            "the logarithm of y without its season",
            "log=False, deseasonalize=False",
        ),
    ],
    ids=["log", "season", "both"],
)
def test_the_error_names_what_the_user_has_set(params, what, way_out):
    match = f"not values of y but {what}: fit the forecaster with {way_out}, or use "
    one = forecaster(NONLINEAR["root"], **params)
    with pytest.raises(ValueError, match=match) as caught:
        one.fit(visits(lowest=1))
    assert "Shift y" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
def test_values_of_y_that_cannot_be_scaled_are_shifted():
    with pytest.raises(ValueError, match=r"first is -\d,.*Shift y first"):
        forecaster(LOG1P).fit(visits(lowest=-3))


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::skseq.exceptions.RangeWarning")
def test_later_values_that_cannot_be_scaled_name_what_the_user_has_set():
    y = visits()[10] + 500
    one = forecaster(NONLINEAR["root"], deseasonalize=True).fit(y[:100])
    with pytest.raises(ValueError, match="fit the forecaster with deseasonalize=False"):
        one.update(y[100:] - 500).forecast()
