"""Float labels: seconds, decimal years. They have no frequency; gaps are named."""

import warnings

import numpy as np
import pandas as pd
import pytest
from frequencies import frequency_with_warnings

from skseq import SequenceWindower

STEPS = np.arange(200)
LABELS = {
    "tenths of a second": STEPS * 0.1,
    "decimal years": 1958 + (STEPS + 2.5) / 12,
    "decimal years of three digits": np.round(1958 + (STEPS + 2.5) / 12, 3),
    "negative": -7.25 + STEPS * 1e-6,
    "large": 1.6e9 + 0.5 + STEPS,
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
@pytest.mark.parametrize(
    ("gone", "n_gaps"),
    [(range(60, 61), 1), (range(60, 90), 1), ([5, 6, 100, 150, 151], 3)],
)
def test_gaps_are_named_and_can_be_numbered(labels, gone, n_gaps):
    whole = pd.Index(labels)
    X = pd.DataFrame({"v": STEPS + 0.5}, whole).drop(index=whole[list(gone)])
    match = rf"floats with {n_gaps} gaps?; .*, X\.index = (.*\.astype\(int\))\. "
    with pytest.warns(UserWarning, match=match) as caught:
        SequenceWindower(3).fit(X)
    advice = str(caught[0].message).split("X.index = ")[1].split(". If the rows")[0]
    positions = eval(advice)  # the advice is code for the user to run
    np.testing.assert_array_equal(positions, np.delete(STEPS, list(gone)))


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_nothing_is_said_without_gaps(labels):
    rng = np.random.default_rng(0)
    irregular = np.cumsum(rng.exponential(size=200)) + 0.5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for whole in (labels, irregular, labels[:1] + 1 / 3):
            assert frequency_with_warnings(pd.Index(whole)) is None
        X = pd.DataFrame({"v": STEPS[:150] + 0.5}, np.delete(labels, range(50, 100)))
        SequenceWindower(3, gaps="ignore").fit(X)


def test_a_wide_gap_of_irregular_floats():
    labels = np.cumsum(np.random.default_rng(0).exponential(size=200)) + 0.5
    labels[120:] += 500
    with pytest.warns(UserWarning, match=r"floats with 1 gaps?.*use times\. If"):
        frequency_with_warnings(pd.Index(labels))


def test_steps_are_numbered_only_if_each_has_one_label():
    labels = pd.Index([*np.arange(5.0), 4.2, *np.arange(5.2, 10), 14.2])
    with pytest.warns(UserWarning, match="missing steps there, use times"):
        frequency_with_warnings(labels)
    with pytest.warns(UserWarning, match="missing steps there, number the steps"):
        frequency_with_warnings(labels.delete(5))
