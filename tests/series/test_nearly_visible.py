"""Columns that nearly contain the value to predict are named in a warning."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skseq import SequenceWindower
from skseq._series.lagged_target import nearly_visible
from skseq._series.lagged_target.nearly_visible import N_COMPARED, find_nearly_visible
from skseq.exceptions import LaggedTargetWarning

N_ROWS = 150
INDEX = pd.date_range("2010-01-01", periods=N_ROWS, freq="MS")


def walk(seed=0):
    changes = np.random.default_rng(seed).normal(size=N_ROWS)
    return pd.Series(100 + changes.cumsum(), INDEX, name="sales")


def other_in(rows):
    return lambda y: y.where(~np.isin(np.arange(N_ROWS), rows), 0.0)


NEAR_COPIES = {
    "one typo": other_in([50]),
    "five typos": other_in([3, 20, 50, 90, 120]),
    "rounded": lambda y: y.round(1),
    "cents": lambda y: (100 * y).astype(int),
    "float32": lambda y: y.astype("float32"),
    "float16": lambda y: y.astype("float16"),
    "noise": lambda y: y + np.random.default_rng(1).normal(size=N_ROWS) / 100,
    "logarithm": np.log,
    "decreasing": lambda y: (18 - y).round(1),
}


def fit(X, y, **options):
    return SequenceWindower(3, **options).fit(X, y)


@pytest.mark.sample(2)
@pytest.mark.parametrize("change", NEAR_COPIES.values(), ids=NEAR_COPIES)
@pytest.mark.parametrize("horizon", [1, 2, 3])
@pytest.mark.parametrize("more", [0, 1])
def test_later_values(change, horizon, more):
    y, ahead = walk(), horizon + more
    later = change(y.shift(-ahead).bfill().ffill())
    with pytest.warns(LaggedTargetWarning, match=f"'later'.*does {ahead} rows? later"):
        fit(pd.DataFrame({"sales": y, "later": later}), y, horizon=horizon)


@pytest.mark.parametrize("change", NEAR_COPIES.values(), ids=NEAR_COPIES)
@pytest.mark.parametrize(
    "options", [{"horizon": 0}, {"horizon": 2, "future_columns": ["copy"]}]
)
def test_the_same_row(change, options):
    y = walk()
    X = pd.DataFrame({"noise": walk(5), "copy": change(y)})
    with pytest.warns(LaggedTargetWarning, match="'copy' of X changes.*the same row"):
        fit(X, y, **options)


PLANNED = np.random.default_rng(7).random(600) < 0.06
EFFECTS = {
    "closed": PLANNED * -90.0,
    "half as many": PLANNED * -50.0,
    "three times as many": PLANNED * 200.0,
    "number of events": PLANNED * np.random.default_rng(2).integers(1, 4, 600) * 40.0,
}


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
@pytest.mark.parametrize("options", [{"horizon": 0}, {"future_columns": ["planned"]}])
def test_rare_planned_days_with_a_large_effect_are_no_copy(effect, options):
    days = pd.date_range("2023-01-01", periods=600)
    noise = np.random.default_rng(0).normal(0, 5, 600).round()
    y = pd.Series(100 + effect + noise, days, name="visits")
    X = pd.DataFrame({"planned": effect / np.abs(effect).max(), "visits": y})
    if "horizon" in options:
        X["visits"] = y.shift(1, fill_value=100)
    with warnings.catch_warnings():
        warnings.simplefilter("error", LaggedTargetWarning)
        fit(X, y, **options)


def test_columns_without_names_and_the_second_target():
    y, other = walk(), walk(1)
    X = np.column_stack([walk(2), other.shift(-1).ffill().round(1)])
    with pytest.warns(LaggedTargetWarning, match="Column 1 of X"):
        fit(X, np.column_stack([y, other]))


def test_gaps_do_not_count_as_steps():
    y = walk()
    later = y.shift(-1).ffill().round(1)
    rows = np.r_[0:40, 43:80, 90:N_ROWS]
    X = pd.DataFrame({"later": later}).iloc[rows]
    with pytest.warns(LaggedTargetWarning, match="1 rows? later"):
        fit(X, y.iloc[rows])


months = np.arange(N_ROWS)
rng = np.random.default_rng(7)
SERIES = {
    "walk": walk(),
    "smooth": pd.Series(np.sin(months / 30), INDEX),
    "repeated": pd.Series(np.sin(months * np.pi / 6) + months % 12 % 5, INDEX),
    "nearly repeated": pd.Series(months % 12 % 5 + rng.normal(size=N_ROWS) / 50, INDEX),
    "line": pd.Series(2.0 * months, INDEX),
    "meter": pd.Series((10 + rng.random(N_ROWS)).cumsum(), INDEX),
    "growing": pd.Series(1.05**months, INDEX),
    "mostly zero": pd.Series(rng.poisson(0.2, N_ROWS).astype(float), INDEX),
    "price that rarely changes": pd.Series(np.repeat(rng.random(10), 15), INDEX),
    "counts": pd.Series(rng.poisson(3, N_ROWS).astype(float), INDEX),
}


@pytest.mark.parametrize("y", SERIES.values(), ids=SERIES)
@pytest.mark.parametrize("horizon", [1, 3])
def test_what_is_known_raises_no_warning(y, horizon):
    X = pd.DataFrame({f"lag {n}": y.shift(n).bfill().round(3) for n in (0, 1, 11, 12)})
    X["noisy"] = y + rng.normal(size=N_ROWS) * y.diff().std()
    calendar = pd.DataFrame({"month": INDEX.month, "number": months}, INDEX)
    fit(X, y, horizon=horizon)
    fit(calendar, y, horizon=horizon, future_columns=["month"])
    fit(X[["lag 1", "lag 11", "lag 12"]], y, horizon=0)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    memory=st.floats(0, 1),
    horizon=st.integers(1, 5),
    n_columns=st.integers(1, 4),
)
def test_independent_series_and_own_past_are_never_found(
    seed, memory, horizon, n_columns
):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(N_ROWS, n_columns))
    for row in range(1, N_ROWS):
        columns[row] += memory * columns[row - 1]
    steps = np.arange(N_ROWS)
    assert find_nearly_visible(columns, columns[:, :1], steps, horizon) is None


@pytest.mark.parametrize("is_copy", [True, False], ids=["copy", "other column"])
@pytest.mark.parametrize("n_rows", [2_000, 4_000, 30_000])
def test_only_the_latest_rows_are_compared(n_rows, is_copy, monkeypatch):
    n_compared = []

    def count(of_column, of_target, steps, ahead):
        n_compared.append(len(steps))
        return rate_of_agreement(of_column, of_target, steps, ahead)

    rate_of_agreement = nearly_visible._rate_of_agreement
    monkeypatch.setattr(nearly_visible, "_rate_of_agreement", count)
    rng = np.random.default_rng(0)
    y, column = rng.normal(size=(2, n_rows)).cumsum(axis=1)
    if is_copy:
        column = y + rng.normal(size=n_rows) / 100
        column[:-N_COMPARED] = 0  # these rows alone would show that it is no copy
    order = rng.permutation(n_rows)
    steps = np.arange(n_rows)
    found = find_nearly_visible(column[order, None], y[order, None], steps[order], 0)
    assert (found is not None) == is_copy
    assert max(n_compared) < N_COMPARED
    assert len(n_compared) <= N_COMPARED


def test_few_changes_show_nothing():
    y = walk()[:18]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(pd.DataFrame({"later": y.shift(-1).ffill().round(1)}), y)
