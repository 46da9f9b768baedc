"""The displays show the numbers of the functions."""

import numpy as np
import pandas as pd
import pytest
from fitted_networks import RUN, fitted, walk_windows
from sklearn.metrics import get_scorer
from sklearn.pipeline import make_pipeline

from skseq import GRURegressor, LSTMRegressor, SequenceForecaster, SequenceWindower
from skseq.inspection import (
    GateActivationsDisplay,
    LagRelevanceDisplay,
    gate_activations,
    lag_relevance,
    permutation_relevance,
)

pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def close_figures():
    pyplot.switch_backend("Agg")
    yield
    pyplot.close("all")


@pytest.mark.parametrize("cell", RUN)
@pytest.mark.parametrize("row", [-1, 7])
def test_a_panel_for_each_gate_and_state(cell, row):
    regressor, (windows, _) = fitted(cell), walk_windows()
    display = GateActivationsDisplay.from_estimator(regressor, windows, row=row)
    expected = gate_activations(regressor, windows)
    panels = display.ax_[1:]
    for panel, (name, values) in zip(panels, expected.items(), strict=True):
        assert panel.get_title() == name.replace("_", " ")
        (image,) = panel.images
        np.testing.assert_array_equal(image.get_array(), values[row].T)
        assert image.get_extent() == [-6.5, -0.5, 3.5, -0.5]
        low, high = image.get_clim()
        assert low in (0, -high)
        assert low <= values[row].min() <= values[row].max() <= high


def test_lines_by_unit():
    regressor, (windows, _) = fitted(bidirectional=True), walk_windows()
    place = {"direction": "backward"}
    display = GateActivationsDisplay.from_estimator(
        regressor, windows, kind="line", **place
    )
    expected = gate_activations(regressor, windows, **place).forget_gate[-1]
    lines = display.ax_[2].lines
    np.testing.assert_array_equal([line.get_ydata() for line in lines], expected.T)
    np.testing.assert_allclose(lines[0].get_xdata(), range(-6, 0))


@pytest.mark.parametrize("kind", ["line", "heatmap"])
def test_panels_take_the_place_of_given_axes(kind):
    figure, (left, right) = pyplot.subplots(1, 2)
    display = GateActivationsDisplay.from_estimator(
        fitted("gru"), walk_windows()[0], ax=right, kind=kind
    )
    assert display.figure_ is figure
    assert left.axison
    assert not right.axison
    for panel in display.ax_:
        box, place = panel.get_position(), right.get_position()
        assert place.x0 - 1e-9 <= box.x0 <= box.x1 <= place.x1 + 1e-9


def test_relevance_by_step_and_feature():
    regressor, (windows, _) = fitted(), walk_windows()
    display = LagRelevanceDisplay.from_estimator(regressor, windows)
    expected = lag_relevance(regressor, windows).mean_absolute
    shown = [c.lines[0].get_ydata() for c in display.ax_.containers]
    np.testing.assert_array_equal(shown, expected.T)
    (legend,) = display.figure_.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["feature 0", "feature 1", "feature 2"]
    assert not display.ax_.spines["top"].get_visible()


@pytest.mark.parametrize("n_features", [1, 6, 9])
def test_each_feature_has_its_own_colour(n_features):
    names = [f"feature {n}" for n in range(n_features)]
    steps = np.arange(-3, 0)
    display = LagRelevanceDisplay(
        np.ones((3, n_features)), steps=steps, feature_names=names
    ).plot()
    colors = {c.lines[0].get_color() for c in display.ax_.containers}
    assert len(colors) == n_features
    assert bool(display.figure_.legends) == (n_features > 1)  # windows without names


def test_bars_with_the_deviation_of_permutations():
    regressor, (windows, y) = fitted(), walk_windows()
    axes = pyplot.figure().add_subplot()
    display = LagRelevanceDisplay.from_permutation(
        regressor, windows, y, random_state=0, ax=axes
    )
    assert display.ax_ is axes
    assert display.figure_ is axes.figure
    expected = permutation_relevance(regressor, windows, y, random_state=0)
    bars = [c for c in axes.containers if hasattr(c, "patches")]
    heights = [[bar.get_height() for bar in group] for group in bars]
    np.testing.assert_array_equal(heights, expected.importances_mean.T)
    np.testing.assert_array_equal(display.std, expected.importances_std)
    middles = np.mean([[b.get_center()[0] for b in group] for group in bars], axis=0)
    np.testing.assert_allclose(middles, expected.steps)


