"""ForecastDisplay: the lines are the history and the forecast, the bands its bounds."""

import numpy as np
import pandas as pd
import pytest
from drawn_data import (
    INDEXES,
    bounds_of,
    height_of,
    labels_in,
    make_forecaster,
    make_panel,
    make_values,
    times_of,
)
from sklearn.model_selection import GridSearchCV

from skseq.displays import ForecastDisplay
from skseq.model_selection import ForecastSplit

CONTINUED = [kind for kind in INDEXES if kind != "floats"]
"""Floats have no frequency, so that no forecaster continues them."""


@pytest.mark.parametrize("kind", [*CONTINUED, "array"])
def test_the_picture_holds_the_history_and_the_forecast(kind):
    y = make_values(kind)
    forecaster = make_forecaster().fit(y[:-4])
    display = ForecastDisplay.from_estimator(
        forecaster, coverage=0.5, y_true=y[-4:], n_history=None
    )
    forecast = forecaster.forecast(coverage=0.5)
    np.testing.assert_array_equal(height_of(display.history_line_), y[:-4])
    np.testing.assert_array_equal(height_of(display.y_true_line_), y[-4:])
    np.testing.assert_allclose(
        height_of(display.forecast_line_), forecast["prediction"]
    )
    lower, upper = bounds_of(display.bands_[0.5])
    np.testing.assert_allclose(lower, forecast["lower_0.5"])
    np.testing.assert_allclose(upper, forecast["upper_0.5"])
    # The forecast and the later values begin one step after the history.
    x = np.concatenate(
        [
            display.ax_.convert_xunits(line.get_xdata())
            for line in (display.history_line_, display.forecast_line_)
        ]
    )
    if kind not in ("months", "periods"):  # whose months have 28 to 31 days
        np.testing.assert_allclose(np.diff(x), x[1] - x[0])
    later = display.ax_.convert_xunits(display.y_true_line_.get_xdata())
    np.testing.assert_array_equal(later, x[-4:])
    display.figure_.draw_without_rendering()


def test_dates_are_those_of_the_forecast():
    y = make_values()
    display = ForecastDisplay.from_estimator(make_forecaster().fit(y))
    expected = pd.date_range("2020-01-01", periods=4, freq="MS")
    assert list(times_of(display.forecast_line_)) == list(expected)
    assert list(times_of(display.history_line_)) == list(y.index[-24:])


def test_periods_are_at_their_start():
    y = make_values("periods")
    display = ForecastDisplay.from_estimator(make_forecaster().fit(y))
    expected = pd.date_range("2020-01-01", periods=4, freq="MS")
    assert list(times_of(display.forecast_line_)) == list(expected)


def test_times_with_a_zone_are_labelled_in_it():
    y = make_values("hours")
    display = ForecastDisplay.from_estimator(make_forecaster().fit(y), n_history=48)
    drawn = times_of(display.history_line_).tz_localize("UTC")
    assert list(drawn) == list(y.index[-48:])
    # Through the night in which clocks change, all hours have the same distance.
    assert np.ptp(np.diff(drawn.asi8)) == 0
    zone = display.ax_.xaxis.get_major_formatter()._tz
    assert str(zone) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("horizon", "n_history", "expected"),
    [(4, "auto", 24), (10, "auto", 40), (4, 7, 7), (4, 1000, 56), (4, None, 56)],
)
def test_how_much_history_is_shown(horizon, n_history, expected):
    y = make_values(n=56)
    forecaster = make_forecaster(horizon).fit(y)
    display = ForecastDisplay.from_estimator(forecaster, n_history=n_history)
    assert len(height_of(display.history_line_)) == expected
    assert len(display.history) == 56


def test_several_coverages_are_ordered_by_width():
    forecaster = make_forecaster().fit(make_values())
    display = ForecastDisplay.from_estimator(forecaster, coverage=[0.5, 0.8])
    assert list(display.bands_) == [0.8, 0.5]
    wide, narrow = (bounds_of(band) for band in display.bands_.values())
    assert (wide[0] <= narrow[0]).all()
    assert (wide[1] >= narrow[1]).all()
    assert labels_in(display.figure_) == [
        *("history", "forecast", "80 % interval", "50 % interval")
    ]


