"""Forecasts are a loop over predict, whatever rows the steps of a pipeline read."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, walk
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import NMF, PCA
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import all_estimators

from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq._forecasting.known.table import Table
from skseq._forecasting.pipeline.row_by_row import is_row_by_row, rows_needed

FUNCTIONS = {
    "lag": lambda v, k: v.shift(k).fillna(0.0),
    "difference": lambda v, k: v.diff(k).fillna(0.0),
    "moving mean": lambda v, k: v.rolling(k, min_periods=1).mean(),
    "moving maximum": lambda v, k: v.rolling(k, min_periods=1).max(),
    "rolling z-score": lambda v, k: (
        (v - v.rolling(k + 2, min_periods=1).mean())
        / (1 + v.rolling(k + 2, min_periods=1).std().fillna(0.0))
    ),
    "expanding mean": lambda v, k: v.expanding().mean(),
    "above the median so far": lambda v, k: (v > v.expanding().median()) * 1.0,
    "rows since a sale": lambda v, k: (v <= 0).astype(float).rolling(k).sum().fillna(0),
    "row count": lambda v, k: pd.Series(np.arange(len(v)) % (k + 11.0), v.index),
}
SERIES = {
    "walk": lambda rng, n: rng.normal(size=n).cumsum(),
    "sales on few days": lambda rng, n: (rng.random(n) < 0.15) * rng.integers(1, 9, n),
    "flag": lambda rng, n: rng.random(n) < 0.2,
    "counts": lambda rng, n: rng.poisson(0.5, n),
    "zeros at the end": lambda rng, n: np.r_[rng.normal(size=n - 12), np.zeros(12)],
    "steps": lambda rng, n: np.repeat(rng.integers(0, 5, n), 5)[:n],
}


def by_series(column, function):
    if column.index.nlevels == 1:
        return function(column)
    return column.groupby(level=0, sort=False, group_keys=False).apply(function)


class AddColumn(TransformerMixin, BaseEstimator):
    """A transformer of the user's own, computed from one column."""

    def __init__(self, column, function):
        self.column = column
        self.function = function

    def fit(self, X, y=None):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def transform(self, X):
        return X.assign(added=by_series(X[self.column], self.function))


def flatten(windows):
    return np.nan_to_num(np.reshape(np.asarray(windows), (len(windows), -1)))


def random_pipeline(rng, column, function):
    add = AddColumn(column, function)
    if rng.random() < 0.5:
        add = FunctionTransformer(
            lambda X: X.assign(added=by_series(X[column], function))
        )
    if rng.random() < 0.3:
        add = make_pipeline("passthrough", add)
    last = [LeastSquares()]
    if rng.random() < 0.5:
        last = [FunctionTransformer(flatten), LinearRegression()]
    windower = SequenceWindower(int(rng.integers(3, 6)))
    first = [StandardScaler().set_output(transform="pandas")] * (rng.random() < 0.3)
    return make_pipeline(*first, add, windower, *last)


def random_table(rng, kind, n_ahead):
    """Return a table of one or two series, with a column known in advance."""
    parts = {}
    for name in "ab"[: rng.integers(1, 3)]:
        n = int(rng.integers(60, 90))
        index = pd.date_range("2020-01-01", periods=n + n_ahead)
        promotion = (rng.random(n + n_ahead) < 0.2) * 1.0
        promotion[n - 12 : n] = 0.0
        y = np.r_[SERIES[kind](rng, n) * 1.0, np.zeros(n_ahead)]
        parts[name] = pd.DataFrame({"y": y, "promotion": promotion}, index)
    is_known = [np.arange(len(part)) < len(part) - n_ahead for part in parts.values()]
    table = parts["a"] if len(parts) == 1 else pd.concat(parts, names=["s", "t"])
    return table, np.concatenate(is_known)


