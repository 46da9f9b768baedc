"""Tables and numbers in float32 and float16, and float labels."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, naive_pipe, walk

from skseq import SequenceForecaster


@pytest.mark.parametrize("dtypes", [("f4", "f8"), ("f8", "f4")])
@pytest.mark.parametrize("as_array", [False, True])
def test_a_column_that_is_the_rounded_target_is_left_out(dtypes, as_array):
    y = walk(40).rename("sales")
    X = pd.DataFrame({"sales": y, "other": np.arange(40.0)})
    X, y = X.astype(dtypes[0]), y.astype(dtypes[1])
    if as_array:
        X, y = X.to_numpy(), y.to_numpy()
    fitted = forecaster(naive_pipe()).fit(X, y)
    fitted.update(X[-1:], y[-1:])
    assert fitted.estimator_[:-1].n_features_in_ == 2
    different = y.copy()
    different[-1:] += 1
    if not as_array:
        with pytest.raises(ValueError, match="differ in 1 row, the first in row 39"):
            forecaster(naive_pipe()).fit(X, different)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, float])
@pytest.mark.parametrize("as_list", [False, True])
def test_bounds_are_named_by_the_digits_of_the_coverage(kind, as_list):
    coverage = [kind(0.8), kind(0.7)] if as_list else np.array([0.8, 0.7], kind)
    forecast = forecaster(naive_pipe()).fit(walk(40)).forecast(coverage=coverage)
    names = ["lower_0.8", "upper_0.8", "lower_0.7", "upper_0.7"]
    assert list(forecast) == ["prediction", *names]


def test_even_floats_are_not_called_irregular():
    y = walk(40).set_axis(np.arange(40) * 0.25)
    fitted = SequenceForecaster(naive_pipe()).fit(y)
    with pytest.raises(ValueError, match="the last is 9.75, are floats"):
        fitted.forecast()