def test_the_interval_of_a_single_step_is_a_bar():
    forecaster = make_forecaster(1).fit(make_values())
    display = ForecastDisplay.from_estimator(forecaster, coverage=0.8)
    (segment,) = display.bands_[0.8].get_segments()
    forecast = forecaster.forecast(coverage=0.8)
    np.testing.assert_allclose(segment[0, 1], forecast["lower_0.8"].iloc[0])
    np.testing.assert_allclose(segment[1, 1], forecast["upper_0.8"].iloc[0])
    assert display.forecast_line_.get_marker() == "o"


@pytest.mark.parametrize(
    ("n_steps", "n_history", "markers"),
    [(12, 48, ["", "o", "o"]), (12, 20, ["o"] * 3), (50, 20, [""] * 3)],
)
def test_lines_that_are_shorter_than_the_forecast_are_like_it(
    n_steps, n_history, markers
):
    y = pd.Series(np.arange(100.0), pd.date_range("2020", periods=100))
    display = ForecastDisplay.from_predictions(
        y[50 : 50 + n_steps], y[:50], y_true=y[50:60], n_history=n_history
    )
    lines = display.history_line_, display.forecast_line_, display.y_true_line_
    assert [line.get_marker() for line in lines] == markers
    one = ForecastDisplay.from_predictions(y[50:], y[:50], y_true=y[50:51])
    assert one.y_true_line_.get_marker() == "o"


def test_a_panel_has_a_picture_for_each_series():
    y = make_panel()
    forecaster = make_forecaster().fit(y)
    display = ForecastDisplay.from_estimator(forecaster, coverage=0.5)
    forecast = forecaster.forecast()
    titles = [ax.get_title() for ax in display.ax_]
    assert titles == ["shop 0", "shop 1", "shop 2"]
    for number, name in enumerate(titles):
        drawn = display.forecast_line_[number]
        np.testing.assert_allclose(height_of(drawn), forecast[name])
        assert list(times_of(drawn)) == list(forecast[name].index)
        history = height_of(display.history_line_[number])
        np.testing.assert_array_equal(history, y[name][-24:])
        assert len(display.bands_[number]) == 1
    assert display.figure_.get_supxlabel() == ""
    display.figure_.draw_without_rendering()


def test_at_most_four_series_unless_they_are_chosen():
    forecaster = make_forecaster().fit(make_panel(6))
    display = ForecastDisplay.from_estimator(forecaster)
    assert [ax.get_title() for ax in display.ax_] == [f"shop {k}" for k in range(4)]
    assert display.figure_.get_supxlabel() == "4 of 6 series"
    display.plot(series="shop 5")
    assert display.ax_.get_title() == "shop 5"
    display.plot(series=["shop 4", "shop 1", "shop 0", "shop 2", "shop 3"])
    assert len(display.ax_) == 5
    assert display.ax_[0].get_title() == "shop 4"
    display.plot(series=("shop 1", "shop 3"))
    assert [ax.get_title() for ax in display.ax_] == ["shop 1", "shop 3"]


def test_one_of_several_targets():
    y = pd.DataFrame({"a": make_values(), "b": make_values() ** 2})
    forecaster = make_forecaster().fit(y)
    for coverage in (None, 0.5):
        display = ForecastDisplay.from_estimator(
            forecaster, coverage=coverage, target="b", y_true=y[-4:]
        )
        np.testing.assert_array_equal(
            height_of(display.forecast_line_), forecaster.forecast()["b"]
        )
        np.testing.assert_array_equal(height_of(display.history_line_), y["b"][-24:])
        assert display.ax_.get_ylabel() == "b"
    with pytest.raises(ValueError, match="shows one target.*target=: 'a', 'b'"):
        ForecastDisplay.from_estimator(forecaster)
    with pytest.raises(ValueError, match="target must be a column of.*got 'c'"):
        ForecastDisplay.from_estimator(forecaster, target="c")


def test_the_best_forecaster_of_a_search():
    y = make_values()
    search = GridSearchCV(
        make_forecaster(),
        {"estimator__naiveregressor__strategy": ["last", "drift"]},
        cv=ForecastSplit(2, horizon=4),
        scoring="neg_mean_absolute_error",
    ).fit(y.to_frame(), y)
    display = ForecastDisplay.from_estimator(search, 3)
    expected = search.best_estimator_.forecast(3)
    np.testing.assert_array_equal(height_of(display.forecast_line_), expected)


