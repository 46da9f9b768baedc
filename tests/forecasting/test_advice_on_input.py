"""Input of a forecaster that users get wrong, and what the messages advise."""

import io

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, months, naive_pipe, walk
from sklearn.compose import make_column_transformer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from skseq import SequenceForecaster
from skseq.exceptions import IncompleteWindowWarning
from skseq.model_selection import ForecastSplit, backtest, make_step_scorer

Y = walk(60)
MAE = "neg_mean_absolute_error"
CV = ForecastSplit(2, horizon=3)


def naive(**params):
    return forecaster(naive_pipe(), **{"horizon": 3} | params)


@pytest.mark.parametrize("name", ["sales", "other", None])
def test_a_series_is_a_column_of_X(name):
    X = Y.rename(name)
    fitted, by_frame = (naive().fit(one[:50], Y[:50]) for one in (X, X.to_frame()))
    pd.testing.assert_series_equal(fitted.forecast(), by_frame.forecast())
    np.testing.assert_array_equal(
        fitted.predict(X[40:53]), by_frame.predict(X[40:53].to_frame())
    )
    assert fitted.score(X[50:53], Y[50:53]) == by_frame.score(
        X[50:53].to_frame(), Y[50:53]
    )
    later = fitted.update(X[50:], Y[50:]).forecast()
    assert later.index[0] == Y.index[-1] + Y.index.freq
    table = backtest(naive(), X, Y, cv=CV)
    pd.testing.assert_frame_equal(table, backtest(naive(), X.to_frame(), Y, cv=CV))


def test_a_search_with_a_metric_takes_a_series_twice():
    search = GridSearchCV(naive(), {"strategy": ["direct"]}, cv=CV, scoring=MAE)
    assert search.fit(Y, Y).best_score_ == search.fit(Y.to_frame(), Y).best_score_


@pytest.mark.parametrize("scoring", [None, make_step_scorer(MAE, 2)])
def test_a_search_without_y_has_the_scores_of_one_with_y(scoring):
    search = GridSearchCV(naive(), {"strategy": ["direct"]}, cv=CV, scoring=scoring)
    assert search.fit(Y).best_score_ == search.fit(Y, Y).best_score_


@pytest.mark.parametrize("value", [3.0, 3, np.float64(3), np.int64(3), np.float32(3)])
def test_a_single_number_is_no_series(value):
    fitted = naive().fit(Y[:50])
    for call in (naive().fit, fitted.update):
        with pytest.raises(
            TypeError, match=r"y must be .* got .*series.iloc\[\[row\]\]"
        ):
            call(value)
    fitted.update(Y.iloc[[50]])


@pytest.mark.parametrize("empty", [Y[:0], Y[:0].to_numpy(), []])
def test_an_update_has_rows(empty):
    fitted = naive().fit(Y if isinstance(empty, pd.Series) else Y.to_numpy())
    with pytest.raises(ValueError, match="update must get at least one row"):
        fitted.update(empty)


@pytest.mark.parametrize("horizon", [6, 7])
def test_months_that_were_read_as_days_are_not_to_be_filled(horizon):
    days = pd.date_range("2020-01-01", periods=12)
    index = pd.DatetimeIndex(
        [day.replace(year=2020 + n) for n in range(6) for day in days]
    )
    y = pd.Series(walk(72).to_numpy(), index)
    with pytest.warns(IncompleteWindowWarning) as caught:
        naive(horizon=horizon).fit(y)
    text = str(caught[0].message)
    assert "The frequency is D, and" in text
    assert "check that the dates were read correctly (pass dayfirst=True" in text
    assert "fill" not in text


IRREGULAR = {
    "floats": (np.r_[:15:0.5, 20.1:35.1:0.5], "contains floats"),
    "times": (
        pd.Timestamp("2024-01-01")
        + pd.to_timedelta(np.r_[np.arange(59) ** 1.01, 5000], unit="D"),
        "is irregular",
    ),
    "numbers": (np.r_[np.arange(30) ** 2, 900 + np.arange(30)], "contains integers"),
    "text": ([f"2024-{n:03}" for n in range(60)], None),
}


@pytest.mark.filterwarnings("ignore:Because of gaps")
@pytest.mark.parametrize("kind", ["floats", "times", "numbers"])
def test_warnings_about_an_index_name_the_table_of_the_user(kind):
    labels, text = IRREGULAR[kind]
    y = pd.Series(walk(60).to_numpy(), pd.Index(labels))
    for name, args in {"y": [y], "X": [y.to_frame("a"), y]}.items():
        with pytest.warns(UserWarning, match=f"^The index of {name} {text}"):
            naive().fit(*args)


@pytest.mark.parametrize("name", ["y", "X"])
def test_errors_about_an_index_name_the_table_of_the_user(name):
    labels = list(pd.date_range("2024-01-01", periods=60, freq="h"))
    labels[7] += pd.Timedelta("1s")
    y = pd.Series(walk(60).to_numpy(), labels)
    with pytest.raises(ValueError, match=f"^The index of {name} has the frequency h"):
        naive().fit(*([y] if name == "y" else [y.to_frame("a"), y]))


