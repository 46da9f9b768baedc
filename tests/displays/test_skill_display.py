"""SkillDisplay: bars are errors, and skills those of skill_score."""

import numpy as np
import pandas as pd
import pytest
from drawn_data import labels_in, make_forecaster, make_panel, make_values
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceWindower
from skseq.displays import SkillDisplay
from skseq.metrics import skill_score
from skseq.model_selection import ForecastSplit, backtest

CV = ForecastSplit(4, horizon=4, time_steps=6)


def widths_of(bars):
    return [bar.get_width() for bar in bars]


def make_predictions(y):
    rng = np.random.default_rng(1)
    return [y + rng.normal(size=len(y)) * size for size in (0.1, 0.5, 1.0, 2.0)]


@pytest.mark.parametrize("metric", [mean_absolute_error, root_mean_squared_error])
def test_bars_are_errors(metric):
    y = make_values()
    good, fair, bad, worse = make_predictions(y)
    naive = {"last": bad, "mean": worse}
    display = SkillDisplay.from_predictions(
        y, {"LSTM": good, "GRU": fair}, naive, metric=metric
    )
    expected = [metric(y, one) for one in (good, fair)]
    np.testing.assert_allclose(widths_of(display.forecast_bars_), expected)
    expected = [metric(y, one) for one in (bad, worse)]
    np.testing.assert_allclose(widths_of(display.naive_bars_), expected)
    for name, forecast in {"LSTM": good, "GRU": fair}.items():
        expected = skill_score(y, forecast, naive, metric=metric)
        assert display.skills[name] == pytest.approx(expected)
        ratio = display.errors[name] / display.naive_errors["last"]
        assert display.skills[name] == pytest.approx(1 - ratio)
    assert display.best_naive_line_.get_xdata()[0] == metric(y, bad)
    names = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert names == ["LSTM", "GRU", "last", "mean"]
    assert display.ax_.get_xlabel() == metric.__name__.replace("_", " ")
    texts = [text.get_text() for text in display.texts_]
    assert texts[0].endswith(f"(skill {display.skills['LSTM']:.2f})")
    assert "skill" not in texts[2]
    assert labels_in(display.figure_) == ["forecast", "naive forecast"]
    display.figure_.draw_without_rendering()


@pytest.mark.parametrize(
    ("errors", "texts"),
    [
        ((25.0, 19.2, 25.3), ["25.0", "19.2", "25.3"]),
        ((0.5, 12.25, 0), ["0.500", "12.250", "0.000"]),
        ((1234567.2, 2e6, 3e6), ["1,234,567", "2,000,000", "3,000,000"]),
        ((2e-9, 1.0, 1.0), ["2e\N{MINUS SIGN}09", "1", "1"]),
        ((0, 0, 0), ["0.00", "0.00", "0.00"]),
    ],
)
def test_errors_have_the_same_number_of_decimals(errors, texts):
    first, second, naive = errors
    named = {"errors": {"a": first, "b": second}, "naive_errors": {"last": naive}}
    display = SkillDisplay(**named, skills={}).plot()
    assert [text.get_text() for text in display.texts_] == texts


@pytest.mark.parametrize("naive", [9.9, 10.4, 20.0])
def test_the_line_at_the_best_naive_forecast_touches_no_text(naive):
    display = SkillDisplay(
        errors={"a": 10.0, "b": 5.0},
        naive_errors={"last": naive, "mean": 2 * naive},
        skills={"a": -0.1, "b": 0.5},
    ).plot()
    display.figure_.draw_without_rendering()
    line = display.best_naive_line_.get_window_extent()
    for text in display.texts_:
        assert text.get_window_extent().x0 > line.x1 + 2


@pytest.mark.parametrize("size", [1.0, 4321.0, 0.0])
@pytest.mark.parametrize("name", ["network", "a network with a long name"])
def test_numbers_end_before_the_axis(size, name):
    display = SkillDisplay(
        errors={name: 3 * size}, naive_errors={"last": 9 * size}, skills={name: 2 / 3}
    ).plot()
    display.figure_.draw_without_rendering()
    end = display.ax_.get_window_extent().x1
    assert all(text.get_window_extent().x1 < end - 5 for text in display.texts_)


def test_single_forecasts_have_a_name():
    y = make_values("array")
    display = SkillDisplay.from_predictions(y, y + 1, y + 2)
    assert display.errors == {"forecast": pytest.approx(1)}
    assert display.naive_errors == {"naive": pytest.approx(2)}
    assert display.skills == {"forecast": pytest.approx(0.5)}


