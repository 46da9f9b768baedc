"""The display of gates shows the values of a window, its times, and chosen units."""

import numpy as np
import pandas as pd
import pytest
from fitted_networks import fitted, walk_windows
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skseq import (
    GRURegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.inspection import GateActivationsDisplay, gate_activations

pyplot = pytest.importorskip("matplotlib.pyplot")

ROW = 3
"""Position of the row that is shown."""


@pytest.fixture(autouse=True)
def close_figures():
    pyplot.switch_backend("Agg")
    yield
    pyplot.close("all")


def seasonal(index, name="sales"):
    """Make a series with a season of six steps, and a little noise."""
    noise = np.random.default_rng(0).normal(scale=0.1, size=len(index))
    values = 10 + np.sin(np.arange(len(index)) * np.pi / 3) + noise
    return pd.Series(values, index, name=name)


def pipeline(time_steps=4, **of_windower):
    """Make a network without gates: a picture of few panels is drawn sooner."""
    params = {"epochs": 1, "early_stopping": False, "random_state": 0}
    return make_pipeline(
        SequenceWindower(time_steps, **of_windower),
        RecurrentRegressor("rnn", 2, **params),
    )


def display_of(index, n_fitted=40, time_steps=4, row=ROW, **of_windower):
    """Fit on the first rows of a series, and show a window of the others."""
    y = seasonal(index)
    X = y.to_frame()
    pipe = pipeline(time_steps, **of_windower).fit(X[:n_fitted], y[:n_fitted])
    return GateActivationsDisplay.from_estimator(pipe, X[n_fitted:], row=row), X


def drawn_values(display, line=0):
    return display.ax_[0].lines[line].get_ydata()


def tick_texts(display):
    return [text.get_text() for text in display.ax_[-1].get_xticklabels()]


@pytest.mark.parametrize(
    ("horizon", "place"), [(0, "up to"), (1, "before"), (3, "up to 3 steps before")]
)
def test_the_first_panel_shows_the_window_and_its_dates(horizon, place):
    index = pd.date_range("2020-01-01", periods=50, freq="MS")
    y = seasonal(index)
    X = y.to_frame()
    if horizon == 0:  # windows must not contain the target
        X = pd.DataFrame({"other": np.arange(50.0)}, index=index)
    pipe = pipeline(horizon=horizon).fit(X[:40], y[:40])
    # The window of row 0 has fitted rows only, except with a horizon of 0.
    for row in (0, ROW, 9):
        display = GateActivationsDisplay.from_estimator(pipe, X[40:], row=row)
        end = 40 + row - horizon + 1
        assert display.times == list(index[end - 4 : end])
        np.testing.assert_array_equal(drawn_values(display), X.iloc[end - 4 : end, 0])
        shown = f"{X.columns[0]} in the window {place} {index[40 + row].date()}"
        assert display.ax_[0].get_title() == shown
    display = GateActivationsDisplay.from_estimator(pipe[-1], pipe[:-1].transform(X))
    assert display.ax_[0].get_title().endswith("in the window for 2024-02-01")


@pytest.mark.parametrize(
    ("earlier", "label"),
    [
        ([], ""),
        (["passthrough"], ""),
        ([TargetAwareMinMaxScaler()], "scaled"),
        ([StandardScaler().set_output(transform="pandas"), "passthrough"], "scaled"),
        ([FunctionTransformer(np.log, np.exp)], "transformed"),
    ],
)
def test_a_single_feature_in_other_units_is_labelled(earlier, label):
    y = seasonal(pd.date_range("2020-01-01", periods=50, freq="MS"))
    X = y.to_frame()
    for inner in (pipeline(), make_pipeline(pipeline())):
        pipe = make_pipeline(*earlier, inner).fit(X, y)
        display = GateActivationsDisplay.from_estimator(pipe, X)
        assert display.ax_[0].get_ylabel() == label


def test_a_missing_step_has_neither_value_nor_date():
    index = pd.date_range("2020-01-01", periods=50, freq="D").delete(41)
    with pytest.warns(UserWarning, match="missing"):
        display, X = display_of(index)
    assert display.times[1] is None
    assert np.isnan(drawn_values(display)).tolist() == [False, True, False, False]
    assert display.times[0] == index[40]
    assert drawn_values(display)[0] == X.iloc[40, 0]


def test_opening_days_are_counted_with_the_fitted_rows():
    index = pd.bdate_range("2020-01-01", periods=50).delete(42)  # a holiday, no step
    display, _ = display_of(index)
    assert display.times == list(index[39:43])


def test_a_window_of_one_of_many_series():
    dates = pd.date_range("2020-01-01", periods=30, freq="D")
    shops = pd.concat({shop: seasonal(dates) * n for n, shop in enumerate("abc", 1)})
    shops.index.names = ["shop", "day"]
    X = shops.to_frame("sales")
    day = X.index.get_level_values(1)
    pipe = pipeline().fit(X[day < dates[24]], shops[day < dates[24]])
    X_test = X[day >= dates[24]]
    display = GateActivationsDisplay.from_estimator(pipe, X_test, row=("b", dates[25]))
    assert display.times == list(dates[21:25])
    np.testing.assert_array_equal(drawn_values(display), shops["b"].iloc[21:25])
    assert display.ax_[0].get_title().endswith("window before 2020-01-26 of series b")


@pytest.mark.parametrize(
    ("freq", "periods", "texts"),
    [
        ("MS", 12, ["Mar\n2023", "May", "Jul", "Sep", "Nov", "Jan\n2024"]),
        ("YS", 5, ["2056", "2057", "2058", "2059", "2060"]),
        ("D", 4, ["07 Feb\n2020", "08 Feb", "09 Feb", "10 Feb"]),
        ("h", 4, ["13:00\n02 Jan\n2020", "14:00", "15:00", "16:00"]),
    ],
)
def test_dates_have_short_labels(freq, periods, texts):
    index = pd.date_range("2020-01-01", periods=50, freq=freq)
    display, _ = display_of(index, time_steps=periods, row=1 + (freq == "MS") * 8)
    if freq == "MS":
        assert display.times[-1] == index[48]
    assert tick_texts(display) == texts
    of_periods, _ = display_of(
        index.to_period(freq.removesuffix("S")),
        time_steps=periods,
        row=1 + (freq == "MS") * 8,
    )
    assert tick_texts(of_periods) == texts


def test_a_year_is_repeated_only_where_it_changes():
    index = pd.date_range("2020-12-29", periods=50, freq="D")
    y = seasonal(index)
    X = y.to_frame()
    pipe = pipeline().fit(X, y)
    display = GateActivationsDisplay.from_estimator(pipe, X, row=5)
    assert tick_texts(display) == ["30 Dec\n2020", "31 Dec", "01 Jan\n2021", "02 Jan"]


@pytest.mark.parametrize(
    ("n_steps", "ticks"),
    [
        (6, [-6, -5, -4, -3, -2, -1]),
        (24, [-24, -21, -18, -15, -12, -9, -6, -3, -1]),
        (40, [-40, -35, -30, -25, -20, -15, -10, -5, -1]),
    ],
)
def test_numbered_steps_are_multiples(n_steps, ticks):
    y = seasonal(pd.RangeIndex(80)).to_numpy()
    pipe = pipeline(n_steps).fit(y.reshape(-1, 1), y)
    display = GateActivationsDisplay.from_estimator(pipe, y.reshape(-1, 1))
    assert display.times is None
    assert display.ax_[-1].get_xticks().tolist() == ticks
    assert display.ax_[0].get_title() == "window"


def test_several_features_are_scaled_to_their_range():
    index = pd.date_range("2020-01-01", periods=50, freq="MS")
    y = seasonal(index)
    X = pd.DataFrame({"price": np.arange(50.0) ** 2, "flat": 1.0, "sales": y})
    pipe = pipeline(future_columns=["price"]).fit(X[:40], y[:40])
    display = GateActivationsDisplay.from_estimator(pipe, X[40:], row=ROW)
    names = [t.get_text() for t in pyplot.gcf().axes[-2].get_legend().get_texts()]
    # The target's past is first; the price of a step is that of the row after it.
    assert names == list(display.feature_names) == ["sales", "price, 1 later", "flat"]
    shown = X["sales"][39:43]
    scaled = (shown - shown.min()) / (shown.max() - shown.min())
    np.testing.assert_allclose(drawn_values(display, 0), scaled)
    np.testing.assert_array_equal(display.values[:, 1], np.arange(40.0, 44) ** 2)
    np.testing.assert_array_equal(drawn_values(display, 2), 0.5)


def test_the_first_six_of_many_features_are_shown():
    windows = np.random.default_rng(0).normal(size=(40, 5, 9))
    network = GRURegressor(2, epochs=1, random_state=0).fit(windows, windows[:, 0, 0])
    display = GateActivationsDisplay.from_estimator(network, windows)
    assert len(display.ax_[0].lines) == 6
    assert display.ax_[0].get_title() == "window (6 of 9 features)"


@pytest.mark.parametrize("kind", ["heatmap", "line"])
def test_the_units_that_change_most_are_shown(kind):
    network, (windows, _) = fitted("gru", 20), walk_windows()
    display = GateActivationsDisplay.from_estimator(network, windows, kind=kind)
    states = gate_activations(network, windows).hidden_state[-1]
    ranges = states.max(axis=0) - states.min(axis=0)
    hidden = np.setdiff1d(range(20), display.units_)
    assert len(hidden) == 4
    assert ranges[hidden].max() <= ranges[display.units_].min()
    assert display.ax_[1].get_title() == "update gate (16 of 20 units)"
    chosen = display.plot(kind=kind, units=[7, 2])
    panel = chosen.ax_[-1]
    if kind == "heatmap":
        drawn = panel.images[0].get_array()
        assert [t.get_text() for t in panel.get_yticklabels()] == ["7", "2"]
    else:
        drawn = [line.get_ydata() for line in panel.lines]
        legends = [ax.get_legend() for ax in chosen.figure_.axes]
        *_, of_units = [legend for legend in legends if legend]
        assert of_units.get_title().get_text() == "unit"
        assert [t.get_text() for t in of_units.get_texts()] == ["7", "2"]
    np.testing.assert_array_equal(drawn, states[:, [7, 2]].T)


@pytest.mark.parametrize(
    ("units", "labelled"),
    [
        (range(16), [0, 4, 8, 12]),  # a scale
        ([3], [3]),
        ([0, 2, 3], [0, 2, 3]),
        ([7, 2, 9, 4, 1, 5], [7, 2, 9, 4, 1, 5]),
        ([*range(0, 32, 2)], [*range(0, 32, 6)]),  # as of a network of 32 units
        ([*range(4, 19), 1], [4, 7, 10, 13, 16, 1]),
    ],
)
def test_units_are_labelled_where_there_is_room(units, labelled):
    states = {"hidden_state": np.zeros((5, 32))}
    panel = GateActivationsDisplay(states).plot(units=[*units]).ax_[0]
    assert [int(text.get_text()) for text in panel.get_yticklabels()] == labelled
    panel.figure.draw_without_rendering()
    boxes = [text.get_tightbbox() for text in panel.get_yticklabels()]
    above, below = boxes[:-1], boxes[1:]
    assert all(a.y0 >= b.y1 for a, b in zip(above, below, strict=True))


@pytest.mark.parametrize("units", [[4], [-1], [0.5], []])
def test_units_that_do_not_exist(units):
    network, (windows, _) = fitted("gru"), walk_windows()
    with pytest.raises(ValueError, match="units must be integers from 0 to 3"):
        GateActivationsDisplay.from_estimator(network, windows, units=units)


@pytest.mark.parametrize("kind", ["heatmap", "line"])
def test_panels_have_the_same_width_and_patches_span_their_steps(kind):
    network, (windows, _) = fitted("gru", patch_length=3), walk_windows()
    display = GateActivationsDisplay.from_estimator(network, windows, kind=kind)
    display.figure_.draw_without_rendering()
    boxes = np.array([panel.get_position().bounds for panel in display.ax_])
    lefts_and_widths = boxes[:, [0, 2]]
    np.testing.assert_allclose(lefts_and_widths, [lefts_and_widths[0]] * 5)
    if kind == "heatmap":
        assert display.ax_[-1].images[0].get_extent()[:2] == [-6.5, -0.5]
    else:
        np.testing.assert_allclose(display.ax_[-1].lines[0].get_xdata(), [-5, -2])


def test_gates_without_values():
    network, (windows, _) = fitted("gru"), walk_windows()
    found = gate_activations(network, windows)
    display = GateActivationsDisplay({name: v[0] for name, v in found.items()})
    assert len(display.plot().ax_) == len(found)


@pytest.mark.parametrize(
    ("row", "position"),
    [
        (pd.Timestamp("2020-03-01"), 2),
        ("2020-03-01", 2),
        ("2020-03", 2),
        (np.int64(2), 2),
        (-10, 40),
    ],
)
def test_rows_by_position_and_label(row, position):
    index = pd.date_range("2020-01-01", periods=50, freq="MS")
    y = seasonal(index)
    pipe = pipeline().fit(y.to_frame(), y)
    display = GateActivationsDisplay.from_estimator(pipe, y.to_frame(), row=row)
    expected = gate_activations(pipe, y.to_frame()).hidden_state[position]
    np.testing.assert_array_equal(display.activations["hidden_state"], expected)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (50, "a position from -50 to 49, because X has 50 rows.*got 50"),
        ("2031-01-01", "got '2031-01-01', which is not in the index of X.*2020-01-01"),
        ("2021", "got '2021', which has 12 rows"),
        ("first", "which is not in the index"),
        (1.5, "which is not in the index"),
        ([1], "which is not in the index"),
    ],
)
def test_rows_that_do_not_exist(row, words):
    index = pd.date_range("2020-01-01", periods=50, freq="MS")
    y = seasonal(index)
    pipe = pipeline().fit(y.to_frame(), y)
    with pytest.raises(ValueError, match=words):
        GateActivationsDisplay.from_estimator(pipe, y.to_frame(), row=row)


def test_rows_of_an_array_have_no_labels():
    network, (windows, _) = fitted(), walk_windows()
    with pytest.raises(ValueError, match="row must be an integer.*ndarray"):
        GateActivationsDisplay.from_estimator(network, windows, row="2020")
