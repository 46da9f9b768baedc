"""A forecaster knows the target's past, also where gaps leave few rows of a step."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)


def with_gaps(seed, rate):
    rng = np.random.default_rng(seed)
    n_rows = int(rng.integers(60, 150))
    is_kept = rng.random(n_rows) > rate
    is_kept[:6] = is_kept[-6:] = True
    values = 100 + rng.normal(size=n_rows).cumsum()
    return pd.Series(values, months(n_rows), name="y")[is_kept]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [0.1, 0.2, 0.25])
@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.filterwarnings("ignore:Training leaves out")
@pytest.mark.filterwarnings("ignore:.* have fewer rows")
def test_all_steps_of_a_forecast_have_the_same_past(seed, rate, scaled):
    y = with_gaps(seed, rate)
    first = [TargetAwareMinMaxScaler()] if scaled else []
    naive = make_pipeline(*first, SequenceWindower(3), NaiveRegressor("last"))
    forecaster = SequenceForecaster(naive, horizon=8)
    try:
        fitted = forecaster.fit(y)
    except ValueError as error:
        assert "windows have missing steps" in str(error)
        return
    np.testing.assert_allclose(fitted.forecast(), y.iloc[-1])
    network = LSTMRegressor(units=2, epochs=1, random_state=0)
    pipe = make_pipeline(*first, SequenceWindower(3), network)
    regressor = SequenceForecaster(pipe, horizon=8).fit(y).estimator_[-1]
    assert (regressor.target_feature_ == 0).all()
    assert regressor.lag_.tolist() == list(range(1, 9))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.filterwarnings("ignore:.*")
def test_all_steps_of_a_forecast_have_one_scale(seed):
    rng = np.random.default_rng(seed)
    parts = {}
    for name, size in (("a", 10), ("b", 300)):
        is_kept = rng.random(24) > 0.3
        is_kept[[0, -1]] = True
        values = np.round(size * (3 + rng.normal(size=24).cumsum()))
        parts[name] = pd.Series(values, months(24))[is_kept]
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(3), NaiveRegressor("last")
    )
    try:
        fitted = SequenceForecaster(pipe, horizon=4, log=False, deseasonalize=False)
        fitted.fit(pd.concat(parts))
    except ValueError as error:
        assert "missing steps" in str(error) or "past of y" in str(error)
        return
    slopes = fitted.estimator_[-1].slope_
    np.testing.assert_allclose(slopes, slopes[0])
