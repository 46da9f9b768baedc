"""What naive forecasts refuse, and how they say so."""

import re

import numpy as np
import pandas as pd
import pytest
from naive_cases import noise, walk, windows_of
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.exceptions import IncompleteWindowWarning


def fit(strategy="last", *, X=None, y=None, **params):
    y = walk() if y is None else y
    windows = windows_of([walk(), noise()]) if X is None else X
    NaiveRegressor(strategy, **params).fit(windows, y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: fit("latest"),
            "The 'strategy' parameter of NaiveRegressor must be a str",
        ),
        (
            lambda: fit(season_length=0),
            "The 'season_length' parameter of NaiveRegressor must be",
        ),
        (
            lambda: fit(season_length=True),
            "The 'season_length' parameter of NaiveRegressor must not",
        ),
        (lambda: fit(without_past=None), "The 'without_past' parameter"),
        (lambda: fit(target_feature="y"), "The 'target_feature' parameter"),
        (
            lambda: fit(target_feature=2),
            "index of one of 2 features, for each of 1 output",
        ),
        (lambda: fit(target_feature=[0, 1]), "for each of 1 output; got [0, 1]"),
        (lambda: fit(target_feature=["y"]), "for each of 1 output; got ['y']"),
        (
            lambda: fit(target_feature=1),
            "Feature 1 of X does not contain the past of y, which",
        ),
        (
            lambda: fit("seasonal"),
            "strategy='seasonal' needs season_length, which is None",
        ),
        (
            lambda: fit("seasonal", season_length=12),
            "strategy='seasonal' with season_length=12 needs windows of at least 12 "
            "steps here, because they end 1 step before the row to predict, but X "
            "has windows of 3 steps",
        ),
        (
            lambda: fit("seasonal_drift", season_length=3),
            "strategy='seasonal_drift' with season_length=3 needs windows of at least",
        ),
        (
            lambda: fit("drift", X=windows_of([walk()], 1)),
            "strategy='drift' needs windows of at least 2 steps here",
        ),
        (lambda: fit(y=np.log(walk())), "transform both X and y or neither"),
        (lambda: fit(y=-walk()), "No feature of X contains the past of y"),
        (lambda: fit(X=windows_of([walk()])[::-1], y=walk()[::-1]), "rows in order"),
        (lambda: fit(X=windows_of([walk()])[:, ::-1]), "windows of feature 0 of X are"),
        (
            lambda: fit(X=windows_of([np.arange(40.0)]), y=5.0 + 3 * np.arange(40)),
            "y is so regular, for example a straight line",
        ),
        (
            lambda: fit(X=np.array([[0.0], [1], [3]]), y=np.array([1.0, 3, 2])),
            "are known in 2 rows after the first, but at least 3 such rows are needed",
        ),
        (
            lambda: fit(
                X=windows_of([np.tile([3.0, 8, 8, 3, 8], 8)]),
                y=np.tile([0.0, 1, 1, 0, 1], 8),
            ),
            "Feature 0 of X does not contain the past of",  # two values fit two others
        ),
        (lambda: fit(y=walk(39)), "X and y must have the same number of rows"),
        (lambda: fit(y=np.where(np.arange(40) == 3, np.nan, walk())), "y contains NaN"),
        (lambda: fit(X=np.full((40, 2), np.nan)), "Input X contains NaN: row 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_bad_input_to_predict():
    naive = NaiveRegressor().fit(windows_of([walk()]), walk())
    with pytest.raises(ValueError, match=r"was fitted on \(3, 1\)"):
        naive.predict(windows_of([walk()], 4))
    with pytest.raises(ValueError, match="was fitted on windows"):
        naive.predict(walk()[:, np.newaxis])


def test_other_index():
    X = pd.DataFrame({"before": np.append(0, walk()[:-1])})
    with pytest.raises(ValueError, match="X and y must have the same index"):
        NaiveRegressor().fit(X, pd.Series(walk(), index=np.arange(1, 41)))
    weight = pd.Series(np.ones(40), index=np.arange(1, 41))
    with pytest.raises(
        ValueError, match="X and sample_weight must have the same index"
    ):
        NaiveRegressor().fit(X, walk(), sample_weight=weight)


HIDDEN = {
    "every second business day": pd.date_range("2020", periods=200, freq="2B"),
    "every third day is missing": pd.date_range("2020", periods=300)[
        np.arange(300) % 3 < 2
    ],
    "pairs of months": pd.date_range("1990", periods=300, freq="MS")[
        np.arange(300) % 4 < 2
    ],
}


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("strategy", ["last", "mean"])
def test_gaps_are_named_if_they_hide_the_past_of_y(kind, strategy):
    index = pd.DatetimeIndex(list(HIDDEN[kind]))  # without its frequency
    y = pd.Series(walk(len(index)), index)
    windows = SequenceWindower(6).fit_transform(y.to_frame("y"))
    assert np.isnan(windows).any(axis=(1, 2)).all()
    NaiveRegressor(strategy).fit(windows, y)  # found, if enough last steps are known
    # No row with a weight has a row one step later, so nothing can be compared.
    distances = np.diff(index)
    weight = np.r_[distances > 1.4 * distances.min(), True]
    match = r"is not found: all \d+ windows have missing .*gap is \d step.* fewer time"
    with pytest.raises(ValueError, match=match):
        NaiveRegressor(strategy).fit(windows, y, weight.astype(float))


def test_a_forecaster_needs_the_past_of_one_step_only():
    index = pd.DatetimeIndex(list(HIDDEN["every second business day"]))
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor())
    y = pd.Series(walk(200), index)
    with pytest.warns(IncompleteWindowWarning, match="Because of gaps"):
        fitted = SequenceForecaster(pipe, horizon=2).fit(y)
    np.testing.assert_allclose(fitted.forecast(), y.iloc[-1])


@pytest.mark.sample(4)
@pytest.mark.parametrize("strategy", ["last", "mean"])
@pytest.mark.parametrize("time_steps", [1, 2, 3])
@pytest.mark.parametrize("horizon", [1, 2, 4])
def test_too_few_rows_to_recognise_the_past_are_counted(strategy, time_steps, horizon):
    pipe = make_pipeline(SequenceWindower(time_steps), NaiveRegressor(strategy))
    fewest = max(time_steps + horizon, horizon + 3)
    for n in range(time_steps + horizon, fewest + 2):
        y = np.arange(1.0, n + 1) ** 2
        forecaster = SequenceForecaster(pipe, horizon=horizon)
        if n >= fewest:
            assert len(forecaster.fit(y).forecast()) == horizon
            continue
        smaller = ", or use a smaller horizon" if horizon > 1 else ""
        match = f"known in {n - horizon} rows? .* at least 3 .* more rows{smaller}\\.$"
        with pytest.raises(ValueError, match=match):
            forecaster.fit(y)
