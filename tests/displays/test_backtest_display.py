"""BacktestDisplay: the forecasts and errors of the table."""

from functools import cache, partial

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
from sklearn.linear_model import Ridge
from sklearn.metrics import root_mean_squared_error

from skseq.displays import BacktestDisplay
from skseq.model_selection import ForecastSplit, backtest

THREE = ForecastSplit(3, horizon=4, time_steps=6)
OVERLAPPING = ForecastSplit(9, horizon=4, step=1, time_steps=6)


def make_table(strategy="last", cv=THREE, y=None, **options):
    y = make_values() if y is None else y
    return backtest(make_forecaster(4, strategy), y=y, cv=cv, refit=20, **options)


@cache
def table_of(make_y, cv=THREE):
    """Return a table that tests must not change."""
    return make_table(y=make_y(), cv=cv)


@pytest.mark.parametrize("kind", [k for k in INDEXES if k != "floats"])
def test_each_origin_has_a_line_and_a_band(kind):
    table = make_table(y=make_values(kind), coverage=0.5)
    display = BacktestDisplay.from_predictions(table)
    np.testing.assert_array_equal(height_of(display.actual_line_), table["y"])
    lines, bands = display.forecast_lines_["forecast"], display.bands_["forecast"]
    assert len(lines) == len(bands) == len(display.origin_lines_) == 3
    for number, (_, part) in enumerate(table.groupby("origin")):
        np.testing.assert_array_equal(height_of(lines[number]), part["prediction"])
        lower, upper = bounds_of(bands[number][0.5])
        np.testing.assert_allclose(lower, part["lower_0.5"])
        np.testing.assert_allclose(upper, part["upper_0.5"])
    # Each forecast is over its actual values, and its origin is one step before it.
    x = [display.ax_.convert_xunits(line.get_xdata()) for line in lines]
    actual = display.ax_.convert_xunits(display.actual_line_.get_xdata())
    np.testing.assert_array_equal(np.concatenate(x), actual)
    origins = [
        display.ax_.convert_xunits(line.get_xdata())[0]
        for line in display.origin_lines_
    ]
    np.testing.assert_allclose(origins[1:], [part[-1] for part in x[:-1]])
    assert origins[0] < x[0][0]
    display.figure_.draw_without_rendering()


def test_overlapping_forecasts_are_left_out_unless_chosen():
    table = make_table(cv=OVERLAPPING)
    origins = sorted(table["origin"].unique())
    display = BacktestDisplay.from_predictions(table)
    lines = display.forecast_lines_["forecast"]
    assert [times_of(line)[0] for line in lines] == [
        origin + pd.offsets.MonthBegin() for origin in origins[::4]
    ]
    display.plot(origins="all")
    assert len(display.forecast_lines_["forecast"]) == 9
    for chosen in (origins[1], str(origins[1]), [np.datetime64(origins[1])]):
        display.plot(origins=chosen)
        (line,) = display.forecast_lines_["forecast"]
        assert list(times_of(line)) == list(table["time"][4:8])
    with pytest.raises(ValueError, match="or origins of the backtest; got 1999"):
        display.plot(origins=[origins[0], "1999-01-01"])
    with pytest.raises(ValueError, match='must be "auto", "all" or orig.*got latest'):
        display.plot(origins="latest")


@pytest.mark.parametrize("kind", ["dates", "periods", "durations"])
def test_origins_are_chosen_as_text(kind):
    y = make_values()
    index = {
        "dates": y.index,
        "periods": y.index.to_period(),
        "durations": pd.timedelta_range("1 day", periods=len(y)),
    }
    table = make_table(cv=OVERLAPPING, y=y.set_axis(index[kind]))
    origin = table["origin"].unique()[1]
    display = BacktestDisplay.from_predictions(table, origins=str(origin))
    chosen = BacktestDisplay.from_predictions(table, origins=[origin])
    (line,), (expected,) = (of.forecast_lines_["forecast"] for of in (display, chosen))
    np.testing.assert_array_equal(line.get_xydata(), expected.get_xydata())


