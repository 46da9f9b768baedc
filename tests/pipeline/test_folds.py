"""Folds of scikit-learn's splitters are fitted alone and see no later rows."""

import numpy as np
from pipelines import (
    N_TRAIN,
    assert_same_weights,
    fit_on,
    make_pipe,
    rows_of,
    score_on,
)
from sklearn.base import clone
from sklearn.model_selection import (
    KFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_validate,
    learning_curve,
)


def test_cross_validate_fits_each_fold_alone(engine, data):
    pipe, cv = make_pipe(engine=engine), TimeSeriesSplit(3)
    result = cross_validate(
        pipe,
        data.X,
        data.y,
        cv=cv,
        return_train_score=True,
        return_estimator=True,
        return_indices=True,
        error_score="raise",
    )
    indices = result["indices"]
    for fold, fitted in enumerate(result["estimator"]):
        train, test = indices["train"][fold], indices["test"][fold]
        alone = fit_on(pipe, data, train)
        assert_same_weights(fitted, alone)
        assert result["train_score"][fold] == score_on(alone, data, train)
        assert result["test_score"][fold] == score_on(alone, data, test)
        lowest = rows_of(data.X, train).min(axis=0)
        np.testing.assert_array_equal(fitted["scale"].data_min_, lowest)


def test_blocks_within_an_index_see_no_later_rows(engine, frames):
    pipe, cv = make_pipe(engine=engine), KFold(4)
    y_pred = cross_val_predict(pipe, frames.X, frames.y, cv=cv)
    n_alike = 0
    for train, test in cv.split(frames.X):
        fitted = fit_on(pipe, frames, train)
        X_test = frames.X.iloc[test]
        np.testing.assert_array_equal(y_pred[test], fitted.predict(X_test))
        without = fit_on(pipe, frames, train, window__history=None)
        n_alike += np.array_equal(y_pred[test], without.predict(X_test))
    # Only the last block follows its training rows and so has a history.
    assert n_alike == cv.n_splits - 1


def test_windows_across_a_left_out_block_are_not_trained_on(frames):
    rows = np.r_[0:30, 45:N_TRAIN]
    # Below, X does not contain the past of y, so nothing may depend on it.
    pipe = make_pipe(normalization=None, persistence=None)
    pipe.set_params(scale__target_columns=["sales"])
    fitted = fit_on(pipe, frames, rows)
    complete = fitted["window"].complete_windows(fitted["scale"].transform(frames.X))
    assert complete.sum() == len(frames.X) - 3
    y = frames.y.copy()
    y.iloc[45:48] = y.iloc[50]  # their windows reach into the gap
    other = clone(pipe).fit(frames.X.iloc[rows], y.iloc[rows])
    assert_same_weights(fitted, other)


def test_learning_curve_is_a_loop_over_sizes(frames):
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    sizes, _, scores = learning_curve(
        pipe,
        frames.X,
        frames.y,
        cv=cv,
        train_sizes=[12, 24],
        error_score="raise",
    )
    assert sizes.tolist() == [12, 24]
    expected = [
        [
            score_on(fit_on(pipe, frames, train[:n]), frames, test)
            for train, test in cv.split(frames.X)
        ]
        for n in sizes
    ]
    np.testing.assert_array_equal(scores, expected)
