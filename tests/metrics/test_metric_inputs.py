"""Invalid arguments of measures raise an error that names them."""

import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import (
    max_error,
    mean_pinball_loss,
    r2_score,
    root_mean_squared_error,
)

from skseq.metrics import (
    mean_absolute_scaled_error,
    root_mean_squared_scaled_error,
    skill_score,
    weighted_absolute_percentage_error,
)

TRAIN = [1.0, 3.0, 2.0, 5.0, 4.0]  # changes 2, 1, 3, 1; over two rows 1, 2, 2
TRUE, PRED = np.array([6.0, 9.0, 4.0, 0.0]), np.array([5.0, 7.0, 4.0, 1.0])
WEIGHT = np.array([1.0, 0.0, 2.0, 1.0])

MASKED = np.ma.masked_equal(WEIGHT, 0)
TWO = pd.DataFrame({"a": TRUE, "b": PRED})

mase = partial(mean_absolute_scaled_error, y_train=TRAIN)
rmsse = partial(root_mean_squared_scaled_error, y_train=TRAIN)
skill = partial(skill_score, y_naive=TRUE - 2)
wape = weighted_absolute_percentage_error


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mase(TRUE, PRED[:3]), "inconsistent numbers of samples"),
        (lambda: mase(TRUE, np.full(4, np.nan)), "Input y_pred contains NaN"),
        (
            lambda: mase(TRUE, np.full(4, np.nan)),
            'table.dropna(subset=["prediction"])',
        ),
        (lambda: mase(np.full(4, np.inf), PRED), "Input y_true contains infinity"),
        (lambda: mase(TRUE, PRED, y_train=[1.0, np.nan]), "Input y_train contains NaN"),
        (lambda: mase(TRUE, PRED, y_train=[1.0]), "got 1 row with season_length=1"),
        (
            lambda: mase(TRUE, PRED, season_length=5),
            "got 5 rows with season_length=5",
        ),
        (lambda: mase(TRUE, PRED, season_length=0), "The 'season_length' parameter of"),
        (
            lambda: rmsse(TRUE, PRED, season_length=1.5),
            "The 'season_length' parameter of",
        ),
        (
            lambda: rmsse(TRUE, PRED, y_train=np.ones((5, 2))),
            "got 2 outputs in y_train and 1",
        ),
        (lambda: wape(TRUE, PRED, multioutput="mean"), "The 'multioutput' parameter"),
        (lambda: wape(TRUE, PRED, multioutput="variance_weighted"), "'multioutput'"),
        (lambda: wape(TRUE, PRED, multioutput=[1.0, 2.0]), "Custom weights are useful"),
        (
            lambda: wape(TRUE, PRED, sample_weight=[1, 1, 1, -1]),
            "Negative values in data passed to `sample_weight`",
        ),
        (lambda: wape(TRUE, PRED, sample_weight=np.zeros(4)), "at least one non-zero"),
        (lambda: wape(TRUE, PRED, sample_weight=[1.0, 1.0]), "weight.shape == (2,)"),
        (
            lambda: wape(TRUE, PRED, sample_weight=np.ones(4, "m8[s]")),
            "weight must contain numbers only",
        ),
        (lambda: wape(TRUE, PRED, sample_weight=MASKED), "sample_weight is a masked"),
        (lambda: wape(MASKED, PRED), "y_true is a masked array"),
        (
            lambda: wape([np.timedelta64(1, "D")] * 4, PRED),
            "y_true must contain numbers only, but it has durations",
        ),
        (
            lambda: wape(np.full(4, 1e151), PRED),
            "y_true must contain absolute values of at most 1e+150; got 1e+151. Divide",
        ),
        (lambda: wape(TRUE, np.full(4, -1e308)), "y_pred must contain absolute values"),
        (lambda: wape(TRUE, PRED, sample_weight=[1, 1, 1, 1e151]), "at most 1e+150"),
        (lambda: wape(TWO, TWO, multioutput=[2, -1]), "multioutput must be at least 0"),
        (lambda: wape(TWO, TWO, multioutput=[0, 0]), "multioutput must be at least 0"),
        (
            lambda: wape(TWO, TWO[["b", "a"]]),
            "columns of y_pred must be in the same order as in y_true, because",
        ),
        (
            lambda: wape(TWO, TWO, sample_weight=pd.Series(WEIGHT, [3, 2, 1, 0])),
            "y_true and sample_weight must have the same index",
        ),
        (
            lambda: mase(TRUE, PRED, y_train=[1e308, -1e308]),
            "y_train must contain absolute",
        ),
        (
            lambda: mase(TRUE, PRED, y_train=pd.Series(TRAIN)[::-1]),
            "index of y_train is unsorted",
        ),
        (
            lambda: wape(pd.Series(TRUE), pd.Series(PRED, [1, 2, 3, 4])),
            "y_true and y_p",
        ),
        (
            lambda: skill_score(TRUE, PRED, {}),
            "at least one naive forecast; got an empty dict",
        ),
        (lambda: skill_score(TRUE, PRED, PRED[:2]), "inconsistent numbers of samples"),
        (
            lambda: skill_score(TRUE, PRED, {"last": np.ones((4, 2))}),
            "y_true and y_naive['last'] have different number of output (1!=2)",
        ),
        (
            lambda: skill_score(
                pd.Series(TRUE), PRED, {"last": pd.Series(PRED, [1, 2, 3, 4])}
            ),
            "y_true and y_naive['last'] must have the same index",
        ),
        (lambda: skill_score(TRUE, PRED, 5), "The 'y_naive' parameter of skill_score"),
        (lambda: skill(TRUE, PRED, metric="mae"), "The 'metric' parameter of skill"),
        (
            lambda: skill(TRUE, PRED, metric=r2_score),
            "metric must return one error per output",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def without_options(y_true, y_pred):
    return abs(y_true - y_pred).max()


def without_outputs(y_true, y_pred, sample_weight=None):
    return without_options(y_true, y_pred)


@pytest.mark.parametrize("metric", [max_error, without_options, without_outputs])
def test_metric_with_another_signature(metric):
    match = (
        rf"metric must take \(y_true, y_pred, sample_weight=.*{metric.__name__} takes"
    )
    with pytest.raises(TypeError, match=match):
        skill(TRUE, PRED, metric=metric)


def test_metric_that_needs_more():
    quantile = partial(mean_pinball_loss, alpha=0.9)
    expected = 1 - quantile(TRUE, PRED) / quantile(TRUE, TRUE - 2)
    assert skill(TRUE, PRED, metric=quantile) == pytest.approx(expected)
    assert skill(TRUE, PRED, metric=root_mean_squared_error) < 1


KEYS = [0, -1, 2.5, None, True, ("naive", 12), frozenset({1}), np.int64(3), "last"]


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_any_key_names_a_naive_forecast(key):
    assert skill_score(TRUE, PRED, {key: TRUE - 2}) == skill_score(TRUE, PRED, TRUE - 2)
    message = f"Input y_naive[{key!r}] contains NaN"
    with pytest.raises(ValueError, match=re.escape(message)):
        skill_score(TRUE, PRED, {"good": TRUE - 2, key: np.full(4, np.nan)})


def test_the_best_of_naive_forecasts_is_chosen_for_each_output():
    true = np.column_stack([TRUE, TRUE])
    naive = {0: true - np.array([1, 8]), 1: true + np.array([4, 2])}
    skill = skill_score(true, true + 1, naive, multioutput="raw_values")
    np.testing.assert_allclose(skill, [0, 0.5])
