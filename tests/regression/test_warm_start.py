"""Training that continues: warm starts and partial fits."""

import pickle

import numpy as np
import pytest
from small_series import DEFAULTS, quick, same_weights, windows_and_target


@pytest.fixture(
    scope="module",
    autouse=True,
    params=["auto", pytest.param("keras", marks=pytest.mark.slow)],
)
def engine(request):
    """Train natively where that is possible, and in the slow part with Keras alone."""
    DEFAULTS["engine"] = request.param
    return request.param


def test_a_target_need_not_stay_constant():
    windows, y = windows_and_target()
    regressor = quick(epochs=1, target_scaler=None).fit(windows, 0 * y)
    assert (regressor.predict(windows) == 0).all()
    regressor.partial_fit(windows, y / 1e6)
    assert np.ptp(regressor.predict(windows)) > 0
    regressor = quick(epochs=1).fit(windows, 0 * y)
    for other in (y, 0 * y + 1):
        with pytest.raises(ValueError, match="was constant, but this target varies"):
            regressor.partial_fit(windows, other)


def test_warm_start_continues():
    windows, y = windows_and_target()
    whole = quick(epochs=4, dropout=0.3).fit(windows, y)
    parts = quick(epochs=2, dropout=0.3, warm_start=True).fit(windows, y)
    parts = pickle.loads(pickle.dumps(parts)).fit(windows, y)
    assert same_weights(parts, whole)
    assert parts.history_ == whole.history_
    one_more = quick(epochs=5, dropout=0.3).fit(windows, y)
    assert same_weights(whole.partial_fit(windows, y), one_more)


def test_what_only_one_fit_recorded_is_nan_in_the_others():
    windows, y = windows_and_target()
    regressor = quick(epochs=2, warm_start=True)
    for stops in (False, True, False):
        regressor.set_params(early_stopping=stops).fit(windows, y)
    assert {len(losses) for losses in regressor.history_.values()} == {6}
    is_unknown = np.isnan(regressor.history_["val_loss"])
    assert is_unknown.tolist() == [True, True, False, False, True, True]
    assert np.isfinite(regressor.history_["loss"]).all()
    assert regressor.n_iter_ == 6


def test_a_warm_start_restores_the_best_of_its_new_epochs():
    windows, y = windows_and_target()
    params = {"epochs": 8, "early_stopping": True, "learning_rate": 0.2}
    regressor = quick(warm_start=True, **params).fit(windows, y)
    n_before = regressor.n_iter_
    regressor.set_params(learning_rate=10.0, epochs=3).fit(windows, y)
    losses = regressor.history_["val_loss"]
    assert min(losses[:n_before]) < min(losses[n_before:])
    assert regressor.best_epoch_ == n_before + np.argmin(losses[n_before:])


def test_a_warm_start_keeps_its_scalers():
    windows, y = windows_and_target()
    regressor = quick(epochs=1).fit(windows, y)
    before = regressor._fitted_model
    regressor.partial_fit(windows * 2, y * 3)
    for name in ("target_scaler", "fill_values", "lagged_targets", "linear"):
        assert getattr(regressor._fitted_model, name) is getattr(before, name)


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"units": 4}, r"architecture has changed: units \(3,\) -> \(4,\)"),
        ({"dtype": "float64"}, "dtype float32 -> float64"),
        ({"optimizer": "sgd"}, "same optimizer"),
    ],
)
def test_a_warm_start_with_another_network_is_an_error(params, match):
    windows, y = windows_and_target()
    regressor = quick(epochs=1, warm_start=True).fit(windows, y)
    before = regressor._fitted_model
    with pytest.raises(ValueError, match=match):
        regressor.set_params(**params).fit(windows, y)
    assert regressor._fitted_model is before
    with pytest.raises(ValueError, match="windows of the same shape"):
        regressor.set_params(units=3).fit(windows[:, :2], y)
    with pytest.raises(ValueError, match=r"got rows of shape \(2,\)"):
        regressor.fit(windows, np.c_[y, y])


def test_partial_fit_keeps_to_the_learning_rate():
    windows, y = windows_and_target()
    falling = quick(learning_rate_schedule="cosine").partial_fit(windows, y)
    assert same_weights(falling, quick().partial_fit(windows, y))
    fit = quick(learning_rate_schedule="cosine", epochs=1).fit(windows, y)
    assert not same_weights(falling, fit)


def test_partial_fit_cannot_stop_early():
    windows, y = windows_and_target()
    with pytest.raises(ValueError, match="cannot stop early.*warm_start=True"):
        quick(early_stopping=True).partial_fit(windows, y)
