"""What a forecaster stores about the y that it makes."""

import gc

import numpy as np
import pandas as pd
import pytest

from skseq._series.target_origin import (
    Target,
    TargetOrigin,
    _target_origins,
    note_target_origin,
    target_origin_of,
)

NOTE = TargetOrigin((0,), (1,), (Target(),))


@pytest.mark.parametrize(
    "make", [np.arange, lambda n: pd.Series(range(n)), lambda n: pd.DataFrame([n] * n)]
)
def test_a_note_belongs_to_one_object_for_as_long_as_it_exists(make):
    y, other = make(4), make(4)
    note_target_origin(y, NOTE)
    assert target_origin_of(y) is NOTE
    assert target_origin_of(other) is None
    assert target_origin_of(y[:2]) is None
    key = id(y)
    del y
    gc.collect()

    assert key not in _target_origins


@pytest.mark.parametrize("y", [None, [1.0, 2.0], 3])
def test_what_nobody_has_noted_has_no_note(y):
    assert target_origin_of(y) is None


@pytest.mark.parametrize(
    ("n_steps", "n_targets", "outputs", "name"),
    [
        (3, 2, [0, 1, 2], "target 'b'"),
        (3, 2, [3, 4, 5], "target 7"),
        (3, 2, [4], "step 2 of target 7"),
        (3, 2, [3, 5], "steps 1 and 3 of target 7"),
        (4, 1, [0, 1, 3], "steps 1, 2 and 4"),
        (1, 2, [1], "target 7"),
        (3, 1, [1], "step 2"),
        (3, 1, [0, 1, 2], ""),
        (1, 1, [0], ""),
    ],
)
def test_outputs_are_named_by_target_and_step(n_steps, n_targets, outputs, name):
    columns = [Target(column=column) for column in ("b", 7)[:n_targets]]
    features = np.repeat(range(n_targets), n_steps).tolist()
    lags = tuple(range(1, n_steps + 1)) * n_targets
    targets = tuple(columns[feature] for feature in features)
    origin = TargetOrigin(tuple(features), lags, targets)
    assert origin.name_outputs(outputs) == name