def test_predictions_of_any_model():
    y = make_values()
    display = ForecastDisplay.from_predictions(np.arange(3.0), y, y_true=[1.0, 2.0])
    expected = pd.date_range("2020-01-01", periods=3, freq="MS")
    assert list(display.forecast.index) == list(expected)
    assert list(display.y_true.index) == list(expected[:2])
    display = ForecastDisplay.from_predictions(y[-4:])
    assert display.history_line_ is None
    assert display.y_true_line_ is None
    np.testing.assert_array_equal(height_of(display.forecast_line_), y[-4:])
    display = ForecastDisplay.from_predictions(np.arange(3), np.arange(10))
    assert list(display.forecast.index) == [10, 11, 12]


@pytest.mark.parametrize("kind", CONTINUED)
def test_only_later_rows_of_all_values_are_drawn(kind):
    y = make_values(kind)
    forecaster = make_forecaster().fit(y[:-6])
    display = ForecastDisplay.from_estimator(forecaster, y_true=y)
    np.testing.assert_array_equal(height_of(display.y_true_line_), y[-6:])
    assert len(display.y_true) == len(y)
    # Values known by now are later, too, where they were forecast.
    display = ForecastDisplay.from_predictions(forecaster.forecast(), y, y_true=y)
    np.testing.assert_array_equal(height_of(display.y_true_line_), y[-6:])
    # Between the known values and a forecast that begins after them, all are later.
    display = ForecastDisplay.from_predictions(y[-2:], y[:-6], y_true=y)
    np.testing.assert_array_equal(height_of(display.y_true_line_), y[-6:])
    display = ForecastDisplay.from_predictions(y[-2:], y_true=y)
    np.testing.assert_array_equal(height_of(display.y_true_line_), y[-2:])


def test_later_rows_of_each_series():
    y = make_panel(3)
    known = pd.concat(
        {"shop 0": y["shop 0"], "shop 1": y["shop 1"][:-9], "shop 2": y["shop 2"][:-2]},
        names=y.index.names,
    )
    display = ForecastDisplay.from_estimator(make_forecaster().fit(known), y_true=y)
    assert display.y_true_line_[0] is None
    for line, later in zip(display.y_true_line_[1:], (9, 2), strict=True):
        drawn = y[f"shop {display.y_true_line_.index(line)}"][-later:]
        np.testing.assert_array_equal(height_of(line), drawn)


def test_rows_of_text_follow_each_other():
    y = pd.Series(np.arange(5.0), index=list("abcde"))
    display = ForecastDisplay.from_predictions(
        pd.Series([5.0, 6.0], index=["f", "g"]), y, y_true=pd.Series([5.5], ["f"])
    )
    np.testing.assert_array_equal(display.history_line_.get_xdata(), range(5))
    np.testing.assert_array_equal(display.forecast_line_.get_xdata(), [5, 6])
    np.testing.assert_array_equal(display.y_true_line_.get_xdata(), [5])


def test_errors_of_forecasts():
    y = make_values()
    with pytest.raises(TypeError, match="needs a SequenceForecaster.*got Pipeline"):
        ForecastDisplay.from_estimator(make_forecaster().estimator)
    with pytest.raises(ValueError, match="cannot be continued, because it contains"):
        ForecastDisplay.from_predictions([1.0, 2.0], make_panel())
    irregular = pd.Series(
        [1.0, 2, 3], pd.to_datetime(["2024-01-01", "2025-07-04", "2029-03-02"])
    )
    with pytest.raises(ValueError, match="because it is irregular"):
        ForecastDisplay.from_predictions([1.0, 2.0], irregular)
    with pytest.raises(ValueError, match="y_true has no index.*3 rows.*2 steps"):
        ForecastDisplay.from_predictions([1.0, 2.0], y, y_true=[1, 2, 3])
    with pytest.raises(ValueError, match="history and the forecast.*numbers.*dates"):
        ForecastDisplay.from_predictions(y, pd.Series([1.0, 2.0]))
    with pytest.raises(ValueError, match="forecast must have one value.*\\(1, 2, 3\\)"):
        ForecastDisplay.from_predictions(np.zeros((1, 2, 3)))
    for n_history in (0, -1, 2.5, "all"):
        with pytest.raises(ValueError, match="n_history must be a number of rows"):
            ForecastDisplay.from_predictions(y[-4:], y[:-4], n_history=n_history)