def test_the_figure_says_how_many_origins_are_shown():
    draw = BacktestDisplay.from_predictions
    overlapping = make_table(cv=OVERLAPPING)
    of_panel = make_table(cv=OVERLAPPING, y=make_panel(5))
    for table, origins, note in (
        (overlapping, "auto", "3 of 9 origins"),
        (overlapping, [overlapping["origin"][0]], "1 of 9 origins"),
        (overlapping, "all", ""),
        (make_table(), "auto", ""),
        (of_panel, "auto", "4 of 5 series, 3 of 9 origins"),
        (of_panel, "all", "4 of 5 series"),
    ):
        assert draw(table, origins=origins).figure_.get_supxlabel() == note


def test_values_have_the_name_of_the_target():
    y = make_values()
    unnamed, framed = make_table(y=y.rename(None)), make_table(y=y.to_frame("a"))
    several = {"one": make_table(), "two": make_table("mean")}
    for table, name in [(unnamed, "y"), (framed, "a"), (several, y.name)]:
        display = BacktestDisplay.from_predictions(table)
        assert display.ax_.get_ylabel() == name
    options = {"y": y, "cv": THREE, "refit": 20}
    display = BacktestDisplay.from_estimator(make_forecaster(), **options)
    assert display.ax_.get_ylabel() == y.name
    table = make_table(y=pd.DataFrame({"a": y, "b": y}))
    display = BacktestDisplay.from_predictions(table, target="b")
    assert display.ax_.get_ylabel() == "b"


def test_predictions_one_step_ahead_are_one_line():
    y = make_values()
    X = y.shift(1).bfill().to_frame()
    table = backtest(Ridge(), X, y, cv=ForecastSplit(10, horizon=1), refit=10)
    display = BacktestDisplay.from_predictions({"one": table, "two": table})
    for lines in display.forecast_lines_.values():
        (line,) = lines
        np.testing.assert_array_equal(height_of(line), table["prediction"])
    assert display.origin_lines_ == []


def test_bands_of_several_models_have_one_key_each_and_have_visible_edges():
    from matplotlib.colors import to_rgba

    strategies = ["last", "mean", "drift"]
    tables = {name: make_table(name, coverage=[0.5, 0.9]) for name in strategies}
    display = BacktestDisplay.from_predictions(tables)
    for model in strategies:
        (line, *_), (bands, *_) = display.forecast_lines_[model], display.bands_[model]
        for band in bands.values():
            face, edge = band.get_facecolor()[0], band.get_edgecolor()[0]
            np.testing.assert_array_equal(face[:3], to_rgba(line.get_color())[:3])
            np.testing.assert_array_equal(edge[:3], face[:3])
            assert face[3] < 0.2
            assert edge[3] > 0.5
    intervals = ["90 % interval", "50 % interval"]  # colours show the model
    labels = ["actual", *strategies, "origin", *intervals]
    assert labels_in(display.figure_) == labels
    single = BacktestDisplay.from_predictions(tables["last"])
    assert set(intervals) < set(labels_in(single.figure_))


def test_models_have_their_own_colours():
    tables = {s: make_table(s) for s in ("last", "drift")}
    joined = pd.concat(tables, names=["model"])
    for given in (tables, joined, joined.reset_index("model")):
        display = BacktestDisplay.from_predictions(given)
        assert list(display.forecast_lines_) == ["last", "drift"]
        colors = [lines[0].get_color() for lines in display.forecast_lines_.values()]
        assert colors[0] != colors[1]
        assert labels_in(display.figure_) == ["actual", "last", "drift", "origin"]
        display.plot(kind="errors")
        assert list(display.errors_.columns) == ["last", "drift"]


