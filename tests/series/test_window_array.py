"""Arrays of windows keep their origin in pickles, and are ndarrays otherwise."""

import copy
import gc
import io
import pickle
import weakref

import joblib
import numpy as np
import pandas as pd
import pytest

from skseq import SequenceWindower
from skseq._series.origin import origin_of
from skseq._series.window_array import WindowArray, WindowsOfRows
from skseq._series.windows import Windows

N_ROWS = 20


def make_rows(kind):
    values = np.random.default_rng(0).normal(size=(N_ROWS, 2))
    days = pd.date_range("2024-01-01", periods=N_ROWS)
    if kind == "array":
        return values
    if kind == "days":
        return pd.DataFrame(values, days)
    if kind == "gap":
        return pd.DataFrame(values, days).drop(days[8:11])
    if kind == "zone":
        return pd.DataFrame(values, days.tz_localize("Europe/Berlin"))
    shops = pd.MultiIndex.from_product([["a", "b"], days[: N_ROWS // 2]])
    return pd.DataFrame(values, shops)


def dump_and_load(windows, how):
    if isinstance(how, int):
        return pickle.loads(pickle.dumps(windows, protocol=how))
    file = io.BytesIO()
    joblib.dump(windows, file)
    file.seek(0)
    return joblib.load(file)


@pytest.mark.parametrize("how", [2, 4, 5, "joblib"])
@pytest.mark.parametrize("kind", ["array", "days", "gap", "zone", "series"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pickles_keep_values_and_origin(kind, how, dtype):
    rows = make_rows(kind).astype(dtype)
    windows = SequenceWindower(3).fit_transform(rows)
    loaded = dump_and_load(windows, how)
    assert type(loaded) is type(windows)
    assert loaded.dtype == dtype
    np.testing.assert_array_equal(loaded, windows)
    origin, expected = origin_of(loaded), origin_of(windows)
    assert (origin.fit_id, origin.n_needed) == (expected.fit_id, expected.n_needed)
    np.testing.assert_array_equal(origin.is_unavoidable, expected.is_unavoidable)
    for row in range(len(rows)):
        assert origin.axis.name_row(row) == expected.axis.name_row(row)


def test_pickles_hold_each_step_once():
    rows = np.random.default_rng(0).normal(size=(500, 2))
    windows = SequenceWindower(50).fit_transform(rows)
    assert len(pickle.dumps(windows)) < 5 * rows.nbytes
    loaded = pickle.loads(pickle.dumps(windows))
    assert loaded.strides[0] == loaded.strides[1]


@pytest.mark.parametrize("kind", ["days", "gap", "series"])
def test_processes_share_one_array(kind):
    windows = SequenceWindower(3).fit_transform(make_rows(kind))
    pickled = [pickled_arrays(windows) for _ in range(2)]
    assert pickled[0]
    assert [*map(id, pickled[0])] == [*map(id, pickled[1])]
    assert np.shares_memory(pickled[0][0], windows) or kind == "series"


@pytest.mark.parametrize("kind", ["array", "days", "gap", "zone", "series"])
def test_windows_are_freed_without_garbage_collection(kind):
    gc.collect()
    gc.disable()
    try:
        windows = SequenceWindower(3).fit_transform(make_rows(kind))
        loaded = pickle.loads(pickle.dumps(windows))
        pickle.dumps(loaded)
        alive = [weakref.ref(array) for array in (windows, loaded)]
        del windows, loaded
        assert [reference() for reference in alive] == [None, None]
    finally:
        gc.enable()


def pickled_arrays(windows):
    """List the arrays with values that a pickle of windows is made of."""

    class Pickler(pickle.Pickler):
        found = []

        def reducer_override(self, value):
            if type(value) is np.ndarray and value.dtype.kind == "f":
                self.found.append(value)
            return NotImplemented

    Pickler.found = []
    Pickler(io.BytesIO()).dump(windows)
    return Pickler.found


@pytest.mark.parametrize("kind", ["array", "days", "gap"])
@pytest.mark.parametrize(
    "change",
    [
        lambda w: w[[3, 1]],
        lambda w: w[np.array([3, 1], dtype=np.uint8)],
        lambda w: w[[-1, 0]],
        lambda w: w[[2, 2]],
        lambda w: w[:, 1:],
        lambda w: w[4],
        lambda w: w + 1,
        lambda w: -w,
        np.nan_to_num,
        lambda w: w.copy(),
        copy.deepcopy,
        lambda w: w[::-1],
        lambda w: w.reshape(len(w), -1),
        lambda w: np.concatenate([w, w]),
        lambda w: np.take(w, [2, 4], axis=0),
        lambda w: w.mean(axis=1),
        np.asarray,
    ],
)
def test_results_and_other_parts_have_no_origin(kind, change):
    windows = SequenceWindower(3).fit_transform(make_rows(kind))
    plain = np.asarray(windows)
    assert type(plain) is np.ndarray
    assert origin_of(change(windows)) is None
    np.testing.assert_array_equal(change(windows), change(plain))


@pytest.mark.parametrize("kind", ["array", "days", "gap", "panel"])
@pytest.mark.parametrize("rows", ["slice", "latest", "mask", "list", "numbers"])
def test_rows_in_order_keep_their_origin(kind, rows):
    table = make_rows(kind)
    n_rows = len(table)
    rows = {
        "slice": slice(5, None),
        "latest": slice(-3, None),
        "mask": np.arange(n_rows) > 4,
        "list": [1, 3],
        "numbers": np.array([0, 2, n_rows - 1]),
    }[rows]
    windows = SequenceWindower(3).fit_transform(table)
    origin = origin_of(windows)
    for key in (rows, (rows, ...)):
        part = windows[key]
        np.testing.assert_array_equal(part, np.asarray(windows)[rows])
        found, expected = origin_of(part), origin[rows]
        assert found.fit_id == origin.fit_id
        for name in ("is_unavoidable", "are_fitted", "are_new"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
        np.testing.assert_array_equal(found.axis.steps, expected.axis.steps)


def test_windows_show_as_an_ndarray():
    windows = SequenceWindower(2).fit_transform(np.zeros((3, 1)))
    assert isinstance(windows, np.ndarray)
    assert repr(windows) == repr(np.asarray(windows))


def test_the_origin_of_a_frame_is_not_one_of_its_columns():
    assert origin_of(pd.DataFrame({"origin": [1.0]})) is None


def test_functions_of_numpy_write_into_windows():
    windows = np.zeros((2, 2, 1)).view(WindowsOfRows)
    windows += 1
    np.testing.assert_array_equal(windows, np.ones((2, 2, 1)))


@pytest.mark.parametrize("how", [2, 5, "joblib"])
@pytest.mark.parametrize("shape", [(N_ROWS, -1), (-1,), (N_ROWS, 3, 2, 1)])
def test_pickles_keep_the_values_of_reshaped_windows(shape, how):
    windows = SequenceWindower(3).fit_transform(make_rows("array"))
    reshaped = windows.reshape(shape)
    loaded = dump_and_load(reshaped, how)
    np.testing.assert_array_equal(loaded, reshaped)
    assert origin_of(loaded) is None


KEYS = {
    "one": 1,
    "range": slice(1, 4),
    "numbers": np.array([3, 0]),
    "list": [3, 0],
    "flags": [True, False, True, False, True],
    "table of numbers": np.array([[0, 1], [3, 4]]),
    "nothing": (),
    "all": ...,
    "new axis": None,
    "last step": (slice(None), -1),
    "numbers and step": ([3, 0], 1),
    "numbers and feature": ([3, 0], slice(None), 0),
    "pairs": ([3, 0], [1, 0]),
    "pairs of row and feature": (np.array([3, 0]), slice(None), np.array([1, 0])),
    "triples": ([3, 0], [1, 0], [0, 1]),
    "all rows, pairs": (slice(None), [1, 0], [0, 1]),
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_windows_of_several_series_are_indexed_like_an_ndarray(key):
    series = np.arange(20.0).reshape(-1, 2)
    array = WindowArray(Windows(series, np.array([0, 1, 2, 5, 6]), 2))
    np.testing.assert_array_equal(array[key], np.asarray(array)[key])


def test_windows_of_several_series_are_chosen_by_a_comparison():
    windows = SequenceWindower(3).fit_transform(make_rows("series"))
    plain = np.asarray(windows)
    np.testing.assert_array_equal(windows[windows > 0], plain[plain > 0])
