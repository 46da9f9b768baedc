"""Columns of X of which scaling leaves little are named in fit."""

import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

DAYS = pd.date_range("2024-01-01", periods=120)
SCALERS = [
    None,
    TargetAwareMinMaxScaler(),
    StandardScaler().set_output(transform="pandas"),
]


def make_panel(levels, seed=0):
    """Make sales that follow a column of the day before, at some levels."""
    rng = np.random.default_rng(seed)
    parts = {}
    for number, level in enumerate(levels):
        bookings = 1 + 0.3 * rng.random(len(DAYS))
        sales = np.r_[1, bookings[:-1]] + rng.normal(0, 0.05, len(DAYS))
        columns = {"sales": level * sales, "bookings": level * bookings, "area": level}
        parts[f"shop {number}"] = pd.DataFrame(columns, DAYS)
    return pd.concat(parts, names=["shop", "day"])


def said(fit, *args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(*args)
    texts = [str(w.message) for w in caught]
    return [text for text in texts if "hardly depend" in text]


def fit_pipeline(table, scaler=None):
    network = LSTMRegressor(2, epochs=1)
    pipe = make_pipeline(scaler, SequenceWindower(3), network)
    return said(pipe.fit, table, table.sales)


def fit_forecaster(table):
    X, y = table.drop(columns="sales"), table.sales
    return said(SequenceForecaster(horizon=2).fit, X, y)


FITS = [*(partial(fit_pipeline, scaler=scaler) for scaler in SCALERS), fit_forecaster]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("far", [-9999, 999])
@pytest.mark.parametrize("levels", [[1], [1, 2, 3]])
def test_a_far_value_of_a_column_is_named(fit, far, levels):
    table = make_panel(levels)
    assert not fit(table)
    table.iloc[70, 1] = far
    (text,) = fit(table)
    assert "'bookings' of X at 2024-03-11" in text


@pytest.mark.parametrize("fit", FITS)
def test_a_column_at_very_different_levels_is_named(fit):
    table = make_panel([1, 10, 100, 1000])
    (text,) = fit(table)
    assert "Column 'bookings' of X differs much more between series" in text
    same = table.assign(
        bookings=table.bookings / table.groupby("shop").bookings.transform("mean")
    )
    # The area of a shop never changes, and the past of y is scaled in each window.
    assert not fit(same)


def test_usual_columns_are_not_named():
    rng = np.random.default_rng(0)
    n = len(DAYS)
    table = make_panel([1]).assign(
        promotion=(rng.random(n) < 0.03) * 1.0,
        once=np.arange(n) == 50,
        weekday=DAYS.day_of_week,
        trend=np.arange(n),
        rain=rng.gamma(0.3, 10, n),
        rare=np.where(rng.random(n) < 0.05, rng.normal(5, 1, n), 0),
        category=rng.integers(0, 4, n),
        heavy=rng.standard_t(3, n),
    )
    assert not fit_pipeline(table * 1.0)
    constant = table.assign(area=7.0)
    assert not fit_forecaster(constant * 1.0)