def test_series_count_the_same():
    y = make_panel()
    y_pred = y + np.where(y.index.get_level_values(0) == "shop 0", 1.0, 3.0)
    y_naive = y + np.where(y.index.get_level_values(0) == "shop 0", 4.0, 3.0)
    display = SkillDisplay.from_predictions(y, y_pred, y_naive)
    assert display.errors["forecast"] == pytest.approx((1 + 3 + 3) / 3)
    assert display.skills["forecast"] == pytest.approx((0.75 + 0 + 0) / 3)


def test_fitted_estimators():
    y = make_values()
    X = y.to_frame()

    def fit(strategy):
        pipe = make_pipeline(SequenceWindower(3), NaiveRegressor(strategy))
        return pipe.fit(X[:40], y[:40])

    drift, last = fit("drift"), fit("last")
    display = SkillDisplay.from_estimator(drift, X[40:], y[40:], naive={"last": last})
    expected = mean_absolute_error(y[40:], drift.predict(X[40:]))
    assert display.errors["forecast"] == pytest.approx(expected)
    assert display.naive_errors["last"] == pytest.approx(y.diff()[40:].abs().mean())


@pytest.mark.parametrize("is_panel", [False, True])
def test_tables_of_backtests(is_panel):
    y = make_panel() if is_panel else make_values()
    tables = {
        s: backtest(make_forecaster(4, s), y=y, cv=CV)
        for s in ("drift", "last", "mean")
    }
    expected = {}
    for name, table in tables.items():
        error = (table["y"] - table["prediction"]).abs()
        by = table["series"] if is_panel else np.zeros(len(table))
        expected[name] = error.groupby(by).mean().mean()
    for given in (tables, pd.concat(tables, names=["model"])):
        display = SkillDisplay.from_backtest(given, naive=["last", "mean"])
        errors = display.errors | display.naive_errors
        assert errors == {name: pytest.approx(e) for name, e in expected.items()}
        assert list(display.errors) == ["drift"]


def test_rows_that_one_model_does_not_predict_are_left_out_of_all():
    tables = {
        s: backtest(make_forecaster(4, s), y=make_values(), cv=CV)
        for s in ("drift", "last")
    }
    tables["drift"].loc[2, "prediction"] = np.nan
    with pytest.warns(UserWarning, match="leave out 1 row of 16, .* such as 'drift'"):
        display = SkillDisplay.from_backtest(tables, naive="last")
    table = tables["last"].drop(index=2)
    expected = mean_absolute_error(table["y"], table["prediction"])
    assert display.naive_errors["last"] == pytest.approx(expected)


def test_one_of_several_targets():
    y = np.stack([make_values("array"), np.arange(60.0)], axis=1)
    y_pred, naive = y + np.array([1, 2]), y + np.array([5, 8])
    display = SkillDisplay.from_predictions(y, y_pred, naive, target=1)
    assert display.errors == {"forecast": pytest.approx(2)}
    assert display.skills == {"forecast": pytest.approx(0.75)}
    with pytest.raises(ValueError, match="target=: 0, 1"):
        SkillDisplay.from_predictions(y, y_pred, naive)


def test_errors_of_comparisons():
    y = make_values()
    draw = SkillDisplay.from_predictions
    with pytest.raises(ValueError, match="must have different names.*'last'"):
        draw(y, {"last": y}, {"last": y})
    with pytest.raises(ValueError, match="y_naive must contain at least one"):
        draw(y, y, {})
    with pytest.raises(ValueError, match="the forecast 'naive' and y_true must have"):
        draw(y, y, y[1:])
    with pytest.raises(ValueError, match="the forecast 'forecast' contains NaN"):
        draw(y, y.shift(1), y + 1)
    table = backtest(make_forecaster(4), y=y, cv=CV)
    other = backtest(make_forecaster(4), y=y, cv=ForecastSplit(3, horizon=4))
    draw = SkillDisplay.from_backtest
    with pytest.raises(ValueError, match="'a' and 'b' must have the same rows"):
        draw({"a": table, "b": other}, naive="b")
    for naive in ("c", [], ["a", "b"]):
        with pytest.raises(ValueError, match="naive must name some.*from 'a', 'b'"):
            draw({"a": table, "b": table}, naive=naive)