def encoded_pipe():
    encode = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["kind"]), remainder="passthrough"
    )
    return make_pipeline(encode, *naive_pipe())


UNKNOWN = {
    "typo": ({}, "prise", "not a column of X. Did you mean 'price'. The columns are"),
    "unlike all": ({}, "holiday", "not a column of X. The columns are 'price', 'kind'"),
    "default": ({"estimator": None}, "prise", "not a column of X. Did you mean"),
    "steps": (
        {"estimator": encoded_pipe()},
        "kinds",
        "not a column of X, and no step of the pipeline makes it",
    ),
    "target": ({}, "sales", "is the target, which is not known in advance"),
}


@pytest.mark.parametrize("case", UNKNOWN)
@pytest.mark.parametrize("others", [[], ["price"]])
def test_unknown_future_columns_are_named_among_those_of_X(case, others):
    params, name, text = UNKNOWN[case]
    X = pd.DataFrame({"price": np.arange(60.0), "kind": list("ab") * 30}, Y.index)
    forecaster = SequenceForecaster(naive_pipe(), horizon=3).set_params(**params)
    forecaster.set_params(future_columns=[*others, name])
    with pytest.raises(ValueError, match=f"lists '{name}', but this.*{text}") as caught:
        forecaster.fit(X, Y)
    assert "'sales'" not in str(caught.value).partition("The columns are")[2]


def test_text_is_encoded_as_the_message_says():
    X = pd.DataFrame({"kind": list("ab") * 30}, Y.index)
    match = r"'kind' is 'a'.*\(OneHotEncoder in a ColumnTransformer, as the first step"
    with pytest.raises(ValueError, match=match):
        naive().fit(X, Y)
    SequenceForecaster(encoded_pipe(), horizon=3).fit(X, Y)
    with pytest.raises(ValueError, match="categories as numbers.$"):
        naive().fit(pd.Series(list("ab") * 30, months(60)))


def test_shampoo_sales_are_not_to_be_filled():
    rows = [f"{year}-{month:02},1.5" for year in (1, 2, 3) for month in range(1, 13)]
    text = io.StringIO("\n".join(["Month,Sales", *rows]))
    with pytest.warns(UserWarning, match="Could not infer format"):
        sales = pd.read_csv(text, index_col=0, parse_dates=True)["Sales"]
    with pytest.warns(IncompleteWindowWarning, match="35 of its 71 steps have no row"):
        naive(horizon=6).fit(sales)


NEXT = pd.date_range(Y.index[-1], periods=4, freq="MS")[1:]


@pytest.mark.parametrize(
    ("times", "got"),
    [
        (NEXT, "a DatetimeIndex"),
        (NEXT.to_period(), "a PeriodIndex"),
        (pd.MultiIndex.from_product([["a"], NEXT]), "a MultiIndex"),
        (NEXT.to_numpy(), "values of dtype datetime64"),
        (NEXT.to_list(), "values of dtype object"),
        (NEXT.astype(str).to_list(), "values of dtype <U"),
    ],
)
@pytest.mark.parametrize("y", [Y, Y.to_numpy(), pd.concat({"a": Y, "b": Y})])
def test_times_to_predict_are_the_index_of_a_table(times, got, y):
    fitted = naive().fit(y)
    for call in (fitted.predict, fitted.score):
        with pytest.raises(TypeError, match=f"got {got}.*DataFrame.index=times"):
            call(times)
    if y is Y:
        found = fitted.predict(pd.DataFrame(index=NEXT))
        np.testing.assert_array_equal(found, fitted.forecast())


def test_times_to_predict_need_the_columns_of_fit():
    fitted = naive().fit(Y.to_frame("price"), Y)
    with pytest.raises(TypeError, match=r"DataFrame\(\{column: values\}, index=times"):
        fitted.predict(NEXT)


@pytest.mark.parametrize("method", ["forecast", "predict", "update"])
def test_only_fit_is_told_that_searches_shuffle(method):
    X = pd.DataFrame({"price": np.arange(float(len(Y)))}, Y.index)
    one = naive().set_params(future_columns=["price"]).fit(X[:-6], Y[:-6])
    calls = {
        "forecast": lambda: one.forecast(X_future=X[:-7:-1]),
        "predict": lambda: one.predict(X[::-1]),
        "update": lambda: one.update(X[:-7:-1], Y[:-7:-1]),
    }
    with pytest.raises(ValueError, match="is unsorted .*: [Xy].*sort_index") as caught:
        calls[method]()
    assert "Halving" not in str(caught.value)
    with pytest.raises(ValueError, match="is unsorted .*HalvingGridSearchCV"):
        one.fit(X[::-1], Y[::-1])
