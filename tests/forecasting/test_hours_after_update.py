"""Opening hours that change after fit: update warns, and counts steps as in fit."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

START, CHANGE, END = pd.to_datetime(["2024-01-01", "2024-03-04", "2024-05-17"])
ALL = range(24)
CHANGES = {
    "closes earlier": ((range(5), range(9, 18)), (range(5), range(9, 14))),
    "two hours later": ((range(5), range(9, 18)), (range(5), range(11, 20))),
    "no Saturdays": ((range(6), range(8, 12)), (range(5), range(8, 12))),
    "open on Sundays": ((range(6), ALL), (range(7), ALL)),
    "other days": ((range(5), range(8, 12)), ([1, 2, 5, 6], range(14, 20))),
}


PIPE = make_pipeline(SequenceWindower(6), NaiveRegressor("last"))
WARNING = "Since 2024-03-.*, the rows of y come at different times .*; fit again"


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
@pytest.mark.parametrize("strategy", ["recursive", "direct"])
@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.filterwarnings("ignore:.* at times of the week that had no row in fit")
def test_steps_are_counted_as_in_fit_until_the_next_fit(change, strategy):
    before, after = changed(change)
    fitted = forecaster(PIPE, strategy).fit(before)
    offset = fitted.freq_
    with pytest.warns(UserWarning, match=WARNING):
        fitted.update(after)
    assert fitted.freq_ == fitted.estimator_[0].freq_ == offset
    # Known rows are predicted from the row before them, never from their own value.
    errors = after - fitted.predict(after.to_frame())
    assert errors.min() >= 1


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("gaps", ["auto", "ignore"])
def test_rows_at_closed_times_are_named(change, gaps):
    before, _ = changed(change)
    closed = pd.date_range(CHANGE - pd.Timedelta("1D"), periods=1)  # on a Sunday
    known = before[before.index < closed[0]]
    pipe = make_pipeline(SequenceWindower(6, gaps=gaps), NaiveRegressor("last"))
    fitted = forecaster(pipe).fit(known)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted.update(numbers(closed))
    assert len(caught) == (gaps == "auto")
    for one in caught:
        assert "y has 1 row at times of the week that had no" in str(one.message)
