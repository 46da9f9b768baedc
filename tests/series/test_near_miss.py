"""Columns that nearly hold the target some steps earlier, and columns that do not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skseq._series.lagged_target import find_near_miss

N_ROWS = 80


def walk(seed=0, n_rows=N_ROWS):
    return 50 + np.cumsum(np.random.default_rng(seed).normal(size=n_rows))


def search(column, y, steps=None):
    steps = np.arange(len(y)) if steps is None else steps
    known = np.ones(len(y), dtype=bool)
    return find_near_miss(column[:, np.newaxis], y, steps, known, [0])


def search_one_by_one(columns, y, steps, known):
    """Return (feature, lag) of the first column of the smallest lag, by a loop."""
    rows = {int(step): row for row, step in enumerate(steps)}

    def change(values, step):
        row, before = rows.get(step), rows.get(step - 1)
        if row is None or before is None or not (known[row] and known[before]):
            return np.nan
        return values[row] - values[before]

    for lag in range(1, 25):
        for feature, column in enumerate(columns.T):
            changes = [(change(column, int(s)), change(y, int(s) - lag)) for s in steps]
            changes = np.array([pair for pair in changes if np.isfinite(pair).all()])
            products = changes.prod(axis=1) if len(changes) else np.empty(0)
            n_of_y = np.count_nonzero(changes[:, 1]) if len(changes) else 0
            products = products[products != 0]
            is_often = len(products) >= 20 and len(products) >= n_of_y / 3
            if is_often and np.mean(products > 0) >= 0.95:
                return feature, lag
    return None


def lagged(y, lag):
    return np.concatenate([np.full(lag, np.nan), y[:-lag]])


@given(
    seed=st.integers(0, 99),
    lag=st.integers(1, 12),
    odd_rows=st.sets(st.integers(15, N_ROWS - 1), min_size=1, max_size=2),
    factor=st.sampled_from([1.0, 0.01, 250.0]),
)
def test_odd_rows_are_counted(seed, lag, odd_rows, factor):
    y = walk(seed)
    column = factor * lagged(y, lag) + 3
    column[list(odd_rows)] += factor * 1e-3 * np.ptp(y)
    near = search(column, y)
    assert (near.feature, near.lag, near.n_compared) == (0, lag, N_ROWS - lag)
    assert set(near.different.tolist()) == odd_rows


@pytest.mark.parametrize(
    "change",
    [np.log, np.sqrt, np.square, lambda y: y.clip(None, np.nanquantile(y, 0.7))],
    ids=["log", "root", "square", "clipped"],
)
@pytest.mark.parametrize("lag", [1, 2, 7])
def test_a_transformed_copy_is_found_at_its_lag(change, lag):
    y = walk()
    near = search(change(lagged(y, lag)), y)
    assert near.lag == lag


def test_a_rounded_copy_is_found():
    y = 10 * walk()
    assert search(np.round(lagged(y, 1)), y).lag == 1


def test_a_gap_between_rows_hides_nothing():
    y = np.log(walk(n_rows=120))
    steps = np.delete(np.arange(120), slice(50, 60))
    column = np.exp(lagged(y, 2))[steps]
    assert search(column, y[steps], steps).lag == 2


@given(seed=st.integers(0, 999))
def test_other_columns_are_no_near_misses(seed):
    rng = np.random.default_rng(seed)
    y = np.cumsum(rng.normal(size=N_ROWS))
    others = (rng.normal(size=N_ROWS), np.cumsum(rng.normal(size=N_ROWS)), np.ones(80))
    assert all(search(other, y) is None for other in others)


def calendar(times):
    week = times.isocalendar().week.to_numpy()
    parts = ("quarter", "month", "day_of_year", "day", "day_of_week", "hour")
    columns = {part: getattr(times, part) for part in parts} | {
        "week": week,
        "weekend": times.day_of_week >= 5,
        "holiday": times.day % 10 == 3,
    }
    return {name: np.asarray(column, float) for name, column in columns.items()}


def series_with(times):
    rng, n = np.random.default_rng(0), len(times)
    hours = times.hour + times.minute / 60
    return {
        "sun": np.maximum(0, np.sin((hours - 6) / 12 * np.pi)) * rng.uniform(0.3, 1, n),
        "load": 100 + 30 * np.sin(hours / 12 * np.pi) + rng.normal(size=n),
        "week": 100 + 20 * np.sin(times.day_of_week * 2.0) + rng.normal(size=n),
        "walk": rng.normal(size=n).cumsum(),
        "trend": np.arange(n) + rng.normal(size=n),
        "meter": rng.random(n).cumsum(),
        "counts": rng.poisson(3, n).astype(float),
        "rare": rng.poisson(0.05, n).astype(float),
        "steps": np.repeat(rng.normal(size=n // 50 + 1), 50)[:n],
    }


@pytest.mark.parametrize(
    ("frequency", "n_rows"),
    [("15min", 4000), ("h", 2000), ("D", 1000), ("W", 300), ("MS", 200)],
)
def test_a_calendar_is_no_near_miss(frequency, n_rows):
    times = pd.date_range("2021-01-01", periods=n_rows, freq=frequency)
    columns = calendar(times)
    for kind, y in series_with(times).items():
        for name, column in columns.items():
            assert search(column, np.asarray(y)) is None, (kind, name)


@pytest.mark.parametrize(
    "change",
    [
        np.log,
        lambda y: y.clip(None, np.nanquantile(y, 0.6)),
        lambda y: np.where(np.arange(len(y)) < len(y) // 2, y, y / 5),
    ],
    ids=["log", "clipped", "level changed"],
)
@pytest.mark.parametrize("kind", ["load", "walk", "trend", "meter"])
def test_changed_copies_are_found_in_all_kinds_of_series(change, kind):
    times = pd.date_range("2021-01-01", periods=800, freq="h")
    y = 50 + np.asarray(series_with(times)[kind])
    assert search(change(lagged(y, 1)), y).lag == 1


def test_each_of_many_series_may_have_its_own_scale():
    series = [10.0**n * walk(n, 40) for n in range(8)]
    y = np.concatenate(series)
    columns = [np.log(lagged(one, 1) / one.mean()) for one in series]
    steps = np.concatenate([n * 2**32 + np.arange(40) for n in range(8)])
    assert search(np.concatenate(columns), y, steps).lag == 1


def test_a_column_that_is_y_at_its_own_row_is_no_lagged_one():
    y = walk()
    assert search(y + 0.1, y) is None


@given(
    seed=st.integers(0, 9999),
    lag=st.integers(0, 26),
    n_odd=st.integers(0, 6),
    longest=st.sampled_from([1, 2, 30, 1001]),
)
def test_all_lags_at_once_give_the_same_as_one_by_one(seed, lag, n_odd, longest):
    rng = np.random.default_rng(seed)
    y = np.round(walk(seed), int(rng.integers(0, 3)))  # rounded: some changes are 0
    distances = np.where(rng.random(N_ROWS) < 0.05, longest, 1)
    steps, known = np.cumsum(distances), rng.random(N_ROWS) < 0.98
    columns = rng.normal(size=(N_ROWS, 3)).cumsum(axis=0)
    columns[:, rng.integers(3)] = np.exp(lagged(y, lag) / 20) if lag else y
    columns[rng.integers(0, N_ROWS, n_odd), rng.integers(0, 3, n_odd)] = np.nan
    near = find_near_miss(columns, y, steps, known, range(3))
    found = None if near is None else (near.feature, near.lag)
    assert found == search_one_by_one(columns, y, steps, known)
