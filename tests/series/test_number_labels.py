"""Labels that are numbers, of every kind and size."""

import decimal

import numpy as np
import pandas as pd
import pytest
from frequencies import frequency_with_warnings

from skseq import SequenceWindower
from skseq._series.index import as_times, check_same_index, time_index

N_ROWS = 40
WITHOUT = np.r_[0:20, 25:N_ROWS]
"""Rows that are left when five are held out."""

STORED_AS = {
    "integers": pd.Index,
    "objects": lambda numbers: pd.Index([int(n) for n in numbers], dtype=object),
    "floats in objects": lambda numbers: pd.Index(
        [float(n) for n in numbers], dtype=object
    ),
    "both in objects": lambda numbers: pd.Index(
        [float(n) if n % 2 else int(n) for n in numbers], dtype=object
    ),
    "other byte order": lambda numbers: pd.Index(numbers.astype(">i4")),
    "floats of other byte order": lambda numbers: pd.Index(numbers.astype(">f8")),
    "decimals": lambda numbers: pd.Index([decimal.Decimal(int(n)) for n in numbers]),
}


def frame(index):
    return pd.DataFrame({"level": np.arange(float(len(index)))}, index)


@pytest.mark.parametrize("store", STORED_AS.values(), ids=STORED_AS)
def test_numbers_are_counted_however_they_are_stored(store):
    X = frame(store(np.arange(0, 3 * N_ROWS, 3)))
    windower = SequenceWindower(2).fit(X.iloc[WITHOUT])
    assert windower.freq_ == 3
    windows = windower.transform(X.iloc[WITHOUT])[:, :, 0]
    assert np.isnan(windows[20]).all()
    np.testing.assert_array_equal(windows[22], [25, 26])
    with pytest.raises(ValueError, match="unsorted"):
        SequenceWindower(2).fit(X[::-1])
    check_same_index(X, frame(pd.RangeIndex(0, 3 * N_ROWS, 3)))


@pytest.mark.parametrize("value", [True, "7", (1, 2), 1j])
def test_other_objects_are_no_numbers(value):
    assert as_times(pd.Index([value] * 3, dtype=object, tupleize_cols=False)) is None


TOO_LARGE = {
    "unsigned": pd.Index(np.arange(5).astype("uint64") + np.uint64(2**63)),
    "negative": pd.Index([-(2**63), -1, 0, 1, 2]),
    "far apart": pd.Index(np.linspace(-9e18, 9e18, 5).astype("int64")),
    "infinity": pd.Index([0.0, 1.0, 2.0, 3.0, np.inf]),
    "minus infinity": pd.Index([-np.inf, 1.0, 2.0, 3.0, 4.0]),
    "floats": pd.Index([0.5, 1e300, 2e300, 3e300, 4e300]),
}


@pytest.mark.parametrize("index", TOO_LARGE.values(), ids=TOO_LARGE)
def test_numbers_too_large_to_be_counted_are_an_error(index):
    with pytest.raises(ValueError, match=r"index of X must contain numbers between"):
        SequenceWindower(2).fit(frame(index))
    windower = SequenceWindower(2).fit(frame(pd.RangeIndex(5)))
    with pytest.raises(ValueError, match=r"index of X must contain numbers between"):
        windower.transform(frame(index))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint64", "float32"])
def test_small_dtypes_are_not_too_large(dtype):
    index = time_index(frame(pd.Index(np.arange(N_ROWS), dtype=dtype)))
    assert frequency_with_warnings(index).offset == 1


FLOATS = {
    "quarters": 1990 + np.arange(N_ROWS) / 4,
    "months": 1990 + np.arange(N_ROWS) / 12,
    "rounded months": np.round(1990 + np.arange(N_ROWS) / 12, 2),
    "tenths": np.arange(N_ROWS) * 0.1,
    "float32": pd.Index(np.arange(N_ROWS) * 0.1, dtype="float32"),
}


@pytest.mark.parametrize("labels", FLOATS.values(), ids=FLOATS)
def test_a_gap_in_floats_raises_a_warning(labels):
    index = pd.Index(labels)
    SequenceWindower(2).fit(frame(index))
    with pytest.warns(UserWarning, match=r"floats with 1 gap"):
        SequenceWindower(2).fit(frame(index[WITHOUT]))
    SequenceWindower(2, gaps="ignore").fit(frame(index[WITHOUT]))


CLOCKS = {
    "floats that follow": (np.arange(60) * 0.1, 3600 + np.arange(60) * 0.1),
    "decimal years": (1960 + np.arange(60) / 4, 2003.5 + np.arange(60) / 4),
    "floats of other rates": (np.arange(60) * 0.0323, np.arange(60) * 0.0341),
    "integers that follow": (np.arange(60), np.arange(1000, 1060)),
}


def two_series(one, other):
    labels = pd.Index(np.r_[one, other])
    names = np.repeat(["A", "B"], [len(one), len(other)])
    return frame(pd.MultiIndex.from_arrays([names, labels]))


@pytest.mark.parametrize("clocks", CLOCKS.values(), ids=CLOCKS)
def test_each_series_has_numbers_of_its_own(clocks):
    SequenceWindower(2).fit(two_series(*clocks))


@pytest.mark.parametrize("clocks", CLOCKS.values(), ids=CLOCKS)
def test_gaps_in_one_of_several_series_are_named(clocks):
    one, other = clocks
    gaps = "integers with gaps" if one.dtype.kind == "i" else "floats with 4 gaps"
    with pytest.warns(UserWarning, match=f"{gaps} in series B[;.]"):
        SequenceWindower(2).fit(two_series(one, np.delete(other, [10, 20, 30, 40])))


def test_integers_without_a_common_frequency_have_no_gaps():
    with pytest.warns(UserWarning, match="no frequency in common") as caught:
        SequenceWindower(2).fit(two_series(60 * np.arange(60), 7 + 60 * np.arange(60)))
    assert len(caught) == 1


def test_integers_of_several_series_share_their_step():
    with pytest.warns(UserWarning, match="gaps in series B") as caught:
        SequenceWindower(2).fit(two_series(np.arange(60), 10 * np.arange(30)))
    assert "reset_index" not in str(caught[0].message)


def test_uneven_floats_raise_no_warning():
    distances = np.random.default_rng(0).exponential(size=N_ROWS)
    SequenceWindower(2).fit(frame(pd.Index(distances.cumsum())))
    SequenceWindower(1).fit(frame(pd.Index([0.5, 7.0])))


@pytest.mark.parametrize("index", TOO_LARGE.values(), ids=TOO_LARGE)
def test_numbers_too_large_to_be_counted_are_an_error_in_several_series(index):
    panel = pd.concat({"a": frame(index), "b": frame(index)})
    with pytest.raises(ValueError, match=r"index of X must contain numbers between"):
        SequenceWindower(2).fit(panel)
