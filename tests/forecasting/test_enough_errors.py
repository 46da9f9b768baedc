"""Advice on intervals can be followed, and warnings of their fit say so."""

import re
import warnings

import numpy as np
import pytest
from series_to_forecast import STRATEGIES, forecaster, naive_pipe, shops, walk

from skseq.exceptions import IncompleteWindowWarning

SERIES = {
    "one series": walk(60),
    "three series": shops((30, 25, 30)),
    "a gap": walk(60).drop(walk(60).index[55]),
    "gaps everywhere lately": walk(60).drop(walk(60).index[36::3]),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("coverage", [0.95, 0.975, 0.99])
@pytest.mark.parametrize("y", SERIES.values(), ids=SERIES)
def test_the_smallest_fraction_is_named_if_there_is_one(y, coverage, strategy):
    def forecast_with(fraction):
        params = {"horizon": 3, "strategy": strategy, "log": False}
        one = forecaster(naive_pipe(), calibration_fraction=fraction, **params)
        return one.fit(y).forecast(coverage=coverage)

    with pytest.raises(ValueError, match="or fit the forecaster again with") as info:
        forecast_with(0.05)
    found = re.search(r"calibration_fraction=(\S+) \(at least", str(info.value))
    if found is None:
        assert "no larger calibration_fraction leaves enough rows" in str(info.value)
        impossible = [0.1, 0.5, 0.9]
    else:
        fraction = float(found[1])
        assert np.isfinite(forecast_with(fraction)).all(axis=None)
        impossible = [fraction - 0.01]
    for fraction in impossible:
        with pytest.raises(ValueError, match="calibration_fraction"):
            forecast_with(fraction)


def test_a_warning_of_the_calibration_is_not_about_the_fit():
    y = shops((40, 40, 22))
    one = forecaster(naive_pipe(12), horizon=6).fit(y)
    with pytest.warns(IncompleteWindowWarning) as caught:
        one.forecast(coverage=0.5)
    assert [warning.filename for warning in caught] == [__file__]
    assert str(caught[0].message).startswith(
        "To calibrate intervals, a copy of the forecaster is fitted without the latest "
        "rows, which it then forecasts. A warning about this copy: 1 of 3 series have "
    )


def test_a_warning_of_the_fit_says_nothing_of_intervals():
    with pytest.warns(IncompleteWindowWarning, match="^1 of 3 series"):
        forecaster(naive_pipe(12), horizon=6).fit(shops((40, 40, 15)))


def test_an_error_of_the_calibration_advises_once():
    one = forecaster(naive_pipe(4), horizon=3).fit(walk(9))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteWindowWarning)
        with pytest.raises(ValueError, match="need a fit without the latest") as info:
            one.forecast(coverage=0.5)
    assert str(info.value).count("more rows") == 2  # in fit, and for the copy
