"""Metrics of many series are means over a loop over the series."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.metrics import make_scorer, mean_squared_error

from skseq.metrics import (
    interval_coverage,
    interval_score,
    mean_absolute_scaled_error,
    neg_weighted_absolute_percentage_error,
    root_mean_squared_scaled_error,
    skill_score,
    weighted_absolute_percentage_error,
)

SCALED = (mean_absolute_scaled_error, root_mean_squared_scaled_error)


def panel(lengths, rng, n_outputs=2, start=0):
    """Make random walks of different sizes, as one table with a two-level index."""
    parts = {}
    for number, length in enumerate(lengths):
        steps = rng.normal(size=(length, n_outputs)).cumsum(axis=0)
        index = pd.RangeIndex(start, start + length, name="time")
        parts[f"shop {number}"] = pd.DataFrame(10.0**number * (steps + 20), index)
    return pd.concat(parts, names=["shop"])


def measures(true, pred, train, naive, season_length):
    """Return each metric as a function of a function that selects rows of tables.

    The options are those that all metrics have.
    """

    def scaled(metric):
        return lambda part, **options: metric(
            part(true),
            part(pred),
            y_train=part(train),
            season_length=season_length,
            **options,
        )

    return {
        "mase": scaled(mean_absolute_scaled_error),
        "rmsse": scaled(root_mean_squared_scaled_error),
        "wape": lambda part, **options: weighted_absolute_percentage_error(
            part(true), part(pred), **options
        ),
        "skill": lambda part, **options: skill_score(
            part(true), part(pred), {k: part(y) for k, y in naive.items()}, **options
        ),
        "squared_skill": lambda part, **options: skill_score(
            part(true),
            part(pred),
            part(naive["a"]),
            metric=mean_squared_error,
            **options,
        ),
        "coverage": lambda part, **options: interval_coverage(
            part(true), part(pred) - 1, part(pred) + 2, **options
        ),
        "score": lambda part, **options: interval_score(
            part(true), part(pred) - 1, part(pred) + 2, coverage=0.8, **options
        ),
    }


NAMES = ["mase", "rmsse", "wape", "skill", "squared_skill", "coverage", "score"]


def example(lengths, train_lengths, seed, season_length=1):
    rng = np.random.default_rng(seed)
    train = panel(train_lengths, rng)
    true = panel(lengths, rng, start=max(train_lengths))
    pred, *naive = (true + rng.normal(size=true.shape) for _ in range(3))
    naive = dict(zip("ab", naive, strict=True))
    return true, measures(true, pred, train, naive, season_length)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5)
@given(data=st.data())
def test_panel_is_the_mean_over_a_loop_over_series(name, data):
    n_series = data.draw(st.integers(1, 4))
    lengths, train_lengths = (
        data.draw(st.lists(st.integers(low, 7), min_size=n_series, max_size=n_series))
        for low in (1, 4)
    )
    seed = data.draw(st.integers(0, 1000))
    season_length = data.draw(st.integers(1, 3))
    true, of_metric = example(lengths, train_lengths, seed, season_length)
    each = [
        of_metric[name](lambda y, shop=shop: y.loc[shop], multioutput="raw_values")
        for shop in true.index.unique("shop")
    ]
    measure = of_metric[name]
    measured = measure(lambda y: y, multioutput="raw_values")
    np.testing.assert_allclose(measured, np.mean(each, axis=0), rtol=1e-12)
    weights = [0.3, 0.7]
    assert measure(lambda y: y, multioutput=weights) == pytest.approx(
        np.mean(each, axis=0) @ weights
    )

    # Rows in order of time, so that series alternate.
    mixed = measure(lambda y: y.sort_index(level="time"), multioutput="raw_values")
    np.testing.assert_allclose(mixed, measured, rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_one_series_in_two_levels_is_the_plain_result(name):
    _, of_metric = example([9], [12], seed=3, season_length=4)
    weights = np.random.default_rng(0).uniform(size=9)
    for options in ({}, {"sample_weight": weights}):
        raw = {"multioutput": "raw_values"} | options
        plain = of_metric[name](lambda y: y.droplevel(0), **raw)
        assert plain.tobytes() == of_metric[name](lambda y: y, **raw).tobytes()
        arrays = of_metric[name](lambda y: y.to_numpy(), **options)
        assert arrays == of_metric[name](lambda y: y, **options)


@pytest.mark.parametrize("name", NAMES)
def test_weights_count_within_a_series(name):
    true, of_metric = example([3, 5, 4], [6, 6, 6], seed=1)
    weights = pd.Series(np.random.default_rng(0).uniform(size=12), true.index)

    def measured(shops, weights):
        return of_metric[name](
            lambda y: y.loc[shops],
            sample_weight=weights.loc[shops],
            multioutput="raw_values",
        )

    shops = list(true.index.unique("shop"))
    each = [measured([shop], weights) for shop in shops]
    np.testing.assert_allclose(measured(shops, weights), np.mean(each, axis=0))
    weights.loc["shop 1"] *= 100
    np.testing.assert_allclose(measured(shops, weights), np.mean(each, axis=0))
    # A series without a positive weight is left out.
    weights.loc["shop 1"] = 0
    np.testing.assert_allclose(
        measured(shops, weights), np.mean([each[0], each[2]], axis=0)
    )


@pytest.mark.parametrize("metric", SCALED)
def test_scaled_errors_do_not_depend_on_the_units_of_a_series(metric):
    rng = np.random.default_rng(0)
    train, true = panel([8, 9], rng), panel([4, 5], rng, start=9)
    pred = true + rng.normal(size=true.shape)
    plain = metric(true, pred, y_train=train)
    tables = [y.copy() for y in (true, pred, train)]
    for y in tables:
        y.loc["shop 1"] = y.loc["shop 1"].to_numpy() * 1e6 + 3e6
    assert metric(tables[0], tables[1], y_train=tables[2]) == pytest.approx(plain)


@pytest.mark.parametrize("metric", SCALED)
def test_changes_do_not_cross_series(metric):
    rng = np.random.default_rng(0)
    train, true = panel([2, 2], rng), panel([4, 5], rng, start=2)
    with pytest.raises(ValueError, match="got 2 rows of series shop 0 with season"):
        metric(true, true, y_train=train, season_length=2)
    # Series that are not in y_true may be short.
    train = pd.concat([train, panel([9, 9, 1], rng).loc[["shop 2"]]])
    assert metric(true, true, y_train=train) == 0


def test_series_that_are_only_in_the_training_table_do_not_matter():
    rng = np.random.default_rng(0)
    train, true = panel([8, 9, 7], rng), panel([4, 5, 3], rng, start=9)
    some = true.loc[["shop 2", "shop 0"]]
    assert mean_absolute_scaled_error(
        some, some + 1, y_train=train
    ) == mean_absolute_scaled_error(
        some, some + 1, y_train=train.loc[["shop 0", "shop 2"]]
    )


def test_percentage_error_of_all_series_together():
    true = panel([3, 5], np.random.default_rng(0))
    pred = true * 1.1
    pred.loc["shop 1"] = true.loc["shop 1"].to_numpy()
    assert weighted_absolute_percentage_error(true, pred) == pytest.approx(0.05)
    together = weighted_absolute_percentage_error(true.to_numpy(), pred.to_numpy())
    sums = np.abs(true).groupby(level=0).sum()
    assert together == pytest.approx((0.1 * sums.iloc[0] / sums.sum()).mean())


def test_the_best_naive_forecast_may_differ_by_series():
    true = panel([3, 5], np.random.default_rng(0), n_outputs=1)[0]
    first = np.repeat([1.0, 0.0], [3, 5])
    naive = {"a": true + 2 * first + 8 * (1 - first), "b": true + 8 * first + 4}
    assert skill_score(true, true + 1, naive) == pytest.approx(
        1 - np.mean([1 / 2, 1 / 4])
    )


def test_a_forecast_as_an_array_belongs_to_the_series_of_y_true():
    true = panel([3, 5], np.random.default_rng(0))
    expected = weighted_absolute_percentage_error(true, true + 1)
    array = (true + 1).to_numpy()
    assert weighted_absolute_percentage_error(true, array) == expected
    assert weighted_absolute_percentage_error(true.to_numpy(), true + 1) == expected


def test_a_scorer_gets_the_series_from_y():
    y = panel([12, 9], np.random.default_rng(0), n_outputs=1)[0]
    X = y.to_frame("x") ** 2
    model = LinearRegression().fit(X, y)
    expected = weighted_absolute_percentage_error(y, model.predict(X))
    assert neg_weighted_absolute_percentage_error(model, X, y) == -expected
    scorer = make_scorer(mean_absolute_scaled_error, y_train=y)
    assert scorer(model, X, y) > 0


TRAIN = panel([4, 4], np.random.default_rng(0), n_outputs=1)[0]
TRUE = panel([2, 3], np.random.default_rng(1), n_outputs=1, start=4)[0]
NO_NAME = TRUE.set_axis(
    pd.MultiIndex.from_arrays([["a", "a", None, "b", "b"], range(5)])
)
THREE = pd.concat({"country": TRUE})


@pytest.mark.parametrize(
    ("true", "train", "message"),
    [
        (
            TRUE,
            TRAIN.loc[["shop 1"]],
            "must contain all series of y_true, but 1 of 2 are missing; the first is "
            "'shop 0'. Add",
        ),
        (TRUE, TRAIN.droplevel(0), "y_train must have one too, to scale the errors"),
        (TRUE, TRAIN.to_numpy(), "y_train must have one too, to scale the errors"),
        (TRUE.to_numpy(), TRAIN, "but y_true has none, so it is unknown which series"),
        (
            TRUE.set_axis(range(5)),
            TRAIN,
            "but y_true has none, so it is unknown which series",
        ),
        (TRUE, TRAIN[::-1], "index of series 'shop 1' of y_train is unsorted"),
        (
            TRUE,
            TRAIN.iloc[[0, 0, 4, 5]],
            "index of series 'shop 0' of y_train has dupl",
        ),
        (NO_NAME, TRAIN, "the series of each row, but it is missing in row 2"),
        (THREE, TRAIN, "two levels (series, time), but it has 3 levels"),
        (TRUE, pd.DataFrame({"a": TRAIN, "b": TRAIN}), "got 2 outputs in y_train"),
    ],
)
def test_series_that_cannot_be_matched(true, train, message):
    for metric in SCALED:
        with pytest.raises(ValueError, match=re.escape(message)):
            metric(true, true, y_train=train)


def test_forecasts_in_another_order_of_series():
    with pytest.raises(ValueError, match="y_true and y_pred must have the same index"):
        mean_absolute_scaled_error(TRUE, TRUE.loc[["shop 1", "shop 0"]], y_train=TRAIN)
