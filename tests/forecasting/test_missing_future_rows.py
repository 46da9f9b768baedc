"""Rows to predict that lack earlier or later rows, whose future columns are read."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from series_to_forecast import STRATEGIES, forecaster, linear_pipe, months
from sklearn.model_selection import cross_val_score

from skseq.exceptions import IncompleteWindowWarning
from skseq.model_selection import ForecastSplit, backtest

N_ROWS, HORIZON = 40, 3
MAE = "neg_mean_absolute_error"


def sales(left_out):
    """Return prices and sales of shops, without some rows of each."""
    rng = np.random.default_rng(0)
    parts = {}
    for name, rows in left_out.items():
        price = rng.normal(5, 1, N_ROWS)
        table = {"price": price, "sales": rng.normal(size=N_ROWS).cumsum() - 3 * price}
        parts[name] = pd.DataFrame(table, months(N_ROWS)).drop(months(N_ROWS)[rows])
    long = pd.concat(parts, names=["shop", "month"])
    return long[["price"]], long["sales"]


def priced(strategy, horizon=HORIZON):
    options = {"log": False, "deseasonalize": False, "future_columns": ["price"]}
    pipe = linear_pipe(4)
    return forecaster(pipe, horizon=horizon, strategy=strategy, **options)


missing_rows = st.lists(st.integers(N_ROWS - 6, N_ROWS - 1), unique=True, max_size=5)


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=4)
@given(left_out=st.fixed_dictionaries({"b": missing_rows, "a": missing_rows}))
def test_scores_are_those_of_a_backtest(strategy, left_out):
    X, y = sales(left_out | {"c": []})
    cv = [*ForecastSplit(2, horizon=HORIZON).split(X, y)]
    table = backtest(priced(strategy), X, y, cv=cv)
    errors = (table["y"] - table["prediction"]).abs().groupby(table["origin"]).mean()
    options = {"scoring": MAE, "error_score": "raise"}
    scores = cross_val_score(priced(strategy), X, y, cv=cv, **options)
    np.testing.assert_allclose(-scores, errors)


@pytest.mark.parametrize("n_missing", [1, 2])
def test_a_series_that_ends_early_needs_no_later_rows(n_missing):
    X, y = sales({"a": [], "b": [], "c": []})
    is_known = X.index.get_level_values("month") < months(N_ROWS)[-HORIZON]
    fitted = priced("recursive").fit(X[is_known], y[is_known])
    expected = fitted.forecast(X_future=X)
    asked = X[~is_known].drop([("b", month) for month in months(N_ROWS)[-n_missing:]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fitted.predict(asked)
    np.testing.assert_allclose(found, expected[asked.index])


@pytest.mark.sample(4)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("missing", [0, 1, 2])
@pytest.mark.parametrize("n_series", [1, 2])
def test_the_row_before_a_missing_row_is_used(strategy, missing, n_series):
    X, y = sales({"a": [], "b": []})
    if n_series == 1:
        X, y = X.loc["a"], y["a"]
    month = months(N_ROWS)[missing - HORIZON]
    name = f"{month} of series a" if n_series == 2 else f"{month}"
    label = ("a", month) if n_series == 2 else month
    is_known = X.index.get_level_values("month") < months(N_ROWS)[-HORIZON]
    fitted = priced(strategy).fit(X[is_known], y[is_known])
    filled = X.copy()
    filled.loc[label] = np.nan
    asked = X.drop(label)
    later = asked[asked.index.get_level_values("month") >= months(N_ROWS)[-HORIZON]]
    expected = fitted.forecast(X_future=filled.ffill())[later.index]
    if strategy == "recursive" and missing == HORIZON - 1:
        found = fitted.predict(later)  # no prediction depends on the last row
    else:
        with pytest.warns(IncompleteWindowWarning, match=f"1 row .*first for {name}"):
            found = fitted.predict(later)
    np.testing.assert_allclose(found, expected)
    again = y.drop(label)
    is_later = asked.index.isin(later.index)
    cv = [(np.flatnonzero(~is_later), np.flatnonzero(is_later))]
    table = backtest(priced(strategy), asked, again, cv=cv)
    np.testing.assert_allclose(np.sort(table["prediction"]), np.sort(expected))


def test_fewer_rows_of_an_array_than_the_horizon():
    X, y = (table.loc["a"].to_numpy() for table in sales({"a": []}))
    fitted = priced("direct").set_params(future_columns=[0])
    fitted.fit(X[:-HORIZON], y[:-HORIZON])
    later = X[-HORIZON:-1]
    expected = fitted.forecast(X_future=np.concatenate([later, later[-1:]]))
    with pytest.warns(IncompleteWindowWarning, match="X lacks 1 row that its"):
        np.testing.assert_allclose(fitted.predict(later), expected[:-1])


def test_a_forecast_itself_needs_all_rows():
    X, y = sales({"a": []})
    fitted = priced("direct").fit(X[:-HORIZON], y[:-HORIZON])
    with pytest.raises(ValueError, match="X_future must have a row for each of the 3"):
        fitted.forecast(X_future=X[:-1])


def test_the_error_names_series_that_end_earlier():
    early = [*range(N_ROWS - 12, N_ROWS)]
    X, y = sales({"a": [], "west": early, "b": [], "mid": early[5:]})
    is_known = X.index.get_level_values("month") < months(N_ROWS)[-HORIZON]
    fitted = priced("direct").fit(X[is_known], y[is_known])
    later = X[~is_known]
    message = r"Add these rows, or leave out .* earlier than others: {}\. With"
    with pytest.raises(ValueError, match=message.format("'west', 'mid'")):
        fitted.forecast(X_future=later)
    whole, _ = sales({"mid": []})
    with pytest.raises(ValueError, match=message.format("'west'")):
        fitted.forecast(X_future=pd.concat([later, whole]))


def test_the_error_advises_to_leave_out_no_series_that_goes_on():
    X, y = sales({"a": [], "b": []})
    is_known = X.index.get_level_values("month") < months(N_ROWS)[-HORIZON]
    fitted = priced("direct").fit(X[is_known], y[is_known])
    with pytest.raises(ValueError, match=r"first .* of series b\. Add these rows\."):
        fitted.forecast(X_future=X[~is_known].loc[["a"]])
