"""Every way to get a forecast wrong is an error that says what is wrong."""

import datetime
import re

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, linear_pipe, months, naive_pipe, shops, walk
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import LSTMRegressor, NaiveRegressor, SequenceForecaster, SequenceWindower

N = 60


def table(n=N):
    y = walk(n)
    other = np.random.default_rng(1).normal(size=(n, 2))
    return pd.DataFrame(other, y.index, ["price", "visitors"]), y


def fitted(strategy="direct", **params):
    X, y = table()
    params = {"horizon": 3, "future_columns": ["price"]} | params
    return forecaster(linear_pipe(), strategy=strategy, **params).fit(X, y)


def future(n=3, start=N):
    index = months(start + n)[start:]
    return pd.DataFrame({"price": np.zeros(n), "visitors": np.zeros(n)}, index)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"horizon": 0}, "'horizon' parameter"),
        ({"horizon": True}, "'horizon' parameter"),
        ({"horizon": 1.5}, "'horizon' parameter"),
        ({"strategy": "both"}, "'strategy' parameter"),
        ({"calibration_fraction": 1}, "'calibration_fraction' parameter"),
        ({"calibration_fraction": 0}, "'calibration_fraction' parameter"),
        ({"future_columns": "price"}, "'future_columns' parameter"),
        ({"future_columns": [7]}, "7 is not in X"),
        ({"future_columns": ["sales"]}, "'sales' is the target"),
        ({"future_columns": ["prize"]}, "'prize'.* no.* column.*mean 'price'"),
        ({"estimator": 3}, "'estimator' parameter"),
        (
            {"estimator": make_pipeline(SequenceWindower(), StandardScaler())},
            "must have the method predict, but Pipeline",
        ),
        ({"estimator": Ridge()}, "needs a SequenceWindower among the steps"),
        ({"estimator": Ridge(), "future_columns": ["price"]}, "a SequenceWindower"),
        (
            {"estimator": SequenceForecaster(linear_pipe(horizon=12), horizon=12)},
            r"contains another SequenceForecaster. Pass .*inner\.estimator",
        ),
        (
            {"estimator": make_pipeline(SequenceWindower(horizon=12), Ridge())},
            "horizon=12. Create the SequenceWindower without horizon",
        ),
        (
            {"estimator": make_pipeline(SequenceWindower(future_columns=[0]), Ridge())},
            "Move them to SequenceForecaster",
        ),
        ({"estimator": linear_pipe(70)}, "needs at least time_steps"),
    ],
)
def test_invalid_parameters(params, message):
    X, y = table()
    X["sales"] = y
    params = {"estimator": linear_pipe()} | params
    with pytest.raises(ValueError, match=message):
        SequenceForecaster(**params).fit(X, y)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda X, y: (X, y.where(y.index != y.index[5])),
            "Input y contains NaN: row 5",
        ),
        (lambda X, y: (X[1:], y), "same number of rows"),
        (lambda X, y: (X, y[1:]), "same number of rows"),
        (lambda X, y: (X, y.shift(freq="MS")), "must have the same index"),
        (lambda X, y: (X[::-1], y[::-1]), "is unsorted"),
        (lambda X, y: (X.assign(sales=0.0), y), "Column 'sales' of X is the target"),
        (lambda X, y: (X.rename(columns={"price": 0}), y), "string"),
        (lambda X, y: (X.assign(price=np.nan), y), "Input X contains NaN"),
        (lambda X, y: (X.assign(later=y.shift(-3).fillna(0)), y), "'later' of X"),
        (lambda X, y: (X["price"].to_numpy(), y), "2D array"),
        (lambda X, y: (X, pd.concat([y, y], axis=1)), "several are called 'sales'"),
        (lambda X, y: (None, None), "y to be passed"),
        (lambda X, y: ("sales", None), "must be a frame, an array"),
        (
            lambda X, y: (None, y.set_axis([f"row {n}" for n in range(N)])),
            "contains text",
        ),
        (lambda X, y: (None, y.iloc[[0, *range(N)]]), "duplicates"),
        (lambda X, y: (None, y[:1]), "n_samples=1"),
        (lambda X, y: (None, y.to_numpy().reshape(3, 4, 5)), "array with dim 3"),
        (lambda X, y: (None, shops().swaplevel()), "Swap the levels"),
        (lambda X, y: (None, y.astype(str) + "x"), "numbers only"),
    ],
)
def test_invalid_input_of_fit(change, message):
    X, y = change(*table())
    arguments = (X, y) if X is not None else (y,)
    with pytest.raises((ValueError, TypeError), match=message):
        forecaster(horizon=3).fit(*arguments)


