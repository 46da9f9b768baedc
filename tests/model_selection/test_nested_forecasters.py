"""backtest of estimators that contain forecasters, such as ensembles of them."""

import numpy as np
import pandas as pd
import pytest
from last_value_forecaster import LastValueForecaster, make_months
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import VotingRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest, make_step_scorer
from skseq.model_selection._backtest import default_split
from skseq.model_selection._forecasting_parts import forecasting_parts

CV = ForecastSplit(2, horizon=4, gap=1, step=1)


def naive():
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor("drift"))
    return SequenceForecaster(pipe, horizon=5)


def ensemble(*others):
    return VotingRegressor([("one", naive()), ("two", naive()), *others])


class MadeInFit(RegressorMixin, BaseEstimator):
    """Has a forecaster in a list that its fit makes."""

    def fit(self, X, y):
        self.models_ = [("only", naive().fit(X, y))]
        return self

    def predict(self, X):
        return self.models_[0][1].predict(X)


NESTED = {
    "ensemble": ensemble(),
    "transformed target": TransformedTargetRegressor(
        naive(), func=np.log, inverse_func=np.exp
    ),
    "after a scaler": make_pipeline(StandardScaler(), naive()),
    "one for each target": MultiOutputRegressor(naive()),
    "search": GridSearchCV(
        ensemble(), {"weights": [None]}, cv=ForecastSplit(2, horizon=2)
    ),
    "search in a pipeline": make_pipeline(
        StandardScaler(),
        GridSearchCV(naive(), {"log": [False]}, cv=ForecastSplit(2, horizon=2)),
    ),
    "made in fit": MadeInFit(),
}


def data(name):
    y = make_months(30) + 100
    X = pd.DataFrame({"other": np.arange(30.0) ** 2}, y.index)
    return X, pd.DataFrame({"a": y, "b": y + 1}) if "each" in name else y


@pytest.mark.parametrize("name", NESTED)
def test_fits_and_predictions_by_hand(name):
    X, y = data(name)
    table = backtest(NESTED[name], X, y, cv=CV)
    expected = []
    for train, test in CV.split(X, y):
        fitted = clone(NESTED[name]).fit(X.iloc[train], y.iloc[train])
        later = X.iloc[train[-1] + 1 : test[-1] + 1]  # with the rows of the gap
        predictions = np.reshape(fitted.predict(later), (len(later), -1))[-len(test) :]
        n_targets = predictions.shape[1]
        steps = np.repeat(test - train[-1], n_targets)
        origins = X.index[np.full(len(steps), train[-1])]
        expected.append(pd.DataFrame({"origin": origins, "step": steps}))
        expected[-1]["prediction"] = predictions.ravel()
    expected = pd.concat(expected, ignore_index=True)
    pd.testing.assert_frame_equal(table[list(expected)], expected)


@pytest.mark.parametrize("name", NESTED)
def test_what_cannot_be_passed_on(name):
    X, y = data(name)
    with pytest.raises(ValueError, match=r"coverage=0.8 needs .* with forecast"):
        backtest(NESTED[name], X, y, cv=CV, coverage=0.8)
    with pytest.raises(ValueError, match=r"(?s)refit above 1 .* update.*refit=1"):
        backtest(NESTED[name], X, y, cv=CV, refit=2)


def test_a_number_of_folds_and_no_features():
    _, y = data("ensemble")
    table = backtest(ensemble(), y=y, cv=2)
    assert list(table["step"]) == [1, 2, 3, 4, 5] * 2
    expected = backtest(naive(), y=y, cv=2)
    pd.testing.assert_frame_equal(table, expected, check_exact=False)


def windows_of(*lengths):
    """Return a search over windows of different lengths."""
    pipe = Pipeline([("window", SequenceWindower(2)), ("regress", NaiveRegressor())])
    return GridSearchCV(pipe, {"window": [SequenceWindower(n) for n in lengths]})


SEARCHES = {
    "candidates": (windows_of(3, 9), 9),
    "candidates within": (VotingRegressor([("search", windows_of(9, 4))]), 9),
    "forecaster": (GridSearchCV(naive(), {"log": [False]}), 4),
    "forecaster within": (ensemble(), 4),
    "no windows": (GridSearchCV(LastValueForecaster(), {"horizon": [1]}), None),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_the_default_folds_leave_room_for_the_longest_windows(name):
    estimator, longest = SEARCHES[name]
    assert default_split(3, estimator).time_steps == longest


def test_windows_beside_a_forecaster_end_later():
    X, y = data("")
    pipe = make_pipeline(SequenceWindower(3, horizon=2), NaiveRegressor())
    table = backtest(ensemble(("pipe", pipe)), X.assign(y=y), y, cv=CV)
    assert list(table["step"]) == [2, 2, 2, 2] * 2


def test_scores_of_one_step_count_from_the_last_row_of_fit():
    X, y = data("")
    table = backtest(ensemble(), X, y, cv=CV)
    (train, test), *_ = CV.split(X, y)
    fitted = ensemble().fit(X.iloc[train], y.iloc[train])
    error = (table["y"] - table["prediction"]).abs()[table["step"] == 2].iloc[0]
    scorer = make_step_scorer("neg_mean_absolute_error", 2)
    assert scorer(fitted, X.iloc[test], y.iloc[test]) == pytest.approx(-error)


class Noted(RegressorMixin, BaseEstimator):
    """A regressor that keeps other objects as attributes."""

    def __init__(self, noted=()):
        self.noted = noted

    def fit(self, X, y):
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, X):
        return np.full(len(X), self.mean_)


def circle():
    parent, child = {}, []
    parent["child"], child[:] = child, [parent, child]
    return parent


@pytest.mark.parametrize(
    "noted",
    [circle(), pd.DataFrame({"fit": [1], "forecast": [2]}), [0.5] * 10, [[circle()]]],
)
def test_other_attributes_are_no_forecasters(noted):
    regressor = Noted(noted)
    assert forecasting_parts(regressor) == ([], [])
    within = Noted([noted, ("name", naive())])
    assert len(forecasting_parts(within)[0]) == 1
