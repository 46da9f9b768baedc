"""Nothing leaks, nothing is shifted: properties, and the bugs that each must notice.

Every property is checked on random series: with a reference regressor, with the real
one on an engine of a few lines, and once (slow) with a network. A property that cannot
fail proves nothing, so each is also run on bugs that people really write, planted into
windows, scaler, regressor or experiment, and must fail.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import planted_bugs  # noqa: F401 - enters its bugs into BUGS
import properties_of_rows  # noqa: F401 - enters its checks into CHECKS
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leak_subjects import (
    READ_OUT,
    REFERENCE,
    WITH_EXACT_NETWORK,
    WITH_NETWORK,
    WITHOUT_NETWORK,
)
from leak_table import BUGS, CHECKS, PLANTED, WORDS
from properties_of_experiments import check_folds_by_hand
from reference import CONTAINERS, Case, numpy_in_place_of_keras

from skseq import SequenceWindower

NEEDS_READ_OUT = {"P10", "P11"}
"""Properties of an exact solution, which descent does not reach."""

NEEDS_EPOCHS = {"Q09"}
"""Properties of training by epochs."""

IN_UNITS = {"P13", "P14"}
"""Properties that float32 keeps roughly only, so that float64 is tried too."""

CASE = Case(seed=2, horizon=2, n_features=3, gap_row=39, gap=2)
"""A gap right before the cut, and rows on both sides."""

SPECIAL_CASES = {
    "future_columns_not_aligned": replace(CASE, known_ahead=True),
    "history_follows_predict": replace(CASE, container="array"),
}
"""Where a bug does not show in `CASE`."""

NETWORK_CASE = Case(n_new=20, gap_row=34, gap=1)
"""One step ahead from three, on rows enough for some batches of two epochs."""


@st.composite
def cases(draw, most_steps=6, most_ahead=3):
    n_fitted, n_new = draw(st.integers(18, 30)), draw(st.integers(24, 60))
    return Case(
        seed=draw(st.integers(0, 1000)),
        time_steps=draw(st.integers(1, most_steps)),
        horizon=draw(st.integers(0, most_ahead)),
        known_ahead=draw(st.booleans()),
        own_past=draw(st.booleans()),
        n_features=draw(st.integers(1, 4)),
        n_fitted=n_fitted,
        n_new=n_new,
        share=draw(st.floats(0.05, 0.95)),
        container=draw(st.sampled_from(CONTAINERS)),
        gap_row=n_fitted + draw(st.integers(0, n_new - 1)),
        gap=draw(st.integers(0, 12)),
    )


def test_the_table_is_complete():
    assert set(CHECKS) == set(WORDS)
    assert {bug for _, bug in PLANTED} == set(BUGS)


@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_EPOCHS])
@settings(max_examples=25)
@given(case=cases())
def test_property(name, case):
    CHECKS[name](READ_OUT if name in NEEDS_READ_OUT else REFERENCE, case)


@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_READ_OUT])
@settings(max_examples=5)
@given(case=cases(most_steps=3, most_ahead=2))
def test_property_of_the_real_regressor(name, case):
    with numpy_in_place_of_keras():
        CHECKS[name](WITHOUT_NETWORK, case)


@pytest.mark.parametrize(("name", "bug"), PLANTED)
def test_property_fails_where_a_bug_is_planted(name, bug):
    case = SPECIAL_CASES.get(bug, CASE)
    subject = READ_OUT if name in NEEDS_READ_OUT else REFERENCE
    # The bug is pulled out before Keras comes back: it may stand in the same place.
    with numpy_in_place_of_keras(), pytest.MonkeyPatch.context() as patch:
        if name in NEEDS_EPOCHS:
            subject = WITHOUT_NETWORK
        CHECKS[name](subject, case)
        subject = BUGS[bug](subject, patch)
        with pytest.raises(AssertionError):
            CHECKS[name](subject, case)


def test_folds_in_two_processes():
    check_folds_by_hand(REFERENCE, CASE, n_jobs=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_READ_OUT])
def test_property_of_a_network(name):
    CHECKS[name](WITH_NETWORK, NETWORK_CASE)
    if name in IN_UNITS:
        CHECKS[name](WITH_EXACT_NETWORK, NETWORK_CASE)


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
