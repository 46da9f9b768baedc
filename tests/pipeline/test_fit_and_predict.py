"""Pipelines fit, predict and score: one prediction per row, in the units of y."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from pipelines import AFTER, BEFORE, N_TRAIN, make_pipe
from sklearn.base import is_regressor
from sklearn.metrics import r2_score
from sklearn.model_selection import TimeSeriesSplit, cross_validate
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)


@pytest.mark.parametrize("order", [BEFORE, AFTER])
def test_one_prediction_per_row(engine, data, order):
    pipe = make_pipe(order, engine=engine).fit(data.X_train, data.y_train)
    assert is_regressor(pipe)
    for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
        y_pred = pipe.predict(X)
        assert y_pred.shape == y.shape
        assert y_pred.dtype == np.float64
        assert np.isfinite(y_pred).all()
        assert pipe.score(X, y) == r2_score(y, y_pred)


def test_the_windows_of_test_rows_reach_into_the_fitted_rows(engine, data):
    pipe = make_pipe(time_steps=5, engine=engine).fit(data.X_train, data.y_train)
    whole = pipe.predict(data.X)
    np.testing.assert_allclose(pipe.predict(data.X_test), whole[N_TRAIN:], rtol=1e-6)


def test_arrays_and_frames_agree(frames, arrays):
    by_frame, by_array = (
        make_pipe().fit(d.X_train, d.y_train).predict(d.X_test)
        for d in (frames, arrays)
    )
    np.testing.assert_array_equal(by_frame, by_array)


def test_a_row_of_the_next_date_gives_the_next_forecast(engine, data):
    pipe = make_pipe(engine=engine).fit(data.X_train, data.y_train)
    unknown = data.X_test[:1] * np.nan
    y_next = pipe.predict(unknown)
    assert np.isfinite(y_next).all()
    np.testing.assert_allclose(y_next, pipe.predict(data.X_test)[:1], rtol=1e-6)


def test_the_next_forecast_uses_the_latest_rows(frames):
    pipe = make_pipe().fit(frames.X_train, frames.y_train)
    unknown = pd.concat([frames.X_test[:1], frames.X_test[1:2] * np.nan])
    y_next = pipe.predict(unknown)
    np.testing.assert_allclose(y_next, pipe.predict(frames.X_test)[:2], rtol=1e-6)
    other = frames.X_test[:2] + 1
    assert pipe.predict(other)[1] != y_next[1]


@pytest.mark.parametrize("order", [BEFORE, AFTER])
def test_predictions_are_in_units_of_y(engine, frames, order):
    in_units, in_others = (
        make_pipe(order, epochs=8, units=8, engine=engine).fit(frames.X_train, y)
        for y in (frames.y_train, 1000 * frames.y_train - 7e4)
    )
    y_pred = in_units.predict(frames.X_test)
    assert np.abs(y_pred - frames.y_test).max() < 2 * np.ptp(frames.y_train)
    np.testing.assert_allclose(
        in_others.predict(frames.X_test), 1000 * y_pred - 7e4, rtol=1e-4
    )


def test_both_orders_of_scaler_and_windower_agree(engine, frames):
    before, after = (
        make_pipe(order, engine=engine).fit(frames.X_train, frames.y_train)
        for order in (BEFORE, AFTER)
    )
    assert before["scale"].target_columns_ == {"sales": ("sales", 0)}
    assert after["scale"].target_columns_ == {0: ("sales", 1)}
    # The last row is in no window, but it is no extreme: the ranges are the same.
    np.testing.assert_allclose(
        before.predict(frames.X_test), after.predict(frames.X_test), rtol=1e-5
    )


def test_the_past_of_a_target_that_is_mostly_zero_is_found():
    rng = np.random.default_rng(0)
    sold = np.zeros(2000)
    sold[rng.choice(2000, 15, replace=False)] = rng.integers(1, 9, size=15)
    events = (rng.random((2000, 20)) < 0.001) * 1.0
    X = pd.DataFrame(np.column_stack([events, sold]))
    scaler = TargetAwareMinMaxScaler().fit(X, sold)
    assert scaler.target_columns_ == {20: (0, 0)}
    for regressor in (NaiveRegressor(), LSTMRegressor(2, epochs=1, random_state=0)):
        pipe = make_pipeline(scaler, SequenceWindower(4), regressor).fit(X, sold)
        assert pipe[-1].target_feature_ == 20
        assert pipe[-1].lag_ == 1
    naive = make_pipeline(scaler, SequenceWindower(4), NaiveRegressor()).fit(X, sold)
    np.testing.assert_allclose(naive.predict(X)[1:], sold[:-1], atol=1e-12)


class Metered(pd.DataFrame):
    """A frame that needs one argument more, as pandas' guide to subclasses has it."""

    _metadata = ["unit"]

    def __init__(self, data, unit, **options):
        super().__init__(data, **options)
        self.unit = unit

    @property
    def _constructor(self):
        return partial(Metered, unit=self.unit)

    def _constructor_from_mgr(self, mgr, axes):
        return pd.DataFrame._from_mgr(mgr, axes)


def test_a_subclass_of_frames_gives_what_a_frame_gives(frames):
    expected = make_pipe().fit(frames.X_train, frames.y_train).predict(frames.X_test)
    train, test = (Metered(X, "kW") for X in (frames.X_train, frames.X_test))
    pipe = make_pipe().fit(train, frames.y_train)
    assert isinstance(pipe[0].transform(test), pd.DataFrame)
    np.testing.assert_array_equal(pipe.predict(test), expected)


def test_several_targets(engine, frames):
    targets = frames.X_train
    pipe = make_pipe(engine=engine)
    pipe.fit(frames.X_train, targets)
    y_pred = pipe.predict(frames.X_test)
    assert y_pred.shape == frames.X_test.shape
    assert (np.abs(y_pred - targets.mean().to_numpy()) < 100).all()
    cv = TimeSeriesSplit(2)
    folds = cross_validate(pipe, frames.X, frames.X, cv=cv, error_score="raise")
    assert np.isfinite(folds["test_score"]).all()


def test_the_steps_before_the_regressor_give_windows(frames):
    steps = make_pipe()[:-1]
    windows = steps.fit_transform(frames.X_train, frames.y_train)
    assert windows.shape == (N_TRAIN, 3, 2)
    assert not np.isnan(steps.transform(frames.X_test)).any()


def test_cached_transformers_keep_their_history(frames, tmp_path):
    plain = make_pipe().fit(frames.X_train, frames.y_train)
    for _ in range(2):  # the second time the steps come from the cache
        cached = make_pipe().set_params(memory=str(tmp_path))
        cached.fit(frames.X_train, frames.y_train)
        np.testing.assert_array_equal(
            cached.predict(frames.X_test), plain.predict(frames.X_test)
        )