@pytest.mark.parametrize("at", range(8))
def test_the_legend_covers_no_error_bar(at):
    relevance, std = np.full((8, 1), 0.1), np.full((8, 1), 0.01)
    relevance[at], std[at] = 1, 0.3
    steps, names = np.arange(-8, 0), ["sales"]
    display = LagRelevanceDisplay(
        relevance, steps=steps, feature_names=names, std=std
    ).plot(pyplot.figure().add_subplot(), kind="bar")
    display.figure_.draw_without_rendering()
    legend = display.ax_.get_legend().get_window_extent()
    x, _ = display.ax_.transData.transform((steps[at], 0))
    assert not legend.x0 <= x <= legend.x1


def test_the_axis_of_relevance_states_the_unit():
    regressor, (windows, _) = fitted(), walk_windows()
    display = LagRelevanceDisplay.from_estimator(regressor, windows)
    label = display.ax_.get_ylabel().replace("\n", " ")
    assert label.endswith("(units of y per unit of features in the windows)")


@pytest.mark.parametrize(
    ("params", "scoring", "name"),
    [
        ({}, None, " (R2)"),
        ({"loss": "quantile", "quantile": [0.1, 0.9]}, None, " (D2)"),
        ({}, "neg_mean_absolute_error", " (neg_mean_absolute_error)"),
        ({}, get_scorer("r2"), ""),
    ],
)
def test_the_axis_of_a_permutation_names_the_score(params, scoring, name):
    regressor, (windows, y) = fitted(**params), walk_windows()
    regressor = make_pipeline(regressor)
    options = {"scoring": scoring, "n_repeats": 1, "random_state": 0}
    display = LagRelevanceDisplay.from_permutation(regressor, windows, y, **options)
    label = display.ax_.get_ylabel().replace("\n", " ")
    assert label == f"decrease in score{name}"


def test_looks_that_do_not_exist():
    regressor, (windows, _) = fitted(), walk_windows()
    with pytest.raises(ValueError, match=r"kind must be one of .* got 'bar'"):
        GateActivationsDisplay.from_estimator(regressor, windows, kind="bar")
    with pytest.raises(ValueError, match="kind must be 'line' or 'bar'; got 'heatmap'"):
        LagRelevanceDisplay.from_estimator(regressor, windows, kind="heatmap")


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize("n_targets", [1, 2])
def test_the_axis_names_the_step_and_target_of_a_forecaster(
    strategy, is_log, n_targets
):
    months = pd.date_range("2020-01-01", periods=40, freq="MS")
    values = np.random.default_rng(0).normal(50, 1, (40, 2))
    y = pd.DataFrame(values, months, ["cold", "hot"]).iloc[:, :n_targets]
    network = GRURegressor(2, epochs=1, random_state=0)
    forecaster = SequenceForecaster(
        make_pipeline(SequenceWindower(4), network),
        horizon=3,
        strategy=strategy,
        log=is_log,
    ).fit(y)
    steps = ["step 1", "step 2", "step 3"] if strategy == "direct" else [""]
    targets = ["cold", "hot"] if n_targets == 2 else [""]
    names = [f"{target} {step}".strip() for target in targets for step in steps]
    for output, name in enumerate(names):
        display = LagRelevanceDisplay.from_estimator(forecaster, y, output=output)
        first, *others = display.ax_.get_ylabel().split("\n")
        assert first == "mean absolute gradient"
        assert others[0] == (f"of {name}" if name else others[0])
        assert "(units of y per unit of" in others
        expected = lag_relevance(forecaster, y, output=output).mean_absolute
        np.testing.assert_array_equal(display.relevance, expected)
    with pytest.raises(ValueError, match="output must be an integer from 0 to"):
        LagRelevanceDisplay.from_estimator(forecaster, y, output=len(names))


@pytest.mark.parametrize("horizon", [1, 2])
def test_a_window_of_a_forecaster_is_found_by_its_label(horizon):
    months = pd.date_range("2020-01-01", periods=40, freq="MS")
    y = pd.Series(np.random.default_rng(0).normal(50, 1, 40), months, name="sales")
    network = LSTMRegressor(2, epochs=1, random_state=0)
    forecaster = SequenceForecaster(
        make_pipeline(SequenceWindower(4), network), horizon=horizon, log=True
    ).fit(y)
    display = GateActivationsDisplay.from_estimator(
        forecaster, y[20:], row="2022-03-01"
    )
    row = 26
    mean = np.exp(np.log(y).mean())
    logarithms = mean + mean * np.log(y / mean)
    expected = logarithms[row - horizon - 3 : row - horizon + 1]
    np.testing.assert_allclose(display.values[:, 0], expected)
    assert display.times == list(expected.index)
    activations = gate_activations(forecaster, y[row : row + 1])
    for name, values in activations.items():
        np.testing.assert_array_equal(display.activations[name], values[0])
