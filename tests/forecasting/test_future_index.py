"""The labels of the next rows: of the index, of X_future, and what messages say."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, linear_pipe, months, naive_pipe, walk

import skseq._forecasting.future.future_index as module

IRREGULAR = "ignore:The index of . is irregular"
LABELS = {
    "local days in UTC": pd.date_range(
        "2024-01-01", periods=100, tz="America/New_York"
    ).tz_convert("UTC"),
    "days at uneven times": pd.date_range("2024-01-01", periods=100)
    + pd.to_timedelta(np.resize([540, 547, 541, 560], 100), "min"),
    "floats": pd.Index(np.arange(100) * 0.1),
    "irregular floats": pd.Index(np.arange(100.0) ** 1.5),
    "dekads": pd.DatetimeIndex(
        [f"{2020 + k // 36}-{k // 3 % 12 + 1}-{(1, 11, 21)[k % 3]}" for k in range(100)]
    ),
}


def series(labels, seed=0):
    return pd.Series(walk(len(labels), seed).to_numpy(), labels, name="sales")


def texts_of(call):
    """Return the texts of all warnings of a call, and of its error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match="has no frequency") as error:
            call()
    return [str(w.message) for w in caught], str(error.value)


@pytest.mark.parametrize("kind", LABELS)
def test_advice_for_labels_without_a_frequency_works(kind):
    y = series(LABELS[kind])
    fitted = forecaster(naive_pipe(2), horizon=2)
    warned, error = texts_of(lambda: fitted.fit(y).forecast())
    code = re.search(r"y\.[\w.]+\(.*\)", error)[0]
    if "(...)" not in error:
        in_fit = re.findall(r"y\.index\.[\w.]+\(.*?\)", " ".join(warned))
        assert set(in_fit) <= {code}  # fit and forecast advise the same
    argument = '"America/New_York"' if "tz_convert" in code else '"10D").mean('
    new = eval(code.replace("...", argument))
    y = new.ffill() if isinstance(new, pd.Series) else y.set_axis(new)
    forecast = fitted.fit(y).forecast()
    assert len(forecast) == 2
    assert not forecast.isna().any()


@pytest.mark.filterwarnings(IRREGULAR)
@pytest.mark.parametrize("indexed", ["X", "y"])
def test_messages_name_the_table_that_has_the_index(indexed):
    y = series(pd.date_range("2024-01-01", periods=60))
    X = pd.DataFrame({"a": walk(60, 1).to_numpy()}, y.index)
    data = (X, y.to_numpy()) if indexed == "X" else (X.to_numpy(), y)

    def fit(index=y.index):
        one, two = (d.set_axis(index) if hasattr(d, "index") else d for d in data)
        return forecaster().fit(one[:50], two[:50])

    numbers = [
        d[50:].set_axis(range(10)) if hasattr(d, "index") else d[50:] for d in data
    ]
    with pytest.raises(ValueError, match=f"index of {indexed} must contain dates"):
        fit().update(*numbers)
    irregular = y.index + pd.to_timedelta(np.arange(60) ** 2, "h")
    with pytest.raises(
        ValueError, match=rf"index of {indexed} has no .*{indexed}\.res"
    ):
        fit(irregular).forecast()
    later = pd.DataFrame(index=irregular[[49]])
    with pytest.raises(ValueError, match=f"last label of {indexed}"):
        fit(irregular).forecast(X_future=later)


def test_an_index_is_named_as_an_index():
    X, y = walk(40, 1).to_frame("a"), walk(40)
    fitted = forecaster(horizon=3, future_columns=["a"]).fit(X, y)
    with pytest.raises(ValueError, match=r"convert it: pd.to_datetime\(X_future, "):
        fitted.forecast(X_future=months(43)[40:].strftime("%d.%m.%Y"))
    with pytest.raises(ValueError, match="lacks 'a'; it has none"):
        fitted.forecast(X_future=months(43)[40:])


def test_an_index_for_rows_without_an_index_is_not_used():
    fitted = forecaster(horizon=3).fit(series(months(40)).to_numpy())
    with pytest.warns(UserWarning, match="X_future is not used"):
        fitted.forecast(X_future=months(43)[40:])


@pytest.mark.parametrize(
    "empty", [np.empty((3, 0)), pd.DataFrame(index=months(43)[40:]), None]
)
def test_a_table_without_columns_is_not_reported_as_unused(empty):
    X, y = pd.DataFrame({"a": walk(40, 1)}), walk(40)
    fitted = forecaster(horizon=3).fit(X, y)
    pd.testing.assert_series_equal(fitted.forecast(X_future=empty), fitted.forecast())


@pytest.mark.parametrize("given", [np.ones((3, 1)), pd.DataFrame({"a": [1.0, 2, 3]})])
def test_unused_columns_are_reported_for_arrays_too(given):
    X, y = walk(40, 1).to_numpy()[:, np.newaxis], walk(40).to_numpy()
    fitted = forecaster(horizon=3).fit(X, y)
    with pytest.warns(UserWarning, match=r"not used.*in advance. Fit with") as caught:
        fitted.forecast(X_future=np.asarray(given))
    assert len(caught) == 1


def test_the_index_is_continued_once_for_each_use_of_future_labels(monkeypatch):
    calls = []
    count = module.continue_index

    def counted(*args):
        calls.append(args)
        return count(*args)

    monkeypatch.setattr(module, "continue_index", counted)
    days = pd.date_range("2024-01-01", periods=90, freq="B")
    y = pd.concat({name: series(days[:80], k) for k, name in enumerate("ab")})
    fitted = forecaster(linear_pipe(), horizon=3).fit(y)
    index = pd.MultiIndex.from_product([["a"], days[81:]])
    with pytest.warns(UserWarning, match="no row for 2 steps .* of series b"):
        fitted.forecast(2, X_future=index)
    assert len(calls) == 2  # with and without the holidays of X_future
