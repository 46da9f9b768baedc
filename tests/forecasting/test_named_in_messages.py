"""Messages of a forecaster name what the user passed, and advice that helps there."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, months, naive_pipe, network_pipe, walk

from skseq import SequenceForecaster
from skseq.exceptions import IncompleteWindowWarning, SkillWarning

Y = walk(60)
X = pd.DataFrame({"price": np.arange(60.0)}, Y.index)


def unpredictable(n=160):
    """Return a seasonal series, positive, whose changes are a coin toss."""
    walk = np.random.default_rng(3).normal(size=n).cumsum()
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(n) / 12)
    return pd.Series((100 + walk) * season, months(n), name="sales")


@pytest.mark.parametrize(
    ("params", "target"),
    [
        ({"log": True}, "RMSE of the logarithm of y: "),
        ({"deseasonalize": True}, "RMSE of y without its season: "),
        (
            {"log": True, "deseasonalize": True},
            "RMSE of the logarithm of y without its season: ",
        ),
        ({}, r"against [\d.]+)"),
    ],
)
def test_errors_of_a_transformed_target_say_what_they_are_of(params, target):
    params = {"log": False, "deseasonalize": False} | params
    pipe = network_pipe(6, normalization=None, persistence=None, linear_weight=0)
    match = target.replace(")", r"\)")
    with pytest.warns(SkillWarning, match=match):
        SequenceForecaster(pipe, horizon=1, **params).fit(unpredictable())


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
    match = r"use a smaller horizon, or shorter windows \(fewer time_steps\)"
    with pytest.warns(IncompleteWindowWarning, match=match):
        forecaster(naive_pipe(8), horizon=2).fit(y)
    forecaster(naive_pipe(6), horizon=2).fit(y)


def test_a_row_of_many_series_is_named_without_brackets():
    y = pd.concat({"a": Y, "b": Y.where(Y.index != Y.index[5])})
    with pytest.raises(ValueError, match=r"65 \(b, 2000-06-01 00:00:00\)"):
        forecaster(naive_pipe()).fit(y)
