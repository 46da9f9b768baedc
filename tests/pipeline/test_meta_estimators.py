"""scikit-learn's estimators and inspections that are built around a pipeline."""

import warnings

import numpy as np
import pytest
from pipelines import N_TEST, make_pipe, split
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_predict

from skseq.exceptions import IncompleteWindowWarning, LaggedTargetWarning


def test_stacking(frames):
    members = [("rnn", make_pipe()), ("mean", DummyRegressor())]
    stack = StackingRegressor(members, final_estimator=LinearRegression(), cv=KFold(3))
    stack.fit(frames.X_train, frames.y_train)
    refitted, out_of_fold = (
        np.column_stack(columns)
        for columns in zip(
            *(parts_of_stack(e, frames) for _, e in members), strict=True
        )
    )
    top = LinearRegression().fit(out_of_fold, frames.y_train)
    np.testing.assert_array_equal(stack.predict(frames.X_test), top.predict(refitted))
    assert stack.final_estimator_.coef_[0] != 0


def parts_of_stack(estimator, frames):
    """Predict the test rows after a fit on all, and the training rows out of fold."""
    fitted = clone(estimator).fit(frames.X_train, frames.y_train)
    out_of_fold = cross_val_predict(
        estimator, frames.X_train, frames.y_train, cv=KFold(3)
    )
    return fitted.predict(frames.X_test), out_of_fold


@pytest.mark.parametrize(("time_steps", "n_first"), [(3, 30), (5, 40)])
def test_the_advice_on_stacking_works(frames, time_steps, n_first):
    X, y = frames.X_train, frames.y_train
    pipe = make_pipe(time_steps=time_steps)
    stack = StackingRegressor([("rnn", clone(pipe))], LinearRegression(), cv=KFold(3))
    with pytest.warns(IncompleteWindowWarning, match="and fit StackingRegr") as caught:
        stack.fit(X, y)
    (text,) = [str(w.message) for w in caught if "cross-validation" in str(w.message)]
    assert r"StackingRegressor(cv='prefit') on rows after those of its fitted" in text
    with pytest.raises(ValueError, match="only works for partitions"):
        clone(stack).set_params(cv=TimeSeriesSplit(3)).fit(X, y)
    fitted = clone(pipe).fit(X[:n_first], y[:n_first])
    stack.set_params(estimators=[("rnn", fitted)], cv="prefit")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stack.fit(X[n_first:], y[n_first:])
        predicted = stack.predict(frames.X[n_first:])[-N_TEST:]
    assert predicted.shape == (N_TEST,)


def test_voting(data):
    members = [("few", make_pipe()), ("many", make_pipe(units=5))]
    vote = VotingRegressor(members).fit(data.X_train, data.y_train)
    each = [
        clone(pipe).fit(data.X_train, data.y_train).predict(data.X_test)
        for _, pipe in members
    ]
    assert not np.allclose(each[0], each[1])
    np.testing.assert_allclose(vote.predict(data.X_test), np.mean(each, axis=0))


def test_transformed_target(data):
    logged = TransformedTargetRegressor(make_pipe(), func=np.log, inverse_func=np.exp)
    match = "target_scaler instead of Transf.* in the same way.$"  # y is a column of X
    with pytest.warns(LaggedTargetWarning, match=match):
        logged.fit(data.X_train, data.y_train)
    by_hand = make_pipe().fit(data.X_train, np.log(data.y_train))
    np.testing.assert_array_equal(
        logged.predict(data.X_test), np.exp(by_hand.predict(data.X_test))
    )


def test_permutation_importance(frames):
    frames.X["constant"] = 1.0
    d = split(frames.X, frames.y)
    pipe = make_pipe(epochs=5).fit(d.X_train, d.y_train)
    importances = permutation_importance(
        pipe, d.X_test, d.y_test, n_repeats=3, random_state=0
    )["importances"]
    sales, price, constant = importances
    assert sales.all()
    assert price.all()
    assert not constant.any()


def test_partial_dependence_predicts_changed_tables(frames):
    pipe = make_pipe().fit(frames.X_train, frames.y_train)
    result = partial_dependence(
        pipe, frames.X_test, ["price"], grid_resolution=3, kind="individual"
    )
    for price, predictions in zip(
        result["grid_values"][0], result["individual"][0].T, strict=True
    ):
        np.testing.assert_array_equal(
            predictions, pipe.predict(frames.X_test.assign(price=price))
        )
    # The window of the first row ends before these rows: no change reaches it.
    is_changed = np.ptp(result["individual"][0], axis=1) > 0
    assert is_changed.tolist() == [False] + (N_TEST - 1) * [True]
