"""scikit-learn's own checks of every public estimator."""

import pytest
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

import skseq
from skseq import (
    GRURegressor,
    KerasSequenceRegressor,
    LSTMRegressor,
    NaiveRegressor,
    RecurrentRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

USES_EARLIER_ROWS = {
    "check_methods_sample_order_invariance": "a row's window holds the rows before it",
    "check_methods_subset_invariance": "a row's window contains the rows before it",
}
FLOAT32_ROUNDS = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a weight of 2 and a row twice differ by rounding in float32"
    ),
}
COLUMNS_OF_QUANTILES = {
    name: "predictions have a column for each quantile"
    for name in ("check_regressors_train", "check_regressor_multioutput")
}


@parametrize_with_checks(
    [SequenceWindower(), SequenceWindower(time_steps=2, horizon=0, gaps="ignore")],
    expected_failed_checks=lambda _: USES_EARLIER_ROWS,
)
def test_windower(estimator, check):
    check(estimator)


@parametrize_with_checks(
    [
        TargetAwareMinMaxScaler(),
        TargetAwareMinMaxScaler(target_columns=None),
        TargetAwareMinMaxScaler((-1, 1), clip=True),
    ]
)
def test_scaler(estimator, check):
    check(estimator)


@parametrize_with_checks(
    [
        NaiveRegressor(without_past="mean"),
        NaiveRegressor("drift", without_past="mean"),
        NaiveRegressor("seasonal", season_length=1, without_past="mean"),
    ]
)
def test_naive(estimator, check):
    check(estimator)


CONTINUES_THE_ROWS = {
    "check_methods_sample_order_invariance": "rows that are not the fitted ones follow",
    "check_methods_subset_invariance": "rows that are not the fitted ones follow",
    "check_fit_idempotent": "the rows to predict are more than the horizon",
    "check_estimators_nan_inf": "columns of later rows may be unknown, so NaN is valid",
}


@parametrize_with_checks(
    [
        SequenceForecaster(),
        SequenceForecaster(
            make_pipeline(SequenceWindower(2), NaiveRegressor()), strategy="recursive"
        ),
    ],
    expected_failed_checks=lambda _: CONTINUES_THE_ROWS,
)
def test_forecaster(estimator, check):
    check(estimator)


WITHOUT_A_FIT = {
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_estimators_unfitted",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
}
"""By default NaiveRegressor raises for tables without y's past, as the others use."""


def test_naive_by_default():
    checks = [
        check
        for _, check in estimator_checks_generator(NaiveRegressor())
        if check.func.__name__ in WITHOUT_A_FIT
    ]
    assert {check.func.__name__ for check in checks} == WITHOUT_A_FIT
    for check in checks:
        check(NaiveRegressor())


@parametrize_with_checks(
    [LSTMRegressor()], expected_failed_checks=lambda _: FLOAT32_ROUNDS
)
def test_regressors_in_float32(estimator, check):
    check(estimator)


@pytest.mark.sample(4)
@parametrize_with_checks(
    [GRURegressor(), RecurrentRegressor(cell="rnn")],
    expected_failed_checks=lambda _: FLOAT32_ROUNDS,
)
def test_other_cells_in_float32(estimator, check):
    check(estimator)


@pytest.mark.sample(4)
@parametrize_with_checks(
    [
        LSTMRegressor(dtype="float64"),
        GRURegressor(dtype="float64"),
        RecurrentRegressor(cell="rnn", dtype="float64"),
        LSTMRegressor(dtype="float64", loss="quantile", quantile=0.5),
        GRURegressor(dtype="float64", loss="quantile", quantile=(0.1, 0.5, 0.9)),
    ],
    expected_failed_checks=lambda e: (
        COLUMNS_OF_QUANTILES if isinstance(e.quantile, tuple) else {}
    ),
)
def test_regressors_in_float64(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(
    [LSTMRegressor(engine="keras"), LSTMRegressor(engine="keras", dtype="float64")],
    expected_failed_checks=lambda e: FLOAT32_ROUNDS if e.dtype == "float32" else {},
)
def test_regressors_with_keras(estimator, check):
    check(estimator)


class BuildNetwork:
    """A function that builds a network, whose name is the same in every process."""

    def __repr__(self):
        return "build_network"

    def __call__(self, window_shape, n_outputs):
        import keras

        layers = keras.layers
        return keras.Sequential(
            [
                layers.Input(window_shape),
                layers.Flatten(),
                layers.Dense(8, activation="tanh"),
                layers.Dense(n_outputs),
            ]
        )


@pytest.mark.slow
@parametrize_with_checks(
    [KerasSequenceRegressor(BuildNetwork())],
    expected_failed_checks=lambda _: FLOAT32_ROUNDS,
)
def test_custom_networks(estimator, check):
    check(estimator)


def test_every_public_estimator_is_checked():
    checked = {
        "GRURegressor",
        "KerasSequenceRegressor",
        "LSTMRegressor",
        "NaiveRegressor",
        "RecurrentRegressor",
        "SequenceForecaster",
        "SequenceWindower",
        "TargetAwareMinMaxScaler",
    }
    public = {name for name in skseq.__all__ if isinstance(getattr(skseq, name), type)}
    assert public == checked
