"""Gaps in later rows whose index has no frequency: a warning, no missing steps."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from skseq import SequenceWindower
from skseq.exceptions import IncompleteWindowWarning

N_ROWS = 120
STEPS = np.arange(N_ROWS)
RNG = np.random.default_rng(0)
START = pd.Timestamp("2024-01-01")
JITTER = RNG.uniform(-0.2, 0.2, N_ROWS)
RANDOM = np.cumsum(RNG.exponential(size=N_ROWS)) + 0.5

EVEN = {
    "seconds": STEPS * 0.1,
    "years": 1958 + (STEPS + 2.5) / 12,
    "rounded years": np.round(1958 + (STEPS + 2.5) / 12, 3),
}
UNEVEN = {
    "jittered seconds": STEPS + JITTER,
    "jittered minutes": START + pd.to_timedelta((STEPS + JITTER) * 10, unit="min"),
    "jittered in a zone": (
        START + pd.to_timedelta((STEPS + JITTER) * 60, unit="min")
    ).tz_localize("UTC"),
    "jittered durations": pd.to_timedelta((STEPS + JITTER) * 10, unit="s"),
}
LABELS = EVEN | UNEVEN | {"random": RANDOM}


def table(labels):
    return pd.DataFrame({"v": RNG.normal(size=N_ROWS)}, labels)


def fit(X, **params):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the index
        return SequenceWindower(3, **params).fit(X)


def said(windower, X):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        windower.transform(X)
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize("labels", (EVEN | UNEVEN).values(), ids=EVEN | UNEVEN)
@pytest.mark.parametrize("first", [55, 60, 80])
def test_a_gap_after_the_fitted_rows(labels, first):
    X = table(labels)
    windower = fit(X[:50])
    with pytest.warns(IncompleteWindowWarning, match="There is a gap in X") as caught:
        windower.transform(X[first:])
    before, after = X.index[[49, first]]
    assert f"between {before} and {after}" in str(caught[0].message)
    assert said(pickle.loads(pickle.dumps(windower)), X[first:])


@pytest.mark.parametrize("labels", EVEN.values(), ids=EVEN)
def test_one_missing_row_is_a_gap_in_even_labels(labels):
    X = table(labels)
    assert len(said(fit(X[:50]), X[51:])) == 1


@pytest.mark.parametrize("labels", (EVEN | UNEVEN).values(), ids=EVEN | UNEVEN)
def test_a_gap_within_later_rows(labels):
    X = table(labels)
    later = X[50:].drop(X.index[70:90])
    (message,) = said(fit(X[:50]), later)
    assert f"between {X.index[69]} and {X.index[90]}" in message
    assert len(said(fit(X[:50], history=None), later)) == 1


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_nothing_is_said_without_a_gap(labels):
    X = table(labels)
    windower = fit(X[:50])
    for rows in (X, X[:50], X[20:60], X[50:], X[50:51]):
        assert said(windower, rows) == []
    assert said(fit(X[:50], gaps="ignore"), X[80:]) == []


def test_gaps_as_long_as_those_of_fit_are_usual():
    X = table(LABELS["jittered minutes"])
    with_nights = X.drop(X.index[[*range(20, 60), *range(80, 110)]])
    assert said(fit(with_nights[:30]), with_nights[30:]) == []


def test_labels_with_a_frequency_have_missing_steps_instead():
    X = table(pd.date_range(START, periods=N_ROWS))
    windower = fit(X[:50])
    assert said(windower, X[80:]) == []
    assert np.isnan(windower.transform(X[80:])[0]).all()


def test_series_are_compared_with_themselves():
    tables = {"a": table(LABELS["jittered seconds"])}
    tables["b"] = tables["a"].set_axis(tables["a"].index + 1e4)
    X = pd.concat(tables)
    is_early = X.groupby(level=0).cumcount() < 50
    windower = fit(X[is_early])
    assert said(windower, X[~is_early]) == []
    (message,) = said(windower, X[~is_early].drop(X.index[170:200]))
    assert "of series b" in message
