"""Naive forecasts in scikit-learn: leaks, searches, pickles."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_cases import SEASON, dated, make_pipe, noise, walk, windows_of
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
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
from sklearn.preprocessing import StandardScaler

from skseq import (
    NaiveRegressor,
    SequenceWindower,
)
from skseq._regression.past.naive_strategies import STRATEGIES


class TestLeaks:
    @settings(max_examples=40)
    @given(
        seed=st.integers(0, 10**6),
        cut=st.integers(30, 39),
        horizon=st.integers(1, 3),
        strategy=st.sampled_from(sorted(STRATEGIES)),
    )
    def test_later_rows_change_nothing_before(self, seed, cut, horizon, strategy):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=40).cumsum()
        X = np.column_stack([rng.normal(size=40), y])
        pipe = make_pipe(strategy, horizon=horizon, season_length=SEASON).fit(
            X[:30], y[:30]
        )
        before = pipe.predict(X)
        X[cut:] = rng.normal(size=(40 - cut, 2)) * 100
        after = pipe.predict(X)
        np.testing.assert_array_equal(after[: cut + horizon], before[: cut + horizon])

    @settings(max_examples=20)
    @given(cut=st.integers(16, 38), strategy=st.sampled_from(sorted(STRATEGIES)))
    def test_fit_does_not_depend_on_later_rows(self, cut, strategy):
        X = dated(walk())
        spoilt = X.copy()
        spoilt.iloc[cut:] *= -3
        one, other = (
            make_pipe(strategy, season_length=SEASON).fit(table[:cut], table["y"][:cut])
            for table in (X, spoilt)
        )
        np.testing.assert_array_equal(one.predict(X[:cut]), other.predict(X[:cut]))

    @pytest.mark.parametrize("strategy", STRATEGIES)
    def test_rows_one_by_one_or_all_at_once(self, strategy):
        y = walk()
        windows = windows_of([y], 6)
        naive = NaiveRegressor(strategy, season_length=SEASON).fit(windows, y)
        one_by_one = [naive.predict(windows[[row]])[0] for row in range(40)]
        np.testing.assert_array_equal(one_by_one, naive.predict(windows))

    def test_the_value_to_predict_is_an_error(self):
        y = walk()
        windows = windows_of([noise(), 3 * y - 1], horizon=0)
        with pytest.raises(ValueError, match="Feature 1 of X is the target itself"):
            NaiveRegressor().fit(windows, y)


class TestInScikitLearn:
    def test_grid_search_over_the_strategy(self):
        X = dated(np.tile([5.0, 2.0, 9.0, 4.0], 15) + 0.01 * walk(60))
        search = GridSearchCV(
            make_pipe(time_steps=5, season_length=SEASON),
            {"naive__strategy": list(STRATEGIES), "window__time_steps": [5, 8]},
            cv=TimeSeriesSplit(3),
            scoring="neg_mean_absolute_error",
            error_score="raise",
        ).fit(X, X["y"])
        assert search.best_params_["naive__strategy"].startswith("seasonal")

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
        naive = NaiveRegressor("seasonal_drift", season_length=SEASON).fit(windows, y)
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
        naive.set_params(strategy="seasonal", season_length=3)
        np.testing.assert_array_equal(naive.predict(windows), before)

    def test_a_failed_fit_changes_nothing(self):
        y = walk()
        windows = windows_of([y])
        naive = NaiveRegressor().fit(windows, y)
        before = dict(vars(naive))
        with pytest.raises(ValueError, match="Feature 0 of X does not contain"):
            naive.fit(windows_of([noise()], 5), y)
        assert vars(naive) == before

    def test_inputs_are_not_written(self):
        y = walk()
        windows, weight = windows_of([y]).copy(), np.ones(40)
        for array in (windows, y, weight):
            array.flags.writeable = False
        NaiveRegressor("drift").fit(windows, y, weight).predict(windows)
