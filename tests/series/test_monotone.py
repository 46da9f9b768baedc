"""Monotone functions of the value to predict, or of its change, are named."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skseq import SequenceWindower
from skseq._series.lagged_target.monotone import list_monotone
from skseq.exceptions import LaggedTargetWarning

N_ROWS = 120
INDEX = pd.date_range("2010-01-01", periods=N_ROWS, freq="D")


def sales(seed=0, index=INDEX):
    changes = np.random.default_rng(seed).normal(0, 0.15, len(index))
    return pd.Series(100 * np.exp(changes.cumsum() / 2 + changes), index, name="y")


INCREASING = {
    "log": np.log,
    "square root": np.sqrt,
    "square": np.square,
    "exp": lambda y: np.exp(y / y.max()),
    "rank": lambda y: y.rank(),
    "float32": lambda y: np.log(y).astype("float32"),
    "rounded": lambda y: np.sqrt(y).round(1),
    "clipped": lambda y: np.log(y.clip(upper=y.quantile(0.8))),
}
DECREASING = {"reciprocal": lambda y: 1 / y, "-log": lambda y: 5 - np.log(y)}
CHANGES = {
    "diff": lambda y: y.diff(),
    "scaled": lambda y: 3 + y.diff() / 7,
    "square of sign": lambda y: np.sign(y.diff()) * y.diff() ** 2,
    "relative": lambda y: y.pct_change(),
    "percent": lambda y: (100 * y.pct_change()).round(2),
    "log return": lambda y: np.log(y).diff(),
    "first is 0": lambda y: y.diff().fillna(0),
    "reversed": lambda y: y.shift(1) - y,
}


def fit(X, y, **options):
    """Fit a windower, and return its warnings about the target."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        SequenceWindower(3, **options).fit(X, y)
    return [str(w.message) for w in caught if w.category is LaggedTargetWarning]


@pytest.mark.parametrize("image", [*INCREASING, *DECREASING])
@pytest.mark.parametrize("known_ahead", [True, False])
def test_a_monotone_function_of_the_target(image, known_ahead):
    y = sales()
    column = (INCREASING | DECREASING)[image](y)
    X = pd.DataFrame({"noise": sales(5), "c": column})
    options = {"future_columns": ["c"], "horizon": 2} if known_ahead else {"horizon": 0}
    (message,) = fit(X, y, **options)
    kind = "an increasing" if image in INCREASING else "a decreasing"
    if "changes as the target does" not in message:
        assert f"'c' of X is {kind} function of the target in the same row" in message


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("known_ahead", [True, False])
def test_its_change_if_windows_contain_its_past(change, known_ahead):
    y = sales()
    past = y if known_ahead else y.shift(1)
    X = pd.DataFrame({"past": past, "c": change(y)}).bfill()
    options = {"future_columns": ["c"], "horizon": 1} if known_ahead else {"horizon": 0}
    (message,) = fit(X, y, **options)
    assert "'c' of X is a" in message
    assert "change in the same row" in message
    assert "windows contain the target's past" in message
    assert not fit(X[["c"]], y, **options)  # a change without a value
    X["other"] = np.log(y)  # is found all the same
    (message,) = fit(X[["c", "other"]], y, horizon=0)
    assert "'other' of X is an increasing function of the target in" in message


@pytest.mark.parametrize("image", [lambda y: 1 / y, lambda y: y.diff()])
@pytest.mark.parametrize("horizon", [1, 3])
def test_later_values(image, horizon):
    y = sales()
    X = pd.DataFrame({"y": y, "c": image(y).shift(-horizon)}).ffill()
    rows = "1 row later" if horizon == 1 else "3 rows later"
    (message,) = fit(X[1:], y[1:], horizon=horizon)
    assert f"{rows} (such as" in message
    assert not fit(X[1:], y[1:], horizon=horizon + 1)


