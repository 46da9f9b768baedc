"""Windows: every row's window against a naive loop, gaps, NaN, errors."""

import itertools
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from counting_rows import (
    INDEXES,
    N_FITTED,
    N_ROWS,
    NAMES,
    counting_series,
    monthly_frame,
)
from failed_fits import copy_without_note
from sklearn.base import clone

from skseq import SequenceWindower


def naive_window(row, known, *, time_steps, horizon, future):
    """Fill a window cell by cell: the value of a row that is known, else NaN."""
    table = counting_series()
    window = np.full((time_steps, len(NAMES)), np.nan)
    for step, column in itertools.product(range(time_steps), range(len(NAMES))):
        lead = 0 if column in future else horizon
        source = row - lead - (time_steps - 1 - step)
        if source in known:
            window[step, column] = table[source, column]
    return window


@pytest.mark.sample(6)
@pytest.mark.parametrize("time_steps", [1, 3])
@pytest.mark.parametrize("horizon", [0, 1, 3])
@pytest.mark.parametrize("future", [(), (1, 2)])
@pytest.mark.parametrize("history", ["auto", None])
@pytest.mark.parametrize("dropped", [(), (5, 6, 7, 8, 22), (18, 19, 20, 21)])
@pytest.mark.parametrize("gaps", ["auto", "ignore"])
@pytest.mark.parametrize("kind", [*INDEXES, "array"])
def test_every_cell_of_every_window(
    time_steps, horizon, future, history, dropped, gaps, kind
):
    kept = np.setdiff1d(np.arange(N_ROWS), dropped)
    table = counting_series()[kept]
    fitted = kept < N_FITTED
    # Without a frequency the rows that are there count as consecutive.
    joined = gaps == "ignore" or kind == "array"
    if kind != "array":
        table = pd.DataFrame(table, columns=NAMES, index=INDEXES[kind][kept])
    windower = SequenceWindower(
        time_steps,
        horizon=horizon,
        future_columns=list(future) or None,
        history=history,
        gaps=gaps,
    )
    options = {"time_steps": time_steps, "horizon": horizon, "future": future}

    def expected(rows, visible):
        if not joined:
            known = set(kept[visible])
            return [naive_window(row, known, **options) for row in kept[rows]]
        numbers = np.arange(len(kept))
        windows = [
            naive_window(number, set(numbers[visible]), **options)
            for number in numbers[rows]
        ]
        return [values_of(window, kept) for window in windows]

    after = expected(~fitted, ~fitted if history is None else fitted | ~fitted)
    np.testing.assert_array_equal(
        windower.fit_transform(table[fitted]), expected(fitted, fitted)
    )
    np.testing.assert_array_equal(
        windower.transform(table[fitted]), expected(fitted, fitted)
    )
    np.testing.assert_array_equal(windower.transform(table[~fitted]), after)


def values_of(window, kept):
    """Turn row numbers among the kept rows into the values of these rows."""
    known = ~np.isnan(window)
    values = window.copy()
    number = (window[known] % 100).astype(int)
    values[known] = 100 * (window[known] // 100) + kept[number]
    return values


def test_windows_are_a_read_only_view():
    windows = SequenceWindower(time_steps=5).fit_transform(counting_series())
    assert windows.base is not None
    assert windows.strides[0] == windows.strides[1]
    with pytest.raises(ValueError, match="read-only"):
        windows[0, 0, 0] = 1


def test_a_long_gap_needs_no_memory():
    index = pd.DatetimeIndex(["2020-01-01", "2020-01-01 00:01", "2020-01-01 00:02"])
    index = index.append(index + pd.Timedelta(days=36500))
    X = pd.DataFrame({"a": np.arange(6.0)}, index=index)
    windows = SequenceWindower(time_steps=2).fit_transform(X)
    np.testing.assert_array_equal(
        np.isnan(windows).sum(axis=(1, 2)), [2, 1, 0, 2, 1, 0]
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.float16])
def test_floats_are_kept(dtype):
    X = counting_series().astype(dtype)
    windows = SequenceWindower().fit_transform(X)
    kept = dtype in (np.float32, np.float64)
    assert windows.dtype == (dtype if kept else np.float64)


