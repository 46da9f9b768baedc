"""Backtests and cross-validations of series with holes, also at the origins."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from last_value_forecaster import make_months
from sklearn.model_selection import (
    GridSearchCV,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.exceptions import IncompleteWindowWarning
from skseq.model_selection import ForecastSplit, backtest

STRATEGIES = ["direct", "recursive"]
MAE = "neg_mean_absolute_error"
N = 40


def last_value(strategy, horizon):
    pipe = make_pipeline(SequenceWindower(2), NaiveRegressor("last"))
    return SequenceForecaster(pipe, horizon=horizon, strategy=strategy)


def rising(*holes):
    """Return a series that grows by 1 each month, without some months."""
    months = pd.date_range("2020-01-01", periods=N, freq="MS")
    return pd.Series(np.arange(N) * 1.0, months, name="y").drop(months[list(holes)])


def panel(**holes):
    return pd.concat({name: rising(*left_out) for name, left_out in holes.items()})


def quiet_backtest(*args, **kwargs):
    """Return a backtest, and whether it warned of rows without a prediction."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = backtest(*args, **kwargs)
    messages = [str(warning.message) for warning in caught]
    return table, any("backtest has no prediction" in text for text in messages)


def numbers_of(times):
    return (times.dt.year - 2020) * 12 + times.dt.month - 1


@st.composite
def tables(draw):
    """Draw one series or a panel of which some of the later rows are missing."""
    left_out = st.sets(st.integers(20, N - 2), max_size=12)
    if draw(st.booleans()):
        return rising(*draw(left_out))
    return panel(a=draw(left_out), b=draw(left_out))


@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=5)
@given(
    y=tables(),
    horizon=st.integers(1, 4),
    step=st.none() | st.integers(1, 3),
    gap=st.integers(0, 2),
    refit=st.integers(1, 3),
)
def test_one_row_for_each_origin_and_step(strategy, y, horizon, step, gap, refit):
    one = last_value(strategy, horizon + gap)
    cv = ForecastSplit(3, horizon=horizon, step=step, gap=gap)
    table, warned = quiet_backtest(one, y=y, cv=cv, refit=refit)
    keys = ["series", "origin", "step"] if "series" in table else ["origin", "step"]
    assert not table.duplicated(keys).any()
    assert table["origin"].nunique() == 3
    # The step is the distance from the origin, at which some series has a row.
    origin, time = numbers_of(table["origin"]), numbers_of(table["time"])
    np.testing.assert_array_equal(table["step"], time - origin)
    assert table["origin"].isin(y.index.get_level_values(-1)).all()
    names = table["series"] if "series" in table else pd.Series("", table.index)
    known = y if "series" in table else pd.concat({"": y})
    ends = [
        known[name][:start].iloc[-1]
        for name, start in zip(names, table["origin"], strict=True)
    ]
    is_reached = time - np.array(ends) <= horizon + gap
    assert (table["prediction"].notna() == (is_reached | (strategy != "direct"))).all()
    assert warned == table["prediction"].isna().any()
    predicted = table["prediction"].dropna()
    np.testing.assert_array_equal(predicted, np.array(ends)[predicted.index])


@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=3)
@given(
    y=tables(),
    horizon=st.integers(1, 4),
    step=st.none() | st.integers(1, 3),
    gap=st.integers(0, 2),
)
def test_cross_validation_scores_all_parts(strategy, y, horizon, step, gap):
    one = last_value(strategy, horizon + gap)
    cv = ForecastSplit(3, horizon=horizon, step=step, gap=gap)
    options = {"scoring": MAE, "error_score": "raise", "return_indices": True}
    found = cross_validate(one, y.to_frame(), y, cv=cv, **options)
    assert np.isfinite(found["test_score"]).all()
    table, _ = quiet_backtest(one, y=y, cv=cv)
    errors = (table["y"] - table["prediction"]).abs()
    by_time = errors.groupby([table["origin"], table["time"]]).sum()
    moments = y.index.get_level_values(-1)
    for number, score in enumerate(found["test_score"]):
        test, train = (found["indices"][part][number] for part in ("test", "train"))
        origin = moments[train].max()
        # A fold of which no row is within reach is replaced by an earlier one.
        if origin in table["origin"].to_list() and strategy == "direct":
            same = by_time[origin].sum() / len(test)
            assert -score == pytest.approx(same)


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_row_out_of_reach_is_named_and_the_others_are_predicted(horizon):
    y, cv = rising(33), ForecastSplit(6 // horizon, horizon=horizon)
    one = last_value("direct", horizon)
    with pytest.warns(UserWarning, match="no prediction for 1 of 6 rows"):
        table = quiet_incomplete(backtest, one, y=y, cv=cv)
    out_of_reach = 34 if horizon == 1 else 36
    is_missing = table["prediction"].isna()
    assert table.loc[is_missing, "y"].tolist() == [out_of_reach]
    assert table["y"].tolist() == [34, 35, 36, 37, 38, 39]


def quiet_incomplete(call, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteWindowWarning)
        return call(*args, **kwargs)


def test_three_origins_if_one_of_them_has_no_row():
    y, cv = rising(35), ForecastSplit(3, horizon=3, step=1)
    table, _ = quiet_backtest(last_value("recursive", 3), y=y, cv=cv)
    origins = numbers_of(table["origin"]).tolist()
    steps = table["step"].tolist()
    expected = [(33, 1), (33, 3), (34, 2), (34, 3), (34, 4), (36, 1), (36, 2), (36, 3)]
    assert list(zip(origins, steps, strict=True)) == expected


@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("y", [rising(33), panel(a=[33], b=[]), panel(a=[33], b=[33])])
def test_searches_over_series_with_a_hole_at_an_origin(y):
    search = GridSearchCV(
        last_value("direct", 3),
        {"estimator__naiveregressor__strategy": ["last", "mean"]},
        cv=ForecastSplit(2, horizon=3),
        scoring=MAE,
        error_score="raise",
    )
    search.fit(y.to_frame(), y)
    assert search.best_params_ == {"estimator__naiveregressor__strategy": "last"}


@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
def test_other_splits_that_count_rows():
    y, cv = rising(37), TimeSeriesSplit(2, test_size=3)
    one = last_value("direct", 3)
    table, warned = quiet_backtest(one, y=y, cv=cv)
    assert warned
    assert table["y"][table["prediction"].isna()].tolist() == [39]
    with pytest.raises(ValueError, match="or ForecastSplit"):
        cross_val_score(one, y.to_frame(), y, cv=cv, error_score="raise")
    # Test parts of more rows than the horizon are a mistake, whatever is missing.
    for y in (make_months(N), rising(37), rising(33)):
        with pytest.raises(ValueError, match="but 4 are needed"):
            backtest(one, y=y, cv=TimeSeriesSplit(2, test_size=4))


@pytest.mark.parametrize("holes", [[20], [20, 21, 22], [33], [34, 35, 36]])
def test_a_backtest_does_not_speak_of_updates(holes):
    y, one = rising(*holes), last_value("direct", 1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        backtest(one, y=y, cv=ForecastSplit(20, horizon=1, step=1), refit=20)
    texts = [str(w.message) for w in caught]
    assert not any("update" in text for text in texts)
    assert any(text.startswith("Rows are missing among the latest") for text in texts)
    one.fit(y[: holes[0]])
    with pytest.warns(IncompleteWindowWarning, match="rows passed to update skip"):
        one.update(y[holes[0] :][:1])
