"""What counts as a valid number, and which cell an error names."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skseq._validation.numbers import (
    LARGEST,
    are_valid,
    check_no_masks_or_dates,
    find_non_number,
    listed,
    name_invalid_cell,
)

floats = st.floats(width=64)


@given(st.lists(floats, min_size=1, max_size=20))
def test_valid_values_can_be_squared_and_summed(values):
    array = np.array(values)
    valid = are_valid(array)
    assert not valid[~np.isfinite(array)].any()
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(np.square(array[valid]).sum())


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        *[(0.0, True), (LARGEST, True), (-LARGEST, True), (5e-324, True)],
        *[(np.nextafter(LARGEST, np.inf), False), (-1.7e308, False)],
        *[(np.nan, False), (np.inf, False), (-np.inf, False)],
    ],
)
def test_the_largest_valid_value(value, is_valid):
    assert are_valid(np.array([value])).tolist() == [is_valid]


def test_every_finite_float32_is_valid():
    largest = np.finfo(np.float32).max
    array = np.array([largest, -largest, np.inf, np.nan], dtype=np.float32)
    assert are_valid(array).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("X", "place"),
    [
        (pd.DataFrame({"a": [1, 2], "b": [1, "x"]}), "row 1, column 'b' is 'x'"),
        ([[1, 2], [3, None]], "row 1, column 1 is None"),
        (["x"], "row 0 is 'x'"),
        ([[1, 2], [3, 4]], None),
        (np.ones((2, 2)), None),
    ],
)
def test_the_first_cell_that_is_no_number_is_named(X, place):
    assert find_non_number(X) == place


@pytest.mark.parametrize(
    "values",
    [[1.0, 2.0], np.ones(3), pd.Series([1]), pd.DataFrame({"a": [1]}), None],
)
def test_numbers_are_neither_masks_nor_dates(values):
    check_no_masks_or_dates(values)


def test_long_lists_of_names_are_cut():
    assert listed(["a", 1]) == "'a', 1"
    assert listed(list("abcde")) == "'a', 'b', 'c' and 2 more"


@pytest.mark.parametrize("cell", ["19.920,16", "-1,5", "1,200", "1,234.5", "1 234,5"])
def test_how_to_read_numbers_with_a_comma(cell):
    with (
        pytest.raises(ValueError, match="pass decimal=','"),
        name_invalid_cell([cell], "y"),
    ):
        np.asarray([cell], float)


@pytest.mark.parametrize("cell", ["n/a", "3.1.2024", "a,b", "1,2,x"])
def test_other_text_is_not_read_as_a_number(cell):
    with (
        pytest.raises(ValueError, match="encode categories"),
        name_invalid_cell([cell], "y"),
    ):
        np.asarray([cell], float)
