"""Messages of a forecaster name what the user passed, and advice that helps there."""

import re

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, months, naive_pipe, network_pipe, walk
from sklearn.preprocessing import FunctionTransformer

from skseq import SequenceForecaster
from skseq.exceptions import IncompleteWindowWarning, SkillWarning

Y = walk(60)
X = pd.DataFrame({"price": np.arange(60.0)}, Y.index)


def unpredictable(seed=3, n=160):
    """Return a seasonal series, positive, whose changes are a coin toss."""
    walk = np.random.default_rng(seed).normal(size=n).cumsum()
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(n) / 12)
    return pd.Series((100 + walk) * season, months(n), name="sales")


POOR = {"normalization": None, "persistence": None, "linear_weight": 0}
NAMES = {
    (False, False): None,
    (True, False): "the logarithm of y",
    (False, True): "y without its season",
    (True, True): "the logarithm of y without its season",
}
SERIES = {
    "one": unpredictable(),
    "several": pd.concat({"small": unpredictable(), "large": 30 * unpredictable(4)}),
}


def errors_of_one_step(y, estimator, **params):
    """Forecast all rows of each series but the first seven from the rows before."""
    fitted = SequenceForecaster(estimator, **params).fit(y)
    scale = np.log if params["log"] else np.asarray
    errors = scale(y.to_numpy()) - scale(fitted.predict(y))
    return errors.reshape(-1, len(SERIES["one"]))[:, 7:]


