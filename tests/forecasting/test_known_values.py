"""Rows to predict with the labels of known rows, but with other values."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    STRATEGIES,
    forecaster,
    linear_pipe,
    months,
    naive_pipe,
    walk,
)
from sklearn.compose import make_column_transformer
from sklearn.metrics import r2_score
from sklearn.model_selection import (
    GridSearchCV,
    TimeSeriesSplit,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from skseq import SequenceForecaster, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

N, HORIZON = 60, 3
MATCH = "has rows with the labels of known rows, but with other values"


def table(seed=0, n=N, index=None):
    rng = np.random.default_rng(seed)
    index = months(n) if index is None else index[:n]
    X = pd.DataFrame({"price": rng.normal(size=n), "stock": rng.normal(size=n)}, index)
    return X, pd.Series(rng.normal(size=n).cumsum(), index, name="sales")


def fit(X, y, strategy="direct", **params):
    params = {"future_columns": ["price"], "horizon": HORIZON} | params
    return forecaster(strategy=strategy, **params).fit(X, y)


INDEXES = {
    "months": months,
    "row numbers": pd.RangeIndex,
    "periods": lambda n: pd.period_range("2020-01", periods=n, freq="M"),
    "time zone": lambda n: pd.date_range("2020-01-01", periods=n, tz="Europe/Berlin"),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", INDEXES)
@pytest.mark.parametrize("column", ["price", "stock", "sales"])
def test_each_column_is_compared(column, name, strategy):
    index = INDEXES[name](N)
    X, y = table(index=index)
    both = X.assign(sales=y)
    fitted = fit(both, y, strategy)
    expected = fitted.predict(both)
    changed = both.copy()
    changed.iloc[[20, 40], both.columns.get_loc(column)] += 1.0
    message = f"{MATCH} in 2 rows: in the first, row 20 .*{column!r} is "
    with pytest.warns(UserWarning, match=message):
        predictions = fitted.predict(changed)
    np.testing.assert_array_equal(predictions, expected)
    # Other rows of the same table raise no warning; warnings are errors in tests.
    fitted.predict(changed[21:40])


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("way", ["predict", "score"])
def test_later_rows_whose_index_begins_again(way, strategy):
    X, y = (part.reset_index(drop=True) for part in table())
    train, test = slice(0, 50), slice(50, 53)
    fitted = fit(X[train], y[train], strategy, future_columns=["price", "stock"])
    X_test, y_test = (part[test].reset_index(drop=True) for part in (X, y))
    arguments = (X_test,) if way == "predict" else (X_test, y_test)
    with pytest.warns(
        UserWarning, match=rf"{MATCH} in 3 rows: in the first, row 0 \(0"
    ):
        getattr(fitted, way)(*arguments)
    # With the index of the later rows, they are predicted.
    fitted.predict(X[test])


@pytest.mark.sample(3)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", ["sales", None, 7])
@pytest.mark.parametrize("as_frame", [False, True])
def test_another_series_without_other_columns(name, strategy, as_frame):
    y, other = walk(N).rename(name), walk(N, seed=1).rename(name)
    if as_frame:
        y, other = (pd.DataFrame({"sales": part}) for part in (y, other))
    fitted = forecaster(horizon=HORIZON, strategy=strategy).fit(y)
    for call in (fitted.predict, fitted.score):
        with pytest.warns(UserWarning, match=f"{MATCH} in 60 rows"):
            call(other)
    fitted.predict(y[10:20])
    # Only the index of a table without the target is read.
    fitted.predict(pd.DataFrame({"n": np.zeros(N)}, y.index))
    with pytest.warns(UserWarning, match=f"y {MATCH}"):
        fitted.score(pd.DataFrame({"n": np.zeros(N)}, y.index), other)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("calendar", ["text", "category", "number"])
def test_true_values_are_compared_if_x_is_a_calendar(calendar, strategy):
    index = months(N)
    month = pd.Series(index.month, index)
    if calendar != "number":
        kind = "str" if calendar == "text" else "category"
        month = pd.Series(index.month_name(), index, dtype=kind)
    X = month.to_frame("month")
    encode = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["month"]), remainder="passthrough"
    )
    pipe = (
        linear_pipe(3)
        if calendar == "number"
        else make_pipeline(encode, *linear_pipe())
    )
    y, other = walk(N), walk(N, seed=1)
    one = SequenceForecaster(
        pipe, horizon=HORIZON, strategy=strategy, future_columns=["month"]
    )
    fitted = one.fit(X[:50], y[:50])
    assert fitted.score(X[:50], y[:50]) == r2_score(y[:50], fitted.predict(X[:50]))
    fitted.score(X[50:53], y[50:53])
    with pytest.warns(UserWarning, match=f"y {MATCH} in 50 rows"):
        fitted.score(X[:50], other[:50])
    with pytest.warns(UserWarning, match=f"X {MATCH}"):
        fitted.predict(X[:50].iloc[::-1].set_axis(index[:50]))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_unknown_values_of_known_rows(strategy):
    X, y = table()
    fitted = fit(X, y, strategy)
    expected = fitted.predict(X)
    for column in ("price", "stock"):
        changed = X.copy()
        changed.loc[X.index[10], column] = np.nan
        if column == "price":  # which must be known in advance
            with pytest.warns(UserWarning, match=f"{MATCH} in 1 row.*'price' is nan"):
                fitted.predict(changed)
        else:
            np.testing.assert_array_equal(fitted.predict(changed), expected)


@pytest.mark.sample(2)
@pytest.mark.parametrize("dtype", ["float32", "int64", "Float64", "int8", "bool"])
@pytest.mark.parametrize("later", ["float64", "float32", "Float64", "object"])
def test_rounding_and_dtypes_are_no_other_values(dtype, later):
    X, y = table()
    X = (10 * X).round().clip(0, 1).astype(dtype)
    fitted = fit(X, y)
    fitted.predict((X.astype("float64") * (1 + 1e-12) + 1e-13).astype(later))
    changed = X.astype("float64") + 0.01
    with pytest.warns(UserWarning, match=MATCH):
        fitted.predict(changed.astype(later))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_series_of_a_panel_are_compared_with_themselves(strategy):
    parts = {name: table(seed)[0] for seed, name in enumerate("ab")}
    X = pd.concat(parts, names=["shop", "month"])
    y = pd.concat({name: walk(N, seed) for seed, name in enumerate("ab")})
    y = y.rename_axis(["shop", "month"])
    fitted = fit(X, y, strategy, future_columns=["price", "stock"])
    fitted.predict(X.loc[["b"]])
    swapped = X.loc[["b"]].rename({"b": "a"})
    with pytest.warns(UserWarning, match=f"{MATCH} in 60 rows.*\\(a, "):
        fitted.predict(swapped)
    newer = fitted.forecast(X_future=following(X)).index
    fitted.update(following(X).loc[newer[:1]], pd.Series([1.0], newer[:1]))
    with pytest.warns(UserWarning, match=f"{MATCH} in 1 row"):
        fitted.predict(following(X).loc[newer[:1]] + 1)


def following(X):
    index = pd.MultiIndex.from_product([["a", "b"], months(N + HORIZON)[N:]])
    return pd.DataFrame(1.0, index.rename(X.index.names), X.columns)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_right_use_is_silent(strategy):
    X, y = table(n=80)
    one = forecaster(
        horizon=HORIZON, strategy=strategy, future_columns=["price", "stock"]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for split in (TimeSeriesSplit(2, test_size=3), ForecastSplit(2, horizon=3)):
            cross_validate(one, X, y, cv=split, return_train_score=True)
            grid = {"estimator__sequencewindower__time_steps": [3, 4]}
            search = GridSearchCV(one, grid, cv=split, return_train_score=True)
            search.fit(X, y).score(X, y)
        backtest(one, X, y, cv=3)
        backtest(make_pipeline(SequenceWindower(3), linear_pipe()[1]), X, y, cv=3)
        fitted = one.fit(X[:70], y[:70]).update(X[70:75], y[70:75])
        fitted.predict(X[:78])
        fitted.score(X[:78], y[:78])


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("kind", ["frame", "series", "panel", "with X"])
def test_rows_without_values_that_are_numbered_from_0_are_told(n, kind):
    y = walk(40).reset_index(drop=True).rename("y")
    X = pd.DataFrame({"x": np.random.default_rng(0).normal(size=40)})
    missing = pd.DataFrame({"y": np.full(n, np.nan)})
    if kind == "with X":
        fitted = forecaster(naive_pipe(), horizon=3).fit(X, y)
        missing = missing.rename(columns={"y": "x"})
    elif kind == "panel":
        fitted = forecaster(naive_pipe(), horizon=3).fit(pd.concat({"a": y, "b": y}))
        missing = pd.concat({"b": missing})
    else:
        fitted = forecaster(naive_pipe(), horizon=3).fit(y)
    missing = missing["y"] if kind == "series" else missing
    with pytest.warns(UserWarning, match=f"{n} rows? without values.*continues that"):
        fitted.predict(missing)


def test_targets_of_another_name_are_no_update():
    y = walk(40).rename("y")
    for fitted in (y, y.to_frame(), pd.DataFrame({"y": y, "z": y * 2})):
        one = forecaster(naive_pipe()).fit(fitted[:30])
        later = fitted[30:]
        is_frame = fitted.ndim == 2
        other = later.rename(columns={"y": "x"}) if is_frame else later.rename("x")
        with pytest.raises(ValueError, match="targets of update .*'y'.*got 'x'"):
            one.update(other)
        one.update(later)
    unnamed = walk(40).rename(None)
    forecaster(naive_pipe()).fit(unnamed[:30]).update(y[30:])
    forecaster(naive_pipe()).fit(y[:30]).update(unnamed[30:])


def test_a_series_of_another_name_is_no_future_column():
    X = pd.DataFrame({"x": walk(40, seed=1), "z": walk(40, seed=2)})
    y = walk(40)
    pipe = linear_pipe()
    fitted = forecaster(pipe, horizon=3, future_columns=["x"]).fit(
        X[["x"]][:30], y[:30]
    )
    with pytest.raises(ValueError, match="lacks 'x'; it has 'z'"):
        fitted.forecast(X_future=X["z"])
    expected = fitted.forecast(X_future=X[["x"]])
    pd.testing.assert_series_equal(fitted.forecast(X_future=X["x"]), expected)
    unnamed = X["x"].rename(None)
    pd.testing.assert_series_equal(fitted.forecast(X_future=unnamed), expected)


MISSING_TEXT = {
    "None": pd.Series(["promo", None, "sale"] * 20),
    "objects": pd.Series(["promo", None, np.nan] * 20, dtype=object),
    "categories": pd.Series(["promo", None, "sale"] * 20, dtype="category"),
}


@pytest.mark.parametrize("kind", MISSING_TEXT)
def test_an_update_may_repeat_rows_with_missing_text(kind):
    y = walk(60)
    X = pd.DataFrame({"event": MISSING_TEXT[kind].set_axis(y.index)})
    encoder = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["event"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    )
    pipe = make_pipeline(encoder, *linear_pipe())
    fitted = forecaster(pipe).fit(X[:50], y[:50])
    assert len(fitted.update(X[45:], y[45:])._fitted_forecast.table) == 60
    for row, text in ((45, None), (46, "promo"), (47, "promo")):
        other = X.copy()
        other.iloc[row, 0] = text
        fitted = forecaster(pipe).fit(X[:50], y[:50])
        with pytest.raises(
            ValueError, match=f"'event' differs in 1 row.*{y.index[row]}"
        ):
            fitted.update(other[45:], y[45:])
