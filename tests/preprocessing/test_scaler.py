"""The scaler is its own oracle: what it scales it must restore."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from failed_fits import copy_without_note
from hypothesis import assume, given
from hypothesis import strategies as st
from scaler_cases import BOUNDS, FLOAT32, FLOAT64, lag, noise, quick, tables, walk
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import TimeSeriesSplit, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skseq._preprocessing import scaler as _scaling
from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq.exceptions import RangeWarning


def assert_restored(restored, X, scaler):
    """Hold the error to a few roundings of the value, its range and its scaled form."""
    low, high = map(float, scaler.feature_range)
    rounding = 8 * np.finfo(X.dtype).eps
    span = scaler.data_range_ * (1 + max(abs(low), abs(high)) / (high - low))
    assert restored.dtype == X.dtype
    assert (np.abs(restored - X) <= rounding * (np.abs(X) + span) + 1e-300).all()


class TestIdentity:
    @quick
    @given(X=tables(), bounds=BOUNDS)
    def test_table(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        assert_restored(scaler.inverse_transform(scaler.fit_transform(X)), X, scaler)

    @quick
    @given(
        X=tables(elements=FLOAT32, dtype=np.float32),
        bounds=st.sampled_from([(0, 1), (-1, 1), (-2.0, 6.0)]),
    )
    def test_float32(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        assert_restored(scaler.inverse_transform(scaler.fit_transform(X)), X, scaler)

    @quick
    @given(X=tables(n_dims=3), bounds=BOUNDS)
    def test_windows(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        assert_restored(scaler.inverse_transform(scaler.fit_transform(X)), X, scaler)
        flat = X.reshape(-1, X.shape[2])
        np.testing.assert_array_equal(scaler.data_min_, flat.min(axis=0))
        np.testing.assert_array_equal(
            scaler.transform(X).reshape(flat.shape),
            TargetAwareMinMaxScaler(bounds).fit_transform(flat),
        )

    @quick
    @given(y=tables(), bounds=BOUNDS)
    def test_target_is_scaled_like_a_column_of_its_own(self, y, bounds):
        as_target = TargetAwareMinMaxScaler(bounds).fit(np.zeros((len(y), 1)), y)
        as_table = TargetAwareMinMaxScaler(bounds).fit(y)
        scaled = as_target.transform_target(y)
        np.testing.assert_array_equal(scaled, as_table.transform(y))
        np.testing.assert_array_equal(
            as_target.inverse_transform_target(scaled),
            as_table.inverse_transform(scaled),
        )
        np.testing.assert_array_equal(as_target.target_min_, y.min(axis=0))
        np.testing.assert_array_equal(as_target.target_max_, y.max(axis=0))

    @quick
    @given(X=tables(), bounds=BOUNDS)
    def test_extremes_are_mapped_exactly(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        scaled = scaler.fit_transform(X)
        restored = scaler.inverse_transform(scaled)
        varies = scaler.scale_ > 0
        assert (scaled.min(axis=0) == bounds[0]).all()
        assert (scaled.max(axis=0)[varies] == bounds[1]).all()
        assert (restored.min(axis=0) == X.min(axis=0)).all()
        assert (restored.max(axis=0)[varies] == X.max(axis=0)[varies]).all()

    @quick
    @given(
        X=tables(elements=st.floats(-1e6, 1e6)),
        new=st.floats(-1e9, 1e9),
        bounds=BOUNDS,
    )
    def test_scale_and_min_describe_transform(self, X, new, bounds):
        assume((np.ptp(X, axis=0) > 1e-3).all())
        scaler = TargetAwareMinMaxScaler(bounds).fit(X)
        X = np.vstack([X, np.full(X.shape[1], new)])
        np.testing.assert_allclose(
            scaler.transform(X),
            X * scaler.scale_ + scaler.min_,
            rtol=1e-9,
            atol=1e-12 * np.abs([*scaler.min_, *bounds]).max(),
        )

    @pytest.mark.parametrize("shape", [(12,), (12, 1), (4, 3)])
    def test_target_keeps_its_shape(self, shape):
        y = walk(12).reshape(shape)
        scaler = TargetAwareMinMaxScaler().fit(np.zeros((len(y), 1)), y)
        scaled = scaler.transform_target(y)
        assert scaled.shape == y.shape
        np.testing.assert_allclose(
            scaler.inverse_transform_target(scaled), y, rtol=1e-12
        )

    @pytest.mark.parametrize("bounds", [(0, 1), (-1, 1), [2, 5]])
    def test_agrees_with_scikit_learn(self, bounds):
        X = np.random.default_rng(0).normal(size=(50, 4)) * [1, 1e6, 1e-6, 3] + 7
        new = X * 1.7 - 3
        ours = TargetAwareMinMaxScaler(bounds).fit(X, walk(50))
        theirs = MinMaxScaler(tuple(bounds)).fit(X)
        assert ours.target_columns_ == {}
        for one, other in [
            (ours.transform(new), theirs.transform(new)),
            (ours.inverse_transform(new), theirs.inverse_transform(new)),
        ]:
            np.testing.assert_allclose(one, other, rtol=1e-9)
        for name in ("data_min_", "data_max_", "data_range_", "scale_", "min_"):
            np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name))
        assert ours.n_samples_seen_ == theirs.n_samples_seen_


class TestConstants:
    @quick
    @given(
        constant=FLOAT64,
        new=st.floats(-1e150, 1e150),
        bounds=BOUNDS,
        n=st.integers(1, 4),
    )
    def test_goes_to_the_lower_bound_and_back(self, constant, new, bounds, n):
        scaler = TargetAwareMinMaxScaler(bounds).fit(np.full((n, 1), constant))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RangeWarning)
            scaled = scaler.transform([[constant], [new]])
        assert scaled.tolist() == [[bounds[0]]] * 2
        inside = np.linspace(*bounds, 5).reshape(-1, 1)
        assert (scaler.inverse_transform(inside) == constant).all()
        assert (scaler.scale_, scaler.min_) == (0, bounds[0])

    def test_target(self):
        y = np.full(5, 0.1)
        scaler = TargetAwareMinMaxScaler((-1, 1)).fit(noise(5).reshape(-1, 1), y)
        assert (scaler.transform_target(y) == -1).all()
        assert (scaler.inverse_transform_target(noise(5)) == 0.1).all()

    @pytest.mark.parametrize("base", [0.0, 5e-324])
    def test_a_range_too_small_to_divide_by(self, base):
        X = np.array([[base], [base + 1e-320]])
        scaler = TargetAwareMinMaxScaler()
        assert scaler.fit_transform(X).tolist() == [[0.0], [0.0]]
        with pytest.warns(RangeWarning):
            assert scaler.transform([[1.0]]) == 0
        assert scaler.inverse_transform([[0.0]]) == base
        assert scaler.scale_ == 0

    def test_nan_stays_missing(self):
        scaler = TargetAwareMinMaxScaler().fit([[3.0], [np.nan]])
        with pytest.warns(RangeWarning):
            scaled = scaler.transform([[np.nan], [9]])
        np.testing.assert_array_equal(scaled, [[np.nan], [0]])
        assert np.isnan(scaler.inverse_transform([[np.nan]]))


class TestNaN:
    @quick
    @given(X=tables(), seed=st.integers(0, 99))
    def test_is_ignored_in_fit_and_stays_nan(self, X, seed):
        gaps = np.random.default_rng(seed).random(X.shape) < 0.3
        gaps[0] = False
        X = np.where(gaps, np.nan, X)
        scaler = TargetAwareMinMaxScaler()
        scaled = scaler.fit_transform(X)
        np.testing.assert_array_equal(np.isnan(scaled), gaps)
        np.testing.assert_array_equal(np.isnan(scaler.inverse_transform(scaled)), gaps)
        for column, known in enumerate(~gaps.T):
            alone = X[known, column].reshape(-1, 1)
            np.testing.assert_array_equal(
                scaled[known, column],
                TargetAwareMinMaxScaler().fit_transform(alone)[:, 0],
            )


class TestClip:
    @quick
    @given(new=tables(elements=st.floats(-10, 10)), bounds=BOUNDS)
    def test_limits_transform_to_the_bounds(self, new, bounds):
        new[0, 0] = np.nan
        X = np.array([[-1.0], [1.0]]) * np.ones(new.shape[1])
        free = TargetAwareMinMaxScaler(bounds).fit(X).transform(new)
        clipped = TargetAwareMinMaxScaler(bounds, clip=True).fit(X).transform(new)
        np.testing.assert_array_equal(clipped, np.clip(free, *bounds))

    @pytest.mark.parametrize("lag_of_y", [0, 1])
    def test_does_not_clip_columns_that_hold_the_target(self, lag_of_y):
        y = np.arange(20.0)
        past = np.r_[np.full(lag_of_y, np.nan), y[: len(y) - lag_of_y]]
        X = np.column_stack([noise()[:20], past])
        scaler = TargetAwareMinMaxScaler(clip=True).fit(X, y)
        later = scaler.transform(X[5:] + np.array([0, 19]))
        np.testing.assert_allclose(later[:, 1], past[5:] / 19 + 1)
        assert scaler.transform([[1e9, 5.0]])[0, 0] == 1

    def test_does_not_clip_targets(self):
        scaler = TargetAwareMinMaxScaler(clip=True).fit([[1.0], [2.0]], [0.0, 1.0])
        assert scaler.transform_target([5.0]) == 5
        assert scaler.inverse_transform_target([5.0]) == 5


class TestLeaks:
    def test_only_the_training_rows_of_a_fold_are_seen(self):
        X = np.column_stack([lag(walk(), 1), noise()])[1:]
        y = walk()[1:]
        splits = list(TimeSeriesSplit(3).split(X))
        for train, test in splits:
            spiked, y_spiked = X.copy(), y.copy()
            spiked[test], y_spiked[test] = 1e6, -1e6
            pipe = make_pipeline(TargetAwareMinMaxScaler(), LinearRegression())
            (fitted,) = cross_validate(
                pipe, spiked, y_spiked, cv=[(train, test)], return_estimator=True
            )["estimator"]
            scaler = fitted[0]
            np.testing.assert_array_equal(scaler.data_min_, X[train].min(axis=0))
            np.testing.assert_array_equal(scaler.data_max_, X[train].max(axis=0))
            assert scaler.target_min_ == y[train].min()
            assert scaler.target_max_ == y[train].max()
            assert scaler.target_columns_ == {0: (0, 1)}

    def test_input_and_state_do_not_change(self):
        X, y = np.column_stack([lag(walk(), 1), noise()]), walk()
        copies = X.copy(), y.copy()
        X.flags.writeable = y.flags.writeable = False
        scaler = TargetAwareMinMaxScaler(clip=True).fit(X, y)
        before = pickle.dumps(scaler)
        scaler.inverse_transform(scaler.transform(X))
        scaler.inverse_transform_target(scaler.transform_target(y))
        assert pickle.dumps(scaler) == before
        np.testing.assert_array_equal(X, copies[0])
        np.testing.assert_array_equal(y, copies[1])
        assert not np.shares_memory(scaler.transform(X), X)


def fit_lag():
    X = pd.DataFrame({"a": lag(walk(), 1), "b": noise()})
    return TargetAwareMinMaxScaler().fit(X, walk()), X


def assert_same_attributes(scaler, before):
    assert vars(scaler).keys() == before.keys()
    assert all(vars(scaler)[name] is value for name, value in before.items())


class TestLife:
    def test_pickle_and_clone(self):
        scaler, X = fit_lag()
        loaded = pickle.loads(pickle.dumps(scaler))
        pd.testing.assert_frame_equal(loaded.transform(X), scaler.transform(X))
        fresh = clone(scaler)
        assert not hasattr(fresh, "scale_")
        assert fresh.get_params() == scaler.get_params()
        again = fresh.fit(X, walk()).transform(X)
        pd.testing.assert_frame_equal(again, scaler.transform(X))

    @pytest.mark.parametrize(
        ("X", "y"),
        [
            ([[np.inf]], None),
            ([[[1.0]], [[np.nan]]], [1.0, np.nan]),
            (pd.DataFrame({"c": [1.0, np.nan]}), [1.0]),
            ([[1e308], [-1e308]], None),
        ],
    )
    def test_failed_refit_changes_nothing(self, X, y):
        scaler, _ = fit_lag()
        before = dict(vars(scaler))
        with pytest.raises(ValueError):
            scaler.fit(X, y)
        assert_same_attributes(copy_without_note(scaler), before)

    def test_interrupted_refit_changes_nothing(self, monkeypatch):
        def interrupt(*args):
            raise KeyboardInterrupt

        scaler, X = fit_lag()
        before = dict(vars(scaler))
        monkeypatch.setattr(_scaling, "find_lags", interrupt)
        with pytest.raises(KeyboardInterrupt):
            scaler.fit(X.to_numpy() * 2, walk())
        assert_same_attributes(copy_without_note(scaler), before)

    def test_refit_forgets_the_target_windows_and_names(self):
        scaler, X = fit_lag()
        windows = noise(24).reshape(4, 3, 2)
        scaler.fit(windows, walk(4))
        assert (scaler.n_dims_in_, scaler.n_time_steps_in_) == (3, 3)
        assert not hasattr(scaler, "feature_names_in_")
        scaler.fit(X.to_numpy())
        assert (scaler.n_dims_in_, scaler.n_time_steps_in_) == (2, None)
        assert (scaler.n_samples_seen_, scaler.n_features_in_) == (60, 2)
        assert scaler.target_min_ is scaler.target_scale_ is None
        assert scaler.target_columns_ == {}
        with pytest.raises(ValueError, match="fitted without y"):
            scaler.transform_target(walk())

    def test_new_parameters_take_effect_in_the_next_fit(self):
        scaler, X = fit_lag()
        before = scaler.transform(X)
        scaler.set_params(feature_range=(-1, 1), target_columns=None)
        pd.testing.assert_frame_equal(scaler.transform(X), before)
