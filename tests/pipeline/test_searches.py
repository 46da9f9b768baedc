"""Searches over parameters of all steps give what a loop over folds gives."""

import numpy as np
import pytest
from pipelines import N_TEST, N_TRAIN, make_pipe, scores_by_hand, scores_of
from scipy.stats import randint
from sklearn.base import clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    ParameterGrid,
    ParameterSampler,
    PredefinedSplit,
    RandomizedSearchCV,
    TimeSeriesSplit,
)

GRID = {"window__time_steps": [2, 4], "rnn__units": [3, 5]}


def test_grid_search_is_a_loop_over_folds_and_candidates(data):
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    search = GridSearchCV(pipe, GRID, cv=cv, error_score="raise").fit(data.X, data.y)
    candidates = list(ParameterGrid(GRID))
    assert search.cv_results_["params"] == candidates
    expected = scores_by_hand(pipe, data, cv, candidates)
    np.testing.assert_array_equal(scores_of(search), expected)
    assert len(np.unique(expected)) == expected.size
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], expected.mean(axis=1)
    )


def test_grid_search_refits_the_best(frames):
    search = GridSearchCV(make_pipe(), GRID, cv=TimeSeriesSplit(2))
    search.fit(frames.X_train, frames.y_train)
    best = clone(make_pipe()).set_params(**search.best_params_)
    best.fit(frames.X_train, frames.y_train)
    np.testing.assert_array_equal(
        search.predict(frames.X_test), best.predict(frames.X_test)
    )


@pytest.mark.slow
def test_grid_search_with_keras_is_a_loop(frames):
    grid = {"window__time_steps": [2, 4]}
    pipe = make_pipe(engine="keras")
    cv = PredefinedSplit(np.repeat([-1, 0], [N_TRAIN, N_TEST]))
    search = GridSearchCV(pipe, grid, cv=cv, refit=False, error_score="raise")
    search.fit(frames.X, frames.y)
    np.testing.assert_array_equal(
        scores_of(search), scores_by_hand(pipe, frames, cv, ParameterGrid(grid))
    )


def test_randomized_search_is_a_loop_over_its_draws(frames):
    space = {"window__time_steps": randint(2, 6), "rnn__learning_rate": [1e-3, 1e-2]}
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    search = RandomizedSearchCV(pipe, space, n_iter=3, cv=cv, random_state=0)
    search.fit(frames.X, frames.y)
    draws = list(ParameterSampler(space, n_iter=3, random_state=0))
    assert search.cv_results_["params"] == draws
    np.testing.assert_array_equal(
        scores_of(search), scores_by_hand(pipe, frames, cv, draws)
    )


def halve(pipe, data, **resource):
    search = HalvingGridSearchCV(
        pipe,
        GRID,
        cv=TimeSeriesSplit(2),
        factor=2,
        random_state=0,
        error_score="raise",
        **resource,
    )
    return search.fit(data.X, data.y)


def test_halving_search_gives_the_best_more_epochs(frames):
    pipe = make_pipe()
    search = halve(
        pipe, frames, resource="rnn__epochs", min_resources=1, max_resources=4
    )
    assert search.n_resources_ == [1, 2, 4]
    assert search.n_candidates_ == [4, 2, 1]
    candidates = search.cv_results_["params"]
    assert [c["rnn__epochs"] for c in candidates] == 4 * [1] + 2 * [2] + [4]
    np.testing.assert_array_equal(
        scores_of(search), scores_by_hand(pipe, frames, search.cv, candidates)
    )


def test_halving_search_over_rows_raises(frames):
    with pytest.raises(ValueError, match=r"HalvingGridSearchCV shuffles .* epochs"):
        halve(make_pipe(), frames, resource="n_samples", min_resources=20)
