"""Intervals are calibrated on the latest known rows, including those of update."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    STRATEGIES,
    LeastSquares,
    forecaster,
    linear_pipe,
    months,
    naive_pipe,
    network_pipe,
    walk,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import SequenceWindower
from skseq.exceptions import RangeWarning

HORIZON, N_FIT, N_ALL, FRACTION = 2, 30, 45, 0.6

pytestmark = pytest.mark.filterwarnings(
    "ignore:(The rows passed to|.* fewer rows|Series .* has only|.* no prediction)"
)


class CountsRows(LeastSquares):
    """Predicts the last value plus the number of windows it was fitted to."""

    def fit(self, X, y):
        self.n_outputs_ = np.size(y[0:1])
        self.n_fitted_, self.n_predicted_ = len(X), 0
        return self

    def predict(self, X):
        last = np.asarray(X)[:, -1]
        self.n_predicted_ += len(last)
        return np.repeat(last, self.n_outputs_ // last.shape[1], 1) + self.n_fitted_


def counting(reads_rows=False, **params):
    steps = [FunctionTransformer(lambda t: t + 0)] if reads_rows else []
    pipe = make_pipeline(*steps, SequenceWindower(3), CountsRows())
    params = {"calibration_fraction": FRACTION, "log": False, **params}
    return forecaster(pipe, horizon=HORIZON, **params)


def panel(starts=(0, 6), ends=(N_ALL, N_ALL)):
    parts = {
        f"s{k}": walk(N_ALL, seed=k)[start:end]
        for k, (start, end) in enumerate(zip(starts, ends, strict=True))
    }
    return pd.concat(parts, names=["series", "month"]).rename("sales")


ONE = walk(N_ALL)
KINDS = {
    "one": ONE,
    "array": ONE.to_numpy(),
    "gap in fit": ONE.drop(ONE.index[21]),
    "gap in update": ONE.drop(ONE.index[36]),
    "gap between": ONE.drop(ONE.index[N_FIT]),
    "targets": pd.DataFrame({"a": ONE, "b": 5 * walk(N_ALL, seed=1)}),
    "panel": panel(),
    "ended": panel(ends=(N_ALL, N_FIT)),
    "ends in update": panel(ends=(N_ALL, N_FIT + 1)),
    "new": panel((0, 6, N_FIT + 2), (N_ALL,) * 3),
    "new after one": panel((0, N_FIT + 2)),
}


def places(y):
    """Return the number of the series and of the month of each row."""
    if not hasattr(y, "index"):
        return np.zeros(len(y), dtype=int), np.arange(len(y))
    month = months(N_ALL).get_indexer(y.index.get_level_values(-1))
    if y.index.nlevels == 1:
        return np.zeros(len(y), dtype=int), month
    return pd.factorize(y.index.get_level_values(0))[0], month


def between(y, first, end):
    _, month = places(y)
    return y[(month >= first) & (month < end)]


def fit_and_update(y, *ends, strategy="direct", **params):
    """Fit on the first months, and update until each of some later ones."""
    fitted = counting(strategy=strategy, **params).fit(between(y, 0, N_FIT))
    for first, end in zip((N_FIT, *ends), ends, strict=False):
        fitted.update(between(y, first, end))
    return fitted


def past_forecasts(y):
    """List the forecasts that calibrate intervals.

    Returns
    -------
    changes : ndarray of shape (n_origins, n_steps, n_targets)
        How much y changes from the origin on.
    n_fitted : ndarray of int of shape (n_origins,)
        Number of steps that are rows of fit.
    months : ndarray of int of shape (n_origins,)
        Of the last step.
    """
    values, found = np.asarray(y), []
    series, month = places(y)
    for number in np.unique(series):
        known = dict(
            zip(month[series == number], values[series == number], strict=True)
        )
        n_latest = int(np.ceil(FRACTION * len(known)))
        for origin in sorted(known)[-n_latest - HORIZON :]:
            steps = range(origin + 1, origin + 1 + HORIZON)
            if all(step in known for step in steps):
                change = [known[step] - known[origin] for step in steps]
                n_fitted = sum(step < N_FIT for step in steps)
                found.append((np.reshape(change, (HORIZON, -1)), n_fitted, steps[-1]))
    return tuple(np.array(part) for part in zip(*found, strict=True))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_update_are_forecast_by_the_fitted_estimator(kind, strategy):
    y = KINDS[kind]
    fitted = fit_and_update(y, N_ALL, strategy=strategy)
    fitted.forecast(coverage=0.5)
    changes, n_fitted, _ = past_forecasts(y)
    is_of_fit = n_fitted > 0
    added = (changes - fitted.residuals_).round(6)
    steps = np.arange(1, HORIZON + 1) if strategy == "recursive" else 1
    added /= np.reshape(steps, (1, -1, 1))
    n_windows = fitted.estimator_[-1].n_fitted_
    assert set(added[~is_of_fit].ravel()) == {n_windows}
    (n_early,) = set(added[is_of_fit].ravel())
    assert n_early < n_windows


@pytest.mark.parametrize("kind", KINDS)
def test_several_updates_equal_one(kind):
    y, reads_rows = KINDS[kind], kind == "one"
    once = fit_and_update(y, N_ALL, reads_rows=reads_rows)
    expected = once.forecast(coverage=[0.5, 0.8])
    split = fit_and_update(y, reads_rows=reads_rows)
    for first, end in [(N_FIT, 31), (31, 33), (33, N_ALL)]:
        split.forecast(coverage=0.5)
        if len(new := between(y, first, end)):
            split.update(new)
    pd.testing.assert_frame_equal(split.forecast(coverage=[0.5, 0.8]), expected)
    np.testing.assert_array_equal(split.residuals_, once.residuals_)


def test_a_forecast_of_known_rows_is_made_once():
    fitted = fit_and_update(ONE, 40)
    fitted.forecast(coverage=0.5)
    fitted = pickle.loads(pickle.dumps(fitted))
    before = fitted.estimator_[-1].n_predicted_
    fitted.update(ONE[40:41]).forecast(coverage=0.5)
    # The next steps, and the origin whose last step has become known.
    assert fitted.estimator_[-1].n_predicted_ == before + 2


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_errors_are_those_of_forecasts_between_updates(strategy):
    params = {"horizon": HORIZON, "strategy": strategy, "calibration_fraction": 0.2}
    fitted, same = (
        forecaster(network_pipe(), **params).fit(ONE[:N_FIT]) for _ in range(2)
    )
    fitted.update(ONE[N_FIT:38]).forecast(coverage=0.5)
    errors = []
    for row in range(N_FIT, 38 - HORIZON + 1):
        errors.append(ONE[row : row + HORIZON] - same.forecast())
        same.update(ONE[row : row + 1])
    np.testing.assert_allclose(fitted.residuals_[1:, :, 0], errors, atol=1e-6)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("kind", ["one", "panel", "new"])
def test_no_error_depends_on_later_rows(kind, log):
    residuals, y = [], KINDS[kind]
    for change in (1, 3):
        later = places(y)[1] >= N_ALL - 2
        changed = y.where(~later, y + change)
        changed = np.exp(changed / 10) if log else changed
        pipe, params = linear_pipe(2), {"calibration_fraction": FRACTION, "log": log}
        one = forecaster(pipe, horizon=HORIZON, **params)
        one.fit(between(changed, 0, N_FIT)).update(between(changed, N_FIT, N_ALL))
        one.forecast(coverage=0.5)
        residuals.append(one.residuals_)
    # The scale of a new series is that of all its rows.
    y = y[y.index.get_level_values(0) != "s2"] if kind == "new" and log else y
    is_later = past_forecasts(y)[2] >= N_ALL - 2
    np.testing.assert_array_equal(*(of[~is_later] for of in residuals))
    assert (residuals[0][is_later] != residuals[1][is_later]).any(axis=(1, 2)).all()


def test_without_a_row_of_fit_to_forecast_nothing_is_fitted_again():
    y = walk(60)
    few = forecaster(naive_pipe(20), horizon=3).fit(y[:24])
    with pytest.raises(ValueError, match="need a fit without the latest"):
        few.forecast(coverage=0.8)
    few.update(y[24:40]).forecast(coverage=0.8)
    assert len(few.residuals_) == 8


def test_intervals_are_as_wide_as_recent_errors():
    rng = np.random.default_rng(0)
    sizes = np.repeat([1, 10], [100, 100])
    y = pd.Series((sizes * rng.normal(size=200)).cumsum(), months(200), name="v")
    make = forecaster(naive_pipe(2), horizon=HORIZON, log=False)
    late = make.fit(y[:100]).update(y[100:]).forecast(coverage=0.8)
    pd.testing.assert_frame_equal(late, make.fit(y).forecast(coverage=0.8))


def test_a_later_value_without_logarithm_has_a_finite_error():
    y = np.exp(panel() / 5)
    fitted = forecaster(naive_pipe(), horizon=2).fit(between(y, 0, N_FIT))
    assert fitted.log_[0]
    late = between(y, N_FIT, N_ALL)
    late.iloc[4] = 0
    with pytest.warns(UserWarning, match="must be above 0"):
        fitted.update(late)
    assert np.isfinite(fitted.forecast(coverage=0.8)).all(axis=None)


def test_the_advice_after_an_update_is_to_fit_on_all_known_rows():
    fitted = forecaster(naive_pipe(), horizon=2).fit(ONE[:40]).update(ONE[40:])
    with pytest.raises(ValueError, match="again on all known rows with") as info:
        fitted.forecast(coverage=0.95)
    assert "calibration_fraction=0.41 (at least" in str(info.value)


def test_the_copy_for_intervals_repeats_no_warning_about_columns():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"rain": rng.normal(size=80)}, months(80))
    X.iloc[30] = -9999
    y = pd.Series(rng.normal(size=80), X.index)
    fitted = forecaster(naive_pipe(), horizon=2)
    with pytest.warns(RangeWarning, match="'rain' of X at 2002-07-01"):
        fitted.fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted.forecast(coverage=0.8)
