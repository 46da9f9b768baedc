"""make_step_scorer: the score of one step of each test part."""

import itertools
import pickle

import numpy as np
import pandas as pd
import pytest
from last_value_forecaster import LastValueForecaster, make_months, make_panel
from sklearn.linear_model import Ridge
from sklearn.metrics import make_scorer, mean_squared_error
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest, make_step_scorer

MAE = "neg_mean_absolute_error"
CV = ForecastSplit(4, horizon=3)


def test_steps_average_to_the_whole_horizon():
    y = make_months(30)
    scoring = {str(step): make_step_scorer(MAE, step) for step in (1, 2, 3)}
    scores = cross_validate(
        LastValueForecaster(horizon=3),
        y.to_frame(),
        y,
        cv=CV,
        scoring=scoring | {"all": MAE},
    )
    by_step = [scores[f"test_{step}"] for step in (1, 2, 3)]
    np.testing.assert_allclose(np.mean(by_step, axis=0), scores["test_all"])


def test_scores_are_those_of_a_backtest():
    y = make_months(30)
    forecaster = LastValueForecaster(horizon=3)
    table = backtest(forecaster, y=y, cv=CV)
    squares = (table["y"] - table["prediction"]) ** 2
    expected = squares.groupby(table["step"]).mean()
    mse = make_scorer(mean_squared_error)
    for step in (1, 3):
        scorer = make_step_scorer(mse, step)
        found = cross_validate(forecaster, y.to_frame(), y, cv=CV, scoring=scorer)
        np.testing.assert_allclose(found["test_score"].mean(), expected[step])


def test_all_series_of_a_panel_count():
    panel = make_panel()
    X = panel.groupby(level=0).shift(1).fillna(0.0).to_frame("lag")
    table = backtest(Ridge(), X, panel, cv=CV)
    months = panel.index.get_level_values(1)
    last_months = [months[test].max() for _, test in CV.split(X)]
    last = table[table["time"].isin(last_months)]
    error = (last["y"] - last["prediction"]).abs().groupby(last["time"]).mean()
    scorer = make_step_scorer(MAE, 3)
    found = cross_validate(Ridge(), X, panel, cv=CV, scoring=scorer)["test_score"]
    np.testing.assert_allclose(-found, error)


def test_in_a_search_with_processes():
    y = make_months(30)
    search = GridSearchCV(
        LastValueForecaster(horizon=3),
        {"noise": [0.0, 1.0]},
        cv=CV,
        scoring={"all": MAE, "last": make_step_scorer(MAE, 3)},
        refit="last",
    )
    search.fit(y.to_frame(), y)
    assert np.isfinite(search.cv_results_["mean_test_last"]).all()
    assert "make_step_scorer" in repr(pickle.loads(pickle.dumps(search.scoring)))


@pytest.mark.parametrize("step", [0, -1, 1.5, "1", None])
def test_invalid_steps(step):
    with pytest.raises(ValueError, match="step must be an integer of at least 1"):
        make_step_scorer(MAE, step)


def test_a_step_beyond_the_test_part():
    y = make_months(30)
    scorer = make_step_scorer(MAE, 4)
    forecaster = LastValueForecaster(horizon=3).fit(y)
    with pytest.raises(ValueError, match="cv=ForecastSplit\\(horizon=4\\)"):
        scorer(forecaster, y[-3:].to_frame(), y[-3:])


def test_an_unknown_scorer():
    with pytest.raises(ValueError, match="scoring"):
        make_step_scorer("no_such_score", 1)


def opening_hours(n_rows):
    hours = pd.date_range("2024-01-01", periods=24 * 60, freq="h")
    return hours[(hours.hour >= 9) & (hours.hour < 17)][:n_rows]


def every_other_day(n_rows):
    """Return days of which the last three have a gap between them."""
    days = pd.date_range("2024-01-01", periods=n_rows)
    return days.delete([n_rows - 4, n_rows - 2])


