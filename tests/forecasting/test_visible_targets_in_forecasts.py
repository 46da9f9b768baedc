"""Columns that contain what is forecast: messages name the row that the user knows."""

import warnings
from itertools import cycle

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, months, naive_pipe, walk
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.exceptions import LaggedTargetWarning


def lagged(y, lag, noise):
    """Return a table whose rows contain y some rows earlier, below 0 later."""
    changes = np.random.default_rng(1).normal(size=len(y))
    column = 3 * y.shift(lag) + noise * changes
    return pd.DataFrame({"calendar": changes, "copy": column.bfill().ffill()}, y.index)


WHICH = {
    2: "2 rows earlier",
    0: "in the same row",
    -1: "1 row later",
    -2: "2 rows later",
}


@pytest.mark.parametrize("lag", WHICH)
@pytest.mark.parametrize("horizon", [3, 6])
@pytest.mark.parametrize("n_targets", [1, 2])
def test_the_row_of_a_future_column(lag, horizon, n_targets):
    y = walk(200)
    X = lagged(y, lag, noise=0.01)
    if n_targets == 2:
        y = pd.DataFrame({"other": walk(200, seed=5), "y": y})
    one = SequenceForecaster(naive_pipe(6), horizon=horizon, future_columns=["copy"])
    with pytest.warns(LaggedTargetWarning, match=f"'copy'.* does {WHICH[lag]}"):
        one.fit(X, y)
    X = lagged(walk(200), lag, noise=0)
    itself = WHICH[lag] if lag else r"\(up to scale\): "
    with pytest.raises(ValueError, match=f"'copy' .* the target itself.*{itself}"):
        one.fit(X, y)


@pytest.mark.parametrize("lag", [-1, -2])
@pytest.mark.parametrize("horizon", [1, 3, 6])
def test_the_row_of_other_columns(lag, horizon):
    y = walk(200)
    one = SequenceForecaster(naive_pipe(6), horizon=horizon)
    with pytest.warns(LaggedTargetWarning, match=f"'copy'.* does {WHICH[lag]}"):
        one.fit(lagged(y, lag, noise=0.01), y)
    with pytest.raises(ValueError, match=f"'copy' .* the target itself.*{WHICH[lag]}"):
        one.fit(lagged(y, lag, noise=0), y)


SCALES = {
    "as it is": {"log": False, "deseasonalize": False},
    "logarithm": {"log": True, "deseasonalize": False},
    "without season": {"log": False, "deseasonalize": True},
    "both": {"log": True, "deseasonalize": True},
    "chosen": {},
}
IMAGES = {
    "copy": lambda y: y,
    "other units": lambda y: 1.8 * y + 32,
    "sign reversed": lambda y: 18 - y,
}


def sales(size, seed=0):
    """Return a positive series whose season and changes grow with its level."""
    rng = np.random.default_rng(seed)
    season = 1 + 0.4 * np.sin(np.arange(96) * 2 * np.pi / 12)
    return pd.Series(size * season * np.exp(rng.normal(0, 0.2, 96)), months(96))


def make_sales(kind):
    """Return y of one or several series, and a function that moves it in time."""
    if kind == "one series":
        y = sales(50).rename("sales")
        return y, lambda y, lag: y.shift(lag).bfill().ffill()
    parts = {name: sales(size, size) for name, size in SHOPS.items()}
    y = pd.concat(parts, names=["shop", "month"]).rename("sales")
    return y, lambda y, lag: y.groupby(level=0).shift(lag).bfill().ffill()


SHOPS = {"a": 10, "b": 400, "c": 3_000}
KINDS = ["one series", "shops", "a scale for each shop"]


def make_column(kind, image, lag):
    """Return y, and a table with an image of it some rows earlier or later."""
    y, moved = make_sales(kind)
    column = image(y)
    if kind == "a scale for each shop":
        shop = y.index.get_level_values(0).map({"a": 3.0, "b": 0.2, "c": 1.0})
        column = image(y) * shop.to_numpy()
    weekday = np.arange(len(y)) % 5 // 3
    return y, pd.DataFrame({"promo": weekday, "column": moved(column, lag)}, y.index)


@pytest.mark.sample(2)
@pytest.mark.parametrize("options", SCALES.values(), ids=SCALES)
@pytest.mark.parametrize(
    ("kind", "image"),
    [
        ("one series", "other units"),
        ("one series", "sign reversed"),
        ("shops", "copy"),
        ("a scale for each shop", "sign reversed"),
    ],
)
def test_no_scale_of_the_forecast_hides_the_target(options, kind, image):
    cases = [(2, True), (0, True), (-1, True), (-1, False), (-4, False)]
    for (lag, future), strategy in zip(cases, cycle(STRATEGIES), strict=False):
        y, X = make_column(kind, IMAGES[image], lag)
        columns = ["column"] if future else None
        one = SequenceForecaster(
            horizon=3, strategy=strategy, future_columns=columns, **options
        )
        with pytest.raises(ValueError, match="'column' of X is the target"):
            one.fit(X, y)


FITS = [
    ("direct", "as it is"),
    ("direct", "without season"),
    ("recursive", "logarithm"),
    ("recursive", "chosen"),
]


