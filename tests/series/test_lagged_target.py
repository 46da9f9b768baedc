"""The lagged target is found where it was put, and nowhere else."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skseq._series.lagged_target import (
    MAX_LAG,
    MIN_COMPARED,
    AmbiguousLagError,
    LaggedTarget,
    LagRules,
    LagSearch,
)
from skseq._series.lagged_target.affine_map import IDENTITY, usual_maps

COUNTED = np.arange(100)
SAME = LagRules(lags=np.arange(25), maps=[IDENTITY], any_map=False)


def walk(n=100, seed=0):
    return np.random.default_rng(seed).normal(size=n).cumsum() + 50


def noise(n=100, seed=1):
    return np.random.default_rng(seed).normal(size=n)


def lagged(y, lag):
    past = np.full_like(y, np.nan)
    past[lag:] = y[: max(len(y) - lag, 0)]
    return past


def search(columns, y, steps=None, known=None, rules=None, **options):
    table = np.column_stack(columns)
    steps = np.arange(len(y)) if steps is None else steps
    return LagSearch(table, steps, known).find(y, rules, **options)


def places(found):
    return [(lag.feature, lag.lag) for lag in found]


# By brute force


def exact_map(pairs):
    """Return the map through all (value, past), in fractions, or None."""
    values, past = zip(*pairs, strict=True)
    low, high = past.index(min(past)), past.index(max(past))
    if past[low] == past[high] or values[low] >= values[high]:
        return None
    slope = Fraction(past[high] - past[low], values[high] - values[low])
    intercept = past[low] - slope * values[low]
    if any(slope * value + intercept != before for value, before in pairs):
        return None
    return slope, intercept


def by_brute_force(column, y, steps, known, lags):
    """List the (lag, slope, intercept) of one column, by the definition."""
    usual = usual_maps(y.astype(float)) if np.ptp(y) else []
    others = []
    at_step = {int(step): row for row, step in enumerate(steps) if known[row]}
    for lag in lags:
        pairs = [
            (int(column[row]), int(y[at_step[steps[row] - lag]]))
            for row in range(len(y))
            if known[row] and not np.isnan(column[row]) and steps[row] - lag in at_step
        ]
        its_map = exact_map(pairs) if len(pairs) >= MIN_COMPARED else None
        if its_map is None:
            continue
        # Through two values there are many maps in between, so all pairs are tried.
        for slope, intercept in usual:
            if all(abs(slope * v + intercept - p) < 1e-6 for v, p in pairs):
                return [(lag, slope, intercept)]
        if len({past for _, past in pairs}) > 2 and its_map not in [
            m for _, m in others
        ]:
            others.append((lag, its_map))
    return [(lag, *map(float, its_map)) for lag, its_map in others]


@st.composite
def small_cases(draw):
    n = draw(st.integers(1, 12))
    whole = st.lists(st.integers(0, draw(st.integers(1, 4))), min_size=n, max_size=n)
    y = np.array(draw(whole))
    steps = np.cumsum(draw(st.lists(st.integers(1, 2), min_size=n, max_size=n)))
    columns = []
    for _ in range(draw(st.integers(1, 3))):
        column = np.array(draw(whole), dtype=float)
        if draw(st.booleans()):  # chance alone would hardly ever make one
            lag = draw(st.integers(0, 3))
            column = lagged(y.astype(float) * draw(st.sampled_from([1, 2, -1])), lag)
        column[draw(st.lists(st.integers(0, n - 1), max_size=2))] = np.nan
        columns.append(column)
    known = np.ones(n, dtype=bool)
    known[draw(st.lists(st.integers(0, n - 1), max_size=2))] = False
    return np.column_stack(columns), y.astype(float), steps, known


@settings(max_examples=200)
@given(small_cases(), st.integers(0, 2), st.integers(0, 8))
def test_agrees_with_brute_force(case, first_lag, n_lags):
    columns, y, steps, known = case
    lags = np.arange(first_lag, first_lag + n_lags)
    usual = usual_maps(y) if np.ptp(y) else []
    expected = [
        by_brute_force(column, y, steps, known, lags.tolist()) for column in columns.T
    ]
    rules = LagRules(lags=lags, maps=usual)
    clear = [(f, *e[0]) for f, e in enumerate(expected) if len(e) == 1]
    try:
        found = LagSearch(columns, steps, known).find(y, rules)
    except AmbiguousLagError:
        assert not clear
        assert any(len(e) > 1 for e in expected)
        return
    assert clear or all(len(e) == 0 for e in expected)
    wanted = sorted(clear, key=lambda place: place[1])
    assert places(found) == [place[:2] for place in wanted]
    for lag, (_, _, slope, intercept) in zip(found, wanted, strict=True):
        assert (lag.slope, lag.intercept) == pytest.approx((slope, intercept), abs=1e-6)


# Where a lag was put


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    lag=st.integers(0, 30),
    slope=st.floats(1e-3, 1e3),
    level=st.sampled_from([0.0, -30.0, 1e7]),
    dtype=st.sampled_from([np.float64, np.float32]),
    has_gaps=st.booleans(),
)
def test_a_lagged_column_is_found_at_its_lag(seed, lag, slope, level, dtype, has_gaps):
    rng = np.random.default_rng(seed)
    whole = rng.normal(size=160).cumsum()
    column = lagged(whole / slope, lag)
    rows = np.sort(rng.choice(160, 120, replace=False)) if has_gaps else np.arange(160)
    table = np.column_stack([rng.normal(size=160), column])[rows].astype(dtype)
    y = whole[rows] + level
    rules = LagRules(lags=np.arange(31))
    (found,) = LagSearch(table, rows).find(y, rules)
    assert (found.feature, found.lag) == (1, lag)
    assert found.slope == pytest.approx(slope, rel=1e-3)
    restored = found.slope * table[:, 1].astype(float) + found.intercept
    past = lagged(whole + level, lag)[rows]
    size = np.ptp(y) if dtype == np.float32 else np.abs(y).max() * 1e-4
    np.testing.assert_allclose(restored, past, rtol=0, atol=1e-5 * size)


@pytest.mark.parametrize("level", [0.0, 1e7])
@pytest.mark.parametrize("lag", [0, 3])
def test_rounded_with_its_table(level, lag):
    y = level + walk()
    column = lagged(y, lag).astype(np.float32)
    for target in (y, y.astype(np.float32)):
        found = search([column], target, rules=SAME)
        assert found == [LaggedTarget(0, lag, 1.0, 0.0)]
    # The other way round: a target that was rounded, of a column that was not.
    assert places(search([lagged(y, lag)], y.astype(np.float32), rules=SAME)) == [
        (0, lag)
    ]


def test_rounded_after_it_was_scaled():
    y = 1e7 + walk()
    scaled = ((y - y.min()) / np.ptp(y)).astype(np.float32)
    assert places(search([lagged(scaled, 2)], y)) == [(0, 2)]


@pytest.mark.parametrize("level", [1e9, 1e12, 1e16])
def test_small_changes_on_a_large_level(level):
    changes = np.random.default_rng(0).integers(0, 5, size=(3, 100)) * 2.0
    y, other, _ = level + changes
    assert places(search([other, lagged(y, 1)], y)) == [(1, 1)]


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_the_size_of_numbers_does_not_matter(size):
    y = np.random.default_rng(0).integers(0, 9, size=100) * size
    column = np.random.default_rng(0).integers(0, 9, size=100) * 1.0
    assert places(search([lagged(y, 1)], y)) == [(0, 1)]
    assert places(search([lagged(column, 1)], y)) == [(0, 1)]
    largest = np.where(column > 4, 1.0, -1.0) * np.finfo(float).max
    assert search([largest], column) == []


def test_unknown_rows_are_left_out():
    y, column = walk(), lagged(walk(), 2)
    known = np.ones(100, dtype=bool)
    known[[0, 17, 18, 60]] = False
    spoilt = np.where(known, y, 1e9)
    rules = LagRules(maps=usual_maps(y))
    assert places(search([column], spoilt, known=known, rules=rules)) == [(0, 2)]
    assert search([column], spoilt, rules=rules) == []
    column = np.where(known, column, 1e9)
    assert places(search([column], y, known=known)) == [(0, 2)]


@settings(max_examples=20)
@given(st.permutations(range(40)))
def test_rows_in_any_order(order):
    y = walk(40)
    table = np.column_stack([noise(40), lagged(y, 3)])
    found = LagSearch(table[order], COUNTED[order]).find(y[order])
    assert found == [LaggedTarget(1, 3, 1.0, 0.0)]


def test_several_targets_and_features():
    Y = np.column_stack([walk(), walk(seed=5)])
    table = np.column_stack(
        [lagged(Y[:, 1], 4), lagged(Y[:, 0], 2), lagged(Y[:, 1], 2)]
    )
    lag_search = LagSearch(table, COUNTED)
    assert places(lag_search.find(Y[:, 0])) == [(1, 2)]
    assert places(lag_search.find(Y[:, 1])) == [(2, 2), (0, 4)]
    assert places(lag_search.find(Y[:, 1], features=[0])) == [(0, 4)]
    assert lag_search.find(Y[:, 1], features=[1]) == []


# Where most rows tell nothing


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("lag", [1, 7, 900])
def test_events_are_found_among_zeros(dtype, lag):
    rng = np.random.default_rng(0)
    y = (rng.random(4000) < 0.002) * rng.random(4000)
    y[rng.integers(0, 3000)] = 1.0
    columns = (rng.random((20, 4000)) < 0.001) * 1.0
    columns[7] = lagged(3 * y, lag)
    assert places(search([*columns.astype(dtype)], y)) == [(7, lag)]


def test_one_unusual_value_rules_out_other_lags():
    weekly = (COUNTED % 7).astype(float)
    assert places(search([lagged(weekly, 3)], weekly)) == [(0, 3)]
    for side in range(2):
        pair = [weekly.copy(), weekly.copy()]
        pair[side][40] += 100
        assert search([pair[0]], pair[1], rules=LagRules(lags=np.arange(25))) == []


def test_events_at_the_start_do_not_show_long_lags():
    y, column = np.zeros(100), np.zeros(100)
    y[2], column[5] = 1.0, 1.0
    assert places(search([column], y)) == [(0, 3)]
    y[90] = 2.0
    assert search([column], y) == []


# What is not the lagged target


@pytest.mark.parametrize(
    "column",
    [
        -walk(),
        walk()[::-1],
        np.log(walk()),
        np.append(walk()[:-1], 0.0),
        np.append([0.0], walk()[1:]),
        walk() + 1e-5 * noise(),
        np.ones(100),
        np.full(100, np.nan),
        np.append(walk()[1:], np.nan),
    ],
    ids=[
        "negative",
        "reversed",
        "log",
        "last",
        "first",
        "noise",
        "constant",
        "unknown",
        "ahead",
    ],
)
def test_not_found(column):
    assert search([column], walk(), rules=LagRules(lags=np.arange(50))) == []


def test_scaled_is_not_the_same():
    y = walk()
    assert search([2 * y, y + 1], y, rules=SAME) == []
    assert places(search([2 * y, np.nextafter(y, np.inf)], y, rules=SAME)) == [(1, 0)]


def test_a_constant_target_is_found_nowhere():
    assert search([np.ones(100), walk()], np.ones(100)) == []
    # Constant where column and target are both known.
    y, column = np.append(np.ones(60), walk(40)), np.append(np.ones(60), [np.nan] * 40)
    assert search([column], y) == []


def test_rows_compared():
    y = walk(10)
    column = np.append(np.full(6, np.nan), y[6:])
    at_row = LagRules(lags=np.array([0]))
    assert places(search([column], y, rules=at_row)) == [(0, 0)]
    half = LagRules(lags=np.array([0]), min_compared=5)
    assert search([column], y, rules=half) == []
    assert search([y[:2]], y[:2], rules=at_row) == []


def test_two_values_are_an_image_of_any_two():
    y = np.tile([0.0, 1, 1, 0, 1, 0, 0], 10)
    y[30:40] = np.random.default_rng(0).integers(0, 2, 10)
    assert search([lagged(5 * y + 3, 1)], y) == []
    assert places(search([lagged(y, 1)], y)) == [(0, 1)]
    assert places(search([lagged(2 * y - 1, 1)], y)) == [(0, 1)]
    rules = LagRules(few_values=True)
    assert places(search([lagged(5 * y + 3, 1)], y, rules=rules)) == [(0, 1)]


# Targets that repeat themselves


def test_the_smallest_lag_of_a_periodic_target():
    y = np.tile([1.0, 5.0, 2.0, 8.0, 3.0], 20)
    columns = [lagged(y, 9), lagged(y, 6), y]
    assert places(search(columns, y, rules=SAME)) == [(2, 0), (1, 1), (0, 4)]
    unusual = [7 * lagged(y, 9) - 2]
    assert places(search(unusual, y)) == [(0, 4)]


def test_a_straight_line_in_an_unusual_scale():
    y = 5.0 + 3 * COUNTED
    with pytest.raises(AmbiguousLagError, match="for example a straight line"):
        search([COUNTED / 7], y)
    assert places(search([lagged(y, 2)], y)) == [(0, 2)]
    assert places(search([lagged((y - y.min()) / np.ptp(y), 2)], y)) == [(0, 2)]
    # Another column that is clear settles it.
    assert places(search([COUNTED / 7, lagged(y, 2)], y)) == [(1, 2)]


def test_a_known_map_is_tried_first():
    y = 5.0 + 3 * COUNTED
    rules = LagRules(maps=[(21.0, 5.0)])
    (found,) = search([lagged((y - 5) / 21, 4)], y, rules=rules)
    assert found == LaggedTarget(0, 4, 21.0, 5.0)
    only = LagRules(maps=[(20.0, 5.0)], any_map=False)
    assert search([lagged((y - 5) / 21, 4)], y, rules=only) == []


def test_only_given_lags_are_searched():
    y = 5.0 + 3 * COUNTED
    (found,) = search([COUNTED / 7], y, rules=LagRules(lags=np.array([4])))
    assert (found.lag, found.slope) == (4, pytest.approx(21))


def test_the_longest_lag():
    y = walk(2 * MAX_LAG)
    assert places(search([lagged(y, MAX_LAG)], y)) == [(0, MAX_LAG)]
    assert search([lagged(y, MAX_LAG + 1)], y) == []
    assert search([lagged(walk(20), 11)], walk(20)) == []
