"""Rows to predict that have the labels of fitted rows by mistake."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler

N_ROWS = 80
VALUES = np.random.default_rng(0).normal(size=N_ROWS).cumsum() + 50
INDEXES = {
    "default": pd.RangeIndex(N_ROWS),
    "numbers": pd.RangeIndex(1000, 1000 + 2 * N_ROWS, 2),
    "days": pd.date_range("2020-01-01", periods=N_ROWS),
    "months": pd.period_range("2014-01", periods=N_ROWS, freq="M"),
    "zone": pd.date_range("2020-01-01", periods=N_ROWS, freq="h", tz="Asia/Tokyo"),
}
FOLLOWING = {
    "default": "80",
    "numbers": "1160",
    "days": "2020-03-21 00:00:00",
    "months": "2020-09",
    "zone": "2020-01-04 08:00:00+09:00",
}


def table(kind):
    return pd.DataFrame({"y": VALUES, "z": VALUES[::-1]}, index=INDEXES[kind])


def fitted_pipe(X, horizon=1, **params):
    windower = SequenceWindower(4, horizon=horizon, **params)
    return make_pipeline(windower, NaiveRegressor()).fit(X, X["y"])


def unknown(index, like):
    return pd.DataFrame(np.nan, index=index, columns=like.columns)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("start", [0, -1], ids=["first label", "last label"])
@pytest.mark.parametrize("kind", INDEXES)
def test_unknown_rows_with_fitted_labels_warn(kind, start, horizon):
    X = table(kind)
    pipe = fitted_pipe(X, horizon)
    index = X.index[:horizon] if start == 0 else X.index[-1:]
    match = rf"labels of fitted rows.*follows the fitted rows is {FOLLOWING[kind]}\."
    with pytest.warns(UserWarning, match=match.replace("+", r"\+")):
        pipe.predict(unknown(index, X))


def test_a_new_frame_of_one_row_warns_and_the_index_it_names_gives_the_next_row():
    X = table("default")
    pipe = fitted_pipe(X)
    new = pd.DataFrame({"y": [np.nan], "z": [np.nan]})
    with pytest.warns(
        UserWarning, match=r"the first is 0\).*rows is 80.*Set the index"
    ):
        wrong = pipe.predict(new)
    assert wrong != VALUES[-1]
    assert pipe.predict(new.set_axis([80])) == VALUES[-1]


def test_known_columns_do_not_hide_it():
    X = table("default").assign(holiday=0.0)
    pipe = fitted_pipe(X, future_columns=["holiday"])
    new = unknown([0], X).assign(holiday=0.0)
    with pytest.warns(UserWarning, match="labels of fitted rows"):
        pipe.predict(new)
    assert pipe.predict(new.set_axis([80])) == VALUES[-1]


@pytest.mark.parametrize(
    "scaler",
    [
        StandardScaler().set_output(transform="pandas"),
        TargetAwareMinMaxScaler().set_output(transform="pandas"),
    ],
)
def test_arrays_that_an_earlier_step_numbers_warn(scaler):
    X = VALUES.reshape(-1, 1)
    pipe = make_pipeline(scaler, SequenceWindower(4), NaiveRegressor()).fit(X, VALUES)
    with pytest.warns(UserWarning, match=r"If X is an array.*set_output"):
        pipe.predict([[np.nan]])
    following = pipe.predict(pd.DataFrame([[np.nan]], index=[N_ROWS]))
    np.testing.assert_allclose(following, VALUES[-1])


def test_labels_of_each_series_are_compared():
    parts = {name: table("days")[:n] for name, n in (("a", 50), ("b", 70))}
    X = pd.concat(parts)
    pipe = fitted_pipe(X)
    index = pd.MultiIndex.from_tuples(
        [("b", INDEXES["days"][70]), ("a", INDEXES["days"][0])]
    )
    match = r"2020-01-01 00:00:00 of series a\).*rows is 2020-02-20"
    with pytest.warns(UserWarning, match=match):
        pipe.predict(unknown(index, X))
    index = pd.MultiIndex.from_tuples(
        [("b", INDEXES["days"][70]), ("a", INDEXES["days"][50])]
    )
    np.testing.assert_array_equal(pipe.predict(unknown(index, X)), VALUES[[69, 49]])


def test_labels_without_a_frequency():
    X = table("days")
    pipe = fitted_pipe(X, gaps="ignore")
    with pytest.warns(UserWarning, match="fitted rows have labels after 2020-03-20"):
        pipe.predict(unknown(X.index[:1], X))


def test_other_values_name_the_next_label():
    X = table("default")
    pipe = fitted_pipe(X[:70])
    with pytest.warns(UserWarning, match=r"other values.*fitted rows is 70\."):
        pipe.predict(X[70:].reset_index(drop=True))


@pytest.mark.parametrize("kind", INDEXES)
def test_right_calls_do_not_warn(kind):
    X = table(kind)
    for history in ("auto", None):
        pipe = fitted_pipe(X[:60], history=history)
        last_unknown = X.copy()
        last_unknown.iloc[-1] = np.nan
        first = X[:60].copy()
        first.iloc[-1] = np.nan
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "Steps are missing")
            for rows in (X, X[60:], X[50:], last_unknown, last_unknown[60:], first):
                pipe.predict(rows)
            pipe.predict(unknown(X.index[60:61], X))
            pipe.predict(unknown(X.index[65:66], X))


def test_fitted_labels_are_not_compared_without_history():
    X = table("default")
    pipe = fitted_pipe(X, history=None)
    pipe.predict(unknown([0], X))  # each call stands alone


def test_nan_in_a_window_is_an_error_whatever_the_labels_are():
    X = table("default")
    with pytest.raises(ValueError, match="contains NaN: row 0"):
        fitted_pipe(X).predict(unknown(X.index[:3], X))