@pytest.mark.parametrize("metric", [None, root_mean_squared_error])
def test_errors_by_step(metric):
    tables = {s: make_table(s, OVERLAPPING) for s in ("last", "drift")}
    options = {} if metric is None else {"metric": metric}
    display = BacktestDisplay.from_predictions(tables, kind="errors", **options)
    power = 1 if metric is None else 2
    for line, (name, table) in zip(display.error_lines_, tables.items(), strict=True):
        error = (table["y"] - table["prediction"]).abs() ** power
        expected = error.groupby(table["step"]).mean() ** (1 / power)
        np.testing.assert_allclose(height_of(line), expected)
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
        assert line.get_label() == name
    assert display.ax_.get_ylim()[0] == 0
    expected = "mean absolute error" if metric is None else "root mean squared error"
    assert display.ax_.get_ylabel() == expected


def test_series_of_a_panel():
    y = make_panel(5)
    table = make_table(y=y)
    display = BacktestDisplay.from_predictions(table)
    assert [ax.get_title() for ax in display.ax_] == [f"shop {k}" for k in range(4)]
    for number, ax in enumerate(display.ax_):
        part = table[table["series"] == ax.get_title()]
        np.testing.assert_array_equal(
            height_of(display.actual_line_[number]), part["y"]
        )
        lines = display.forecast_lines_[number]["forecast"]
        drawn = np.concatenate([height_of(line) for line in lines])
        np.testing.assert_array_equal(drawn, part["prediction"])

    error = (table["y"] - table["prediction"]).abs()
    by_series = error.groupby([table["series"], table["step"]]).mean().unstack("series")
    display.plot(kind="errors")
    np.testing.assert_allclose(display.errors_["forecast"], by_series.mean(axis=1))
    display.plot(kind="errors", series="shop 2")
    np.testing.assert_allclose(display.errors_["forecast"], by_series["shop 2"])


def test_from_estimator_makes_the_backtest():
    y = make_values()
    display = BacktestDisplay.from_estimator(
        make_forecaster(), y=y, cv=THREE, coverage=0.5, refit=20
    )
    expected = make_table(coverage=0.5)
    drawn = display.table.drop(columns="model")
    pd.testing.assert_frame_equal(drawn, expected)


@pytest.mark.parametrize("kind", [*INDEXES, "array"])
def test_a_few_values_before_the_forecasts_are_drawn(kind):
    y, X = make_values(kind), np.arange(60.0).reshape(-1, 1)
    display = BacktestDisplay.from_estimator(Ridge(), X, y, cv=4)
    np.testing.assert_array_equal(height_of(display.actual_line_), y[-16:])
    display = BacktestDisplay.from_predictions(display.table, y)
    np.testing.assert_array_equal(height_of(display.actual_line_), y[-16:])


def test_as_many_values_as_a_forecast_has_steps_are_drawn_before_it():
    y = pd.DataFrame({"a": make_values(), "b": make_values() ** 2})
    long = ForecastSplit(2, horizon=15)
    display = BacktestDisplay.from_estimator(
        make_forecaster(15), y=y, cv=long, refit=2, target="b"
    )
    np.testing.assert_array_equal(height_of(display.actual_line_), y["b"][-45:])
    y = make_panel(2)
    table = make_table(y=y)
    of_series = BacktestDisplay.from_predictions(table, y).actual_line_
    for line, name in zip(of_series, y.index.unique(0), strict=True):
        np.testing.assert_array_equal(height_of(line), y[name][-24:])


def test_no_values_before_those_of_rows_of_text():
    y = make_values().set_axis([f"row {n}" for n in range(60)])
    display = BacktestDisplay.from_estimator(Ridge(), y.shift().bfill().to_frame(), y)
    np.testing.assert_array_equal(height_of(display.actual_line_), y[-5:])


def test_rows_without_a_prediction_count_in_no_error():
    table = make_table()
    table.loc[1, "prediction"] = np.nan
    display = BacktestDisplay.from_predictions(table, kind="errors")
    known = table.drop(index=1)
    error = (known["y"] - known["prediction"]).abs().groupby(known["step"]).mean()
    np.testing.assert_allclose(display.errors_["forecast"], error)


