"""Odd numbers are handled right or raise: never a silent wrong number."""

import numpy as np
import pandas as pd
import pytest
from invalid_inputs import (
    MAKERS,
    N_FIT,
    N_LATER,
    make_later_months,
    make_months,
    make_pipe,
    make_regressor,
)
from sklearn.preprocessing import StandardScaler

from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler


def test_a_constant_feature_changes_no_prediction(engine):
    X, y = make_months()
    predictions = [
        make_pipe().fit(X.assign(b=value), y).predict(X.assign(b=later))
        for value, later in ((7.0, 7.0), (-1e9, -1e9), (7.0, 8.0))
    ]
    assert np.isfinite(predictions[0]).all()
    assert np.ptp(predictions[0]) > 0
    np.testing.assert_array_equal(predictions[0], predictions[1])
    np.testing.assert_array_equal(predictions[0], predictions[2])


@pytest.mark.parametrize("value", [0.0, 0.1, -7e8, 1e140, 5e-324])
@pytest.mark.parametrize("kind", ["pipeline", "regressor"])
def test_a_constant_target_is_predicted_exactly(kind, value):
    X, y = make_months()
    estimator = MAKERS[kind]().fit(X, 0 * y + value)
    assert set(estimator.predict(X)) == {value}


@pytest.mark.parametrize("scaler", [None, StandardScaler()])
def test_a_constant_target_is_exact_with_every_scaler(scaler):
    X, y = make_months()
    pipe = make_pipe(target_scaler=scaler).fit(X, 0 * y + 0.1)
    assert set(pipe.predict(X)) == {0.1}


def test_a_constant_target_is_scaled_back_exactly():
    X, y = make_months()
    scaler = TargetAwareMinMaxScaler().fit(X, 0 * y + 0.1)
    assert set(scaler.inverse_transform_target(np.linspace(-5, 5, 9))) == {0.1}
    assert set(scaler.transform_target(y)) == {0.0}


def test_one_row_is_enough_for_a_bare_regressor(engine):
    X, y = make_months()
    regressor = make_regressor().fit(X[:1], y[:1])
    np.testing.assert_array_equal(regressor.predict(X), np.full(N_FIT, y.iloc[0]))


@pytest.mark.parametrize("factor", [1e38, 1e140, 1e-300])
def test_the_size_of_numbers_does_not_matter_where_they_are_scaled(engine, factor):
    X, y = make_months()
    later, _ = make_later_months()
    of_features = make_pipe().fit(factor * X, y).predict(factor * later)
    of_target = make_pipe().fit(X, factor * y).predict(later)
    expected = make_pipe().fit(X, y).predict(later)
    np.testing.assert_allclose(of_features, expected, rtol=1e-5)
    np.testing.assert_allclose(of_target / factor, expected, rtol=1e-5)


@pytest.mark.parametrize("kind", ["windower", "windower_of_now"])
@pytest.mark.parametrize(
    ("dtype", "largest"),
    [(np.float32, np.finfo(np.float32).max), (np.float64, 1e150)],
)
def test_windows_of_the_largest_numbers(kind, dtype, largest):
    X = np.where(np.arange(N_FIT) % 2, largest, -largest).astype(dtype)[:, np.newaxis]
    windower = MAKERS[kind]().fit(X, np.arange(N_FIT))
    windows = windower.transform(-X)
    assert windows.dtype == dtype
    assert set(np.abs(windows[np.isfinite(windows)])) == {largest}


def test_large_integer_targets_are_predicted_closely(engine):
    X, y = make_months()
    whole = 2**60 + (1000 * y).astype(np.int64)
    y_pred = make_pipe().fit(X, whole).predict(X)
    rounded = make_pipe().fit(X, whole.astype(float)).predict(X)
    np.testing.assert_array_equal(y_pred, rounded)
    assert np.abs(y_pred - 2**60).max() < 1e6


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_bare_regressors_never_predict_nan(dtype):
    X, y = make_months()
    regressor = make_regressor(dtype=dtype, epochs=30).fit(X, y)
    for size in 10.0 ** np.arange(1, 309, 11):
        for rows in (size * X / 40, -size * X / 40, size * X * [1, -1] / 40):
            try:
                y_pred = regressor.predict(rows)
            except ValueError as error:
                assert "float32" in str(error) or "above 1e+150" in str(error)
                assert size > (1e37 if dtype == "float32" else 1e149)
            else:
                assert np.isfinite(y_pred).all(), size


def test_a_gap_in_the_dates_is_missing_steps(engine):
    days = pd.date_range("2024-01-01", periods=80, freq="D")
    X, y = make_months(80)
    X, y = X.set_axis(days), y.set_axis(days)
    keep = np.r_[0:30, 50:80]
    pipe = make_pipe().fit(X.iloc[keep], y.iloc[keep])
    windows = SequenceWindower().fit_transform(X.iloc[keep])
    of_all = SequenceWindower().fit_transform(X)[keep]
    across = np.isnan(windows).any(axis=(1, 2))
    assert np.flatnonzero(across).tolist() == [0, 1, 2, 30, 31, 32]
    np.testing.assert_array_equal(windows[~across], of_all[~across])
    assert np.isnan(windows[30]).all()
    y_pred = pipe.predict(X.iloc[keep])
    assert np.isfinite(y_pred).all()
    # Windows that do not touch the gap are predicted as if there were none.
    np.testing.assert_allclose(y_pred[40:], pipe.predict(X.iloc[57:])[3:], rtol=1e-6)


def test_a_time_zone_changes_nothing(engine):
    X, y = make_months(N_FIT + N_LATER)
    predictions = []
    for zone in (None, "UTC", "Europe/Berlin", "America/New_York"):
        table, target = X.tz_localize(zone), y.tz_localize(zone)
        pipe = make_pipe().fit(table[:N_FIT], target[:N_FIT])
        predictions.append(pipe.predict(table[N_FIT:]))
    for other in predictions[1:]:
        np.testing.assert_array_equal(other, predictions[0])


def test_column_names_of_numbers_are_positions():
    X, y = make_months()
    numbered = make_pipe().fit(X.set_axis([0, 1], axis=1), y)
    plain = make_pipe().fit(X, y)
    np.testing.assert_array_equal(
        numbered.predict(X.set_axis([0, 1], axis=1)), plain.predict(X)
    )


@pytest.mark.parametrize("size", [1e150, 1e-300])
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_means_of_features_neither_overflow_nor_vanish(size):
    X, y = make_months()
    regressor = make_regressor(dtype="float64").fit(0 * X + size, y)
    np.testing.assert_allclose(regressor.fill_values_, size)


@pytest.mark.parametrize("size", [1e150, 1e-320])
def test_the_size_of_weights_does_not_matter_to_a_mean(size):
    X, y = make_months()
    naive = NaiveRegressor(without_past="mean")
    weights = 0 * y + size
    expected = np.full(N_FIT, y.mean())
    predicted = naive.fit(X, y, sample_weight=weights).predict(X)
    np.testing.assert_allclose(predicted, expected)
