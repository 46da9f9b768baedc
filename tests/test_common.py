"""scikit-learn's own checks over every public estimator."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skseq import (
    GRURegressor,
    LSTMRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

A_WINDOW_DEPENDS_ON_ITS_NEIGHBOURS = {
    "check_methods_sample_order_invariance": "a row's window holds the rows before it",
    "check_methods_subset_invariance": "a row's window holds the rows before it",
}
FLOAT32_ROUNDS = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a weight of 2 and a row twice differ by rounding in float32"
    ),
}


@parametrize_with_checks(
    [SequenceWindower(), SequenceWindower(time_steps=2, horizon=0, gaps="ignore")],
    expected_failed_checks=lambda _: A_WINDOW_DEPENDS_ON_ITS_NEIGHBOURS,
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
    [LSTMRegressor(), GRURegressor(), RecurrentRegressor(cell="rnn")],
    expected_failed_checks=lambda _: FLOAT32_ROUNDS,
)
def test_regressors_in_float32(estimator, check):
    check(estimator)


@parametrize_with_checks(
    [
        LSTMRegressor(dtype="float64"),
        GRURegressor(dtype="float64"),
        RecurrentRegressor(cell="rnn", dtype="float64"),
    ]
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
