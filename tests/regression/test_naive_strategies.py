"""The strategies by hand, and how many steps they need."""

import numpy as np
import pandas as pd
import pytest
from naive_cases import SEASON, dated, make_pipe, noise, walk, windows_of
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from skseq import (
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._regression.past.naive_strategies import STRATEGIES, steps_back, steps_needed


def by_hand(strategy, y, time_steps, lag):
    """Apply a strategy with pandas' shift, to all rows whose window is complete."""
    y = pd.Series(y)
    newest, oldest = y.shift(lag), y.shift(lag + time_steps - 1)
    back = SEASON * int(np.ceil(lag / SEASON))
    change = y.shift(lag).diff(SEASON).rolling(max(time_steps - SEASON, 1)).mean()
    return {
        "last": newest,
        "mean": newest.rolling(time_steps).mean(),
        "drift": newest + lag * (newest - oldest) / (time_steps - 1),
        "seasonal": y.shift(back),
        "seasonal_drift": y.shift(back) + back // SEASON * change,
    }[strategy].to_numpy()


# scikit-learn's own checks


class TestRules:
    """The rules as pure functions, on numbers to be checked by head."""

    past = np.array([[1.0, 2.0, 4.0, 8.0, 5.0], [0.0, 0.0, 0.0, 3.0, 6.0]])

    @pytest.mark.parametrize(
        ("strategy", "lag", "season_length", "expected"),
        [
            ("last", 1, None, [5, 6]),
            ("last", 3, None, [5, 6]),
            ("mean", 1, None, [4, 1.8]),
            ("drift", 1, None, [6, 7.5]),
            ("drift", 2, None, [7, 9]),
            ("seasonal", 1, 1, [5, 6]),
            ("seasonal", 1, 3, [4, 0]),
            ("seasonal", 2, 3, [8, 3]),
            ("seasonal", 3, 3, [5, 6]),
            ("seasonal", 4, 3, [4, 0]),  # of two seasons before
            ("seasonal", 1, 5, [1, 0]),
            ("seasonal_drift", 1, 3, [4 + 5, 0 + 4.5]),  # changes 7 and 3, 3 and 6
            ("seasonal_drift", 4, 3, [4 + 2 * 5, 0 + 2 * 4.5]),
        ],
    )
    def test_by_head(self, strategy, lag, season_length, expected):
        np.testing.assert_allclose(
            STRATEGIES[strategy](self.past, lag, season_length), expected
        )

    def test_seasonal_drift_of_one_step_is_drift(self):
        np.testing.assert_allclose(
            STRATEGIES["seasonal_drift"](self.past, 3, 1),
            STRATEGIES["drift"](self.past, 3, None),
        )

    @pytest.mark.parametrize("lag", range(1, 14))
    @pytest.mark.parametrize("season_length", [1, 3, 12])
    def test_seasons_back_are_those_of_the_textbook(self, lag, season_length):
        # y[T + h - m(k + 1)], k = floor((h - 1) / m)
        assert steps_back(lag, season_length) == season_length * (
            (lag - 1) // season_length + 1
        )

    @pytest.mark.parametrize("strategy", STRATEGIES)
    @pytest.mark.parametrize("lag", [1, 2, 5])
    def test_steps_needed_are_enough_and_no_more(self, strategy, lag):
        n_steps = steps_needed(strategy, lag, 3)
        line = np.arange(n_steps)[np.newaxis] + 1.0
        assert np.isfinite(STRATEGIES[strategy](line, lag, 3)).all()
        y = walk()
        few = NaiveRegressor(strategy, season_length=3)
        few.fit(windows_of([y], n_steps, lag), y)
        if n_steps > 1:
            with pytest.raises(ValueError, match=f"at least {n_steps} steps here"):
                few.fit(windows_of([y], n_steps - 1, lag), y)


class TestPredictions:
    """Each strategy gives what pandas gives, at every lag, whatever scales X."""

    @pytest.mark.parametrize("strategy", STRATEGIES)
    @pytest.mark.parametrize("lag", [1, 2, 5])
    @pytest.mark.parametrize(
        "scaler",
        [
            "passthrough",
            TargetAwareMinMaxScaler(),
            TargetAwareMinMaxScaler((-1, 1)),
            MinMaxScaler((2, 5)),
            StandardScaler(),
            RobustScaler(),
        ],
        ids=str,
    )
    def test_strategy(self, strategy, lag, scaler):
        y = walk()
        X = np.column_stack([noise(), y])
        pipe = make_pipe(strategy, scaler, 7, lag, season_length=SEASON).fit(X, y)
        expected = by_hand(strategy, y, 7, lag)
        complete = ~np.isnan(by_hand("drift", y, 7, lag))
        np.testing.assert_allclose(
            pipe.predict(X)[complete], expected[complete], rtol=1e-12
        )
        naive = pipe["naive"]
        assert (naive.target_feature_, naive.lag_) == ([1], [lag])
        assert np.isnan(naive.constant_).all()

    def test_last_value_without_scaling_is_y_to_the_bit(self):
        y = walk()
        naive = NaiveRegressor().fit(windows_of([y]), y)
        np.testing.assert_array_equal(
            naive.predict(windows_of([y]))[1:], y[:-1].astype(np.float64)
        )
        assert (naive.slope_, naive.intercept_) == ([1], [0])

    def test_scaler_after_the_windower(self):
        y = walk()
        X = np.column_stack([y, noise()])
        pipe = Pipeline(
            [
                ("window", SequenceWindower(4)),
                ("scale", TargetAwareMinMaxScaler()),
                ("naive", NaiveRegressor()),
            ]
        )
        np.testing.assert_allclose(pipe.fit(X, y).predict(X)[1:], y[:-1])

    def test_float32(self):
        y = walk().astype(np.float32)
        windows = windows_of([MinMaxScaler((3, 9)).fit_transform(y[:, np.newaxis])])
        predicted = NaiveRegressor().fit(windows.astype(np.float32), y)
        predicted = predicted.predict(windows.astype(np.float32))
        assert predicted.dtype == np.float64
        np.testing.assert_allclose(predicted[1:], y[:-1], rtol=1e-5)

    @pytest.mark.parametrize("scaler", [StandardScaler(), MinMaxScaler()], ids=str)
    def test_large_level_and_small_changes(self, scaler):
        y = walk() + 1e9
        X = y[:, np.newaxis]
        predicted = make_pipe(scaler=scaler).fit(X, y).predict(X)
        np.testing.assert_allclose(predicted[1:], y[:-1], rtol=1e-14)

    def test_a_level_at_which_rounding_hides_all_but_equality(self):
        y = 1e16 + 2 * np.random.default_rng(0).integers(0, 5, size=40)
        X = np.column_stack([1e16 + 2 * np.random.default_rng(1).integers(0, 5, 40), y])
        pipe = make_pipe(scaler="passthrough").fit(X, y)
        assert pipe["naive"].target_feature_ == [1]
        np.testing.assert_array_equal(pipe.predict(X)[1:], y[:-1])

    def test_mean_of_a_window_of_all_rows_is_the_mean(self):
        y = walk(20)
        windows = np.full((21, 20, 1), np.nan)
        for row in range(21):
            windows[row, 20 - row :, 0] = y[:row]
        y_all = np.append(y, 0.0)
        naive = NaiveRegressor("mean").fit(windows, y_all)
        dummy = DummyRegressor().fit(windows[:20, 0], y)
        np.testing.assert_allclose(naive.predict(windows[20:]), dummy.constant_[0])

    def test_seasonal_repeats_a_series_with_a_season_exactly(self):
        y = np.tile(walk(SEASON), 10)
        X = y[:, np.newaxis]
        pipe = make_pipe("seasonal", season_length=SEASON).fit(X[:30], y[:30])
        np.testing.assert_allclose(pipe.predict(X[30:]), y[30:])

    def test_seasonal_drift_continues_a_season_with_a_trend(self):
        y = np.tile([3.0, 1.0, 7.0, 4.0], 10) + 0.5 * np.arange(40)
        X = y[:, np.newaxis]
        pipe = make_pipe("seasonal_drift", season_length=SEASON).fit(X[:30], y[:30])
        np.testing.assert_allclose(pipe.predict(X[30:]), y[30:])

    @pytest.mark.parametrize("horizon", [1, 3])
    def test_drift_continues_a_line(self, horizon):
        y = 2 * np.arange(40.0) + 7
        X = y[:, np.newaxis]
        pipe = make_pipe("drift", horizon=horizon).fit(X[:30], y[:30])
        np.testing.assert_allclose(pipe.predict(X[30:]), y[30:])
        assert pipe["naive"].lag_ == [horizon]

    def test_next_forecast(self):
        X = dated(walk())
        pipe = make_pipe().fit(X, X["y"])
        next_month = X.index[-1] + pipe["window"].freq_
        X_next = pd.DataFrame(np.nan, index=[next_month], columns=X.columns)
        np.testing.assert_allclose(pipe.predict(X_next), X["y"].iloc[-1:])

    def test_a_constant_target_is_predicted_exactly(self):
        X = np.column_stack([np.full(20, 0.1), noise(20)])
        pipe = make_pipe("seasonal", time_steps=2, season_length=12).fit(X, X[:, 0])
        assert set(pipe.predict(X)) == {0.1}
        assert (pipe["naive"].target_feature_, pipe["naive"].lag_) == ([-1], [0])

    def test_several_targets(self):
        a, b, c = walk(seed=3), 10 * walk(seed=4), np.full(40, 5.0)
        y = np.column_stack([a, b, c])
        # b is seen two rows before: as a lag in a window that ends one row before.
        windows = windows_of([noise(), np.append(b[0], b[:-1]), a])
        naive = NaiveRegressor().fit(windows, y)
        np.testing.assert_array_equal(naive.target_feature_, [2, 1, -1])
        np.testing.assert_array_equal(naive.lag_, [1, 2, 0])
        predicted = naive.predict(windows)
        np.testing.assert_allclose(predicted[2:], np.stack([a[1:-1], b[:-2], c[2:]], 1))
        one = NaiveRegressor().fit(windows, y[:, [0]]).predict(windows)
        assert one.shape == (40, 1)
        np.testing.assert_array_equal(one[:, 0], predicted[:, 0])
