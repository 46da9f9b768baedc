"""The note beside y that says where the past of each target is."""

import gc

import numpy as np
import pandas as pd
import pytest

from skseq._series.known_past import (
    KnownPast,
    _known_pasts,
    known_past_of,
    note_known_past,
)

NOTE = KnownPast((0,), (1,))


@pytest.mark.parametrize(
    "make", [np.arange, lambda n: pd.Series(range(n)), lambda n: pd.DataFrame([n] * n)]
)
def test_a_note_belongs_to_one_object_for_as_long_as_it_exists(make):
    y, other = make(4), make(4)
    note_known_past(y, NOTE)
    assert known_past_of(y) is NOTE
    assert known_past_of(other) is None
    assert known_past_of(y[:2]) is None
    key = id(y)
    del y
    gc.collect()

    assert key not in _known_pasts


@pytest.mark.parametrize("y", [None, [1.0, 2.0], 3])
def test_what_nobody_has_noted_has_no_note(y):
    assert known_past_of(y) is None
