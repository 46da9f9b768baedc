"""The pipeline of a forecaster without one."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months, seasonal, walk

from skseq import SequenceForecaster


@pytest.mark.parametrize(
    ("n_rows", "horizon", "expected"),
    [(200, 1, 24), (200, 12, 24), (200, 24, 30), (40, 12, 9), (20, 5, 6)],
)
def test_windows_hold_two_seasons_if_the_rows_allow(n_rows, horizon, expected):
    fitted = SequenceForecaster(horizon=horizon).fit(walk(n_rows))
    assert fitted.estimator_["window"].time_steps == expected
    assert len(fitted.forecast()) == horizon


def test_it_is_accurate_and_the_same_each_time():
    y = seasonal(120) + np.arange(120) / 20
    y = y + np.random.default_rng(1).normal(0, 0.05, size=120)
    one, other = (SequenceForecaster(horizon=12).fit(y[:108]) for _ in range(2))
    pd.testing.assert_series_equal(one.forecast(), other.forecast())
    errors = np.abs(one.forecast() - y[108:])
    seasonal_errors = np.abs(y[96:108].to_numpy() - y[108:])
    assert errors.mean() < seasonal_errors.mean() / 2


def test_arrays_have_windows_of_twelve_steps():
    fitted = SequenceForecaster().fit(walk(100).to_numpy())
    assert fitted.estimator_["window"].time_steps == 12
    index = months(100)
    assert SequenceForecaster().fit(walk(100)).freq_ == index.freq
