"""Steps before the windower that compute a row from the rows before it."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, shops, walk
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import FunctionTransformer, make_pipeline

from skseq import SequenceWindower


def by_series(table, function):
    """Apply a function to the first column, of each series alone."""
    column = table.iloc[:, 0]
    if table.index.nlevels == 1:
        return function(column)
    return column.groupby(level=0, sort=False, group_keys=False).apply(function)


FUNCTIONS = {
    "moving average": lambda y: y.rolling(8, min_periods=1).mean(),
    "exponential average": lambda y: y.ewm(alpha=0.05).mean(),
    "difference": lambda y: y.diff(7).fillna(0.0),
    "maximum": lambda y: y.cummax(),
    "row count": lambda y: pd.Series(np.arange(len(y)) % 17, y.index),
}


class AddColumn(TransformerMixin, BaseEstimator):
    """A transformer of the user's own."""

    def __init__(self, function):
        self.function = function

    def fit(self, X, y=None):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def transform(self, X):
        return X.assign(added=by_series(X, self.function).astype(float))


def in_function(function):
    return FunctionTransformer(
        lambda X: X.assign(added=by_series(X, function).astype(float))
    )


@pytest.mark.sample(2)
@pytest.mark.parametrize("add", [AddColumn, in_function])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("y", [walk(80), shops((60, 50, 70))], ids=["one", "many"])
def test_forecasts_see_the_columns_that_fit_saw(y, strategy, name, add):
    pipe = make_pipeline(add(FUNCTIONS[name]), SequenceWindower(4), LeastSquares())
    one = forecaster(pipe, horizon=2, strategy=strategy).fit(y)
    forecast = one.forecast(1)
    index = forecast.index if y.index.nlevels == 2 else forecast.index[:1]
    more = one.forecast(2)
    following = pd.Series(0.0, more.index, name=y.name)
    table = pd.concat([y, following]).to_frame()
    if y.index.nlevels == 2:
        table = table.sort_index(level=0, sort_remaining=False, kind="stable")
        table = table.loc[y.index.get_level_values(0).unique()]
    at = table.index.get_indexer(index if strategy == "recursive" else more.index)
    at = at[1::2] if strategy == "direct" else at
    # The steps of the pipeline get all rows, as in fit.
    expected = one.estimator_.predict(table)[at]
    expected = expected[:, 0] if expected.ndim == 2 else expected
    np.testing.assert_allclose(forecast, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_updated_rows_count_too(strategy):
    y = walk(80)
    pipe = make_pipeline(
        AddColumn(FUNCTIONS["exponential average"]),
        SequenceWindower(4),
        LeastSquares(),
    )
    one = forecaster(pipe, strategy=strategy).fit(y[:60])
    one.update(y[60:79])
    forecast = one.forecast()
    one.update(y[79:])
    np.testing.assert_allclose(one.predict(y)[79:], forecast, rtol=1e-9)
