"""Forecasts continue every kind of index."""

import re

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, forecaster, naive_pipe, shops, walk

N_ROWS, N_MORE = 60, 5
DATED = [
    *("15min", "h", "D", "7D", "W-SAT", "MS", "ME", "2MS", "QS", "YE"),
    *("BME", "SMS", "B", "C", "bh", "2B"),
]
ZONES = [None, "UTC", "Europe/Berlin", "America/New_York"]
WHOLE = N_ROWS + N_MORE
OTHERS = {
    "months": pd.period_range("2000-01", periods=WHOLE, freq="M"),
    "days": pd.period_range("2000-01-01", periods=WHOLE, freq="D"),
    "hours passed": pd.timedelta_range("1h", periods=WHOLE, freq="h"),
    "rows": pd.RangeIndex(WHOLE),
    "every other row": pd.RangeIndex(3, 3 + 2 * WHOLE, 2),
    "years": pd.Index(range(1900, 1900 + WHOLE)),
    "floats": pd.Index(np.arange(WHOLE) * 1.0),
    "seconds": pd.date_range("2000", periods=WHOLE, freq="D", unit="s"),
    "named": pd.date_range("2000", periods=WHOLE, freq="MS", name="month"),
}


def assert_same(index, expected):
    """Compare labels, types and names; an inferred frequency may have another name."""
    pd.testing.assert_index_equal(index, expected, check_freq=False)


def check_continues(index, strategy):
    """Forecast, update and predict on an index; compare all labels."""
    values = walk(N_ROWS).to_numpy()
    y = pd.Series(values, index[:N_ROWS], name="v")
    kwargs = {"horizon": 3, "strategy": strategy}
    fitted = forecaster(naive_pipe(), **kwargs).fit(y)
    forecast = fitted.forecast()
    assert_same(forecast.index, index[N_ROWS : N_ROWS + 3])
    assert forecast.name == "v"
    np.testing.assert_allclose(forecast, values[-1])
    following = pd.Series(0.0, index[N_ROWS : N_ROWS + 3])
    np.testing.assert_array_equal(fitted.predict(following), forecast)
    fitted.update(pd.Series([1.0, 2.0], index[N_ROWS : N_ROWS + 2], name="v"))
    forecast = fitted.forecast(2)
    assert_same(forecast.index, index[N_ROWS + 2 : N_ROWS + 4])
    np.testing.assert_allclose(forecast, 2.0)
    return forecast


@pytest.mark.sample(3)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("freq", DATED)
def test_declared_frequencies_are_kept(freq, zone):
    index = pd.date_range("2019-11-02", periods=WHOLE, freq=freq, tz=zone)
    strategy = "direct" if zone else "recursive"
    forecast = check_continues(index, strategy)
    assert forecast.index.freq == index.freq


@pytest.mark.sample(3)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("freq", [freq for freq in DATED if freq != "2B"])
def test_frequencies_are_inferred(freq, zone):
    index = pd.date_range("2019-11-02", periods=WHOLE, freq=freq, tz=zone)
    check_continues(index._with_freq(None), "direct")


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("index", OTHERS.values(), ids=OTHERS)
def test_other_indexes_are_continued(index, strategy):
    check_continues(index, strategy)