@pytest.mark.parametrize("steps", [0, -1, 1.5, "3", True, np.True_])
def test_steps_must_be_a_whole_number(steps):
    with pytest.raises(ValueError, match="steps must be a whole number of at least 1"):
        fitted().forecast(steps, future())


def test_a_direct_forecaster_ends_at_its_horizon():
    with pytest.raises(ValueError, match="horizon=3 predicts 3 .*strategy='recursive'"):
        fitted().forecast(4, future(4))


def test_a_recursive_forecast_needs_all_columns():
    one = fitted("recursive")
    with pytest.raises(ValueError, match="Not in future_columns.*'visitors'"):
        one.forecast(2, future())
    assert len(one.forecast(1, future())) == 1


DAY = pd.Timedelta("1D")
WITH_DATES = [
    lambda X: X.assign(price=X.index),
    lambda X: X.assign(price=X.index.to_period()),
    lambda X: X.assign(price=X["price"] * DAY),
    lambda X: X.assign(price=(X["price"] * DAY).astype(object)),
    lambda X: X.assign(price=(X["price"] * DAY).astype("m8[s]")),
    lambda X: X["price"] * DAY,
]
"""Future tables whose prices NumPy may read as integers."""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: None, "must contain the future_columns 'price' .* but it is None"),
        (lambda X: X[["visitors"]], "lacks 'price'; it has 'visitors'"),
        (lambda X: X[:2], "lacks 1 row, the first for 2005-03-01"),
        (lambda X: X[1:], "lacks 1 row, the first for 2005-01-01"),
        (lambda X: X.assign(price=[0, np.nan, 0]), "'price', but it lacks 1 value,"),
        (lambda X: X.to_numpy()[:2, :1], "each of the 3 step.*got 2 row"),
        (lambda X: X.to_numpy()[:, [0, 0, 0]], "an array with 3 column"),
        (lambda X: X.set_axis(list("abc")), "index of X_future must contain dates"),
        (lambda X: X[::-1], "X_future is unsorted"),
        (
            lambda X: X.assign(price=["0", 1.0, "cheap"]),
            "X_future .* 'price', .* but it has '0' in the row of 2005-01-01",
        ),
        (lambda X: X.assign(price=[0, np.inf, 0]), "X_future .* has inf in the row of"),
        (lambda X: X.assign(price=[0, 0, -1e200]), "X_future .* has -1e[+]200 in the"),
        *(
            (change, "X_future .*numbers.* it has (dates|durations) in 'pr")
            for change in WITH_DATES
        ),
        (lambda X: X.assign(price=1 + 2j), "'price'.* has [(]1[+]2j[)] in the row of"),
        (
            lambda X: (X[["price"]] * DAY).to_numpy(),
            "X_future .*numbers.* has durations",
        ),
        (lambda X: np.ma.masked_less(X[["price"]], 9), "X_future.* 3 masked values"),
        (
            lambda X: pd.concat([X, X + 1], axis=1),
            "columns of X_future must have unique names.* 'price'[.]",
        ),
        (
            lambda X: X.astype(str).to_numpy()[:, :1] + "x",
            "X_future must contain numbers",
        ),
        (lambda X: np.full((3, 1), np.inf), "X_future .* has inf in the row of 2005"),
        (lambda X: np.full((3, 1), np.nan), "'price', but it lacks 3 values"),
    ],
)
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_invalid_future_tables(change, message, strategy):
    columns = ["price", "visitors"] if strategy == "direct" else ["price"]
    X, y = table()
    one = forecaster(horizon=3, strategy=strategy, future_columns=["price"])
    one.fit(X[columns], y)
    with pytest.raises(ValueError, match=message):
        one.forecast(X_future=change(future()))


def test_unused_columns_of_a_future_table_may_have_equal_names():
    one, X = fitted(), future()
    others = X.rename(columns={"price": "b", "visitors": "b"})
    forecast = one.forecast(X_future=pd.concat([others, X], axis=1))
    pd.testing.assert_series_equal(forecast, one.forecast(X_future=X))


@pytest.mark.parametrize(
    "coverage", [0, 1, 95, -0.5, "0.8", [0.8, 1.2], True, {0.5}, {"a": 0.5}, [True]]
)
def test_invalid_coverage(coverage):
    with pytest.raises(
        ValueError, match="coverage must be a number .* or a list of numbers"
    ):
        fitted().forecast(X_future=future(), coverage=coverage)


