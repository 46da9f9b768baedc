"""Which columns show a target at the row to predict, or a later value."""

import numpy as np
import pytest

from skseq._series.lagged_target import find_visible_target

N_ROWS = 80
RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=N_ROWS)
SERIES = {
    "noise": NOISE,
    "walk": 50 + NOISE.cumsum(),
    "float32": (50 + NOISE.cumsum()).astype(np.float32),
    "season": 5 + 3 * np.sin(np.arange(N_ROWS) * 2 * np.pi / 12) + 0.1 * NOISE,
    "counts": RNG.poisson(3, N_ROWS) * 1.0,
    "sparse counts": RNG.poisson(0.5, N_ROWS) * 1.0,
    "large": 1e8 + NOISE.cumsum(),
}
MAPS = {
    "copy": lambda y: y,
    "other units": lambda y: 1.8 * y + 32,
    "min-max scaled": lambda y: (y - y.min()) / np.ptp(y),
    "18 - y": lambda y: 18 - y,
    "-y": lambda y: -y,
}


def lagged(values, lag):
    """Return the values some steps earlier, or later if lag is negative; else NaN."""
    moved = np.full(len(values), np.nan, dtype=values.dtype)
    if lag >= 0:
        moved[lag:] = values[: len(values) - lag]
    else:
        moved[:lag] = values[-lag:]
    return moved


def find(columns, y, *, steps=None, known=None, **options):
    steps = np.arange(len(y)) if steps is None else steps
    columns, targets = np.column_stack(columns), np.asarray(y).reshape(len(y), -1)
    found = find_visible_target(columns, targets, [steps], known, **options)
    return found and (found.feature, found.lag)


@pytest.mark.sample(3)
@pytest.mark.parametrize("image", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("y", SERIES.values(), ids=SERIES)
@pytest.mark.parametrize(
    ("horizon", "lag"), [(0, 0), (0, -1), (1, -1), (1, -2), (3, -3), (3, -9)]
)
def test_the_target_at_the_row_or_later_is_found(y, image, horizon, lag):
    other = np.random.default_rng(1).normal(size=N_ROWS)
    column = lagged(image(y), lag)
    assert find([other, column], y, horizon=horizon) == (1, lag)
    found = find_visible_target(
        column.reshape(-1, 1), y.reshape(-1, 1), [np.arange(N_ROWS)], horizon=horizon
    )
    there = ~np.isnan(column)
    np.testing.assert_allclose(
        found.slope * column[there] + found.intercept,
        lagged(y, lag)[there],
        rtol=1e-5,
        atol=1e-5,
    )


@pytest.mark.sample(3)
@pytest.mark.parametrize("image", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("y", SERIES.values(), ids=SERIES)
@pytest.mark.parametrize(
    ("horizon", "lag"), [(0, 1), (0, 5), (1, 0), (1, 1), (3, -2), (3, -1), (3, 12)]
)
def test_what_was_known_before_the_row_is_no_offence(y, image, horizon, lag):
    assert find([lagged(image(y), lag)], y, horizon=horizon) is None


PERIODIC = {
    "sine": np.sin(np.arange(N_ROWS) * 2 * np.pi / 12),
    "weekday": np.arange(N_ROWS) % 7.0,
    "any": np.tile(NOISE[:8], 10),
}


@pytest.mark.parametrize("horizon", [0, 1, 2])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("lag", [1, 4, 6, 7])
@pytest.mark.parametrize("y", PERIODIC.values(), ids=PERIODIC)
def test_a_series_that_repeats_itself_exactly_shows_nothing_new(y, lag, sign, horizon):
    column = sign * lagged(y, lag)
    assert find([column], y, horizon=horizon) is None
    assert find([column], y, horizon=horizon, is_certain=True) is None


ALIKE = {
    "line": np.arange(N_ROWS) * 2.0 + 3,
    "growth": 1.05 ** np.arange(N_ROWS),
}


@pytest.mark.parametrize("slope", [1.0, 0.3, -0.3])
@pytest.mark.parametrize("y", ALIKE.values(), ids=ALIKE)
def test_a_straight_line_is_an_offence_only_where_windows_surely_show_it(y, slope):
    column = slope * y + 7
    assert find([column], y) is None
    assert find([column], y, horizon=1) is None
    assert find([column], y, is_certain=True) == (0, 0)


@pytest.mark.sample(3)
@pytest.mark.parametrize("n_rows", [3, 6, 10, 20, 80])
@pytest.mark.parametrize("n_values", [1, 2, 3, 5, None])
def test_independent_columns_are_hardly_ever_found(n_rows, n_values):
    rng = np.random.default_rng(n_rows)
    n_found = 0
    for _ in range(30):
        columns = rng.random((n_rows, 4))
        y = rng.random(n_rows)
        if n_values is not None:
            columns, y = np.floor(columns * n_values), np.floor(y * n_values)
        for horizon in (0, 1):
            n_found += find([columns], y, horizon=horizon) is not None
    assert n_found == 0


def test_single_events_that_happen_to_follow_each_other_are_chance():
    y, column = np.zeros((2, N_ROWS))
    y[[20, 50]], column[[15, 45]] = (3, 5), (3, 5)
    assert find([column], y, horizon=1) is None


def test_two_values_are_found_at_the_row_alone():
    y = (NOISE > 0) * 1.0
    assert find([8 * y + 3], y) == (0, 0)
    assert find([1 - y], y) == (0, 0)
    assert find([lagged(y, -1)], y, horizon=1) is None


def test_constant_and_unknown_columns():
    columns = [np.ones(N_ROWS), np.full(N_ROWS, np.nan)]
    assert find(columns, NOISE) is None
    assert find([NOISE], np.ones(N_ROWS)) is None


def test_only_known_rows_are_looked_at():
    y = NOISE
    column = np.where(np.arange(N_ROWS) < 40, y, 0.0)
    assert find([column], y) is None
    assert find([column], y, known=np.arange(N_ROWS) < 40) == (0, 0)
    assert find([column], y, known=np.arange(N_ROWS) < 8) is None


def test_steps_that_count_time_find_what_was_shifted_before_rows_were_dropped():
    y = SERIES["walk"]
    stay = np.random.default_rng(2).random(N_ROWS) < 0.8
    column, steps = lagged(y, -1)[stay], np.flatnonzero(stay)
    assert find([column], y[stay], horizon=1) is None
    assert find([column], y[stay], horizon=1, steps=steps) == (0, -1)


def test_the_first_of_several_targets_and_columns():
    y, other = SERIES["walk"], SERIES["season"]
    found = find_visible_target(
        np.column_stack([lagged(y, -1), other, 2 * y]),
        np.column_stack([other + y, y]),
        [np.arange(N_ROWS)],
    )
    assert (found.feature, found.target, found.lag) == (2, 1, 0)


@pytest.mark.parametrize(
    ("image", "lag", "text"),
    [
        ("copy", 0, r"C is the target itself \(up to scale\): y = column$"),
        ("other units", 0, r"itself .*: y = 0.555556 \* column - 17.7778$"),
        ("18 - y", -1, r"sign reversed .*, 1 row later: y = -1 \* column \+ 18$"),
    ],
)
def test_what_is_said(image, lag, text):
    y = SERIES["walk"]
    column = lagged(MAPS[image](y), lag).reshape(-1, 1)
    found = find_visible_target(column, y.reshape(-1, 1), [np.arange(N_ROWS)])
    with pytest.raises(ValueError, match=text):
        raise ValueError(found.describe("C"))
