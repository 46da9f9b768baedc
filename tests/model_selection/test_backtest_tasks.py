"""Refits are independent tasks, and no prediction knows a later row."""

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import parallel_config
from last_value_forecaster import LastValueForecaster, make_months, make_panel
from pandas.testing import assert_frame_equal
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, NaiveRegressor, SequenceWindower
from skseq.exceptions import SkillWarning
from skseq.model_selection import ForecastSplit, backtest

CV = ForecastSplit(4, horizon=3, time_steps=3)


def lstm_pipe(random_state=0):
    lstm = LSTMRegressor(units=2, epochs=2, random_state=random_state)
    return make_pipeline(SequenceWindower(3), lstm)


@pytest.fixture(params=["loky", "threading", "dask"])
def backend(request, monkeypatch, tmp_path):
    if request.param == "dask":
        distributed = pytest.importorskip("distributed")
        with distributed.Client(processes=False, n_workers=2, dashboard_address=None):
            yield "dask"
        return
    # Workers import the forecaster of this folder by its name.
    folder = os.path.dirname(__file__)
    monkeypatch.setenv("PYTHONPATH", folder, prepend=os.pathsep)
    yield request.param


@pytest.mark.parametrize("refit", [1, 3])
def test_all_backends_give_the_same_numbers(backend, refit):
    y = make_months(30)
    for estimator in (
        lstm_pipe(),
        lstm_pipe(np.random.RandomState(3)),
        LastValueForecaster(noise=1.0),
    ):
        alone = backtest(estimator, y=y, cv=CV, refit=refit)
        with parallel_config(backend, n_jobs=2):
            assert_frame_equal(backtest(estimator, y=y, cv=CV, refit=refit), alone)
    two_jobs = backtest(estimator, y=y, cv=CV, refit=refit, n_jobs=2)
    assert_frame_equal(two_jobs, alone)


def test_the_estimator_stays_unfitted():
    pipe = lstm_pipe()
    backtest(pipe, y=make_months(30), cv=CV)
    assert not hasattr(pipe[0], "n_features_in_")


def test_a_warning_of_every_fit_is_shown_once():
    pipe = make_pipeline(
        SequenceWindower(3),
        LSTMRegressor(units=1, epochs=1, linear_weight=0, random_state=0),
    )
    y = pd.Series(np.arange(40.0), pd.RangeIndex(40))
    with pytest.warns(SkillWarning) as caught:
        backtest(pipe, y=y, cv=ForecastSplit(4, horizon=2))
    assert len(caught) == 1
    assert caught[0].filename == __file__


def lags_of(y):
    by_series = y.groupby(level=0) if y.index.nlevels == 2 else y
    lags = {f"lag_{k}": by_series.shift(k) for k in (1, 2)}
    return pd.DataFrame(lags).fillna(0.0)


def with_prices(y):
    return pd.DataFrame({"other": y, "price": np.arange(len(y), dtype=float)}, y.index)


CASES = {
    "forecaster": (LastValueForecaster(), lambda y: None),
    "planned": (LastValueForecaster(future_columns=["price"]), with_prices),
    "naive": (
        make_pipeline(SequenceWindower(3, horizon=2), NaiveRegressor()),
        lambda y: None,
    ),
    "lstm": (lstm_pipe(), lambda y: None),
    "ridge": (Ridge(), lags_of),
}


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=4)
@given(
    refit=st.integers(1, 4),
    gap=st.integers(0, 2),
    step=st.integers(1, 3),
    chosen=st.integers(0, 11),
)
def test_later_rows_change_no_prediction(name, refit, gap, step, chosen):
    estimator, make_X = CASES[name]
    cv = ForecastSplit(4, horizon=3, time_steps=3, gap=gap, step=step)
    y = make_months(30)
    table = backtest(estimator, make_X(y), y, cv=cv, refit=refit)
    origin = table["origin"][chosen]
    changed = y.where(y.index <= origin, 7 - 3 * y)
    other = backtest(estimator, make_X(changed), changed, cv=cv, refit=refit)
    is_known = table["origin"] <= origin
    assert_frame_equal(
        table[is_known].drop(columns="y"), other[is_known].drop(columns="y")
    )
    assert not table[~is_known].equals(other[~is_known]) or is_known.all()


@settings(max_examples=3)
@given(refit=st.integers(1, 3), chosen=st.integers(0, 11))
def test_later_rows_of_other_series_change_no_prediction(refit, chosen):
    panel = make_panel()
    cv = ForecastSplit(3, horizon=2)
    for name in ("forecaster", "ridge"):
        estimator, make_X = CASES[name]
        table = backtest(estimator, make_X(panel), panel, cv=cv, refit=refit)
        origin = table["origin"][chosen]
        months = panel.index.get_level_values(1)
        changed = panel.where(months <= origin, 7 - 3 * panel)
        other = backtest(estimator, make_X(changed), changed, cv=cv, refit=refit)
        is_known = table["origin"] <= origin
        found, expected = (t[is_known]["prediction"] for t in (other, table))
        np.testing.assert_allclose(found, expected)