@pytest.mark.parametrize("step", ["gaps", "order", "second target"])
def test_rows_with_gaps_in_any_order_and_several_targets(step):
    y, steps = sales().to_numpy(), np.arange(N_ROWS)
    rows, targets = steps, y[:, np.newaxis]
    if step == "gaps":
        rows = np.delete(steps, [30, 31, 70])
    elif step == "order":
        rows = np.random.default_rng(0).permutation(N_ROWS)
    else:
        targets = np.column_stack([sales(1), y])
    columns = np.column_stack([sales(2), 1 / y, np.diff(y, prepend=np.nan)])
    found = list_monotone(columns[rows], targets[rows], steps[rows], 0)
    assert [(one.feature, one.quantity) for one in found] == [(1, 0), (2, 1)]


@pytest.mark.parametrize("image", [lambda y: 1 / y, lambda y: y**3])
def test_each_series_may_have_a_function_of_its_own(image):
    shops = {name: sales(seed) for seed, name in enumerate("abcd")}
    y = pd.concat(shops, names=["shop", "day"])
    scale = y.index.get_level_values(0).map({"a": 1, "b": 30, "c": 7, "d": 2})
    X = pd.DataFrame({"c": image(y) * scale}, y.index)
    (message,) = fit(X, y, future_columns=["c"])
    assert "'c' of X is" in message
    X.loc[["a", "c", "d"]] = np.random.default_rng(0).normal(size=(3 * N_ROWS, 1))
    assert not fit(X, y, future_columns=["c"])


days = np.arange(N_ROWS)
rng = np.random.default_rng(7)
white = rng.normal(size=N_ROWS)
TARGETS = {
    "walk": 100 + white.cumsum(),
    "trend": 0.1 * days + 0.01 * white,
    "line": 2.0 * days,
    "growth": 1.05**days,
    "meter": (10 + rng.random(N_ROWS)).cumsum(),
    "counts": rng.poisson(3, N_ROWS) * 1.0,
    "rare": rng.poisson(0.2, N_ROWS) * 1.0,
    "yes or no": (white > 0) * 1.0,
    "season": 100 + 10 * np.sin(days * np.pi / 6),
    "week": np.array([1, 2, 3, 4, 9, 20, 15.0])[days % 7],
    "steps": np.repeat(rng.random(8), 15),
    "late": np.r_[np.full(60, 5.0), white[60:].cumsum()],
    "large": np.exp(4 * white),
    "per month": pd.Series(np.abs(white), INDEX).groupby(INDEX.month).cumsum(),
}
OTHERS = {
    "day of week": INDEX.day_of_week,
    "month": INDEX.month,
    "day": INDEX.day,
    "holiday": INDEX.day < 3,
    "number": days,
    "square of number": days**2,
    "other meter": (10 + np.random.default_rng(8).random(N_ROWS)).cumsum(),
    "other series": np.random.default_rng(9).normal(size=N_ROWS).cumsum(),
    "few events": np.repeat([0, 1, 0, 2, 0, 3, 0, 4], 15),
}


@pytest.mark.parametrize("y", TARGETS.values(), ids=TARGETS)
def test_no_false_alarms(y):
    y = pd.Series(np.asarray(y), INDEX)
    noisy = 3 * y + 0.4 * y.std() * rng.normal(size=N_ROWS)
    past = {f"lag {n}": np.sqrt(np.abs(y.shift(n).bfill())) for n in (1, 2, 7)}
    X = pd.DataFrame(OTHERS | past | {"noisy": noisy}, INDEX)
    targets, steps = y.to_numpy()[:, np.newaxis], days
    for n_rows in (15, 30, N_ROWS):
        table = X[:n_rows].to_numpy(dtype=np.float64)
        assert not list(list_monotone(table, targets[:n_rows], steps[:n_rows], 0))
    changes = y.diff().fillna(0).to_numpy()[:, np.newaxis]
    assert not list(list_monotone(changes, targets, steps, 1))  # of a known row


def test_differences_beyond_float64():
    large = (1.7e308 * np.tanh(white))[:, np.newaxis]
    assert not list(list_monotone(large, large[::-1], days, 0))


def test_what_repeats_itself_was_known():
    y = pd.Series(np.random.default_rng(0).random(30)[days % 30], INDEX)
    X = pd.DataFrame({"log": np.log(y)})
    assert not fit(X, y, horizon=0)
    assert fit(X[:40], y[:40], horizon=0)
