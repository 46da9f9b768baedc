"""A naive rule is its own oracle: it must give y itself, some rows later."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import StackingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_validate,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq._regression.naive_rules import RULES, steps_back, steps_needed
from skseq._series.windowed_past import MAX_LEAD

FITS_RANDOM_TABLES = (
    "check_dict_unchanged",
    "check_dont_overwrite_parameters",
    "check_dtype_object",
    "check_estimators_dtypes",
    "check_estimators_fit_returns_self",
    "check_estimators_nan_inf",
    "check_estimators_overwrite_params",
    "check_estimators_pickle",
    "check_f_contiguous_array_estimator",
    "check_fit2d_1feature",
    "check_fit2d_predict1d",
    "check_fit_check_is_fitted",
    "check_fit_idempotent",
    "check_fit_score_takes_y",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_n_features_in",
    "check_n_features_in_after_fitting",
    "check_pipeline_consistency",
    "check_positive_only_tag_during_fit",
    "check_readonly_memmap_input",
    "check_regressor_data_not_an_array",
    "check_regressor_multioutput",
    "check_regressors_int",
    "check_regressors_no_decision_function",
    "check_regressors_train",
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weights_list",
    "check_sample_weights_not_an_array",
    "check_sample_weights_not_overwritten",
    "check_sample_weights_pandas_series",
    "check_sample_weights_shape",
    "check_supervised_y_2d",
)
SEASON = 4
SEASONAL = {"season": SEASON}


def walk(n=40, seed=0):
    """Return a series without two equal values."""
    return np.random.default_rng(seed).normal(size=n).cumsum() + 50


def noise(n=40, seed=1):
    return np.random.default_rng(seed).normal(size=n)


def lag(y, shift):
    return np.concatenate([np.full(shift, np.nan), y[: len(y) - shift]])


def windows_of(columns, time_steps=3, horizon=1, **params):
    table = np.column_stack(columns)
    return SequenceWindower(time_steps, horizon=horizon, **params).fit_transform(table)


def make_pipe(rule="last", scaler=None, time_steps=6, horizon=1, **params):
    return Pipeline(
        [
            ("scale", scaler or TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps, horizon=horizon)),
            ("naive", NaiveRegressor(rule, **params)),
        ]
    )


def dated(values, dates=None):
    if dates is None:
        dates = pd.date_range("2020-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"y": values, "other": noise(len(values))}, index=dates)


def by_hand(rule, y, time_steps, lead):
    """Apply a rule with pandas' shift, to all rows whose window is complete."""
    y = pd.Series(y)
    newest, oldest = y.shift(lead), y.shift(lead + time_steps - 1)
    back = SEASON * int(np.ceil(lead / SEASON))
    change = y.shift(lead).diff(SEASON).rolling(max(time_steps - SEASON, 1)).mean()
    return {
        "last": newest,
        "mean": newest.rolling(time_steps).mean(),
        "drift": newest + lead * (newest - oldest) / (time_steps - 1),
        "seasonal": y.shift(back),
        "seasonal_drift": y.shift(back) + back // SEASON * change,
    }[rule].to_numpy()


# scikit-learn's own checks


