"""Opening hours that change after fit: the windows of forecasts follow them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq._forecasting.windower_steps import parts_of

START, CHANGE, END = pd.to_datetime(["2024-01-01", "2024-03-04", "2024-05-17"])
ALL = range(24)
CHANGES = {
    "closes earlier": ((range(5), range(9, 18)), (range(5), range(9, 14))),
    "two hours later": ((range(5), range(9, 18)), (range(5), range(11, 20))),
    "no Saturdays": ((range(6), range(8, 12)), (range(5), range(8, 12))),
    "open on Sundays": ((range(6), ALL), (range(7), ALL)),
    "other days": ((range(5), range(8, 12)), ([1, 2, 5, 6], range(14, 20))),
}


class CompleteOnly(RegressorMixin, BaseEstimator):
    """Predict the mean, and raise for later windows with missing steps."""

    def fit(self, X, y):
        self.mean_ = np.mean(y, axis=0)
        return self

    def predict(self, X):
        assert np.isfinite(np.asarray(X)).all()
        return np.tile(self.mean_, (len(X), *[1] * np.ndim(self.mean_)))


class OwnWindows(CompleteOnly):
    """Cut the windows itself, as estimators of a user may."""

    def __init__(self, windower=None):
        self.windower = windower

    def fit(self, X, y):
        self.windowers_ = [clone(self.windower).fit(X)]
        return super().fit(X, y)

    def predict(self, X):
        super().predict(np.asarray(self.windowers_[0].transform(X))[-5:])
        return super().predict(np.zeros((len(X), 1)))


PIPE = make_pipeline(SequenceWindower(6), CompleteOnly())
ESTIMATORS = {
    "pipeline": PIPE,
    "around": TransformedTargetRegressor(OwnWindows(SequenceWindower(6))),
    "search": GridSearchCV(
        make_pipeline(SequenceWindower(6), CompleteOnly()),
        {"sequencewindower__time_steps": [4, 6]},
        cv=TimeSeriesSplit(2),
        scoring=lambda estimator, X, y: 0.0,
    ),
    "own": OwnWindows(SequenceWindower(6)),
}
WARNING = "Since 2024-03-.*, the rows of y come at different times .*: fit again"


def numbers(index):
    return pd.Series(np.arange(float(len(index))), index, name="y")


def hours(times, begin=START, end=END):
    days, of_day = times
    index = pd.date_range(begin, end, freq="h", inclusive="left")
    return index[index.day_of_week.isin([*days]) & index.hour.isin([*of_day])]


def changed(change):
    """Return the rows before and after a change of the hours."""
    before, after = CHANGES[change]
    y = numbers(hours(before, end=CHANGE).append(hours(after, begin=CHANGE)))
    return y[y.index < CHANGE], y[y.index >= CHANGE]


def forecaster(estimator, strategy="recursive"):
    options = {"log": False, "deseasonalize": False, "strategy": strategy}
    return SequenceForecaster(estimator, horizon=3, **options)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("strategy", ["recursive", "direct"])
@pytest.mark.filterwarnings("ignore:.*cuts the windows itself")
def test_windows_of_forecasts_are_complete(change, kind, strategy):
    before, after = changed(change)
    fitted = forecaster(ESTIMATORS[kind], strategy).fit(before)
    known = [one for one in parts_of(fitted.estimator_) if hasattr(one, "freq_")]
    offsets = [one.freq_ for one in known]
    with pytest.warns(UserWarning, match=WARNING) as caught:
        fitted.update(after[:-20])
    assert len(caught) == 1
    fitted.forecast()
    fitted.update(after[:-9]).forecast()  # warnings are errors, also a second one
    fitted.predict(after[-9:-6].to_frame())
    assert [one.freq_ for one in known] == offsets  # the fitted ones are as before


def test_the_regressor_is_not_copied():
    before, after = changed("no Saturdays")
    fitted = forecaster(PIPE).fit(before)
    regressor = fitted.estimator_[-1]
    with pytest.warns(UserWarning, match=WARNING):
        fitted.update(after)
    assert fitted.estimator_[-1] is regressor
    assert fitted.estimator_[0].freq_ == fitted.freq_


@pytest.mark.parametrize("change", CHANGES)
def test_series_that_are_new_have_windows_in_their_hours(change):
    one, other = (numbers(hours(times)) for times in CHANGES[change])
    names = ["shop", "time"]
    fitted = forecaster(PIPE).fit(pd.concat({"a": one, "b": one}, names=names))
    is_wider = {*CHANGES[change][1][0]} - {*CHANGES[change][0][0]}
    new = pd.concat({"c": other}, names=names).rename("y")
    fitted.update(new)
    fitted.forecast()
    assert is_wider or fitted.estimator_[0].freq_ == fitted.freq_


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("gaps", ["auto", "ignore"])
def test_rows_at_closed_times_are_named(change, gaps):
    before, _ = changed(change)
    closed = pd.date_range(CHANGE - pd.Timedelta("1D"), periods=1)  # on a Sunday
    known = before[before.index < closed[0]]
    pipe = make_pipeline(SequenceWindower(6, gaps=gaps), CompleteOnly())
    fitted = forecaster(pipe).fit(known)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted.update(numbers(closed))
    assert len(caught) == (gaps == "auto")
    for one in caught:
        assert "y has 1 row at times of the week that had no" in str(one.message)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_windows_of_known_rows_hold_no_value_to_predict(change, strategy):
    """If y rises by 1 a row, the last value is wrong by 1 after one step."""
    before, after = changed(change)
    y = pd.concat([before, after])
    naive = make_pipeline(SequenceWindower(6), NaiveRegressor("last"))
    fitted = forecaster(naive, strategy).fit(before)
    with pytest.warns(UserWarning, match=WARNING):
        fitted.update(after[:-9])
    known = y[30:-9]
    errors = known - fitted.predict(known.to_frame())
    assert (errors > 0).all()
    assert (errors == 1).mean() > 0.9
