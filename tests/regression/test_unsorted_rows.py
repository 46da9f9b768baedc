"""Regressors without a windower: rows that are not in order of time."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.model_selection import KFold, cross_val_score, train_test_split

from skseq import LSTMRegressor, NaiveRegressor
from skseq.exceptions import LaggedTargetWarning

N_ROWS, N_LAGS = 80, 6
DAYS = pd.date_range("2024-01-01", periods=N_ROWS)
TIMES = {
    "days": DAYS,
    "zone": DAYS.tz_localize("Europe/Berlin"),
    "periods": DAYS.to_period("D"),
    "time differences": DAYS - DAYS[0],
    "objects": pd.Index(DAYS.date, dtype=object),
}
LSTM = LSTMRegressor(2, epochs=1, random_state=0)


def lag_table(index, seed=0):
    """Return a table of the last values of y, and y, with some index."""
    series = 20 + np.random.default_rng(seed).normal(size=N_ROWS + N_LAGS).cumsum()
    lags = sliding_window_view(series, N_LAGS)[:-1]
    names = [f"lag{k}" for k in range(N_LAGS, 0, -1)]
    return pd.DataFrame(lags, index, names), pd.Series(series[N_LAGS:], index)


def shuffled(X, y):
    return train_test_split(X, y, random_state=0)[::2]


def newest_first(X, y):
    return X[::-1], y[::-1]


def rows_twice(X, y):
    order = np.r_[0, np.arange(N_ROWS)]
    return X.iloc[order], y.iloc[order]


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("regressor", [LSTM, NaiveRegressor()], ids=["lstm", "naive"])
@pytest.mark.parametrize("as_array", [False, True])
def test_times_out_of_order_are_an_error(times, regressor, as_array):
    def fit(change):
        X, y = change(*lag_table(TIMES[times]))
        return regressor.fit(X.to_numpy() if as_array else X, y)

    name = "y" if as_array else "X"
    for change, problem in (
        (shuffled, "is unsorted"),
        (newest_first, r"is unsorted \(row 1 is .*sort_index"),
        (rows_twice, "has duplicates"),
    ):
        with pytest.raises(ValueError, match=f"The index of {name} {problem}"):
            fit(change)


@pytest.mark.parametrize("times", TIMES)
def test_windows_show_their_order_themselves(times):
    X, y = shuffled(*lag_table(TIMES[times]))
    (text,) = warnings_of(lambda: LSTM.fit(X.to_numpy()[..., np.newaxis], y))
    assert "The windows of X seem to be out of time order" in text
    # Those of several shops, one after another, are in order.
    X, y = (
        pd.concat(parts)
        for parts in zip(*map(lag_table, [TIMES[times]] * 2), strict=True)
    )
    windows = X.to_numpy()[..., np.newaxis]
    assert warnings_of(lambda: LSTM.fit(windows, y)) == []
    predictions = LSTM.predict(windows)
    expected = LSTM.fit(windows, y.to_numpy()).predict(windows)
    np.testing.assert_array_equal(predictions, expected)


def warnings_of(fit):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit()
    return [str(w.message) for w in caught if w.category is LaggedTargetWarning]


@pytest.mark.parametrize("labels", [pd.RangeIndex(N_ROWS), np.arange(N_ROWS) / 4])
@pytest.mark.parametrize("change", [shuffled, newest_first])
def test_numbers_out_of_order_are_warned_of_once(labels, change):
    X, y = change(*lag_table(labels))
    (text,) = warnings_of(lambda: LSTM.fit(X, y))
    assert "The index is unsorted" in text and "reset_index" in text
    assert LSTM.target_feature_ == [-1]
    texts = warnings_of(
        lambda: cross_val_score(LSTM, X, y, cv=KFold(3, shuffle=True, random_state=0))
    )
    assert set(texts) == {text}  # one text, so that it is shown once by default


@pytest.mark.parametrize(
    "labels",
    [
        np.tile(np.arange(20), 4),  # four tables, one after another
        np.repeat(np.arange(20), 4),
        pd.Index([None, *range(1, N_ROWS)], dtype="Int64"),
        [f"row {n}" for n in range(N_ROWS, 0, -1)],
    ],
)
def test_other_labels_are_not_warned_of(labels):
    X, y = lag_table(pd.Index(labels))
    (text,) = warnings_of(lambda: LSTM.fit(X, y))
    assert text.startswith("The 6 features of X are consecutive past values of y")
    assert LSTM.target_feature_ == [N_LAGS - 1]


def test_independent_sequences_may_come_in_any_order():
    rng = np.random.default_rng(0)
    windows, y = rng.normal(size=(60, 5, 2)), pd.Series(rng.normal(size=60))
    X, _, y, _ = train_test_split(windows, y, random_state=0)
    assert warnings_of(lambda: LSTM.fit(X, y)) == []


@pytest.mark.parametrize("as_table", [False, True])
def test_the_past_is_not_found_by_luck(as_table):
    naive = NaiveRegressor(without_past="mean")
    for seed in range(80):
        X, y = lag_table(pd.RangeIndex(N_ROWS), seed)
        X = X if as_table else X.to_numpy()[..., np.newaxis]
        X, _, y, _ = train_test_split(X, y, random_state=seed)
        assert naive.fit(X, y).target_feature_ == [-1]


def test_an_array_with_the_newest_row_first():
    X, y = newest_first(*lag_table(None))
    with pytest.raises(ValueError, match="1 row later.* newest row comes first, rev"):
        LSTM.fit(X.to_numpy(), y.to_numpy())
