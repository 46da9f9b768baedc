"""The regressors with loss="quantile": shapes, order, scalers, what stays as it was."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quantile_series import (
    SEVERAL,
    autoregression,
    quantile_pipe,
    quantile_regressor,
)
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.preprocessing import (
    FunctionTransformer,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)
from small_series import windows_and_target

from skseq import GRURegressor, LSTMRegressor, RecurrentRegressor
from skseq._series.windows import Windows
from skseq.exceptions import SkillWarning

MIRROR = FunctionTransformer(np.negative, np.negative, check_inverse=False)


@pytest.mark.parametrize("cls", [LSTMRegressor, GRURegressor, RecurrentRegressor])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("quantile", "n_targets", "shape"),
    [
        (0.9, None, (40,)),
        (0.9, 1, (40, 1)),
        (0.9, 2, (40, 2)),
        ([0.9], None, (40, 1)),
        ([0.9], 2, (40, 2)),
        (SEVERAL, None, (40, 3)),
        (list(SEVERAL), 1, (40, 3)),
        (np.array(SEVERAL), 2, (40, 6)),
    ],
)
def test_predictions_have_a_column_for_each_quantile(
    cls, dtype, quantile, n_targets, shape, engine
):
    windows, y = windows_and_target()
    y = y if n_targets is None else np.column_stack([y, -y])[:, :n_targets]
    regressor = quantile_regressor(quantile, cls, dtype=dtype, engine=engine)
    predicted = regressor.fit(windows, y).predict(windows)
    assert predicted.shape == shape
    assert predicted.dtype == np.float64
    assert np.isfinite(predicted).all()
    assert regressor.n_outputs_ == (n_targets or 1)


@pytest.mark.parametrize("n_members", [1, 2])
@pytest.mark.parametrize(
    "scaler", ["minmax", None, StandardScaler(), PowerTransformer(), "bins"]
)
@settings(max_examples=5)
@given(seed=st.integers(0, 1000), rate=st.sampled_from([0.001, 0.3]))
def test_quantiles_never_cross(scaler, n_members, seed, rate):
    """Even in a network that is hardly trained, or trained in too large steps."""
    if scaler == "bins":
        scaler = QuantileTransformer(n_quantiles=20)
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(60, 2)).cumsum(axis=0)
    quantile = tuple(np.arange(1, 8) / 8)
    pipe = quantile_pipe(
        quantile,
        n_members=n_members,
        target_scaler=scaler,
        learning_rate=rate,
        linear_weight=0.3,
        random_state=seed,
        early_stopping=False,
        dtype="float64",
    )
    predicted = pipe.fit(y, y).predict(y[-20:]).reshape(20, 2, 7)
    assert (np.diff(predicted, axis=2) >= 0).all()


def test_unsorted_outputs_of_the_network_are_sorted():
    windows, y = windows_and_target()
    regressor = quantile_regressor((0.49, 0.5, 0.51), epochs=1).fit(windows, y)
    model = regressor._fitted_model
    raw = model.predict_scaled(model.prepare(Windows.of(windows)))
    assert (np.diff(raw, axis=1) < 0).any()
    for raw_column, predicted in zip(
        np.sort(raw, axis=1).T, regressor.predict(windows).T, strict=True
    ):
        column = raw_column[:, np.newaxis]
        unscaled = regressor.target_scaler_.inverse_transform(column)[:, 0]
        np.testing.assert_array_equal(predicted, unscaled)


def test_the_median_is_that_of_mae():
    X, y = autoregression(120)
    windows = quantile_pipe()[:-1].fit_transform(X, y)
    # The pinball loss is half the absolute error, so that its steps are twice as long.
    options = {"normalization": None, "optimizer": "sgd", "dtype": "float64"}
    median = quantile_regressor(0.5, learning_rate=0.02, **options)
    mae = clone(median).set_params(loss="mae", quantile=None, learning_rate=0.01)
    predictions = [model.fit(windows, y).predict(windows) for model in (median, mae)]
    np.testing.assert_allclose(*predictions, rtol=1e-9)


def test_a_window_with_missing_steps_is_filled_as_ever():
    windows, y = windows_and_target()
    regressor = quantile_regressor().fit(windows, y)
    incomplete = windows.copy()
    incomplete[0, 0] = np.nan
    filled = incomplete.copy()
    filled[0, 0] = filled[0, 1]
    np.testing.assert_array_equal(
        regressor.predict(incomplete), regressor.predict(filled)
    )


def test_a_constant_target_is_exact_in_every_quantile():
    windows, y = windows_and_target()
    both = np.column_stack([np.full_like(y, 0.1), y])
    predicted = quantile_regressor().fit(windows, both).predict(windows)
    assert (predicted[:, :3] == 0.1).all()
    assert np.ptp(predicted[:, 3:]) > 0


def test_rows_of_weight_zero_do_not_count():
    windows, y = windows_and_target()
    weights = np.r_[np.zeros(10), np.ones(30)]
    options = {"dtype": "float64", "batch_size": 40}
    weighted = quantile_regressor(**options).fit(windows, y, sample_weight=weights)
    rest = quantile_regressor(**options).fit(windows[10:], y[10:])
    np.testing.assert_array_equal(weighted.predict(windows), rest.predict(windows))


@pytest.mark.parametrize("scaler", [MIRROR, PCA()], ids=["mirror", "mixture"])
def test_a_scaler_that_does_not_keep_quantiles_is_an_error(scaler):
    rng = np.random.default_rng(0)
    windows, _ = windows_and_target()
    y = rng.normal(size=(40, 2))
    regressor = quantile_regressor(target_scaler=scaler)
    with pytest.raises(ValueError, match="must scale each target .* for output 0 of y"):
        regressor.fit(windows, y)
    assert not hasattr(regressor, "n_outputs_")
    regressor.set_params(loss="mse", quantile=None).fit(windows, y)


def test_a_bent_scaler_keeps_quantiles():
    rng = np.random.default_rng(0)
    y = np.exp(3 + rng.normal(size=300).cumsum() / 10)
    log = FunctionTransformer(np.log, np.exp, check_inverse=False)
    X = y.reshape(-1, 1)
    by_scaler = quantile_pipe(target_scaler=log, dtype="float64").fit(X, y)
    by_hand = quantile_pipe(target_scaler=None, dtype="float64")
    by_hand.steps[0] = ("none", "passthrough")
    by_scaler.steps[0] = ("none", "passthrough")
    expected = np.exp(by_hand.fit(np.log(X), np.log(y)).predict(np.log(X)))
    found = by_scaler.fit(X, y).predict(X)
    np.testing.assert_allclose(found[20:], expected[20:], rtol=1e-6)


def test_attributes_are_those_of_the_targets():
    X, y = autoregression(120)
    regressor = quantile_pipe().fit(X, np.column_stack([y, y[::-1]]))[-1]
    assert regressor.n_outputs_ == 2
    assert regressor.target_feature_.tolist() == [0, -1]
    assert regressor.lag_.tolist() == [1, 0]
    assert regressor.linear_weight_[0] > regressor.linear_weight_[1] == 0


def test_the_linear_forecast_has_one_set_of_coefficients_and_a_bias_by_quantile():
    X, y = autoregression(400)
    regressor = quantile_pipe(linear_weight=1).fit(X, y)[-1]
    linear = regressor._fitted_model.linear
    assert (linear.kernel == linear.kernel[:, [0]]).all()
    assert (np.diff(linear.bias) > 0).all()


@pytest.mark.parametrize("n_members", [1, 2])
def test_training_continues(n_members):
    windows, y = windows_and_target()
    params = {"n_members": n_members, "warm_start": True}
    whole = quantile_regressor(**params, epochs=4).fit(windows, y)
    parts = quantile_regressor(**params, epochs=2).fit(windows, y)
    parts = pickle.loads(pickle.dumps(parts)).fit(windows, y)
    np.testing.assert_array_equal(parts.predict(windows), whole.predict(windows))
    more = clone(whole).set_params(epochs=5).fit(windows, y)
    whole.partial_fit(windows, y)
    np.testing.assert_array_equal(whole.predict(windows), more.predict(windows))


@pytest.mark.parametrize(
    ("quantile", "got"),
    [((0.1, 0.9), r"\(0.1, 0.9\)"), (0.5, r"\(0.5,\)"), (None, r"\(\)")],
)
def test_training_continues_with_the_same_quantiles_only(quantile, got):
    windows, y = windows_and_target()
    regressor = quantile_regressor(warm_start=True).fit(windows, y)
    loss = "mse" if quantile is None else "quantile"
    with pytest.raises(ValueError, match=rf"quantiles \(0.1, 0.5, 0.9\) -> {got}"):
        regressor.set_params(quantile=quantile, loss=loss).fit(windows, y)


def test_early_stopping_restores_the_epoch_with_the_lowest_pinball_loss():
    X, y = autoregression(150)
    regressor = quantile_pipe(epochs=30, linear_weight=0, learning_rate=0.1)
    regressor = regressor.fit(X, y)[-1]
    assert regressor.best_epoch_ == np.argmin(regressor.history_["val_loss"])


def test_a_grid_search_chooses_by_the_score_of_quantiles():
    X, y = autoregression(150)
    pipe = quantile_pipe(early_stopping=False)
    grid = {"lstmregressor__learning_rate": [1e-6, 0.01]}
    search = GridSearchCV(pipe, grid, cv=TimeSeriesSplit(2), error_score="raise")
    search.fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.predict(X[-3:]).shape == (3, 3)


@pytest.mark.parametrize(
    ("quantile", "compared"), [(SEVERAL, 0.5), ((0.1, 0.7), 0.7), (0.9, 0.9)]
)
def test_the_quantile_next_to_the_median_is_compared_with_naive_forecasts(
    quantile, compared
):
    y = autoregression(150)[1].cumsum()
    pipe = quantile_pipe(quantile, linear_weight=0, learning_rate=2.0, epochs=1)
    match = rf"'\w+' is .* \(pinball loss of the {compared} quantile \d.*scaled target"
    with pytest.warns(SkillWarning, match=match):
        pipe.fit(y.reshape(-1, 1), y)
