"""Warnings about poor predictions: a better naive forecast, values far off."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from small_series import N_TRAIN, pipe_of, trending, walk

from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.exceptions import RangeWarning, SkillWarning


def test_a_network_less_accurate_than_a_naive_forecast_warns():
    X, y = walk(n_rows=200)
    params = {"linear_weight": 0, "persistence": None, "normalization": None}
    pipe = pipe_of(early_stopping=True, **params)
    pipe.fit(X, y)  # nothing is known of the past then, and nothing said
    params = {"linear_weight": 0, "epochs": 1, "learning_rate": 1.0}
    with pytest.warns(
        SkillWarning,
        match=r"naive forecast 'last' is more accurate \(RMSE 0\.\d+ against",
    ):
        pipe_of(**params).fit(X, y)


@pytest.mark.filterwarnings("error::skseq.exceptions.SkillWarning")
def test_no_warning_of_skill_without_held_out_windows_or_with_skill():
    X, y = walk(n_rows=200)
    params = {"linear_weight": 0, "epochs": 1, "learning_rate": 1.0}
    pipe_of(**params, early_stopping=False).fit(X, y)
    X, y = trending()
    pipe_of(epochs=40).fit(X, y)


@pytest.mark.filterwarnings("error::skseq.exceptions.RangeWarning")
def test_values_far_outside_the_range_of_fit_warn_once():
    X, y = trending()
    pipe = pipe_of().fit(X[:N_TRAIN], y[:N_TRAIN])
    pipe.predict(X[N_TRAIN:])  # a trend that goes on is not far
    far = X[N_TRAIN:] * [1, 1000]
    with pytest.warns(RangeWarning, match="Feature 1, the past of y, reach.* 0 to 1"):
        pipe.predict(far)
    pipe.predict(far)
    pipe.fit(X[:N_TRAIN], y[:N_TRAIN])
    with pytest.warns(RangeWarning):
        pipe.predict(far)


@pytest.mark.parametrize(
    ("horizon", "advice"),
    [(1, "or fit again with recent rows"), (6, "windows of fit ends 6 rows before")],
)
def test_the_advice_says_which_rows_a_fit_needs_after_a_change(horizon, advice):
    _, y = walk(n_rows=100)
    y[-horizon:] += 1000
    forecaster = SequenceForecaster(horizon=horizon).fit(y)
    with pytest.warns(RangeWarning, match=advice):
        forecaster.forecast()


@pytest.mark.parametrize("far", ["a", "b", "price", "heat"])
def test_the_advice_speaks_of_the_past_of_y_only_where_it_is_far(far):
    X, y = walk(n_rows=100)
    columns = {"a": y, "b": X[:, 0], "price": X[:, 0] ** 2, "heat": np.sin(y)}
    table = pd.DataFrame(columns)
    table.loc[90:, far] += 1000 * (1 + table[far].abs().max())
    X, y = table[["price", "heat"]], table[["a", "b"]]
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(4), LSTMRegressor(2, epochs=1)
    )
    forecaster = SequenceForecaster(pipe, horizon=3, future_columns=["price"])
    forecaster.fit(X[:90], y[:90]).update(X[90:97], y[90:97])
    with pytest.warns(RangeWarning, match=f"Column '{far}'.* reaches") as caught:
        forecaster.forecast(X_future=X[97:])
    text = str(caught[0].message)
    assert ("past of y in the windows of fit ends 3 rows" in text) == (far in "ab")
    assert ("or fit again with recent rows" in text) == (far not in "ab")


def test_the_range_includes_rows_of_a_warm_start():
    X, y = walk()
    windows = SequenceWindower(4).fit(X, y).transform(X)
    regressor = LSTMRegressor(units=3, epochs=1, warm_start=True).fit(windows, y)
    regressor.fit(windows + 1000, y + 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RangeWarning)
        regressor.predict(windows + 1000)


NAMES = ["noise", "level"]
CALLS = {
    "frame": lambda X: pd.DataFrame(X, columns=NAMES),
    "array": lambda X: X,
    "numbered frame": pd.DataFrame,
}


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("scaler", [None, "passthrough", StandardScaler()])
def test_a_far_value_is_named_by_its_column_where_names_are_known(kind, scaler):
    X, y = trending()
    given = CALLS[kind]
    pipe = pipe_of(scaler).fit(given(X[:N_TRAIN]), y[:N_TRAIN])
    known = kind == "frame" and not isinstance(scaler, StandardScaler)
    name = "Column 'level'" if known else "Feature 1"
    with pytest.warns(
        RangeWarning, match=f"^{name}, the past of y, reaches .*, after any scaling"
    ):
        pipe.predict(given(X * [1, 1000])[N_TRAIN:])


def test_a_far_value_in_a_table_without_windows_is_named_by_its_column():
    X, y = trending()
    table = pd.DataFrame(X, columns=NAMES)
    regressor = LSTMRegressor(2, epochs=1).fit(table[:-1], y[1:])
    with pytest.warns(RangeWarning, match="Column 'level', the past of y, reaches"):
        regressor.predict(table * [1, 1000])


def test_a_far_value_of_another_column_is_one_of_x():
    X, y = trending()
    pipe = pipe_of().fit(pd.DataFrame(X, columns=NAMES)[:N_TRAIN], y[:N_TRAIN])
    with pytest.warns(RangeWarning, match="^Column 'noise' of X reaches"):
        pipe.predict(pd.DataFrame(X * [1000, 1], columns=NAMES)[N_TRAIN:])


@pytest.mark.parametrize("name", ["sales", None])
def test_a_forecaster_of_y_alone_has_no_x(name):
    y = pd.Series(trending()[1], name=name)
    forecaster = SequenceForecaster(horizon=2).fit(y[:N_TRAIN])
    forecaster.update(1000 * y[N_TRAIN:])
    match = f"^Column '{name or 'y'}', the past of y, reaches .*, after any scaling"
    with pytest.warns(RangeWarning, match=match):
        forecaster.forecast()


@pytest.mark.parametrize("params", [{"epochs": 0}, {"units": ()}, {"loss": "no loss"}])
def test_predict_warns_of_a_failed_refit_of_a_pipeline(params):
    X, y = trending()
    pipe = pipe_of().fit(X[:N_TRAIN], y[:N_TRAIN])
    good = pipe[-1].get_params()
    pipe[-1].set_params(**params)
    with pytest.raises(ValueError, match="|".join([*params, "stack"])):
        pipe.fit(X, y)
    pipe[-1].set_params(**good)
    for _ in range(2):
        with pytest.warns(FitFailedWarning, match="fit the whole Pipeline again"):
            pipe.predict(X)
    pipe.fit(X, y).predict(X)


@pytest.mark.parametrize("scale", [1e4, -1e7])
@pytest.mark.parametrize("has_windows", [True, False])
def test_large_features_that_saturate_gates_are_named(scale, has_windows):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"hour": rng.integers(0, 24, 80), "payroll": rng.normal(size=80)})
    y = pd.Series(rng.normal(size=80), name="sales")
    first = [SequenceWindower(3)] if has_windows else []
    network = LSTMRegressor(units=2, epochs=1)

    def fit(X, *steps):
        make_pipeline(*steps, *first, network).fit(X, y)

    fit(X)
    large = X.assign(payroll=scale * X["payroll"])
    with pytest.warns(UserWarning, match="'payroll' of X has .*. Scale X"):
        fit(large)
    fit(large, TargetAwareMinMaxScaler())


def test_the_past_of_the_target_may_be_large():
    y = pd.Series(1e7 + 1e6 * np.random.default_rng(0).normal(size=80), name="sales")
    X = y.to_frame()
    make_pipeline(SequenceWindower(6), LSTMRegressor(units=2, epochs=1)).fit(X, y)


@pytest.mark.parametrize("level", [-5000, 1e5])
def test_a_target_that_is_too_large_for_a_network_is_named(level):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 2)), level + rng.normal(size=80)
    windower = SequenceWindower(3, horizon=0)
    make_pipeline(windower, LSTMRegressor(2, epochs=1)).fit(X, y)
    raw = LSTMRegressor(2, epochs=1, target_scaler=None)
    with pytest.warns(UserWarning, match="after target_scaler.*Use target_scaler='mi"):
        make_pipeline(windower, raw).fit(X, y)
