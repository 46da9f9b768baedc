"""Advice on intervals can be followed, and warnings of their fit say so."""

import re
import warnings

import numpy as np
import pytest
from series_to_forecast import STRATEGIES, forecaster, naive_pipe, shops, walk
from test_advice_of_default import check_names_only_what_can_be_set, forecaster_in

from skseq import SequenceForecaster
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


def calibration_error_of(one):
    """Return the message of the failed calibration of a fitted forecaster."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteWindowWarning)
        with pytest.raises(ValueError, match="need a fit without the latest") as info:
            one.forecast(coverage=0.5)
    return str(info.value)


@pytest.mark.parametrize("y", [walk(40), shops((40, 25, 30))], ids=["one", "many"])
@pytest.mark.parametrize(
    ("n_steps", "horizon", "fraction", "strategy"),
    [
        (36, 3, 0.2, "direct"),
        (31, 1, 0.3, "direct"),
        (33, 4, 0.7, "direct"),
        (24, 6, 0.6, "direct"),
        (8, 2, 0.9, "direct"),
        (2, 3, 0.9, "direct"),
        (36, 2, 0.2, "recursive"),
    ],
)
def test_windows_of_the_message_are_short_enough(
    n_steps, horizon, fraction, strategy, y
):
    def make(time_steps=n_steps, fraction=fraction):
        params = {"horizon": horizon, "strategy": strategy, "log": False}
        pipe = naive_pipe(time_steps)
        one = forecaster(pipe, calibration_fraction=fraction, **params)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWindowWarning)
            return one.fit(y)

    text = calibration_error_of(make())
    assert f"a window of {n_steps} steps and " in text
    assert "Pass more rows" in text
    shorter = re.search(r"windows of at most (\d+) step", text)
    smaller = re.search(r"a calibration_fraction of at most (\S+),", text)
    for change, found in [("time_steps", shorter), ("fraction", smaller)]:
        if found:
            value = float(found[1]) if change == "fraction" else int(found[1])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", IncompleteWindowWarning)
                make(**{change: value}).forecast(coverage=0.5)
    if smaller is None:
        calibration_error_of(make(fraction=0.01))
    else:
        most = float(re.search(r"a coverage of at most (\S+)\.$", text)[1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWindowWarning)
            one = make(fraction=float(smaller[1]))
            one.forecast(coverage=most)
            with pytest.raises(ValueError, match=f"possible coverage is {most:g}"):
                one.forecast(coverage=most + 0.001)
    assert shorter or smaller or n_steps == 2


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("is_many", [False, True])
def test_the_default_pipeline_fits_with_the_windows_of_the_message(horizon, is_many):
    y = shops((60, 60)) if is_many else walk(60)
    params = {"horizon": horizon, "calibration_fraction": 0.8}
    one = SequenceForecaster(**params).fit(y)
    text = calibration_error_of(one)
    check_names_only_what_can_be_set(text)
    shorter = forecaster_in(text, one, **params).fit(y)
    assert shorter.forecast(coverage=0.8).notna().all(axis=None)


def test_an_error_of_the_calibration_advises_once():
    text = calibration_error_of(forecaster(naive_pipe(4), horizon=3).fit(walk(9)))
    assert text.count("ore rows") == 1
    assert "horizon" not in text  # shorter windows may still be too long
