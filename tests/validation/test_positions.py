"""Columns are given by name or by position, and integers are always positions."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer

from skseq import SequenceWindower
from skseq._validation.positions import position_of

VALUES = np.random.default_rng(0).normal(size=(40, 3)).cumsum(axis=0)
LABELS = [*permutations(range(3)), (1, 2, 3), (5, 0, 7), (2020, 1, 0)]


@given(st.lists(st.integers(-5, 5) | st.text(max_size=2), max_size=5, unique=True))
def test_positions(labels):
    for position, label in enumerate(labels):
        assert position_of(position, labels) == position
        assert position_of(np.int8(position - len(labels)), labels) == position
        if isinstance(label, str):
            assert position_of(label, labels) == position
    for invalid in (len(labels), -len(labels) - 1, True, None, "abc", [0], {}):
        assert position_of(invalid, labels) is None


@pytest.mark.parametrize(
    ("entry", "position"),
    [
        *[("a", 0), (7, None), (1, 1), (-1, 2), (np.int64(0), 0)],
        *[("z", None), (3, None), (True, None), ([0], None), (1.5, None)],
    ],
)
def test_names_and_positions_of_columns(entry, position):
    assert position_of(entry, ["a", 7, "c"]) == position


@pytest.mark.parametrize("position", [0, 1, 2, -1])
@pytest.mark.parametrize("labels", LABELS, ids=str)
def test_future_columns_of_windowers(labels, position):
    X = pd.DataFrame(VALUES, columns=labels)
    future = [position]
    windows = SequenceWindower(2, future_columns=future).fit_transform(X)
    expected = SequenceWindower(2, future_columns=future).fit_transform(VALUES)
    np.testing.assert_array_equal(windows, expected)
    np.testing.assert_array_equal(windows[:, -1, position], VALUES[:, position])
    # The rule of scikit-learn.
    select = make_column_transformer(("passthrough", future))
    names = X.rename(columns=str)
    np.testing.assert_array_equal(
        select.fit_transform(names).ravel(), windows[:, -1, position]
    )


@pytest.mark.parametrize("labels", LABELS, ids=str)
def test_positions_outside_of_the_table_raise(labels):
    X = pd.DataFrame(VALUES, columns=labels)
    for position in (3, 2020, -4):
        match = rf"got {position}\. Integers are positions, here 0 to 2\."
        with pytest.raises(ValueError, match=match):
            SequenceWindower(2, future_columns=[position]).fit(X)
