"""What all displays have in common, as in scikit-learn."""

import inspect
import pickle
import sys

import numpy as np
import pandas as pd
import pytest
from drawn_data import make_forecaster, make_panel, make_values
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, displays
from skseq.displays import (
    BacktestDisplay,
    ForecastDisplay,
    PredictionsOverTimeDisplay,
    ResidualsDisplay,
    SearchHeatmapDisplay,
    SkillDisplay,
    TrainingHistoryDisplay,
    WindowsDisplay,
)
from skseq.inspection import (
    GateActivationsDisplay,
    LagRelevanceDisplay,
    permutation_relevance,
)
from skseq.model_selection import ForecastSplit, backtest


def make_backtest(y):
    cv = ForecastSplit(2, horizon=4, time_steps=6)
    return backtest(make_forecaster(), y=y, cv=cv, coverage=0.5, refit=2)


def draw_forecast(**options):
    forecaster = make_forecaster().fit(make_values())
    return ForecastDisplay.from_estimator(forecaster, coverage=0.5, **options)


def draw_residuals(**options):
    y = make_values()
    return ResidualsDisplay.from_predictions(y, y * 0, kind="time", **options)


def draw_predictions(**options):
    y = make_values()
    return PredictionsOverTimeDisplay.from_predictions(y, y, n_train=9, **options)


def draw_backtest(**options):
    return BacktestDisplay.from_predictions(make_backtest(make_values()), **options)


def draw_heatmap(ax=None, **options):
    display = SearchHeatmapDisplay(
        scores=np.arange(6.0).reshape(2, 3),
        x_values=[1, 2, 3],
        y_values=["a", "b"],
        x="units",
        y="cell",
        best=(1, 2),
    )
    return display.plot(ax, **options)


def draw_skill(**options):
    y = make_values()
    return SkillDisplay.from_predictions(y, y + 1, y + 2, **options)


def draw_history(ax=None, **options):
    history = {"loss": [3.0, 2.0], "val_loss": [3.0, 2.5]}
    return TrainingHistoryDisplay(history=history, best_epochs=[1]).plot(ax, **options)


def draw_windows(**options):
    X = make_values().to_frame()
    return WindowsDisplay.from_estimator(SequenceWindower(3), X, **options)


DRAWN = [
    *(draw_forecast, draw_residuals, draw_predictions, draw_backtest),
    *(draw_heatmap, draw_skill, draw_history, draw_windows),
]

KINDS = {draw_residuals: {"kind": "time"}}
"""What was drawn, where this is not all of the display."""

ARTISTS = {
    draw_forecast: {
        "forecast_kwargs": "forecast_line_",
        "history_kwargs": "history_line_",
        "interval_kwargs": "bands_",
    },
    draw_residuals: {"residuals_kwargs": "residuals_line_"},
    draw_predictions: {
        "actual_kwargs": "actual_line_",
        "training_kwargs": "training_line_",
        "test_kwargs": "test_line_",
        "split_kwargs": "split_line_",
    },
    draw_backtest: {
        "actual_kwargs": "actual_line_",
        "forecast_kwargs": "forecast_lines_",
        "interval_kwargs": "bands_",
        "origin_kwargs": "origin_lines_",
    },
    draw_heatmap: {"im_kwargs": "image_", "text_kwargs": "texts_"},
    draw_skill: {
        "forecast_kwargs": "forecast_bars_",
        "naive_kwargs": "naive_bars_",
        "text_kwargs": "texts_",
        "line_kwargs": "best_naive_line_",
    },
    draw_history: {
        "training_kwargs": "training_line_",
        "validation_kwargs": "validation_line_",
        "best_kwargs": "best_points_",
    },
    draw_windows: {
        "mesh_kwargs": "mesh_",
        "target_kwargs": "target_points_",
        "missing_kwargs": "missing_points_",
    },
}


def name_of(draw):
    return draw.__name__.removeprefix("draw_")


