"""Training again on all windows, and training on only some of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.callback import ProgressBar
from small_series import DEFAULTS, pipe_of, quick, trending, walk, windows_and_target
from test_several_series import make_panel, pipeline, small_network

from skseq import LSTMRegressor, TargetAwareMinMaxScaler
from skseq._regression import fitting
from skseq._regression.training.training_data import make_training_data

STOPPING = {"early_stopping": True, "epochs": 12, "learning_rate": 0.1}


@pytest.fixture(
    scope="module",
    autouse=True,
    params=["auto", pytest.param("keras", marks=pytest.mark.slow)],
)
def engine(request):
    """Train natively where that is possible, and in the slow part with Keras alone."""
    DEFAULTS["engine"] = request.param
    yield request.param
    del DEFAULTS["engine"]


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_refit_is_a_fit_without_early_stopping_for_the_best_number_of_epochs(schedule):
    windows, y = windows_and_target()
    params = {"learning_rate_schedule": schedule}
    stopped = quick(**STOPPING, **params).fit(windows, y)
    assert stopped.best_epoch_ < stopped.n_iter_ - 1
    again = quick(refit=True, **STOPPING, **params).fit(windows, y)
    params |= STOPPING | {"early_stopping": False, "epochs": stopped.best_epoch_ + 1}
    whole = quick(**params).fit(windows, y)
    assert_array_equal(again.predict(windows), whole.predict(windows))
    assert again.history_ == stopped.history_
    assert (again.best_epoch_, again.n_iter_) == (stopped.best_epoch_, stopped.n_iter_)


def test_refit_draws_no_other_seeds():
    windows, y = windows_and_target()
    one, other = (
        quick(random_state=np.random.RandomState(0), refit=True, **STOPPING, **params)
        for params in ({}, {"n_iter_no_change": 12})
    )
    first, second = one.fit(windows, y), other.fit(windows, y)
    assert_array_equal(first.predict(windows), second.predict(windows))
    assert first.random_state.randint(2**30) == second.random_state.randint(2**30)


def test_members_train_again_for_the_mean_of_their_best_epochs():
    windows, y = windows_and_target()
    params = STOPPING | {"n_members": 3}
    stopped = quick(**params).fit(windows, y)
    assert len(set(stopped.best_epoch_)) > 1
    again = quick(refit=True, **params).fit(windows, y)
    params |= {"early_stopping": False}
    params |= {"epochs": round(np.mean(stopped.best_epoch_)) + 1}
    assert_array_equal(
        again.predict(windows), quick(**params).fit(windows, y).predict(windows)
    )


def test_the_linear_weight_is_that_of_the_held_out_windows():
    X, y = trending()
    stopped, again = (
        pipe_of(early_stopping=True, refit=refit).fit(X, y)[-1]
        for refit in (False, True)
    )
    assert stopped.linear_weight_ == again.linear_weight_
    assert 0 < stopped.linear_weight_[0] < 1


def test_refit_cannot_be_combined_with_a_warm_start():
    windows, y = windows_and_target()
    fitted = quick(refit=True, **STOPPING).fit(windows, y)
    before = fitted.predict(windows)
    with pytest.raises(ValueError, match="refit=True trains .* all windows"):
        fitted.set_params(warm_start=True).fit(windows, y)
    assert_array_equal(fitted.predict(windows), before)


@pytest.mark.parametrize("params", [{"early_stopping": False}, {"linear_weight": 1}])
def test_refit_changes_nothing_where_no_network_was_stopped(params):
    X, y = walk()
    alone, again = (pipe_of(refit=r, **params).fit(X, y) for r in (False, True))
    assert_array_equal(alone.predict(X), again.predict(X))


def test_epochs_of_both_trainings_are_reported(capsys):
    X, y = walk()
    bar = ProgressBar(max_propagation_depth=None)
    quick(refit=True, **STOPPING).set_callbacks(bar).fit(X[:, np.newaxis], y)
    assert "100%" in capsys.readouterr().out


@pytest.mark.parametrize(("most", "stride"), [(40, 1), (39, 2), (14, 3), (1, 40)])
def test_max_windows_takes_every_nth_window_counted_from_the_last(most, stride):
    windows, y = windows_and_target()
    y = y + 1e6 * np.arange(len(y))
    sampled = quick(max_windows=most, early_stopping=False).fit(windows, y)
    kept = np.arange(len(y))[::-1][::stride][::-1]
    assert len(kept) <= most
    expected = quick(early_stopping=False).fit(windows[kept], y[kept])
    assert_array_equal(sampled.predict(windows), expected.predict(windows))


@pytest.mark.parametrize("most", [1, 20, 60, 158])
def test_max_windows_of_a_panel_are_spread_over_all_series(monkeypatch, most):
    taken = []

    def recorded(rows, *args, **options):
        taken.append(rows.trainable)
        return make_training_data(rows, *args, **options)

    monkeypatch.setattr(fitting, "make_training_data", recorded)
    panel = make_panel(n_rows=60)
    network = small_network(max_windows=most, early_stopping=False)
    pipeline(network).fit(panel, panel["y"])
    # Of 60, 59 and 58 rows the first six have incomplete windows.
    complete = np.r_[6:60], np.r_[66:119], np.r_[125:177]
    for stride in range(1, 61):
        expected = np.concatenate([rows[::-stride][::-1] for rows in complete])
        if len(expected) <= most:
            break
    # A single window is the last one of the last series.
    assert_array_equal(taken[0], expected[-most:])


def test_the_past_of_the_target_is_found_whatever_the_sample():
    X, y = trending()
    for most in (None, 40, 9):
        fitted = pipe_of(max_windows=most).fit(X, y)[-1]
        assert fitted.target_feature_.tolist() == [1]
        assert fitted.lag_.tolist() == [1]


def test_a_sample_has_its_own_target_scale():
    windows, y = windows_and_target()
    y = np.where(np.arange(len(y)) % 2 == len(y) % 2, 9e6, y)
    fitted = quick(max_windows=len(y) // 2).fit(windows, y)
    assert isinstance(fitted.target_scaler_, TargetAwareMinMaxScaler)
    assert fitted.target_scaler_.data_max_[0] < 9e6


def test_a_sample_of_one_series_is_as_accurate_as_all_windows():
    rng = np.random.default_rng(0)
    y = np.sin(np.arange(600) / 5) + 0.05 * rng.normal(size=600)
    X = y.reshape(-1, 1)
    params = {"units": 8, "epochs": 20, "linear_weight": 0.0}
    errors = []
    for most in (None, 200):
        pipe = pipe_of(cls=LSTMRegressor, max_windows=most, **params)
        predicted = pipe.fit(X[:500], y[:500]).predict(X[500:])
        errors.append(np.abs(predicted - y[500:]).mean())
    assert_allclose(*errors, rtol=0.5)
