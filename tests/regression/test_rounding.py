"""Small changes at a high level: they survive the network's dtype, or fit warns."""

import warnings

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from skseq import LSTMRegressor
from skseq._regression.checks.feature_size import is_lost_in_float32
from skseq._regression.rows.casting import check_in_dtype

LEVELS = [1e5, 1e6, 1e7, 1e9]
PLAIN = {"normalization": None, "persistence": None}
LOST = r"where float32 numbers are {} apart, but half of its changes .* dtype='float64'"
N_ROWS = 70


def changes(n_features=1):
    """Make small changes whose sum with any level below 2**31 is exact in float64."""
    walk = 0.1 * np.random.default_rng(0).normal(size=(N_ROWS, n_features)).cumsum(0)
    return np.round(walk * 2**20) / 2**20


def windows_of(table):
    """Cut windows of four rows, each before the row to predict."""
    cut = np.lib.stride_tricks.sliding_window_view(table[:-1], 4, axis=0)
    return cut.transpose(0, 2, 1), table[4:, 0]


def regressor(**options):
    defaults = {"units": 3, "epochs": 5, "early_stopping": False, "random_state": 0}
    return LSTMRegressor(**defaults | options)


@pytest.mark.parametrize("n_features", [1, 3])
@pytest.mark.parametrize("level", [*LEVELS, -1e7])
@pytest.mark.parametrize("scaler", ["minmax", StandardScaler()], ids=str)
@pytest.mark.parametrize(
    "engine", ["native", pytest.param("keras", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("linear_weight", [0, 0.75])
def test_a_level_changes_no_prediction(
    engine, scaler, level, n_features, linear_weight
):
    options = {
        "engine": engine,
        "target_scaler": scaler,
        "linear_weight": linear_weight,
    }
    table = changes(n_features)
    # Only the feature that contains y's past is normalized, so only it has the level.
    raised = table + np.array([level, *[0] * (n_features - 1)])
    X, y = windows_of(table)
    plain = regressor(**options).fit(X, y).predict(X)
    X, y = windows_of(raised)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predicted = regressor(**options).fit(X, y).predict(X)
    # At 1e9 scaling and unscaling lose 1e-7 of changes of 0.1.
    np.testing.assert_allclose(predicted - level, plain, rtol=0, atol=1e-5)


@pytest.mark.filterwarnings("ignore:.* networks learn from values")
@pytest.mark.parametrize(("level", "apart"), [(1e7, 1), (1e9, 64)])
def test_fit_warns_of_changes_that_are_lost(level, apart):
    X, y = windows_of(level + changes())
    match = f"Feature 0 of X reaches 1e.*{LOST.format(apart)}"
    with pytest.warns(UserWarning, match=match) as caught:
        regressor(**PLAIN).fit(X, y)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    regressor(**PLAIN, dtype="float64").fit(X, y)
    regressor(**PLAIN).fit(X - level, y)


def test_fit_names_the_feature_and_the_target():
    X, y = windows_of(changes(3) + np.array([0, 0, 1e8]))
    with pytest.warns(UserWarning, match="Feature 2 of X reaches 1e"):
        regressor().fit(X, y)
    X, y = windows_of(changes())
    with pytest.warns(UserWarning, match=r"Output 0 of y \(after target_scaler\) rea"):
        regressor(**PLAIN, target_scaler=None).fit(X, y + 1e8)


def quiet_columns():
    rng = np.random.default_rng(0)
    walk = rng.normal(size=N_ROWS).cumsum()
    return {
        "whole numbers": 1e7 + np.arange(N_ROWS),
        "prices": np.round(30_000 + walk, 2),
        "constant": np.full(N_ROWS, 1e9),
        "rounding errors of a constant": 0.1 * (1 + 1e-16 * rng.normal(size=N_ROWS)),
        "a level that float32 can hold": 1e5 + 0.1 * walk,
        "already rounded": (1e7 + walk).astype(np.float32).astype(float),
        "one row": np.array([1e9]),
    }


@pytest.mark.parametrize("kind", quiet_columns())
def test_nothing_is_lost_where_float32_is_fine(kind):
    assert not is_lost_in_float32(quiet_columns()[kind])


@pytest.mark.parametrize("factor", [2.0**-60, 2.0**20])
@pytest.mark.parametrize("level", [0.0, 1e4, 1e6, 3e6, 1e8])
def test_units_do_not_matter(level, factor):
    values = level + changes()[:, 0]
    assert is_lost_in_float32(values) == is_lost_in_float32(values * factor)
    assert is_lost_in_float32(values) == (level > 2e6)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, PLAIN, {"n_members": 2}], ids=str)
@pytest.mark.parametrize("level", [0, 1e7])
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_keras_predicts_from_float64_windows_what_the_regressor_does(level, options):
    X, y = windows_of(level + changes())
    fitted = regressor(**options, dtype="float64").fit(X, y)
    expected = fitted.predict(X)
    tolerance = {"rtol": 0, "atol": 1e-12 * (1 + level)}
    np.testing.assert_allclose(fitted.to_scikeras().predict(X), expected, **tolerance)
    for batch_size in (None, 7):
        scaled = fitted.model_.predict(X, batch_size=batch_size, verbose=0)
        predicted = fitted.target_scaler_.inverse_transform(scaled)[:, 0]
        np.testing.assert_allclose(predicted, expected, **tolerance)


@pytest.mark.slow
def test_an_export_of_float32_knows_changes_at_a_high_level():
    X, y = windows_of(1e7 + changes())
    fitted = regressor().fit(X, y)
    predicted = fitted.to_scikeras().predict(X)
    np.testing.assert_allclose(predicted, fitted.predict(X), rtol=0, atol=1e-5)


def test_rounding_to_a_dtype_that_is_too_small_raises():
    with pytest.raises(ValueError, match=r"absolute values up to 1e\+40.*float32"):
        check_in_dtype(np.array([1.0, -1e40]), "float32", "X")
    assert check_in_dtype(np.array([1.0, np.nan]), "float32", "X").dtype == np.float32
