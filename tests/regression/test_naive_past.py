"""Naive forecasts find the target's past, in windows with missing steps too."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive_cases import SEASON, dated, make_pipe, noise, walk, windows_of
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import clone
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    TargetAwareMinMaxScaler,
)
from skseq._regression.past.naive_strategies import STRATEGIES
from skseq._series.lagged_target import MAX_LAG


class TestPast:
    """The feature, the lag and the scale are found whatever stands around them."""

    @settings(max_examples=80)
    @given(
        seed=st.integers(0, 10**6),
        time_steps=st.integers(1, 8),
        lag=st.integers(1, 12),
        n_features=st.integers(1, 4),
        feature=st.integers(0, 3),
        slope=st.floats(1e-3, 1e3),
        intercept=st.floats(-1e3, 1e3),
    )
    def test_found(self, seed, time_steps, lag, n_features, feature, slope, intercept):
        assume(feature < n_features)
        rng = np.random.default_rng(seed)
        y = rng.normal(size=40).cumsum()
        table = rng.normal(size=(40, n_features))
        table[:, feature] = (y - intercept) / slope
        windows = windows_of([table], time_steps, lag)
        naive = NaiveRegressor().fit(windows, y)
        assert (naive.target_feature_, naive.lag_) == ([feature], [lag])
        assert naive.slope_ == pytest.approx([slope], rel=1e-6)
        size = np.abs(y).max() + abs(intercept)
        np.testing.assert_allclose(
            naive.predict(windows)[lag:], y[:-lag], rtol=0, atol=1e-9 * size
        )

    @settings(max_examples=40)
    @given(a=st.floats(0.01, 100), b=st.floats(-100, 100), lag=st.integers(1, 3))
    def test_predictions_follow_the_units_of_y(self, a, b, lag):
        y = walk()
        windows = windows_of([y], 5, lag)
        for strategy in STRATEGIES:
            naive = NaiveRegressor(strategy, season_length=SEASON)
            plain = naive.fit(windows, y).predict(windows)
            changed = naive.fit(windows, a * y + b).predict(windows)
            np.testing.assert_allclose(changed, a * plain + b, rtol=1e-9, atol=1e-6)

    def test_latest_of_several(self):
        y = walk()
        windows = windows_of([np.append([0, 0], y[:-2]), np.append(0, y[:-1]), y / 7])
        assert NaiveRegressor().fit(windows, y).target_feature_ == [2]
        named = NaiveRegressor(target_feature=-2).fit(windows, y)
        assert (named.target_feature_, named.lag_) == ([1], [2])
        np.testing.assert_array_equal(named.predict(windows)[2:], y[:-2])

    def test_the_smallest_lag_that_suffices_for_the_strategy(self):
        y = walk()
        known_ahead = np.append(np.zeros(12), y[:-12])
        windows = windows_of([y, known_ahead], 3, future_columns=[1])
        seasonal = NaiveRegressor("seasonal", season_length=12).fit(windows, y)
        assert (seasonal.target_feature_, seasonal.lag_) == ([1], [12])
        np.testing.assert_array_equal(seasonal.predict(windows)[12:], y[:-12])

    def test_table_of_lags(self):
        y = walk()
        table = pd.DataFrame({"before": np.append(0, y[:-1]), "other": noise()})
        naive = NaiveRegressor().fit(table, y)
        np.testing.assert_array_equal(naive.predict(table)[1:], y[:-1])
        assert naive.n_dims_in_ == 2
        assert list(naive.feature_names_in_) == ["before", "other"]

    @pytest.mark.parametrize("values", [[0.0, 1.0], [1.0, 2.0, 3.0]])
    def test_few_values(self, values):
        y = np.random.default_rng(0).choice(values, size=60)
        X = np.column_stack([np.random.default_rng(1).choice(values, 60), y])
        for scaler in (TargetAwareMinMaxScaler(), StandardScaler(), "passthrough"):
            pipe = make_pipe(scaler=scaler, horizon=2).fit(X, y)
            np.testing.assert_allclose(pipe.predict(X)[2:], y[:-2], atol=1e-12)
            assert pipe["naive"].target_feature_ == [1]

    def test_a_flat_stretch_does_not_mislead(self):
        y = np.concatenate(
            [np.zeros(30), [1.0, 0, 0, 2, 0, 0, 1, 5, 0, 0], np.zeros(30)]
        )
        X = np.column_stack([np.zeros(70), y])
        pipe = make_pipe(horizon=2).fit(X, y)
        np.testing.assert_allclose(pipe.predict(X)[2:], y[:-2], atol=1e-15)

    def test_a_series_that_is_flat_but_for_a_moment(self):
        y = np.zeros(2000)
        y[515:530] = walk(15)  # between two of the rows that are looked at first
        X = np.column_stack([np.zeros(2000), y])
        pipe = make_pipe().fit(X, y)
        np.testing.assert_allclose(pipe.predict(X)[1:], y[:-1], atol=1e-12)

    def test_a_periodic_series_in_an_unusual_scale(self):
        y = np.tile(walk(5), 8)
        X = y[:, np.newaxis]
        pipe = make_pipe(scaler=MinMaxScaler((2, 5))).fit(X, y)
        assert pipe["naive"].lag_ == [1]
        np.testing.assert_allclose(pipe.predict(X)[1:], y[:-1])

    def test_shortest_series(self):
        y = np.array([3.0, 5.0, 4.0, 7.0])
        windows = windows_of([y], 2)
        np.testing.assert_array_equal(
            NaiveRegressor().fit(windows, y).predict(windows)[1:], y[:-1]
        )

    def test_the_longest_lag(self):
        n = 2 * MAX_LAG
        y = walk(n)
        windows = windows_of([y], 1, MAX_LAG)
        assert NaiveRegressor().fit(windows, y).lag_ == [MAX_LAG]
        with pytest.raises(ValueError, match=f"lags from 1 to {MAX_LAG}"):
            NaiveRegressor().fit(
                windows_of([walk(n + 10)], 1, MAX_LAG + 1), walk(n + 10)
            )

    def test_rows_of_weight_zero_are_left_out(self):
        y = walk()
        windows = windows_of([y])
        weight = np.ones(40)
        weight[[0, 7, 8, 20]] = 0
        wrong = np.where(weight == 0, 1e6, y)
        naive = NaiveRegressor().fit(windows, wrong, sample_weight=weight)
        np.testing.assert_array_equal(naive.predict(windows)[1:], y[:-1])
        with pytest.raises(ValueError, match="Feature 0 of X does not contain the"):
            NaiveRegressor().fit(windows, wrong)

    def test_windows_of_weight_zero_are_left_out(self):
        y = walk()
        table, weight = np.append(0, y[:-1])[:, np.newaxis], np.ones(40)
        weight[[0, 7, 8, 20]] = 0
        wrong = np.where(weight[:, np.newaxis] == 0, 1e6, table)
        naive = NaiveRegressor().fit(wrong, y, sample_weight=weight)
        np.testing.assert_array_equal(naive.predict(table)[1:], y[:-1])
        assert naive.fill_values_ == pytest.approx(table[weight > 0].mean())

    def test_mean_where_there_is_no_past(self):
        windows, y, weight = windows_of([noise()]), walk(), np.arange(40.0)
        naive = NaiveRegressor(without_past="mean")
        naive.fit(windows, y, sample_weight=weight)
        expected = np.average(y, weights=weight)
        np.testing.assert_allclose(naive.predict(windows), expected)
        np.testing.assert_allclose(naive.constant_, expected)
        with_past = naive.fit(windows_of([y]), y)
        np.testing.assert_array_equal(with_past.constant_, [np.nan])


class TestMissingSteps:
    def test_predict_fills_from_within_the_window(self):
        y = walk()
        naive = NaiveRegressor().fit(windows_of([y, noise()]), y)
        windows = np.full((3, 3, 2), np.nan)
        windows[0, :2, 0] = [7, 8]
        windows[1, 0, 0] = 9
        windows[2, :, 1] = 1
        expected = [8, 9, naive.fill_values_[0]]
        np.testing.assert_array_equal(naive.predict(windows), expected)
        held = np.concatenate([y[:-3], y[1:-2], y[2:-1]])
        assert naive.fill_values_[0] == pytest.approx(held.mean())

    def test_fill_values_are_those_of_the_networks(self):
        y = walk()
        windows = windows_of([y, noise()])
        naive = NaiveRegressor().fit(windows, y)
        network = LSTMRegressor(units=2, epochs=1).fit(windows, y)
        np.testing.assert_array_equal(naive.fill_values_, network.fill_values_)

    def test_fill_values_where_no_window_is_complete(self):
        y = walk()
        now_and_then = np.where(np.arange(40) % 2, 3.0, np.nan)
        table = np.column_stack([y, now_and_then, np.full(40, np.nan)])
        before = np.full((3, 3), np.nan)
        steps = np.concatenate([before, table])[:-1]
        windows = sliding_window_view(steps, 3, axis=0).transpose(0, 2, 1)
        naive = NaiveRegressor().fit(windows, y)
        known = np.concatenate([y[:-1], y[:-2], y[:-3]])
        assert naive.fill_values_ == pytest.approx([known.mean(), 3, 0])

    @pytest.mark.parametrize("strategy", STRATEGIES)
    def test_predict_is_always_finite(self, strategy):
        y = walk()
        pipe = make_pipe(strategy, season_length=SEASON).fit(y[:, np.newaxis], y)
        alone = clone(pipe).set_params(window__history=None).fit(y[:, np.newaxis], y)
        for fitted in (pipe, alone):
            for rows in (slice(0, 1), slice(0, 5), slice(None)):
                predicted = fitted.predict(y[rows, np.newaxis])
                assert np.isfinite(predicted).all()
        assert np.isfinite(pipe["naive"].predict(np.full((2, 6, 1), np.nan))).all()

    @pytest.mark.parametrize("horizon", [1, 2, 3])
    @pytest.mark.parametrize("y_has_index", [True, False])
    @pytest.mark.parametrize("time_steps", [1, 5])
    def test_gaps(self, horizon, y_has_index, time_steps):
        whole = dated(walk(60))
        X = whole.drop(whole.index[[11, 12, 25, 40]])
        y = X["y"] if y_has_index else X["y"].to_numpy()
        pipe = make_pipe(time_steps=time_steps, horizon=horizon)
        predicted = pipe.fit(X, y).predict(X)
        assert pipe["naive"].lag_ == [horizon]
        expected = X["y"].reindex(whole.index).shift(horizon)[X.index]
        np.testing.assert_allclose(predicted[expected.notna()], expected.dropna())

    def test_a_season_is_counted_in_time(self):
        whole = dated(walk(60))
        X = whole.drop(whole.index[[33]])
        pipe = make_pipe("seasonal", time_steps=SEASON, season_length=SEASON).fit(
            X, X["y"]
        )
        expected = X["y"].reindex(whole.index).shift(SEASON)[X.index]
        complete = pipe["window"].complete_windows(pipe["scale"].transform(X))
        assert 40 < complete.sum() < 60
        np.testing.assert_allclose(pipe.predict(X)[complete], expected[complete])

    def test_gaps_ignored(self):
        X = dated(walk(60)).drop(pd.Timestamp("2021-03-01"))
        pipe = make_pipe(horizon=3).set_params(window__gaps="ignore").fit(X, X["y"])
        np.testing.assert_allclose(pipe.predict(X)[3:], X["y"].iloc[:-3])