def test_intervals_need_enough_rows():
    y = walk(40)
    short = forecaster(naive_pipe(), horizon=3, calibration_fraction=0.99).fit(y)
    with pytest.raises(ValueError, match="calibration_fraction=0.99 .*latest 42 rows"):
        short.forecast(coverage=0.8)
    short.set_params(calibration_fraction=0.2).fit(y)
    with pytest.raises(ValueError, match="The largest possible coverage is"):
        short.forecast(coverage=0.99)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X, None), "update must get what fit got.* got no X"),
        (lambda X, y: (X[:0], y[:0]), "at least one row, but y has none"),
        (lambda X, y: (X[["visitors", "price"]], y), "same order"),
        (lambda X, y: (X[["price"]], y), "missing: - visitors|should match|missing"),
        (lambda X, y: (X, y * np.nan), "Input y contains NaN"),
        (lambda X, y: (X, y.to_frame().assign(b=1.0)), "1 target.* got 2"),
        (lambda X, y: (X.to_numpy(), y.to_numpy()), "same kind of tables as fit"),
        (
            lambda X, y: tuple(t.shift(-N - 3, freq="MS") for t in (X, y)),
            "must follow the known rows, which end at 2004-12-01",
        ),
        (
            lambda X, y: tuple(t.shift(-2, freq="MS") for t in (X, y)),
            "'sales' differs in 2 row.* first is 2004-11-01",
        ),
        (
            lambda X, y: tuple(t.shift(3, freq="D") for t in (X, y)),
            "must match the frequency",
        ),
        (
            lambda X, y: tuple(t.set_axis(range(3)) for t in (X, y)),
            "must contain dates as in fit, but it contains numbers",
        ),
        (
            lambda X, y: tuple(pd.concat({"a": t}) for t in (X, y)),
            "must have 1 level.* as in fit, but it has 2",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_a_failed_update_changes_nothing(change, message):
    one = fitted()
    expected = one.forecast(X_future=future())
    X, y = change(future(), walk(N + 3)[N:])
    with pytest.raises(ValueError, match=message):
        one.update(X, y) if y is not None else one.update(X)
    pd.testing.assert_series_equal(one.forecast(X_future=future()), expected)


def test_a_failed_fit_changes_nothing():
    one = forecaster(horizon=3).fit(walk())
    expected = one.forecast()
    with pytest.raises(ValueError, match="contains NaN"):
        one.fit(walk() * np.nan)
    pd.testing.assert_series_equal(one.forecast(), expected)


@pytest.mark.parametrize("call", ["forecast", "predict", "update", "score"])
def test_nothing_works_before_fit(call):
    arguments = [] if call == "forecast" else [walk()]
    with pytest.raises(NotFittedError):
        getattr(forecaster(), call)(*arguments)
    assert not hasattr(forecaster(), "residuals_")


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("kind", ["dates", "weeks", "intervals", "others"])
def test_the_conversion_of_other_labels_works(kind, levels):
    labels = {
        "dates": pd.date_range("2024-02-01", periods=N).strftime("%d.%m.%Y"),
        "weeks": pd.date_range("2024", periods=N, freq="W").strftime("%G-W%V"),
        "intervals": pd.interval_range(pd.Timestamp("2024"), periods=N),
        "others": pd.Index([datetime.time(n // 60, n % 60) for n in range(N)]),
    }[kind]
    y = walk(N).set_axis(labels)
    y = y if levels == 1 else pd.concat({"a": y, "b": y}, names=["shop", "day"])
    one = forecaster(naive_pipe(), horizon=3)
    with pytest.raises(ValueError, match="^The index of y .* it contains") as error:
        one.fit(y)
    pattern = r"(?:such as|convert it:) (.*?)(?:, with|\. If|\.$)"
    found = re.search(pattern, str(error.value))
    if kind == "others":
        assert found is None
        return
    assert ("dayfirst=True" in str(error.value)) == (kind == "dates")
    code = found[1].replace("...", "dayfirst=True")
    times = eval(code, {"pd": pd, "y": y})
    index = times if levels == 1 else [y.index.get_level_values(0), times]
    after = one.fit(pd.Series(y.to_numpy(), index)).forecast().index
    distance = after.get_level_values(-1)[0] - times[N - 1]
    assert pd.Timedelta(0) < distance <= pd.Timedelta("31D")


@pytest.mark.parametrize("n_steps", [6, np.int64(6)])
@pytest.mark.parametrize("of_columns", [False, True])
def test_predict_names_forecast_for_a_number_of_steps(n_steps, of_columns):
    y = walk(N)
    X = y.rename("x").to_frame() if of_columns else y
    one = forecaster(naive_pipe(), horizon=3).fit(X, y)
    with pytest.raises(TypeError, match=r"got .*6.*use forecast\(6\)"):
        one.predict(n_steps)
    with pytest.raises(ValueError, match="horizon=3 predicts 3 .*recursive") as error:
        one.forecast(6)
    assert "cross-validation" not in str(error.value)


def test_rows_to_predict_must_be_known_or_follow():
    y = walk(N)
    one = forecaster(naive_pipe(), horizon=3).fit(y.drop(y.index[20]))
    with pytest.raises(ValueError, match="use TimeSeriesSplit or ForecastSplit"):
        one.predict(y)
    with pytest.raises(ValueError, match="horizon=3 predicts 3 .*test_size=3"):
        one.predict(walk(N + 4)[N:])
    with pytest.raises(ValueError, match="must contain dates as in fit"):
        one.predict(y.reset_index(drop=True))
    many = forecaster(naive_pipe(), horizon=3).fit(shops())
    unknown = pd.concat({"shop 9": y})
    with pytest.raises(ValueError, match="no known rows, the first is 'shop 9'"):
        many.predict(unknown)
    with pytest.raises(ValueError, match="must have a two-level index"):
        many.predict(np.zeros(3))


def test_updates_of_many_series_must_follow_each():
    one = forecaster(naive_pipe(), horizon=3).fit(shops())
    end = pd.Timestamp("2002-01-01")
    late = pd.concat({"shop 1": pd.Series([1.0], [end], name="sales")})
    with pytest.raises(ValueError, match="differs in 1 row"):
        one.update(late)
    early = pd.concat({"shop 1": pd.Series([1.0], [pd.Timestamp("1999-01-01")])})
    with pytest.raises(ValueError, match="known rows of series 'shop 1', which end"):
        one.update(early)


def test_naive_rules_say_how_long_windows_must_be():
    pipe = make_pipeline(
        SequenceWindower(4), NaiveRegressor("seasonal", season_length=12)
    )
    with pytest.raises(ValueError, match="needs windows of at least"):
        forecaster(pipe, horizon=3).fit(walk())


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize(
    ("names", "newer"),
    [([7, 8], ["7", "8"]), (["7", "8"], [7, 8]), ([7.0, 8.0], ["7", "8"])],
)
def test_later_rows_name_series_by_the_type_of_fit(names, newer, strategy):
    y = shops((30, 30))
    level = y.index.get_level_values(0).map(
        dict(zip(y.index.levels[0], names, strict=True))
    )
    y.index = pd.MultiIndex.from_arrays([level, y.index.get_level_values(1)])
    one = forecaster(naive_pipe(), horizon=2, strategy=strategy).fit(y)
    before = one.forecast()
    index = pd.MultiIndex.from_arrays([newer, before.index.get_level_values(1)[::2]])
    with pytest.raises(ValueError, match="named by the same type as in fit"):
        one.update(pd.Series([1.0, 2.0], index, name=y.name))
    with pytest.raises(ValueError, match="of X_future must be named by the same type"):
        one.forecast(X_future=index)
    with pytest.raises(ValueError, match="of X must be named by the same type"):
        one.predict(pd.DataFrame({"a": [1.0, 2.0]}, index))
    pd.testing.assert_series_equal(one.forecast(), before)


def test_a_row_before_the_known_ones_is_named_with_the_end_of_its_series():
    table = pd.concat({"a": walk(40), "b": walk(30)})
    fitted = forecaster(naive_pipe(), horizon=3).fit(table.drop(table.index[20]))
    end = table["a"].index[-1]
    rows = table.iloc[[20, 69]].to_frame()
    with pytest.raises(ValueError, match=f"known row \\({end}\\); the first is"):
        fitted.predict(rows)


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_several_quantiles_are_an_error_of_fit(strategy):
    network = LSTMRegressor(loss="quantile", quantile=[0.1, 0.9])
    pipe = make_pipeline(SequenceWindower(3), network)
    with pytest.raises(ValueError, match="Use one quantile, such as the median"):
        SequenceForecaster(pipe, strategy=strategy).fit(walk(40))
