"""Rows whose windows are not complete: fit and predict say how many, and why."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import IncompleteWindowWarning

N_ROWS = 120
INDEXES = {
    "days": pd.date_range("2024-01-01", periods=N_ROWS),
    "business days": pd.bdate_range("2024-01-01", periods=N_ROWS),
    "hours in Berlin": pd.date_range("2024-03-29", periods=N_ROWS, freq="h", tz="CET"),
    "months": pd.date_range("2010-01-31", periods=N_ROWS, freq="ME"),
    "periods": pd.period_range("2010Q1", periods=N_ROWS, freq="Q"),
    "integers": pd.RangeIndex(0, 10 * N_ROWS, 10),
}
KINDS = pytest.mark.parametrize("kind", INDEXES)


def table(kind):
    y = 100 + np.cumsum(np.random.default_rng(0).normal(size=N_ROWS))
    return pd.DataFrame({"v": y}, index=INDEXES[kind])


def pipe(*steps, time_steps=4):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps=time_steps),
        *steps,
        LSTMRegressor(2, epochs=1, random_state=0),
    )


def warnings_of(call):
    """Return the texts of the warnings about incomplete windows in a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [
        str(warning.message)
        for warning in caught
        if warning.category is IncompleteWindowWarning
    ]


@KINDS
def test_nothing_is_said_where_nothing_is_missing(kind):
    X = table(kind)
    fitted = pipe()
    for call in (
        lambda: fitted.fit(X[:100], X.v[:100]),  # the first windows cannot be complete
        lambda: fitted.predict(X[:100]),
        lambda: fitted.predict(X[100:]),
        lambda: fitted.predict(X[100:101]),
        lambda: fitted.predict(X),
    ):
        assert warnings_of(call) == []


@KINDS
@pytest.mark.parametrize("n_later", [1, 3])
def test_rows_without_the_rows_before_are_named(kind, n_later):
    X = table(kind)
    fitted = pipe().fit(X[:100], X.v[:100])
    (text,) = warnings_of(lambda: fitted.predict(X[110 : 110 + n_later]))
    assert text.startswith(f"{n_later} of {n_later} rows to predict")
    assert "1 of them without any known value of the target" in text
    assert f"The first is {X.index[110]}." in text
    assert "at least the 4 rows before" in text


@KINDS
def test_an_embargo_is_named(kind):
    X = table(kind)
    train, test = list(TimeSeriesSplit(2, gap=15).split(X))[-1]
    fitted = pipe().fit(X.iloc[train], X.v.iloc[train])
    (text,) = warnings_of(lambda: fitted.predict(X.iloc[test]))
    assert text.startswith(f"4 of {len(test)} rows to predict")


@KINDS
def test_fit_names_the_longest_hole(kind):
    X = table(kind).drop(index=INDEXES[kind][60:75])
    (text,) = warnings_of(lambda: pipe().fit(X, X.v))
    assert text.startswith("4 of 105 windows (4%) have missing steps")
    assert f"The longest hole is 15 step(s) before {INDEXES[kind][75]}." in text


def test_a_scaler_after_the_windower_changes_nothing():
    X = table("days")
    fitted = pipe(TargetAwareMinMaxScaler()).fit(X[:100], X.v[:100])
    assert warnings_of(lambda: fitted.predict(X[:100])) == []
    (text,) = warnings_of(lambda: fitted.predict(X[110:]))
    assert "The first is 2024-04-20" in text


def test_padded_sequences_are_told_apart_from_holes():
    rng = np.random.default_rng(0)
    windows, y = rng.normal(size=(60, 5, 2)), rng.normal(size=60)
    for row in range(0, 60, 4):
        windows[row, : 1 + row % 3] = np.nan
    regressor = LSTMRegressor(2, epochs=1)
    (text,) = warnings_of(lambda: regressor.fit(windows, y))
    assert "padded sequences, which are not supported" in text
    windows[1, 2] = np.nan  # a hole within a window is no padding
    (text,) = warnings_of(lambda: regressor.fit(windows, y))
    assert "padded" not in text


def test_single_rows_of_arrays_are_named_from_the_second_on():
    X = table("days").to_numpy()
    fitted = pipe().fit(X[:100], X[:100, 0])
    assert warnings_of(lambda: fitted.predict(X[100:101])) == []
    assert warnings_of(lambda: fitted.predict(X[100:103])) == []  # begins with it
    (text,) = warnings_of(lambda: fitted.predict(X[101:102]))
    assert "X has no index" in text
    assert "a pandas object with an index of times" in text


def test_copied_windows_say_nothing_of_their_first_rows():
    X = table("days").to_numpy()
    windows = SequenceWindower(4).fit_transform(X).copy()
    regressor = LSTMRegressor(2, epochs=1)
    assert warnings_of(lambda: regressor.fit(windows, X[:, 0])) == []
    windows[50, 1] = np.nan
    (text,) = warnings_of(lambda: regressor.fit(windows, X[:, 0]))
    assert text.startswith("1 of 120 windows")
    assert "The first belongs to row 50." in text