def test_containers_give_the_same_windows():
    X = counting_series()
    expected = SequenceWindower().fit_transform(X)
    for table in (X.tolist(), np.asfortranarray(X), pl.DataFrame(X), pd.DataFrame(X)):
        np.testing.assert_array_equal(SequenceWindower().fit_transform(table), expected)


def test_a_row_between_two_steps_raises():
    X = monthly_frame()
    windower = SequenceWindower(time_steps=2).fit(X[:20])
    with pytest.raises(ValueError, match="must match the frequency of the fitted rows"):
        windower.transform(X[20:].shift(3, freq="D"))
    windower.set_params(gaps="ignore").fit(X[:20])
    windows = windower.transform(X[20:].shift(3, freq="D"))
    np.testing.assert_array_equal(windows[0], X[18:20])


def test_numbers_between_two_steps_raise():
    X = pd.DataFrame({"a": np.arange(20.0)})
    windower = SequenceWindower().fit(X)
    with pytest.raises(ValueError, match="must match the frequency"):
        windower.transform(X.set_axis(X.index + 20.5))


def test_complete_windows():
    X = monthly_frame().drop(INDEXES["months"][[10, 25]])
    windower = SequenceWindower(time_steps=2).fit(X[:19])
    complete = ~np.isnan(windower.transform(X)).any(axis=(1, 2))
    np.testing.assert_array_equal(windower.complete_windows(X), complete)
    assert list(np.flatnonzero(~complete)) == [0, 1, 10, 11, 24, 25]


@pytest.mark.parametrize("transform", ["pandas", "polars", "default"])
def test_windows_stay_an_array(transform):
    windower = SequenceWindower().set_output(transform=transform)
    assert isinstance(windower.fit_transform(monthly_frame()), np.ndarray)


def test_transform_changes_nothing():
    X = monthly_frame()
    windower = SequenceWindower().fit(X[:20])
    saved = pickle.dumps(windower)
    before = pickle.loads(saved)
    first = windower.transform(X[20:])
    windower.transform(X[:5])
    np.testing.assert_array_equal(windower.transform(X[20:]), first)
    np.testing.assert_array_equal(before.transform(X[20:]), first)
    assert vars(windower).keys() == vars(before).keys()
    assert pickle.dumps(windower) == saved


def legal_nan(row, column):
    X = monthly_frame()
    X.iloc[row, column] = np.nan
    return X


@pytest.mark.parametrize(
    ("horizon", "row", "column", "is_valid"),
    [
        (1, -1, 0, True),
        (1, -2, 0, False),
        (1, -1, 1, False),  # known ahead: its window reaches the row itself
        (0, -1, 0, False),
        (3, -3, 0, True),
        (3, -4, 0, False),
    ],
)
def test_nan_is_valid_outside_of_all_windows(horizon, row, column, is_valid):
    X = legal_nan(row, column)
    windower = SequenceWindower(3, horizon=horizon, future_columns=["b"])
    windower.fit(monthly_frame())
    if is_valid:
        assert not np.isnan(windower.transform(X)[10:]).any()
    else:
        label = X.index[row].date()
        with pytest.raises(ValueError, match=rf"NaN.*row .*{label}.*column '[ab]'"):
            windower.transform(X)


def test_nan_is_valid_before_a_long_gap():
    X = legal_nan(10, 0).drop(INDEXES["months"][11:16])
    windower = SequenceWindower(3).fit(monthly_frame())
    assert np.isnan(windower.transform(X)[11]).all()