@pytest.mark.parametrize("make_index", [opening_hours, every_other_day])
@pytest.mark.parametrize("kind", ["forecaster", "pipeline"])
def test_steps_are_those_of_the_frequency_in_fit(make_index, kind):
    index = make_index(90)
    y = pd.Series(np.random.default_rng(0).normal(size=len(index)), index, name="y")
    estimator = make_pipeline(SequenceWindower(4), NaiveRegressor())
    if kind == "forecaster":
        estimator = SequenceForecaster(estimator, horizon=5)
    cv = ForecastSplit(1, horizon=5)
    ((train, test),) = cv.split(y)
    known = y.iloc[train]
    last = estimator.fit(known.to_frame(), known).predict(y.iloc[test].to_frame())
    expected = abs(last[-1] - y.iloc[-1])
    scorer = make_step_scorer(MAE, 5)
    found = cross_validate(estimator, y.to_frame(), y, cv=cv, scoring=scorer)
    np.testing.assert_allclose(found["test_score"], -expected)


def tables_with_gaps():
    """List tables whose test part lacks its first row, or others."""
    days = pd.date_range("2015-01-01", periods=60)
    indexes = {
        "months": pd.date_range("2015-01-01", periods=60, freq="MS"),
        "periods": pd.period_range("2015-01", periods=60, freq="M"),
        "hours open": opening_hours(60),
        "weeks": pd.date_range("2015-01-01", periods=60, freq="W-SUN"),
        "time zone": days.tz_localize("Europe/Berlin"),
        "numbers": pd.RangeIndex(60),
    }
    tables = itertools.product(indexes, ([], [54, 55], [56], [53, 54]))
    kinds = itertools.cycle(["forecaster", "search", "panel"])
    return [
        pytest.param(indexes[name], missing, kind, id=f"{name}-{missing}-{kind}")
        for (name, missing), kind in zip(tables, kinds, strict=False)
    ]


@pytest.mark.sample(4)
@pytest.mark.parametrize(("index", "missing", "kind"), tables_with_gaps())
@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
def test_steps_are_those_of_a_backtest_if_rows_are_missing(index, missing, kind):
    rng = np.random.default_rng(0)
    y = pd.Series(rng.normal(size=60).cumsum(), index, name="y")
    y = y.drop(index[missing])
    if kind == "panel":  # the other series has no gap
        other = pd.Series(rng.normal(size=60), index, name="y")
        y = pd.concat({"a": y, "b": other})
    cv = [(np.flatnonzero(y.index.get_level_values(-1) < index[54]),)]
    cv = [(train, np.setdiff1d(np.arange(len(y)), train)) for (train,) in cv]
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor())
    one = SequenceForecaster(pipe, horizon=8, log=False, deseasonalize=False)
    table = backtest(one, y=y, cv=cv)
    error = (table["y"] - table["prediction"]).abs().groupby(table["step"]).mean()
    if kind == "search":
        grid = {"estimator__sequencewindower__time_steps": [4]}
        one = GridSearchCV(one, grid, cv=ForecastSplit(1, horizon=8))
    scoring = {f"{step}": make_step_scorer(MAE, int(step)) for step in error.index}
    found = cross_validate(one, y.to_frame(), y, cv=cv, scoring=scoring)
    for step in error.index:
        np.testing.assert_allclose(-found[f"test_{step}"], error[step])
    fitted = one.fit(y.to_frame().iloc[cv[0][0]], y.iloc[cv[0][0]])
    test = y.iloc[cv[0][1]]
    for step in {*range(1, 8)} - {*error.index}:
        with pytest.raises(ValueError, match=f"at step {step}: it has rows at steps"):
            make_step_scorer(MAE, step)(fitted, test.to_frame(), test)


@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("history", ["auto", None])
def test_where_the_end_of_fit_is_unknown_the_first_row_is_step_1(history):
    y = pd.Series(np.arange(40.0) ** 2, pd.date_range("2024-01-01", periods=40))
    pipe = make_pipeline(SequenceWindower(4, history=history), NaiveRegressor())
    pipe.fit(y[:30].to_frame(), y[:30])
    test = y[31:]  # the row after those of fit is missing
    predicted = pipe.predict(test.to_frame())
    errors = -np.abs(predicted - test.to_numpy())
    scorer = make_step_scorer(MAE, 2)
    expected = errors[0 if history == "auto" else 1]
    assert scorer(pipe, test.to_frame(), test) == pytest.approx(expected)
    # Rows of fit are scored from their first one.
    known = y[10:20]
    fitted = pipe.predict(known.to_frame())
    assert scorer(pipe, known.to_frame(), known) == pytest.approx(
        -abs(fitted[1] - known.iloc[1])
    )