def test_python_dates_are_continued_as_dates():
    index = pd.date_range("2000-01-01", periods=N_ROWS, freq="D")
    y = walk(N_ROWS).set_axis(pd.Index(index.date, dtype=object))
    forecast = forecaster(naive_pipe(), horizon=2).fit(y).forecast()
    assert forecast.index.tolist() == [index[-1] + n * index.freq for n in (1, 2)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_arrays_give_arrays(strategy):
    y = walk().to_numpy()
    kwargs = {"horizon": 3, "strategy": strategy}
    one = forecaster(naive_pipe(), **kwargs).fit(y).forecast()
    assert isinstance(one, np.ndarray) and one.shape == (3,)
    for shape in [(-1, 1), (-1, 2)]:
        fitted = forecaster(naive_pipe(), **kwargs).fit(y.reshape(shape))
        assert fitted.forecast().shape == (3, shape[1])
        assert fitted.freq_ is None
    listed = forecaster(naive_pipe(), **kwargs).fit(y.tolist()).forecast()
    np.testing.assert_array_equal(listed, one)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_kind_of_table_does_not_matter(strategy):
    y = walk()
    X = pd.DataFrame({"calendar": np.arange(80.0) % 12}, y.index)
    X_future = pd.DataFrame({"calendar": np.arange(80.0, 83) % 12})
    kwargs = {"horizon": 3, "strategy": strategy, "future_columns": [0]}
    expected = None
    for X_given in (X, X.to_numpy()):
        for y_given in (y, y.to_numpy(), y.to_frame()):
            fitted = forecaster(**kwargs).fit(X_given, y_given)
            forecast = fitted.forecast(X_future=X_future.to_numpy())
            has_index = isinstance(X_given, pd.DataFrame) or hasattr(y_given, "index")
            assert hasattr(forecast, "index") == has_index
            values = np.ravel(forecast)
            expected = values if expected is None else expected
            np.testing.assert_allclose(values, expected)


def test_names_of_y_are_kept():
    y = walk()
    frame = pd.DataFrame({"a": y, "b": 2 * y})
    forecast = forecaster(naive_pipe(), horizon=2).fit(frame).forecast()
    assert list(forecast.columns) == ["a", "b"]
    for name in (None, 3, ("a", 1), "sales"):
        fitted = forecaster(naive_pipe(), horizon=2).fit(y.rename(name))
        assert fitted.forecast().name == name


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_many_series_are_continued_each_from_its_end(strategy):
    y = shops()
    fitted = forecaster(naive_pipe(), horizon=2, strategy=strategy).fit(y)
    index = fitted.forecast().index
    assert index.names == ["shop", "month"]
    for name, part in y.groupby(level=0):
        end = part.index[-1][1]
        expected = pd.date_range(end, periods=3, freq="MS")[1:]
        assert index[index.get_level_values(0) == name].droplevel(0).equals(expected)


def test_rows_of_many_series_may_be_in_any_order():
    y = shops()
    by_time = y.sort_index(level=1, kind="stable")
    one = forecaster(naive_pipe(), horizon=2).fit(y)
    other = forecaster(naive_pipe(), horizon=2).fit(by_time)
    pd.testing.assert_series_equal(
        other.forecast().sort_index(), one.forecast().sort_index()
    )
    shuffled = by_time.index
    np.testing.assert_allclose(
        pd.Series(other.predict(by_time), shuffled)[y.index], one.predict(y)
    )


def test_labels_of_an_irregular_index_come_from_the_future_table():
    rng = np.random.default_rng(0)
    seconds = np.cumsum(rng.integers(1, 10**6, size=64))
    index = pd.Timestamp("2000-01-01") + pd.to_timedelta(seconds, unit="s")
    y = walk(60).set_axis(index[:60])
    fitted = forecaster(naive_pipe(), horizon=3).fit(y)
    with pytest.raises(ValueError, match="has no frequency, so it cannot be continued"):
        fitted.forecast()
    X_future = pd.DataFrame(index=index)
    assert_same(fitted.forecast(X_future=X_future).index, index[60:63])
    with pytest.raises(ValueError, match="the labels of the next 3 step"):
        fitted.forecast(X_future=X_future[:62])


def test_labels_that_exceed_a_small_integer_type_are_continued():
    y = pd.Series(np.arange(120.0), pd.Index(np.arange(1, 121, dtype="int8")))
    forecast = forecaster(naive_pipe(), horizon=12).fit(y).forecast()
    assert forecast.index.tolist() == list(range(121, 133))


@pytest.mark.filterwarnings("ignore:The index of X is irregular")
@pytest.mark.parametrize(
    ("first", "n_months", "code"),
    [
        ("2019-11-30", 1, "y.index.to_period('M')"),
        ("2019-11-30", 3, "y.index.to_period('Q')"),
    ],
)
def test_the_error_of_an_irregular_index_has_code_that_makes_it_regular(
    first, n_months, code
):
    steps = [pd.DateOffset(months=n_months * k) for k in range(60)]
    y = pd.Series(np.arange(60.0), [pd.Timestamp(first) + step for step in steps])
    with pytest.raises(ValueError, match=re.escape(f"make the index regular: {code}.")):
        forecaster(naive_pipe(2)).fit(y).forecast()
    y.index = eval(code)
    assert forecaster(naive_pipe(2)).fit(y).forecast().index[0] == y.index[-1] + 1


MONTHS = pd.date_range("2018-01-01", periods=20, freq="MS")
WITHOUT_FREQUENCY = {
    "dekads": MONTHS.union(MONTHS + pd.Timedelta("10D")).union(
        MONTHS + pd.Timedelta("20D")
    ),
    "times": MONTHS[0] + pd.to_timedelta(np.arange(60.0) ** 2, "min"),
    "floats": pd.Index(np.arange(60.0) ** 1.5),
}


@pytest.mark.filterwarnings("ignore:The index of . is irregular")
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", WITHOUT_FREQUENCY)
@pytest.mark.parametrize("as_frame", [False, True])
def test_advice_on_many_series_without_frequency_works(kind, as_frame, strategy):
    index = WITHOUT_FREQUENCY[kind]
    y = walk(60).set_axis(index)
    y = pd.concat({"a": y, "b": 2 * y[20:]}, names=["series", "time"])
    y = y.to_frame() if as_frame else y
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(y)
    with pytest.raises(ValueError, match="Or fit one forecaster for each") as caught:
        fitted.forecast(
            X_future=pd.concat({s: pd.DataFrame(index=index) for s in "ab"})
        )
    table = re.search("each series: ([Xy]) = ", str(caught.value))[1]
    code = re.search(r"= (.*\)\]\))\. Or", str(caught.value))[1]
    forecast = fitted.fit(eval(code, {table: y})).forecast()
    assert forecast.index.tolist() == [
        *(("a", n) for n in (60, 61, 62)),
        *(("b", n) for n in (40, 41, 42)),
    ]
    alone = fitted.fit(y.loc["b"][:-3]).forecast(X_future=index[-3:])
    assert_same(alone.index, index[-3:])