@parametrize_with_checks(
    [
        NaiveRegressor(without_past="mean"),
        NaiveRegressor("drift", without_past="mean"),
        NaiveRegressor("seasonal", season=1, without_past="mean"),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@parametrize_with_checks(
    [NaiveRegressor()],
    expected_failed_checks=lambda _: dict.fromkeys(
        FITS_RANDOM_TABLES, "a random table does not hold y's past, which is an error"
    ),
)
def test_scikit_learn_checks_by_default(estimator, check):
    check(estimator)


class TestRules:
    """The rules as pure functions, on numbers to be checked by head."""

    past = np.array([[1.0, 2.0, 4.0, 8.0, 5.0], [0.0, 0.0, 0.0, 3.0, 6.0]])

    @pytest.mark.parametrize(
        ("rule", "lead", "season", "expected"),
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
    def test_by_head(self, rule, lead, season, expected):
        np.testing.assert_allclose(RULES[rule](self.past, lead, season), expected)

    def test_seasonal_drift_of_one_step_is_drift(self):
        np.testing.assert_allclose(
            RULES["seasonal_drift"](self.past, 3, 1), RULES["drift"](self.past, 3, None)
        )

    @pytest.mark.parametrize("lead", range(1, 14))
    @pytest.mark.parametrize("season", [1, 3, 12])
    def test_seasons_back_are_those_of_the_textbook(self, lead, season):
        # y[T + h - m(k + 1)], k = floor((h - 1) / m)
        assert steps_back(lead, season) == season * ((lead - 1) // season + 1)

    @pytest.mark.parametrize("rule", RULES)
    @pytest.mark.parametrize("lead", [1, 2, 5])
    def test_steps_needed_are_enough_and_no_more(self, rule, lead):
        n_steps = steps_needed(rule, lead, 3)
        line = np.arange(n_steps)[np.newaxis] + 1.0
        assert np.isfinite(RULES[rule](line, lead, 3)).all()
        y = walk()
        few = NaiveRegressor(rule, season=3)
        few.fit(windows_of([y], n_steps, lead), y)
        if n_steps > 1:
            with pytest.raises(ValueError, match=f"at least {n_steps} steps here"):
                few.fit(windows_of([y], n_steps - 1, lead), y)


class TestPredictions:
    """Every rule, after every way to scale, at every lead, gives what pandas gives."""

    @pytest.mark.parametrize("rule", RULES)
    @pytest.mark.parametrize("lead", [1, 2, 5])
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
    def test_rule(self, rule, lead, scaler):
        y = walk()
        X = np.column_stack([noise(), y])
        pipe = make_pipe(rule, scaler, 7, lead, season=SEASON).fit(X, y)
        expected = by_hand(rule, y, 7, lead)
        complete = ~np.isnan(by_hand("drift", y, 7, lead))
        np.testing.assert_allclose(
            pipe.predict(X)[complete], expected[complete], rtol=1e-12
        )
        naive = pipe["naive"]
        assert (naive.target_feature_, naive.lead_) == ([1], [lead])
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
        pipe = make_pipe("seasonal", season=SEASON).fit(X[:30], y[:30])
        np.testing.assert_allclose(pipe.predict(X[30:]), y[30:])

    def test_seasonal_drift_goes_on_with_a_season_on_a_slope(self):
        y = np.tile([3.0, 1.0, 7.0, 4.0], 10) + 0.5 * np.arange(40)
        X = y[:, np.newaxis]
        pipe = make_pipe("seasonal_drift", season=SEASON).fit(X[:30], y[:30])
        np.testing.assert_allclose(pipe.predict(X[30:]), y[30:])

    @pytest.mark.parametrize("horizon", [1, 3])
    def test_drift_goes_on_with_a_line(self, horizon):
        y = 2 * np.arange(40.0) + 7
        X = y[:, np.newaxis]
        pipe = make_pipe("drift", horizon=horizon).fit(X[:30], y[:30])
        np.testing.assert_allclose(pipe.predict(X[30:]), y[30:])
        assert pipe["naive"].lead_ == [horizon]

    def test_next_forecast(self):
        X = dated(walk())
        pipe = make_pipe().fit(X, X["y"])
        next_month = X.index[-1] + pipe["window"].freq_
        X_next = pd.DataFrame(np.nan, index=[next_month], columns=X.columns)
        np.testing.assert_allclose(pipe.predict(X_next), X["y"].iloc[-1:])

    def test_a_constant_target_is_predicted_exactly(self):
        X = np.column_stack([np.full(20, 0.1), noise(20)])
        pipe = make_pipe("seasonal", time_steps=2, season=12).fit(X, X[:, 0])
        assert set(pipe.predict(X)) == {0.1}
        assert (pipe["naive"].target_feature_, pipe["naive"].lead_) == ([-1], [0])

    def test_several_targets(self):
        a, b, c = walk(seed=3), 10 * walk(seed=4), np.full(40, 5.0)
        y = np.column_stack([a, b, c])
        # b is seen two rows before: as a lag in a window that ends one row before.
        windows = windows_of([noise(), np.append(b[0], b[:-1]), a])
        naive = NaiveRegressor().fit(windows, y)
        np.testing.assert_array_equal(naive.target_feature_, [2, 1, -1])
        np.testing.assert_array_equal(naive.lead_, [1, 2, 0])
        predicted = naive.predict(windows)
        np.testing.assert_allclose(predicted[2:], np.stack([a[1:-1], b[:-2], c[2:]], 1))
        one = NaiveRegressor().fit(windows, y[:, [0]]).predict(windows)
        assert one.shape == (40, 1)
        np.testing.assert_array_equal(one[:, 0], predicted[:, 0])


class TestPast:
    """The feature, the lead and the scale are found whatever stands around them."""

    @settings(max_examples=80)
    @given(
        seed=st.integers(0, 10**6),
        time_steps=st.integers(1, 8),
        lead=st.integers(1, 12),
        n_features=st.integers(1, 4),
        feature=st.integers(0, 3),
        slope=st.floats(1e-3, 1e3),
        intercept=st.floats(-1e3, 1e3),
    )
    def test_found(self, seed, time_steps, lead, n_features, feature, slope, intercept):
        assume(feature < n_features)
        rng = np.random.default_rng(seed)
        y = rng.normal(size=40).cumsum()
        table = rng.normal(size=(40, n_features))
        table[:, feature] = (y - intercept) / slope
        windows = windows_of([table], time_steps, lead)
        naive = NaiveRegressor().fit(windows, y)
        assert (naive.target_feature_, naive.lead_) == ([feature], [lead])
        assert naive.slope_ == pytest.approx([slope], rel=1e-6)
        size = np.abs(y).max() + abs(intercept)
        np.testing.assert_allclose(
            naive.predict(windows)[lead:], y[:-lead], rtol=0, atol=1e-9 * size
        )

    @settings(max_examples=40)
    @given(a=st.floats(0.01, 100), b=st.floats(-100, 100), lead=st.integers(1, 3))
    def test_predictions_follow_the_units_of_y(self, a, b, lead):
        y = walk()
        windows = windows_of([y], 5, lead)
        for rule in RULES:
            naive = NaiveRegressor(rule, season=SEASON)
            plain = naive.fit(windows, y).predict(windows)
            changed = naive.fit(windows, a * y + b).predict(windows)
            np.testing.assert_allclose(changed, a * plain + b, rtol=1e-9, atol=1e-6)

    def test_latest_of_several(self):
        y = walk()
        windows = windows_of([np.append([0, 0], y[:-2]), np.append(0, y[:-1]), y / 7])
        assert NaiveRegressor().fit(windows, y).target_feature_ == [2]
        named = NaiveRegressor(target_feature=-2).fit(windows, y)
        assert (named.target_feature_, named.lead_) == ([1], [2])
        np.testing.assert_array_equal(named.predict(windows)[2:], y[:-2])

    def test_the_one_that_suffices_for_the_rule(self):
        y = walk()
        known_ahead = np.append(np.zeros(12), y[:-12])
        windows = windows_of([y, known_ahead], 3, future_columns=[1])
        seasonal = NaiveRegressor("seasonal", season=12).fit(windows, y)
        assert (seasonal.target_feature_, seasonal.lead_) == ([1], [12])
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
        assert pipe["naive"].lead_ == [1]
        np.testing.assert_allclose(pipe.predict(X)[1:], y[:-1])

    def test_shortest_series(self):
        y = np.array([3.0, 5.0, 4.0, 7.0])
        windows = windows_of([y], 2)
        np.testing.assert_array_equal(
            NaiveRegressor().fit(windows, y).predict(windows)[1:], y[:-1]
        )

    def test_long_lead(self):
        n = 2 * MAX_LEAD
        y = walk(n)
        windows = windows_of([y], 1, MAX_LEAD)
        assert NaiveRegressor().fit(windows, y).lead_ == [MAX_LEAD]
        with pytest.raises(ValueError, match=f"leads from 1 to {MAX_LEAD}"):
            NaiveRegressor().fit(
                windows_of([walk(n + 10)], 1, MAX_LEAD + 1), walk(n + 10)
            )

    def test_rows_of_weight_zero_are_left_out(self):
        y = walk()
        windows = windows_of([y])
        weight = np.ones(40)
        weight[[0, 7, 8, 20]] = 0
        wrong = np.where(weight == 0, 1e6, y)
        naive = NaiveRegressor().fit(windows, wrong, sample_weight=weight)
        np.testing.assert_array_equal(naive.predict(windows)[1:], y[:-1])
        with pytest.raises(ValueError, match="Feature 0 of X does not hold the past"):
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
        known = np.concatenate([y[:-1], y[:-2], y[:-3]])
        assert naive.fill_values_[0] == pytest.approx(known.mean())

    @pytest.mark.parametrize("rule", RULES)
    def test_predict_always_answers(self, rule):
        y = walk()
        pipe = make_pipe(rule, season=SEASON).fit(y[:, np.newaxis], y)
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
        if time_steps == 1 and horizon > 1 and not y_has_index:
            # One step does not tell of gaps, and neither does an array.
            with pytest.raises(ValueError, match="keep the rows in order"):
                pipe.fit(X, y)
            return
        predicted = pipe.fit(X, y).predict(X)
        assert pipe["naive"].lead_ == [horizon]
        expected = X["y"].reindex(whole.index).shift(horizon)[X.index]
        np.testing.assert_allclose(predicted[expected.notna()], expected.dropna())

    def test_a_season_is_counted_in_time(self):
        whole = dated(walk(60))
        X = whole.drop(whole.index[[33]])
        pipe = make_pipe("seasonal", time_steps=SEASON, season=SEASON).fit(X, X["y"])
        expected = X["y"].reindex(whole.index).shift(SEASON)[X.index]
        complete = pipe["window"].complete_windows(pipe["scale"].transform(X))
        assert 40 < complete.sum() < 60
        np.testing.assert_allclose(pipe.predict(X)[complete], expected[complete])

    def test_gaps_ignored(self):
        X = dated(walk(60)).drop(pd.Timestamp("2021-03-01"))
        pipe = make_pipe(horizon=3).set_params(window__gaps="ignore").fit(X, X["y"])
        np.testing.assert_allclose(pipe.predict(X)[3:], X["y"].iloc[:-3])


class TestLeaks:
    @settings(max_examples=40)
    @given(
        seed=st.integers(0, 10**6),
        cut=st.integers(30, 39),
        horizon=st.integers(1, 3),
        rule=st.sampled_from(sorted(RULES)),
    )
    def test_later_rows_change_no_earlier_prediction(self, seed, cut, horizon, rule):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=40).cumsum()
        X = np.column_stack([rng.normal(size=40), y])
        pipe = make_pipe(rule, horizon=horizon, season=SEASON).fit(X[:30], y[:30])
        before = pipe.predict(X)
        X[cut:] = rng.normal(size=(40 - cut, 2)) * 100
        after = pipe.predict(X)
        np.testing.assert_array_equal(after[: cut + horizon], before[: cut + horizon])

    @settings(max_examples=20)
    @given(cut=st.integers(16, 38), rule=st.sampled_from(sorted(RULES)))
    def test_fit_does_not_depend_on_later_rows(self, cut, rule):
        X = dated(walk())
        spoilt = X.copy()
        spoilt.iloc[cut:] *= -3
        one, other = (
            make_pipe(rule, season=SEASON).fit(table[:cut], table["y"][:cut])
            for table in (X, spoilt)
        )
        np.testing.assert_array_equal(one.predict(X[:cut]), other.predict(X[:cut]))

    @pytest.mark.parametrize("rule", RULES)
    def test_rows_one_by_one_or_all_at_once(self, rule):
        y = walk()
        windows = windows_of([y], 6)
        naive = NaiveRegressor(rule, season=SEASON).fit(windows, y)
        one_by_one = [naive.predict(windows[[row]])[0] for row in range(40)]
        np.testing.assert_array_equal(one_by_one, naive.predict(windows))

    def test_the_value_to_predict_is_refused(self):
        y = walk()
        windows = windows_of([noise(), 3 * y - 1], horizon=0)
        with pytest.raises(ValueError, match="Feature 1 of X ends at the row to pred"):
            NaiveRegressor().fit(windows, y)


class TestInScikitLearn:
    def test_grid_search_over_the_rule(self):
        X = dated(np.tile([5.0, 2.0, 9.0, 4.0], 15) + 0.01 * walk(60))
        search = GridSearchCV(
            make_pipe(time_steps=5, season=SEASON),
            {"naive__rule": list(RULES), "window__time_steps": [5, 8]},
            cv=TimeSeriesSplit(3),
            scoring="neg_mean_absolute_error",
            error_score="raise",
        ).fit(X, X["y"])
        assert search.best_params_["naive__rule"].startswith("seasonal")

    def test_scores_are_those_of_shifted_values(self):
        X = dated(walk(60))
        folds = TimeSeriesSplit(4)
        result = cross_validate(
            make_pipe(), X, X["y"], cv=folds, scoring="neg_mean_absolute_error"
        )
        expected = [
            -np.abs(X["y"].diff().iloc[test]).mean() for _, test in folds.split(X)
        ]
        np.testing.assert_allclose(result["test_score"], expected)

    def test_windows_may_be_cut_before_they_are_split(self):
        y = walk(60)
        windows = windows_of([noise(60), y])
        predicted = cross_val_predict(NaiveRegressor(), windows, y, cv=KFold(5))
        np.testing.assert_array_equal(predicted[1:], y[:-1])

    def test_stacked_and_with_a_transformed_target(self):
        X = dated(walk(60))
        y = X["y"]
        stack = StackingRegressor(
            [("last", NaiveRegressor()), ("mean", NaiveRegressor("mean"))],
            final_estimator=LinearRegression(),
        )
        pipe = Pipeline([("window", SequenceWindower(4)), ("stack", stack)])
        assert np.isfinite(pipe.fit(X, y).predict(X)).all()

        scaled = TransformedTargetRegressor(make_pipe(), transformer=StandardScaler())
        np.testing.assert_allclose(scaled.fit(X, y).predict(X)[1:], y[:-1])

    def test_sample_weight_reaches_it_through_a_pipeline(self):
        X = dated(walk())
        weight = np.ones(40)
        weight[5] = 0
        y = X["y"].copy()
        y.iloc[5] = -1e3
        pipe = make_pipe(scaler="passthrough").fit(X, y, naive__sample_weight=weight)
        np.testing.assert_array_equal(pipe.predict(X)[1:], X["y"].iloc[:-1])

    def test_pickle_and_clone(self):
        y = walk()
        windows = windows_of([y], 6)
        naive = NaiveRegressor("seasonal_drift", season=SEASON).fit(windows, y)
        again = pickle.loads(pickle.dumps(naive))
        np.testing.assert_array_equal(again.predict(windows), naive.predict(windows))
        assert clone(naive).get_params() == naive.get_params()
        with pytest.raises(NotFittedError):
            clone(naive).predict(windows)

    def test_parameters_set_after_fit_wait_for_the_next_fit(self):
        y = walk()
        windows = windows_of([y], 6)
        naive = NaiveRegressor().fit(windows, y)
        before = naive.predict(windows)
        naive.set_params(rule="seasonal", season=3)
        np.testing.assert_array_equal(naive.predict(windows), before)

    def test_a_failed_fit_changes_nothing(self):
        y = walk()
        windows = windows_of([y])
        naive = NaiveRegressor().fit(windows, y)
        before = dict(vars(naive))
        with pytest.raises(ValueError, match="Feature 0 of X does not hold"):
            naive.fit(windows_of([noise()], 5), y)
        assert vars(naive) == before

    def test_inputs_are_not_written(self):
        y = walk()
        windows, weight = windows_of([y]).copy(), np.ones(40)
        for array in (windows, y, weight):
            array.flags.writeable = False
        NaiveRegressor("drift").fit(windows, y, weight).predict(windows)


def fit(rule="last", *, X=None, y=None, **params):
    y = walk() if y is None else y
    windows = windows_of([walk(), noise()]) if X is None else X
    NaiveRegressor(rule, **params).fit(windows, y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit("latest"), "The 'rule' parameter of NaiveRegressor must be a str"),
        (lambda: fit(season=0), "The 'season' parameter of NaiveRegressor must be"),
        (lambda: fit(season=True), "The 'season' parameter of NaiveRegressor must not"),
        (lambda: fit(without_past=None), "The 'without_past' parameter"),
        (lambda: fit(target_feature="y"), "The 'target_feature' parameter"),
        (
            lambda: fit(target_feature=2),
            "position of one of 2 feature(s) for each of 1",
        ),
        (lambda: fit(target_feature=[0, 1]), "for each of 1 output(s); got [0, 1]"),
        (lambda: fit(target_feature=["y"]), "for each of 1 output(s); got ['y']"),
        (
            lambda: fit(target_feature=1),
            "Feature 1 of X does not hold the past of y, so",
        ),
        (lambda: fit("seasonal"), "rule='seasonal' needs to know the season, but"),
        (
            lambda: fit("seasonal", season=12),
            "rule='seasonal' with season=12 needs windows of at least 12 steps here, "
            "where they end 1 step(s) before their row, but X has windows of 3 step(s)",
        ),
        (
            lambda: fit("seasonal_drift", season=3),
            "rule='seasonal_drift' with season=3 needs windows of at least 4 steps",
        ),
        (
            lambda: fit("drift", X=windows_of([walk()], 1)),
            "rule='drift' needs windows of at least 2 steps here",
        ),
        (lambda: fit(y=np.log(walk())), "no logarithm of only one of them"),
        (lambda: fit(y=-walk()), "No feature of X holds the past of y"),
        (lambda: fit(X=windows_of([walk()])[::-1], y=walk()[::-1]), "rows in order"),
        (lambda: fit(X=windows_of([walk()])[:, ::-1]), "Feature 0 of X does not hold"),
        (
            lambda: fit(X=windows_of([np.arange(40.0)]), y=5.0 + 3 * np.arange(40)),
            "y runs so evenly, as a straight line does",
        ),
        (
            lambda: fit(X=np.array([[0.0], [1], [3]]), y=np.array([1.0, 3, 2])),
            "in 3 rows, the last step of the windows is y at none of the leads from",
        ),
        (
            lambda: fit(
                X=windows_of([np.tile([3.0, 8, 8, 3, 8], 8)]),
                y=np.tile([0.0, 1, 1, 0, 1], 8),
            ),
            "Feature 0 of X does not hold the past of y",  # two values fit two others
        ),
        (lambda: fit(y=walk(39)), "X and y must have the same number of rows"),
        (lambda: fit(y=np.where(np.arange(40) == 3, np.nan, walk())), "y contains NaN"),
        (lambda: fit(X=np.full((40, 2), np.nan)), "Input X contains NaN: row 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_bad_input_to_predict():
    naive = NaiveRegressor().fit(windows_of([walk()]), walk())
    with pytest.raises(ValueError, match="was fitted on windows of shape"):
        naive.predict(windows_of([walk()], 4))
    with pytest.raises(ValueError, match="was fitted on windows"):
        naive.predict(walk()[:, np.newaxis])


def test_other_index():
    X = pd.DataFrame({"before": np.append(0, walk()[:-1])})
    with pytest.raises(ValueError, match="X and y have a different index"):
        NaiveRegressor().fit(X, pd.Series(walk(), index=np.arange(1, 41)))
    weight = pd.Series(np.ones(40), index=np.arange(1, 41))
    with pytest.raises(ValueError, match="X and sample_weight have a different index"):
        NaiveRegressor().fit(X, walk(), sample_weight=weight)
