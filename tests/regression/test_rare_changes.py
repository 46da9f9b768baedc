"""Targets that change a few times only, such as policy rates and prices."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.exceptions import LaggedTargetWarning, RangeWarning, SkillWarning

SCALERS = {
    "none": None,
    "target aware": TargetAwareMinMaxScaler(),
    "standard": StandardScaler().set_output(transform="pandas"),
}


def steps(changes, n_rows=90, level=9.99):
    """Make a series that changes by 1 to 3 at some rows, and is constant between."""
    y = np.full(n_rows, level)
    for number, row in enumerate(changes):
        y[row:] += 1 + (number * 2) % 3
    return pd.Series(y, pd.date_range("2024-01-01", periods=n_rows), name="price")


def pipe(scaler="target aware", **params):
    params = {"units": 2, "epochs": 1, "random_state": 0} | params
    windower, regressor = SequenceWindower(6), LSTMRegressor(**params)
    return make_pipeline(SCALERS[scaler], windower, regressor)


def caught(function):
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", SkillWarning)
        result = function()
    return result, [(w.category, str(w.message)) for w in shown]


@pytest.mark.parametrize("scaler", SCALERS)
@pytest.mark.parametrize("changes", [[40], [40, 60], [20, 40, 60], [30, 31, 50, 70]])
def test_the_past_is_found_however_rare_the_changes(changes, scaler):
    y = steps(changes)
    fitted, shown = caught(lambda: pipe(scaler).fit(y.to_frame(), y))
    assert shown == []
    assert list(fitted[-1].target_feature_) == [0]
    later = steps(changes, 91)
    assert fitted.predict(later.to_frame())[-1] == pytest.approx(y.iloc[-1], abs=0.5)


@pytest.mark.parametrize("n_before", [1, 3, 12])
def test_another_column_that_changed_once_is_no_past(n_before):
    y = steps([40])
    flag = (np.arange(len(y)) >= 40 - n_before).astype(float)
    X = pd.DataFrame({"flag": flag}, index=y.index)
    fitted, _ = caught(lambda: pipe().fit(X, y))
    assert list(fitted[-1].target_feature_) == [-1]


@pytest.mark.sample(4)
@pytest.mark.parametrize("n_late", [1, 3, 6])
@pytest.mark.parametrize("scaler", SCALERS)
def test_a_change_after_the_last_window_is_told(n_late, scaler):
    y = steps([90 - n_late])
    one = SequenceForecaster(pipe(scaler), horizon=6, log=False)
    _, shown = caught(lambda: one.fit(y))
    ((category, text),) = shown
    assert category is LaggedTargetWarning
    assert "y changes for the first time in its last 6 rows" in text
    assert "stay near the value before the change" in text


def test_the_ways_out_of_a_late_change_work():
    y = steps([86])
    for way in ({"horizon": 2}, {"strategy": "recursive"}):
        one = SequenceForecaster(pipe(), log=False, **way)
        _, shown = caught(lambda one=one: one.fit(y))
        assert shown == []
        assert one.forecast(2).iloc[0] == pytest.approx(y.iloc[-1], abs=0.5)


def test_naive_forecasts_of_a_late_change():
    y = steps([86])
    plain = make_pipeline(SequenceWindower(3), NaiveRegressor("last"))
    forecaster = SequenceForecaster(plain, horizon=6, log=False)
    assert list(forecaster.fit(y).forecast()) == [y.iloc[-1]] * 6
    scaled = make_pipeline(TargetAwareMinMaxScaler(), *plain)
    forecaster = SequenceForecaster(scaled, horizon=6, log=False)
    match = "y changes for the first time in its last 6 rows.*without_past='mean'"
    with pytest.raises(ValueError, match=match):
        forecaster.fit(y)


def test_a_feature_that_was_constant_in_all_windows_is_named_once_it_changes():
    y = steps([89])  # in the last row alone, which no window of fit contains
    fitted, _ = caught(lambda: pipe().fit(y.to_frame(), y))
    later = steps([89], 92)
    with pytest.warns(RangeWarning, match="reaches 1 .*it was always 0 in the windows"):
        fitted.predict(later.to_frame())


@pytest.mark.parametrize("order", [["year", "price"], ["price", "year"]])
@pytest.mark.parametrize("n_changes", [1, 3])
def test_a_column_that_changes_on_the_same_days_is_no_past(n_changes, order):
    y = steps([30, 50, 70][:n_changes])
    year = 2020.0 + np.cumsum(y.diff().fillna(0) != 0)
    X = pd.DataFrame({"price": y, "year": year})
    fitted, _ = caught(lambda: pipe("none").fit(X[order], y))
    assert list(fitted[-1].target_feature_) == [order.index("price")]
    alone, _ = caught(lambda: pipe("none").fit(X[["year"]], y))
    assert list(alone[-1].target_feature_) == [-1]


def test_a_recursive_forecaster_is_not_told_to_be_recursive():
    y = steps([89])
    one = SequenceForecaster(pipe(), horizon=6, strategy="recursive", log=False)
    _, ((_, text),) = caught(lambda: one.fit(y))
    assert "in its last row, so it is constant" in text
    assert ". Fit again when more rows are known." in text