def test_nan_is_an_error_in_fit():
    with pytest.raises(ValueError, match=r"NaN.*row 29 .*2022-06-01.*column 'a'"):
        SequenceWindower().fit(legal_nan(-1, 0))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda X: X[::-1], "unsorted.*sort_index"),
        (lambda X: pd.concat([X, X[-1:]]), "duplicates.*groupby"),
        (lambda X: X.set_index([X.index, X.index]), "Both levels contain times"),
        (lambda X: X.set_axis([pd.NaT, *X.index[1:]]), "missing label"),
        (lambda X: X[:3], "needs at least .* = 4 rows.*got 3"),
        (lambda X: X.assign(a=X.index), "dates in 'a'"),
        (lambda X: X.replace(5.0, np.inf), "infinity: row 5 .*column 'a'"),
    ],
    ids=["unsorted", "duplicated", "levels", "NaT", "too few", "dates", "infinity"],
)
def test_invalid_tables_raise(change, match):
    X = monthly_frame()
    windower = SequenceWindower()
    with pytest.raises(ValueError, match=match):
        windower.fit(change(X))
    assert vars(windower) == windower.get_params()
    windower.fit(X)
    before = pickle.dumps(copy_without_note(windower))
    with pytest.raises(ValueError, match=match):
        windower.fit(change(X))
    assert pickle.dumps(copy_without_note(windower)) == before


@pytest.mark.parametrize(
    "params",
    [
        {"time_steps": 0},
        {"time_steps": -1},
        {"time_steps": 1.5},
        {"time_steps": "3"},
        {"time_steps": None},
        {"time_steps": True},
        {"horizon": -1},
        {"horizon": False},
        {"history": "yes"},
        {"gaps": None},
        {"future_columns": ["d"]},
        {"future_columns": [3]},
        {"future_columns": [True]},
    ],
    ids=str,
)
def test_invalid_parameters_raise(params):
    name = next(iter(params))
    with pytest.raises(ValueError, match=f"(?s){name}"):
        SequenceWindower(**params).fit(monthly_frame())


def test_names_of_future_columns_need_a_frame():
    with pytest.raises(ValueError, match=r"are 0, 1, 2; got 'b'.*set_output"):
        SequenceWindower(future_columns=["b"]).fit(counting_series())


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(10),
        INDEXES["months"][:10].tz_localize("UTC"),
        INDEXES["periods"][:10],
    ],
    ids=["numbers", "zone", "periods"],
)
def test_another_kind_of_index_raises(index):
    windower = SequenceWindower().fit(monthly_frame())
    with pytest.raises(ValueError, match=r"same kind as in fit \(dates\)"):
        windower.transform(monthly_frame(10).set_axis(index))


@pytest.mark.parametrize(
    ("params", "raises"),
    [
        ({"horizon": 0}, True),
        ({"horizon": 1}, False),
        ({"horizon": 1, "future_columns": ["b"]}, True),
        ({"horizon": 1, "future_columns": ["a"]}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("slope", [3.0, 1e-9])
def test_the_target_in_the_window_of_its_row_raises(params, raises, slope):
    X = monthly_frame()
    X[["a", "c"]] = np.random.default_rng(0).random((N_ROWS, 2))
    y = (X["b"] - 7) * slope
    windower = SequenceWindower(**params)
    if raises:
        with pytest.raises(ValueError, match="Column 'b' of X is the target itself"):
            windower.fit(X, y)
        with pytest.raises(ValueError, match="'b' of X is the target with its sign re"):
            windower.fit(X, -y)
    windower.fit(X, np.c_[y, y] if not raises else None)


def test_clones_and_frames_with_other_columns():
    X = monthly_frame()
    windower = clone(SequenceWindower(2, horizon=0)).fit(X)
    with pytest.raises(ValueError, match="feature names"):
        windower.transform(X[["b", "a", "c"]])


@pytest.mark.parametrize("as_panel", [False, True])
def test_only_fit_is_told_that_searches_shuffle(as_panel):
    X = monthly_frame()
    X = pd.concat({"s": X}) if as_panel else X
    windower = SequenceWindower().fit(X)
    for call in (windower.transform, windower.complete_windows):
        with pytest.raises(ValueError, match="X is unsorted .*: X.sort_ind") as caught:
            call(X[::-1])
        assert "Halving" not in str(caught.value)
    with pytest.raises(ValueError, match="X is unsorted .*HalvingGridSearchCV"):
        windower.fit(X[::-1])