def loop_over_predict(estimator, table, is_known, strategy):
    """Forecast by predicting the table with rows appended, a step at a time."""
    table = table.copy()
    series = table.index.codes[0] if table.index.nlevels == 2 else np.zeros(len(table))
    rows = pd.Series(np.where(is_known, np.arange(len(table)), 0))
    last = rows.groupby(series).max().to_numpy()
    n_ahead = int((~is_known).sum()) // len(last)
    if strategy == "direct":
        for row in last:
            table.iloc[row + 1 : row + 1 + n_ahead, 0] = table.iloc[row, 0]
        return estimator.predict(table)[last + n_ahead].ravel()
    for step in range(n_ahead):
        now = last + step + 1
        table.iloc[now, 0] = table.iloc[now - 1, 0].to_numpy()
        seen = np.sort(np.concatenate([np.flatnonzero(is_known), now]))
        predicted = estimator.predict(table.iloc[seen])[np.searchsorted(seen, now)]
        table.iloc[now, 0] = predicted
        is_known = is_known.copy()
        is_known[now] = True
    return table.iloc[np.add.outer(last, np.arange(n_ahead) + 1).ravel(), 0]


@pytest.mark.sample(6)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", SERIES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_forecast_is_a_loop_over_predict(name, kind, strategy):
    seed = [*FUNCTIONS].index(name) * 100 + [*SERIES].index(kind)
    for number in range(2):
        rng = np.random.default_rng([seed, number])
        n_ahead, k = int(rng.integers(2, 4)), int(rng.integers(1, 15))
        table, is_known = random_table(rng, kind, n_ahead)
        column = rng.choice(["y", "promotion"])
        made = ["added"] if column == "promotion" else []
        pipe = random_pipeline(rng, column, lambda v, k=k: FUNCTIONS[name](v, k))
        fitted = forecaster(
            pipe,
            horizon=n_ahead,
            strategy=strategy,
            future_columns=["promotion", *made],
            log=False,
            deseasonalize=False,
        ).fit(table[["promotion"]][is_known], table["y"][is_known])
        forecast = fitted.forecast(X_future=table[["promotion"]][~is_known])
        expected = loop_over_predict(fitted.estimator_, table, is_known, strategy)
        np.testing.assert_allclose(forecast, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("k", [1, 4, 10])
def test_a_lag_of_a_planned_column_is_read_from_known_rows(strategy, k):
    rng = np.random.default_rng(k)
    promotion = (rng.random(130) < 0.2) * 1.0
    promotion[105:] = 0.0
    promotion[[112, 121]] = 1.0
    index = pd.date_range("2024-01-01", periods=130)
    X = pd.DataFrame({"promotion": promotion}, index)
    lag = X["promotion"].shift(k).fillna(0.0)
    y = (10 + 2 * X["promotion"] + 5 * lag).rename("y")
    add = AddColumn("promotion", lambda v: v.shift(k).fillna(0.0))
    pipe = make_pipeline(add, SequenceWindower(4), LeastSquares())
    fitted = forecaster(
        pipe, horizon=4, strategy=strategy, future_columns=["promotion", "added"]
    ).fit(X[:120], y[:120])
    forecast = fitted.forecast(X_future=X[120:])
    np.testing.assert_allclose(forecast, y[120:124], atol=1e-6)
    # Of fewer known rows, `predict` says the same.
    np.testing.assert_allclose(fitted.predict(X[120:124]), y[120:124], atol=1e-6)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_newer_rows_count_as_those_of_fit(strategy):
    y = pd.Series(np.r_[np.random.default_rng(0).normal(size=70), np.zeros(12)])
    pipe = make_pipeline(
        AddColumn("y", lambda v: v.rolling(20, min_periods=1).mean()),
        SequenceWindower(3),
        LeastSquares(),
    )
    fitted = forecaster(pipe, horizon=2, strategy=strategy).fit(y[:60].rename("y"))
    fitted.update(y[60:].rename("y"))
    table = pd.DataFrame({"y": y.reindex(range(84)).fillna(0.0)})
    known = np.arange(84) < 82
    expected = loop_over_predict(fitted.estimator_, table, known, strategy)
    np.testing.assert_allclose(fitted.forecast(), expected, rtol=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_mean_over_series_is_that_of_all_series(strategy):
    months = pd.period_range("2020-01", periods=50, freq="M")
    values = np.random.default_rng(0).normal(size=(3, 50)).cumsum(axis=1)
    y = pd.concat({n: pd.Series(v, months) for n, v in zip("abc", values, strict=True)})
    mean = FunctionTransformer(
        lambda X: X.assign(mean=X.groupby(level=1)["y"].transform("mean"))
    )
    pipe = make_pipeline(mean, SequenceWindower(3), LeastSquares())
    fitted = forecaster(pipe, horizon=3, strategy=strategy).fit(y.rename("y"))
    forecast = fitted.forecast()
    for names in (["a"], ["b", "c"], ["a", "b", "c"]):
        part = forecast.loc[names]
        np.testing.assert_allclose(fitted.predict(part), part, rtol=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.filterwarnings("ignore:.* cuts the windows itself")
def test_a_windower_inside_the_last_step_gets_all_rows(strategy):
    y = walk(80)
    inner = make_pipeline(SequenceWindower(3), LeastSquares())
    last = TransformedTargetRegressor(inner)
    plain = forecaster(inner, horizon=3, strategy=strategy).fit(y[:60]).update(y[60:])
    for step in (inner, last):
        pipe = make_pipeline(FunctionTransformer(), step)
        fitted = forecaster(pipe, horizon=3, strategy=strategy).fit(y[:60])
        forecast = fitted.update(y[60:]).forecast()
        np.testing.assert_allclose(forecast, plain.forecast(), rtol=1e-6)


ROW_BY_ROW = [
    TargetAwareMinMaxScaler(),
    make_pipeline(StandardScaler(), PCA()),
    FeatureUnion([("same", "passthrough"), ("scale", StandardScaler())]),
    FunctionTransformer(np.cbrt),
    FunctionTransformer(),
]
READ_ROWS = [
    FunctionTransformer(lambda X: X),
    AddColumn("y", lambda v: v),
    make_pipeline(StandardScaler(), AddColumn("y", lambda v: v)),
    FeatureUnion([("f", FunctionTransformer(lambda X: X))]),
    NMF(1),
]


@pytest.mark.parametrize("step", [*ROW_BY_ROW, *READ_ROWS])
def test_a_window_is_enough_only_where_rows_are_surely_not_read(step):
    table = Table.of(walk(50).to_frame())
    pipe = make_pipeline(step, SequenceWindower(4), NaiveRegressor())
    expected = 4 if any(step is one for one in ROW_BY_ROW) else 50
    assert rows_needed(pipe, table) == expected
    assert rows_needed(Pipeline([("all", pipe)]), table) == expected


def sklearn_transformers():
    """List fitted transformers of scikit-learn, with a table that they accept."""
    rows, y = np.abs(np.random.default_rng(0).normal(size=(40, 3))) + 0.1, np.arange(40)
    for _, kind in all_estimators("transformer"):
        if not hasattr(kind, "transform"):
            continue  # such as TSNE
        for targets in (y, y % 2):
            try:
                one = kind().fit(rows, targets)
                one.transform(rows)
            except (TypeError, ValueError, AttributeError):
                continue
            yield one, rows
            break


@pytest.mark.filterwarnings("ignore")
def test_the_transformers_that_count_as_row_by_row_are():
    n_checked = 0
    for one, rows in sklearn_transformers():
        if not is_row_by_row(one):
            continue
        whole, part = one.transform(rows), one.transform(rows[-4:])
        if hasattr(whole, "toarray"):
            whole, part = whole.toarray(), part.toarray()
        np.testing.assert_allclose(whole[-4:], part, atol=1e-9, err_msg=repr(one))
        n_checked += 1
    assert n_checked > 40