@pytest.mark.parametrize("number", SERIES)
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("deseasonalize", [False, True])
def test_errors_in_the_message_are_those_by_hand(number, log, deseasonalize):
    y, params = SERIES[number], {"log": log, "deseasonalize": deseasonalize}
    pipe = network_pipe(6, **POOR, early_stopping=True)
    with pytest.warns(SkillWarning, match="naive forecast 'last'") as caught:
        own = errors_of_one_step(y, pipe, **params)
    naive = errors_of_one_step(y, naive_pipe(6), **params)
    # These are the changes of what is forecast, which balance the series.
    weights = np.abs(naive).mean(axis=1) ** -2
    text = str(caught[0].message)
    target, numbers, n_windows = re.search(
        r"\(RMSE(?: of (.*):)? (\d.*)\) on the (\d+) held-out", text
    ).groups()
    assert target == NAMES[log, deseasonalize]
    latest = slice(-int(n_windows) // len(naive), None)
    expected = [
        np.sqrt(np.average((e[:, latest] ** 2).mean(axis=1), weights=weights))
        for e in (naive, own)
    ]
    if number == "several":
        expected = [expected[0] / expected[1]]
        assert "times as large, with series weighted as in training" in numbers
    found = [float(n) for n in re.findall(r"\d[\d.e-]*", numbers)]
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_each_target_is_named_as_it_is_forecast():
    n, rng = np.arange(120), np.random.default_rng(0)
    growing = np.exp(n / 20 + rng.normal(0, 0.2, 120))
    shops = {
        "growing": pd.DataFrame({"one": growing, "other": walk(120)}, months(120)),
        "level": pd.DataFrame({"one": walk(120) + 50, "other": n}, months(120)),
    }
    fitted = SequenceForecaster(naive_pipe()).fit(pd.concat(shops))
    transform = fitted._fitted_forecast.transform
    names = [transform.describe(target).name for target in range(2)]
    assert names == ["y or its logarithm", "y"]


@pytest.mark.filterwarnings("error::skseq.exceptions.SkillWarning")
def test_the_copy_that_calibrates_intervals_is_not_compared():
    pipe = network_pipe(6, **POOR, early_stopping=True)
    with pytest.warns(SkillWarning):
        fitted = SequenceForecaster(pipe).fit(SERIES["one"])
    fitted.forecast(coverage=0.5)  # without a warning


def test_an_unknown_future_column_is_not_looked_for_among_positions():
    match = "lists 'p', but this is not a column of X. The columns are 'price'"
    with pytest.raises(ValueError, match=match) as info:
        forecaster(naive_pipe(), future_columns=["p"]).fit(X, Y)
    assert "positions, here" not in str(info.value)
    match = "1 is not in X. X has 'price'. Integers are positions, here 0 to 0"
    with pytest.raises(ValueError, match=match):
        forecaster(naive_pipe(), future_columns=[1]).fit(X, Y)


def test_update_does_not_advise_what_it_refuses():
    fitted = forecaster(naive_pipe()).fit(Y[:50])
    text = Y[50:].set_axis(Y.index[50:].astype(str))
    with pytest.raises(ValueError, match=r"pd.to_datetime\(y.index, .*dayfirst=True"):
        fitted.update(text)
    with pytest.raises(ValueError, match="^The index must match the frequency"):
        fitted.update(Y[50:].set_axis(Y.index[50:] + pd.Timedelta(days=3)))


@pytest.mark.parametrize(("n", "rows"), [(1, "1 row not after it"), (3, "3 rows not")])
def test_rows_before_the_known_rows_are_counted(n, rows):
    with pytest.raises(ValueError, match=f"must follow.*; got {rows}"):
        forecaster(naive_pipe()).fit(Y[10:]).update(Y[:n])


@pytest.mark.parametrize(
    ("time_steps", "horizon", "advice"),
    [
        (3, 2, ", or use a smaller time_steps or horizon"),
        (1, 4, ", or use a smaller horizon"),
        (4, 1, ", or use a smaller time_steps"),
        (1, 1, ""),
    ],
)
def test_only_what_can_be_smaller_is_advised(time_steps, horizon, advice):
    few = Y[: time_steps + horizon - 1]
    with pytest.raises(ValueError, match=rf"Pass more rows{advice}\.$"):
        forecaster(naive_pipe(time_steps), horizon=horizon, log=False).fit(few)


def test_short_series_are_included_by_a_pipeline_of_fewer_steps():
    y = pd.concat({"a": Y, "b": Y[:8]})
    match = r"To train on them as well, use shorter windows \(fewer time_steps\)"
    with pytest.warns(IncompleteWindowWarning, match=match):
        forecaster(naive_pipe(8), horizon=2).fit(y)
    forecaster(naive_pipe(6), horizon=2).fit(y)
    match = r"use a smaller horizon, or shorter windows \(fewer time_steps\)"
    with pytest.warns(IncompleteWindowWarning, match=match):
        forecaster(naive_pipe(7), horizon=2).fit(y)
    forecaster(naive_pipe(7), horizon=1).fit(y)


def test_a_row_of_many_series_is_named_without_brackets():
    y = pd.concat({"a": Y, "b": Y.where(Y.index != Y.index[5])})
    with pytest.raises(ValueError, match=r"65 \(b, 2000-06-01 00:00:00\)"):
        forecaster(naive_pipe()).fit(y)


class Root(FunctionTransformer):
    """Square roots, which values below 0 do not have."""

    def transform(self, X):
        return np.where(X < 0, np.nan, np.sqrt(np.abs(X)))

    def inverse_transform(self, X):
        return X**2


@pytest.mark.parametrize(("log", "deseasonalize"), list(NAMES)[1:])
def test_errors_of_a_target_scaler_name_what_it_gets(log, deseasonalize):
    # All values are above 0, but their logarithms or values without season are not.
    y = (SERIES["one"] / 100) ** 30
    one = SequenceForecaster(
        network_pipe(target_scaler=Root()), log=log, deseasonalize=deseasonalize
    )
    name = NAMES[log, deseasonalize]
    with pytest.raises(ValueError, match=f"not values of y but {name}: fit the "):
        one.fit(y)


def test_a_target_without_a_name_is_called_y():
    table = X.rename(columns={"price": "y"})
    with pytest.raises(ValueError, match="y has no name, so it is called 'y'"):
        forecaster(naive_pipe()).fit(table, Y.rename(None))
    forecaster(naive_pipe()).fit(table, Y)


def shops(first, last, names=(1, 2), level=100.0):
    """Return rows of series with the given names, from one day to another."""
    days = pd.date_range("2024-01-01", periods=last, name="day")[first:]
    values = level + np.random.default_rng(0).normal(size=last).cumsum()[first:]
    series = pd.Series(values, days, name="sales")
    return pd.concat(dict.fromkeys(names, series), names=["shop", "day"])


MISTAKES = {
    "earlier": ("update", shops(0, 3)[1:], "known rows of series 1, which end"),
    "revised": ("update", shops(30, 40, level=0.0), "2024-01-31 00:00:00 of series 1"),
    "unknown": ("predict", shops(40, 42, names=(7,)), "the first is 7. Pass"),
    "as text": ("update", shops(40, 42, names=("1",)), "had 1, but got '1'"),
}


@pytest.mark.parametrize(("method", "rows", "match"), MISTAKES.values(), ids=MISTAKES)
def test_series_that_are_named_by_numbers_are_shown_as_numbers(method, rows, match):
    fitted = forecaster().fit(shops(10, 40))
    with pytest.raises(ValueError, match=match):
        getattr(fitted, method)(rows)