def artists_in(attribute):
    """List the artists in an attribute: one, or many in lists and dicts."""
    if isinstance(attribute, dict):
        attribute = list(attribute.values())
    if isinstance(attribute, list | tuple):
        return [artist for part in attribute for artist in artists_in(part)]
    return [attribute]


@pytest.mark.parametrize("draw", DRAWN, ids=name_of)
def test_given_axes_are_used(draw, plt):
    figure, (other, ax) = plt.subplots(1, 2)
    display = draw(ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert plt.get_fignums() == [figure.number]
    assert not other.has_data()
    assert not figure.legends
    figure.canvas.draw()


@pytest.mark.parametrize("draw", DRAWN, ids=name_of)
def test_a_display_can_be_plotted_again(draw, plt):
    display = draw()
    first = display.ax_
    again = display.plot(**KINDS.get(draw, {}))
    assert again is display
    assert display.ax_ is not first
    assert display.figure_ is not first.figure
    assert len(display.ax_.get_children()) == len(first.get_children())


@pytest.mark.parametrize("draw", DRAWN, ids=name_of)
def test_the_numbers_of_a_display_are_plain_data(draw):
    display = draw()
    parameters = list(inspect.signature(type(display).__init__).parameters)[1:]
    numbers = {name: getattr(display, name) for name in parameters}
    copy = type(display)(**pickle.loads(pickle.dumps(numbers)))
    copy.plot(**KINDS.get(draw, {}))
    assert len(copy.ax_.get_children()) == len(display.ax_.get_children())
    # As in scikit-learn, what plot makes ends in an underscore.
    assert {name for name in vars(display) if not name.endswith("_")} == set(numbers)


@pytest.mark.parametrize(
    ("draw", "option", "attribute"),
    [
        pytest.param(draw, *pair, id=f"{name_of(draw)}-{pair[0]}")
        for draw, pairs in ARTISTS.items()
        for pair in pairs.items()
    ],
)
def test_options_reach_the_artists(draw, option, attribute):
    display = draw(**{option: {"alpha": 0.45}})
    artists = artists_in(getattr(display, attribute))
    assert artists
    assert {artist.get_alpha() for artist in artists} == {0.45}


def test_short_forms_of_options_replace_the_defaults():
    display = draw_forecast(forecast_kwargs={"c": "black", "lw": 3})
    assert display.forecast_line_.get_color() == "black"
    assert display.forecast_line_.get_linewidth() == 3
    with pytest.raises(TypeError, match="Got both c and color"):
        draw_forecast(forecast_kwargs={"c": "black", "color": "red"})


@pytest.mark.parametrize("n_axes", [2, 4])
def test_each_panel_needs_its_axes(n_axes, plt):
    y = make_panel(3)
    _, axes = plt.subplots(n_axes)
    for draw in (
        lambda: PredictionsOverTimeDisplay.from_predictions(y, y, ax=axes),
        lambda: ForecastDisplay.from_estimator(make_forecaster().fit(y), ax=axes),
        lambda: BacktestDisplay.from_predictions(make_backtest(y), ax=axes),
        lambda: ResidualsDisplay.from_predictions(y, y * 0, kind="time", ax=axes),
    ):
        with pytest.raises(ValueError, match=f"ax must contain 3 Axes.*got {n_axes}"):
            draw()


def test_panels_are_drawn_on_an_array_of_axes(plt):
    y = make_panel(4)
    figure, axes = plt.subplots(2, 2)
    display = PredictionsOverTimeDisplay.from_predictions(y, y, ax=axes)
    assert list(display.ax_) == list(axes.ravel())
    assert axes[0, 0].get_legend() is not None
    assert axes[1, 1].get_legend() is None
    assert not figure.legends


@pytest.mark.parametrize("kind", ["forecasts", "errors"])
@pytest.mark.parametrize("n_models", [2, 8])
@pytest.mark.parametrize("name", ["{}", "model {} with a name as long as this one"])
def test_a_legend_is_inside_of_its_figure(kind, n_models, name):
    table = make_backtest(make_values())
    tables = {name.format(number): table for number in range(n_models)}
    display = BacktestDisplay.from_predictions(tables, kind=kind)
    display.figure_.draw_without_rendering()
    (legend,) = display.figure_.legends
    box = legend.get_window_extent()
    assert 0 <= box.x0 < box.x1 <= display.figure_.bbox.width


def test_dates_are_labelled_by_the_concise_formatter():
    from matplotlib.dates import ConciseDateFormatter

    y = make_values()
    for index in (y.index, y.index.to_period("M")):
        values = pd.Series(y.to_numpy(), index)
        display = ResidualsDisplay.from_predictions(values, values * 0, kind="time")
        formatter = display.ax_.xaxis.get_major_formatter()
        assert isinstance(formatter, ConciseDateFormatter)


@pytest.mark.parametrize("name", displays.__all__)
def test_every_display_has_the_methods_of_a_display(name):
    display = getattr(displays, name)
    assert name.endswith("Display")
    assert list(inspect.signature(display.plot).parameters)[:2] == ["self", "ax"]
    for part in (display.from_estimator, getattr(display, "from_predictions", None)):
        if part is not None:
            assert "ax" in inspect.signature(part).parameters
    parameters = inspect.signature(display.__init__).parameters.values()
    assert {p.kind for p in parameters if p.name != "self"} == {
        inspect.Parameter.KEYWORD_ONLY
    }


@pytest.mark.parametrize(
    "call",
    [
        lambda: ResidualsDisplay.from_predictions([1.0, 2, 3], [1.0, 2, 4]),
        lambda: ResidualsDisplay(residuals=None).plot(),
        lambda: SearchHeatmapDisplay.from_estimator(None, x="a", y="b"),
        lambda: GateActivationsDisplay.from_estimator(None, None),
        lambda: GateActivationsDisplay({}).plot(),
        lambda: LagRelevanceDisplay.from_estimator(None, None),
        lambda: LagRelevanceDisplay.from_permutation(None, None, None),
        lambda: LagRelevanceDisplay(None, steps=[], feature_names=[]).plot(),
    ],
)
def test_without_matplotlib_the_error_says_how_to_install_it(call, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        call()


@pytest.mark.parametrize(
    "draw",
    [
        ResidualsDisplay.from_estimator,
        PredictionsOverTimeDisplay.from_estimator,
        lambda pipe, X, y: SkillDisplay.from_estimator(pipe, X, y, naive=pipe),
        permutation_relevance,
    ],
)
@pytest.mark.parametrize("other", ["shifted", "reversed"])
def test_rows_of_y_must_be_those_of_X(draw, other):
    index = pd.date_range("2020", periods=60)
    y = pd.Series(np.random.default_rng(0).normal(size=60).cumsum(), index, name="y")
    X = y.to_frame()
    regressor = LSTMRegressor(units=2, epochs=1, random_state=0)
    pipe = make_pipeline(SequenceWindower(3), regressor).fit(X, y)
    wrong = y[1:] if other == "shifted" else y[:59][::-1]
    with pytest.raises(ValueError, match="X and y must have the same index"):
        draw(pipe, X[:59], wrong)


@pytest.mark.parametrize("target", [1, 2, 3])
def test_a_forecast_shows_one_target_whatever_the_columns_are_called(target):
    index = pd.date_range("2020", periods=52)
    values = np.arange(52.0)[:, np.newaxis] + [0, 1000, 5000]
    Y = pd.DataFrame(values, index, columns=[1, 2, 3])
    display = ForecastDisplay.from_predictions(
        values[50:], Y[:50], target=target, y_true=values[50:]
    )
    expected = Y.loc[index[50:], target]
    np.testing.assert_array_equal(display.forecast["prediction"], expected)
    np.testing.assert_array_equal(display.y_true, expected)
    np.testing.assert_array_equal(display.history, Y[target][:50])
