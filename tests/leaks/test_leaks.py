"""Nothing leaks and nothing is shifted: properties, and bugs that each must detect.

Every property is checked on random series on indexes of every kind: with a reference
regressor, with the native engine, and once (slow) with Keras. A property that cannot
fail proves nothing, so each is also checked on bugs that people write, planted into
windows, scaler, regressor or experiment, and must fail.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import planted_bugs  # noqa: F401 - enters its bugs into BUGS
import properties_of_rows  # noqa: F401 - enters its checks into CHECKS
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from leak_cases import CONTAINERS, N_TO_LEARN_A_WEEK, WEEKLY, Case
from leak_subjects import (
    KERAS,
    KERAS_FLOAT64,
    LINEAR,
    NATIVE,
    REFERENCE,
)
from leak_table import BUGS, CHECKS, PLANTED, WORDS
from properties_of_experiments import check_folds_by_hand

from skseq import SequenceWindower

NEEDS_LINEAR = {"P10", "P11"}
"""Properties of an exact solution, which gradient descent does not reach."""

NEEDS_EPOCHS = {"Q09"}
"""Properties of training by epochs."""

IN_UNITS = {"P13", "P14"}
"""Properties that float32 rounds much, so that float64 is tried too."""

CASE = Case(seed=2, horizon=2, n_features=3, gap_row=39, gap=2)
"""A gap right before the cut, and rows on both sides."""

WEEKLY_CASES = [
    replace(CASE, container=container, n_fitted=36, gap_row=51) for container in WEEKLY
]
"""The same on business days and opening hours, with fitted rows to learn them."""

SPECIAL_CASES = {
    "future_columns_not_aligned": replace(CASE, known_ahead=True),
    "history_follows_predict": replace(CASE, container="array"),
}
"""For bugs that make no difference in `CASE`."""

NETWORK_CASE = Case(n_new=20, gap_row=34, gap=1)
"""Few rows, but enough for several batches."""


PLANTED_CASES = [
    (name, bug, case)
    for name, bug in PLANTED
    for case in [
        SPECIAL_CASES.get(bug, CASE),
        *(WEEKLY_CASES if bug == "gaps_ignored" or "across_a_gap" in bug else []),
    ]
]


@st.composite
def cases(draw, most_steps=6, most_ahead=3):
    container = draw(st.sampled_from(CONTAINERS))
    n_fitted = draw(st.integers(18, 30)) + N_TO_LEARN_A_WEEK * (container in WEEKLY)
    n_new = draw(st.integers(24, 60))
    return Case(
        seed=draw(st.integers(0, 1000)),
        time_steps=draw(st.integers(1, most_steps)),
        horizon=draw(st.integers(0, most_ahead)),
        known_ahead=draw(st.booleans()),
        has_past=draw(st.booleans()),
        n_features=draw(st.integers(1, 4)),
        n_fitted=n_fitted,
        n_new=n_new,
        cut_at=draw(st.floats(0.05, 0.95)),
        container=container,
        gap_row=n_fitted + draw(st.integers(0, n_new - 1)),
        gap=draw(st.integers(0, 12)),
    )


def test_the_table_is_complete():
    assert set(CHECKS) == set(WORDS)
    assert {bug for _, bug in PLANTED} == set(BUGS)


@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_EPOCHS])
@settings(max_examples=4)
@given(case=cases())
@example(case=WEEKLY_CASES[0])
@example(case=WEEKLY_CASES[1])
def test_property(name, case):
    CHECKS[name](LINEAR if name in NEEDS_LINEAR else REFERENCE, case)


@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_LINEAR])
@settings(max_examples=1)
@given(case=cases(most_steps=3, most_ahead=2))
@example(case=WEEKLY_CASES[1])
def test_property_of_the_native_engine(name, case):
    CHECKS[name](NATIVE, case)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_LINEAR])
@settings(max_examples=20)
@given(case=cases())
def test_property_of_more_series(name, case):
    CHECKS[name](NATIVE if name in NEEDS_EPOCHS else REFERENCE, case)


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("name", "bug", "case"),
    PLANTED_CASES,
    ids=[f"{name}-{bug}-{case.container}" for name, bug, case in PLANTED_CASES],
)
def test_property_fails_where_a_bug_is_planted(name, bug, case, monkeypatch):
    subject = LINEAR if name in NEEDS_LINEAR else REFERENCE
    if name in NEEDS_EPOCHS:
        subject = NATIVE
    CHECKS[name](subject, case)
    subject = BUGS[bug](subject, monkeypatch)
    with pytest.raises(AssertionError):
        CHECKS[name](subject, case)


def test_folds_in_two_processes():
    check_folds_by_hand(REFERENCE, CASE, n_jobs=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_LINEAR])
def test_property_of_the_keras_engine(name):
    CHECKS[name](KERAS, NETWORK_CASE)
    if name in IN_UNITS:
        CHECKS[name](KERAS_FLOAT64, NETWORK_CASE)


@pytest.mark.parametrize(
    "index",
    [
        # Fitted in winter, when local days are also 24 hours, used in summer.
        pd.date_range("2021-01-01", periods=100, tz="America/New_York"),
        # The first of a month in universal time is 19 or 20 o'clock in New York.
        pd.date_range("2021-01-01", periods=100, freq="MS", tz="UTC").tz_convert(
            "America/New_York"
        ),
    ],
    ids=["days", "months"],
)
def test_gaps_are_seen_across_a_change_to_summer_time(index):
    X = pd.DataFrame({"a": range(100)}, index=index, dtype=float).drop(index[80:82])
    windower = SequenceWindower(time_steps=2).fit(X[:60])
    windows = windower.transform(X[60:])
    assert list(np.flatnonzero(np.isnan(windows).any(axis=(1, 2)))) == [20, 21]