@pytest.mark.sample(2)
@pytest.mark.parametrize("make_y", [make_values, make_panel])
@pytest.mark.parametrize("row", [0, 2, 11])
def test_models_are_compared_on_the_same_rows(make_y, row):
    table = table_of(make_y)
    # A model without the row on which both are the least accurate is not better.
    tables = {"all": table.copy(), "some": table.copy()}
    for one in tables.values():
        one.loc[row, "prediction"] += 100
    tables["some"].loc[row, "prediction"] = np.nan
    with pytest.warns(UserWarning, match="leave out 1 row .*'some', predict NaN"):
        display = BacktestDisplay.from_predictions(tables, kind="errors")
    np.testing.assert_array_equal(display.errors_["all"], display.errors_["some"])
    alone = BacktestDisplay.from_predictions(table.drop(index=row), kind="errors")
    np.testing.assert_allclose(display.errors_["all"], alone.errors_["forecast"])
    other = table_of(make_y, OVERLAPPING)
    with pytest.raises(ValueError, match="'a' and 'b' must have the same rows"):
        BacktestDisplay.from_predictions({"a": table, "b": other}, kind="errors")
    in_other_units = {"a": table, "b": table.assign(y=100 * table["y"])}
    with pytest.raises(ValueError, match=r"but they differ in y\. Backtest both on"):
        BacktestDisplay.from_predictions(in_other_units, kind="errors")


def test_one_of_several_targets():
    y = pd.DataFrame({"a": make_values(), "b": make_values() ** 2})
    table = make_table(y=y)
    display = BacktestDisplay.from_predictions(table, target="b")
    of_b = table[table["target"] == "b"]
    np.testing.assert_array_equal(height_of(display.actual_line_), of_b["y"])
    with pytest.raises(ValueError, match="target=: 'a', 'b'"):
        BacktestDisplay.from_predictions(table)


def test_errors_of_tables():
    draw = BacktestDisplay.from_predictions
    with pytest.raises(ValueError, match="must have the columns.*it lacks 'origin'"):
        draw(make_values().to_frame())
    with pytest.raises(ValueError, match="it lacks 'step'"):
        draw({"a": make_table().drop(columns="step")})
    with pytest.raises(ValueError, match="The table has no rows"):
        draw(make_table()[:0])
    with pytest.raises(ValueError, match="at least one table; got an empty dict"):
        draw({})
    with pytest.raises(ValueError, match=r"No prediction is known \(not NaN\)"):
        draw(make_table().assign(prediction=np.nan), kind="errors")
    with pytest.raises(ValueError, match='kind must be "forecasts" or "errors"'):
        draw(make_table(), kind="steps")
    for kind in ("forecasts", "errors"):
        with pytest.raises(ValueError, match="series='shop' chooses from several"):
            draw(make_table(), kind=kind, series="shop")


DATED = ["months", "periods", "hours", "time differences"]


@pytest.mark.parametrize("kind", DATED)
def test_a_history_with_other_labels_is_an_error(kind):
    y = make_values(kind)
    table = make_table(y=y)
    with pytest.raises(ValueError, match="history must have labels like those"):
        BacktestDisplay.from_predictions(table, y.to_numpy())


def test_the_history_may_be_that_of_the_target_that_is_drawn():
    y = pd.DataFrame({"a": make_values(), "b": -make_values()})
    table = make_table(y=y)
    draw = partial(BacktestDisplay.from_predictions, table, target="b")
    lines = [height_of(draw(history).actual_line_) for history in (y, y["b"])]
    np.testing.assert_array_equal(*lines)
    with pytest.raises(ValueError, match=r"no target 'b'; its targets are \['a', 'c"):
        draw(y.rename(columns={"b": "c"}))