def lagged_warnings(one, X, y):
    """Return the warnings of a fit about columns that contain the target."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        one.fit(X, y)
    return [str(w.message) for w in caught if w.category is LaggedTargetWarning]


@pytest.mark.parametrize(("strategy", "scale"), FITS)
@pytest.mark.parametrize("kind", KINDS)
def test_near_copies_are_named_once_on_all_scales(scale, kind, strategy):
    for lag, future in [(0, True), (-1, False)]:
        y, X = make_column(kind, lambda y: y, lag)
        X["column"] *= 1 + np.random.default_rng(1).normal(size=len(y)) / 1000
        columns = ["column"] if future else None
        one = SequenceForecaster(
            naive_pipe(6),
            horizon=3,
            strategy=strategy,
            future_columns=columns,
            **SCALES[scale],
        )
        (message,) = lagged_warnings(one, X, y)
        assert "'column' of X changes as the target does" in message


FUNCTIONS = {
    "an increasing function of the target": np.sqrt,
    "a decreasing function of the target": lambda y: 1 / y,
    "an increasing function of the target's change": pd.Series.diff,
    "an increasing function of the target's relative change": pd.Series.pct_change,
}


@pytest.mark.sample(3)
@pytest.mark.parametrize(("strategy", "scale"), FITS)
@pytest.mark.parametrize("what", FUNCTIONS)
def test_functions_of_the_target_are_named_once_on_all_scales(what, scale, strategy):
    y = sales(50)
    for lag, row in [(0, "in the same row"), (1, "1 row earlier"), (3, "")]:
        X = pd.DataFrame({"column": FUNCTIONS[what](y).shift(lag).bfill()})
        one = SequenceForecaster(
            naive_pipe(6),
            horizon=3,
            strategy=strategy,
            future_columns=["column"],
            **SCALES[scale],
        )
        messages = lagged_warnings(one, X, y)
        assert len(messages) == bool(row)
        assert all(f"'column' of X is {what} {row} (such" in m for m in messages)


@pytest.mark.sample(2)
@pytest.mark.parametrize(("strategy", "scale"), FITS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_in_advance_is_no_offence(scale, kind, strategy):
    for horizon, lag in [(1, 1), (3, 3)]:
        y, X = make_column(kind, lambda y: y, lag)
        one = SequenceForecaster(
            naive_pipe(6),
            horizon=horizon,
            strategy=strategy,
            future_columns=["promo", "column"],
            **SCALES[scale],
        )
        assert not lagged_warnings(one, X, y)


@pytest.mark.parametrize("noise", [0, 0.001])
def test_a_column_that_is_the_target_in_one_series_only(noise):
    y, _ = make_sales("shops")
    X = pd.DataFrame({"column": np.random.default_rng(0).normal(size=len(y))}, y.index)
    copy = y["c"].to_numpy() * (1 + noise * X.loc["a", "column"].to_numpy())
    X.loc["c", "column"] = copy
    one = SequenceForecaster(naive_pipe(6), horizon=3, future_columns=["column"])
    assert not lagged_warnings(one, X, y)


@pytest.mark.parametrize("lag", [1, 2, 5])
def test_a_lag_is_known_for_as_many_steps(lag):
    y, X = make_column("one series", lambda y: y, lag)
    one = SequenceForecaster(
        naive_pipe(6), strategy="recursive", future_columns=["promo", "column"]
    )
    one.fit(X, y)
    later = pd.DataFrame({"promo": 0, "column": 50.0}, months(120)[96:])
    assert len(one.forecast(lag, X_future=later)) == lag
    for n_steps in (lag + 1, 20):
        with pytest.raises(ValueError, match=f"'column' .* target .*{lag} row"):
            one.forecast(n_steps, X_future=later)
    with pytest.raises(ValueError, match=f"'column' .* target .*{lag} row"):
        one.predict(later)


@pytest.mark.parametrize(("strategy", "scale"), FITS)
@pytest.mark.parametrize("kind", ["one series", "shops"])
def test_a_target_that_was_shifted_by_hand(scale, kind, strategy):
    pipe, columns = naive_pipe(6), ["promo", "column"]
    for ahead, horizon in [(1, 3), (12, 2)]:
        y, X = make_column(kind, lambda y: 2 * y, ahead)
        one = SequenceForecaster(
            pipe, horizon=horizon, strategy=strategy, **SCALES[scale]
        )
        (message,) = lagged_warnings(one, X, y)
        rows = f"{ahead} row" + "s" * (ahead > 1)
        assert f"'column' of X already contains y {rows} earlier" in message
        assert f"labelled {rows} too early: do not shift y" in message
        # A lag that is as long as the horizon may be known in advance.
        assert ("list it in future_columns" in message) == (ahead >= horizon)
        # With the target in X, the column can only be a lag of it.
        assert not lagged_warnings(one, X.assign(sales=y), y)
        assert not lagged_warnings(one, X.assign(same=y), y)
        if ahead >= horizon:
            one.set_params(future_columns=columns)
            assert not lagged_warnings(one, X, y)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("step", [1, -2], ids=["scaled", "sign reversed"])
def test_a_step_that_writes_later_values_into_the_target(horizon, step):
    def show_later(table):
        return table.assign(sales=step * table["sales"].shift(-1).ffill())

    steps = FunctionTransformer(show_later), SequenceWindower(6, horizon=horizon)
    pipe = make_pipeline(*steps, NaiveRegressor())
    one = SequenceForecaster(pipe, horizon=horizon)
    with pytest.raises(ValueError, match="'sales' .* the target itself|with its sign"):
        one.fit(walk(200))
