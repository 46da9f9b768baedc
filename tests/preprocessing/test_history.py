"""The rows of fit that later rows see: by their index, and where there is none."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from counting_rows import INDEXES, N_ROWS, NAMES, counting_series, monthly_frame
from dateutil import tz
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.model_selection import KFold, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceWindower


def test_the_next_row_gives_the_next_window():
    X = monthly_frame()
    windower = SequenceWindower(time_steps=4).fit(X)
    following = pd.DataFrame(
        np.nan, columns=NAMES, index=X.index[-1:] + pd.offsets.MonthBegin()
    )
    window = windower.transform(following)
    np.testing.assert_array_equal(window, [X.to_numpy()[-4:]])
    windower.fit(X.to_numpy())
    np.testing.assert_array_equal(windower.transform([[np.nan] * 3]), window)


def test_windows_of_rows_between_fitted_rows_hold_only_earlier_rows():
    X = monthly_frame()
    middle = slice(10, 15)
    rest = X.drop(X.index[middle])
    windows = SequenceWindower(time_steps=3).fit(rest).transform(X[middle])
    assert np.isnan(windows[0]).all()
    np.testing.assert_array_equal(windows[3], X.to_numpy()[10:13])


def test_windows_of_rows_before_the_fitted_rows_hold_none_of_them():
    X = monthly_frame()
    windows = SequenceWindower(time_steps=3).fit(X[10:]).transform(X[:10])
    assert np.isnan(windows[0]).all()


def test_rows_long_after_the_fitted_rows_follow_a_gap():
    X = monthly_frame()
    windows = SequenceWindower(time_steps=3).fit(X[:10]).transform(X[12:14])
    np.testing.assert_array_equal(windows[0, :, 0], [9, np.nan, np.nan])
    np.testing.assert_array_equal(windows[1, :, 0], [np.nan, np.nan, 12])


def test_arrays_follow_unless_they_begin_with_the_fitted_rows():
    X = counting_series()
    windower = SequenceWindower(time_steps=2).fit(X[:10])
    assert np.isnan(windower.transform(X)[0]).all()
    assert np.isnan(windower.transform(X[:3])[0]).all()
    np.testing.assert_array_equal(windower.transform(X[20:])[0], X[8:10])


def test_arrays_that_differ_by_rounding_are_the_fitted_rows():
    X = counting_series() + 0.1
    windower = SequenceWindower(time_steps=2).fit(X[:10])
    assert np.isnan(windower.transform(X * (1 + 1e-15))[0]).all()


def test_string_labels_carry_no_time():
    X = pd.DataFrame(counting_series(), index=[f"row {r}" for r in range(N_ROWS)])
    windower = SequenceWindower(time_steps=2).fit(X[:10])
    assert windower.freq_ is None
    np.testing.assert_array_equal(windower.transform(X[20:])[0], X[8:10])


def test_the_index_of_y_is_used_if_x_has_none():
    X = monthly_frame().drop(INDEXES["months"][10])
    y = X["a"]
    windower = SequenceWindower(time_steps=2)
    np.testing.assert_array_equal(
        windower.fit_transform(X.to_numpy(), y),
        SequenceWindower(time_steps=2).fit_transform(X),
    )
    with pytest.warns(UserWarning, match=r"set_output\(transform=\"pandas\"\)"):
        windower.transform(X.to_numpy())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        windower.transform(X.to_numpy())


@pytest.mark.parametrize("kind", ["months", "numbers"])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_tool_that_converts_to_arrays_gets_y_as_an_array(kind, direction):
    table = np.random.default_rng(0).normal(size=(N_ROWS, 2))
    X = pd.DataFrame(table, INDEXES[kind], ["a", "b"])
    selector = SequentialFeatureSelector(
        make_pipeline(SequenceWindower(2), NaiveRegressor(without_past="mean")),
        n_features_to_select=1,
        direction=direction,
        cv=TimeSeriesSplit(2),
    )
    with pytest.warns(UserWarning, match=r"as SequentialFeatureSel.*y\.to_numpy\(\)"):
        selector.fit(X, X["a"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert selector.fit(X, X["a"].to_numpy()).get_support().sum() == 1


def test_another_series_with_the_same_labels_raises_a_warning():
    X = monthly_frame().reset_index(drop=True)
    windower = SequenceWindower().fit(X[:20])
    with pytest.warns(UserWarning, match="same labels as fitted rows, but with other"):
        windower.transform(X[20:].reset_index(drop=True))
    windower.transform(X)


def test_rows_of_another_precision_are_the_fitted_rows():
    X = np.random.default_rng(0).random((20, 2))
    windower = SequenceWindower().fit(X)
    assert np.isnan(windower.transform(X.astype(np.float32))[0]).all()
    with pytest.raises(ValueError, match="Column 1 of X is the target itself"):
        SequenceWindower(horizon=0).fit(X.astype(np.float32), X[:, 1])


def test_the_time_zone_may_change_between_calls():
    X = monthly_frame().set_axis(INDEXES["days, Berlin"])
    windower = SequenceWindower().fit(X[:20])
    expected = windower.transform(X[20:])
    np.testing.assert_array_equal(
        windower.transform(X[20:].tz_convert("UTC")), expected
    )


def test_a_gap_before_a_single_row_across_summer_time():
    index = pd.date_range("2021-01-01", periods=100, tz="Europe/Berlin")
    X = pd.DataFrame({"a": np.arange(100.0)}, index=index)
    windower = SequenceWindower().fit(X[:60])
    assert np.isnan(windower.transform(X[95:96])).all()


def test_a_series_that_begins_with_zeros_keeps_its_past():
    hour = np.arange(24 * 20) % 24
    noise = np.random.default_rng(0).random(len(hour))
    demand = np.where((hour >= 7) & (hour <= 20), 50 + noise, 0.0)
    X = demand.reshape(-1, 1)
    for start in range(24 * 10, 24 * 11):
        windower = SequenceWindower(3).fit(X[:start])
        for n_rows in (1, 3, 12):
            windows = windower.transform(X[start : start + n_rows])
            np.testing.assert_array_equal(windows[0, :, 0], demand[start - 3 : start])
        assert np.isnan(windower.transform(X[:start])[0]).all()
        assert np.isnan(windower.transform(X)[0]).all()


def test_a_single_row_follows_whatever_it_holds():
    X = counting_series()
    windower = SequenceWindower(3).fit(X)
    for row in (X[:1], np.full((1, 3), np.nan)):
        np.testing.assert_array_equal(windower.transform(row), [X[-3:]])


def test_rows_that_are_all_alike():
    X = np.ones((10, 1))
    windower = SequenceWindower(2).fit(X)
    np.testing.assert_array_equal(windower.transform(X), windower.fit_transform(X))
    assert not np.isnan(windower.transform(X[:5])).any()


SPLITS = {
    "gap": TimeSeriesSplit(3, gap=20),
    "folds": KFold(3),
}

LONG_INDEXES = {
    "days": pd.date_range("2020-01-01", periods=300),
    "business days": pd.bdate_range("2020-01-01", periods=300),
    "holidays": pd.bdate_range("2020-01-01", periods=310).delete(range(10, 310, 31)),
    "months": pd.date_range("2000-01-01", periods=300, freq="MS"),
    "hours in Berlin": pd.date_range(
        "2024-03-28", periods=300, freq="h", tz="Europe/Berlin"
    ),
    "periods": pd.period_range("2020-01-01", periods=300, freq="15min"),
    "dates as objects": pd.Index(pd.bdate_range("2020-01-01", periods=300).date),
    "row numbers": pd.RangeIndex(300),
}


@pytest.mark.parametrize("kind", LONG_INDEXES)
@pytest.mark.parametrize("split", SPLITS)
def test_no_window_spans_rows_that_a_split_holds_out(kind, split):
    X = pd.DataFrame({"row": np.arange(300.0)}, index=LONG_INDEXES[kind])
    for train, test in SPLITS[split].split(X):
        windower = SequenceWindower(3).fit(X.iloc[train])
        for rows in (train, test):
            windows = windower.transform(X.iloc[rows])[:, :, 0]
            expected = rows[:, np.newaxis] - [3, 2, 1]
            is_known = np.isin(expected, train[-3:]) | np.isin(expected, rows)
            is_known &= expected <= rows[:, np.newaxis]
            np.testing.assert_array_equal(np.isnan(windows), ~is_known)
            np.testing.assert_array_equal(windows[is_known], expected[is_known])


ZONES = {
    "none": None,
    "name": "Europe/Berlin",
    "dateutil": "dateutil/Europe/Berlin",
    "UTC of dateutil": tz.tzutc(),
    "offset of dateutil": tz.tzoffset(None, 7200),
    "offset": "UTC+02:00",
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("freq", ["h", "D", "MS", "B"])
def test_saved_windowers_place_rows_as_before(zone, freq):
    index = pd.date_range("2024-01-01", periods=N_ROWS, freq=freq, tz=ZONES[zone])
    X = monthly_frame().set_axis(index)
    windower = SequenceWindower().fit(X[:20])
    again = pickle.loads(pickle.dumps(windower))
    np.testing.assert_array_equal(again.transform(X[20:]), windower.transform(X[20:]))
    assert again.freq_ == windower.freq_
    assert again.last_index_.equals(windower.last_index_)
    assert again.last_index_[-1] + again.freq_ == index[20]


def test_stored_rows():
    X = monthly_frame()
    windower = SequenceWindower(4, horizon=2).fit(X[:20])
    np.testing.assert_array_equal(windower.last_rows_, X[15:20])
    assert windower.last_index_.equals(X.index[15:20])
    windower.set_params(history=None).fit(X[:20])
    assert len(windower.last_rows_) == len(windower.last_index_) == 0
    assert SequenceWindower().fit(X.to_numpy()).last_index_ is None


def test_one_series_of_a_panel():
    X = monthly_frame()
    expected = SequenceWindower().fit(X[:20]).transform(X[20:])
    panel = pd.concat({"shop": X})
    windower = SequenceWindower().fit(panel[:20])
    assert windower.freq_ == pd.offsets.MonthBegin()
    np.testing.assert_array_equal(windower.transform(panel[20:]), expected)
    # Another series has another past.
    other = windower.transform(pd.concat({"store": X})[20:])
    assert np.isnan(other[0]).all()
    both = windower.transform(pd.concat({"store": X[20:], "shop": X[20:]}))
    assert np.isnan(both[0]).all()
    np.testing.assert_array_equal(both[len(X) - 20 :], expected)


def test_text_that_looks_like_dates_warns_in_fit():
    X = monthly_frame()
    X.index = X.index.strftime("%Y-%m-%d")
    with pytest.warns(UserWarning, match="looks like dates.*pd.to_datetime"):
        SequenceWindower().fit(X)
