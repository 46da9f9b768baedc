"""WindowsDisplay: the cells say which rows are in the windows that transform cuts."""

import numpy as np
import pandas as pd
import pytest
from drawn_data import INDEXES, labels_in, make_panel, make_values
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import SequenceWindower
from skseq.displays import WindowsDisplay


def numbered(index):
    """Make a table with the number of each row, and the same plus 100."""
    numbers = np.arange(len(index))
    return pd.DataFrame({"past": numbers, "plan": numbers + 100}, index=index)


def steps_marked(display, line, word):
    cells = display.cells.iloc[line]
    return list(cells.index[cells == word])


@pytest.mark.sample(2)
@pytest.mark.filterwarnings("ignore:The index of X contains floats with 2 gaps")
@pytest.mark.parametrize("kind", INDEXES)
@pytest.mark.parametrize("horizon", [0, 1, 3])
def test_cells_are_the_steps_that_transform_puts_into_windows(kind, horizon):
    X = numbered(INDEXES[kind][:15]).drop(INDEXES[kind][[4, 9]])[["past"]]
    # Without a frequency rows count, with one the numbers are steps.
    windower = SequenceWindower(3, horizon=horizon).fit(X)
    display = WindowsDisplay.from_estimator(windower, X, rows=slice(None))
    windows = windower.transform(X)[:, :, 0]
    counts = kind == "floats"
    number = {value: k if counts else value for k, value in enumerate(X["past"])}
    for line, window in enumerate(windows):
        expected = [number[value] for value in window if not np.isnan(value)]
        assert steps_marked(display, line, "window") == expected
        n_missing = len(steps_marked(display, line, "missing"))
        assert n_missing == np.isnan(window).sum()
        assert display.targets[line] == number[X["past"].iloc[line]]
    assert list(display.cells.index) == list(X.index.astype(str))
    display.figure_.draw_without_rendering()


@pytest.mark.parametrize("is_fitted", [True, False])
def test_pipelines_inside_pipelines(is_fitted):
    X = numbered(INDEXES["months"][:8])
    flat = make_pipeline(StandardScaler(), SequenceWindower(3), Ridge())
    scaled = make_pipeline("passthrough", make_pipeline(StandardScaler()))
    nested = make_pipeline(make_pipeline(scaled, SequenceWindower(3)), Ridge())
    if is_fitted:
        nested = nested[:1].set_output(transform="default").fit(X)
    display = WindowsDisplay.from_estimator(nested, X)
    expected = WindowsDisplay.from_estimator(flat, X)
    pd.testing.assert_frame_equal(display.cells, expected.cells)


def test_columns_known_in_advance_end_at_the_row():
    X = numbered(INDEXES["months"][:8])
    windower = SequenceWindower(2, horizon=2, future_columns=["plan"])
    display = WindowsDisplay.from_estimator(windower, X, rows=5)
    assert steps_marked(display, 0, "window") == [2, 3]
    assert steps_marked(display, 0, "future") == [4, 5]
    assert list(display.targets) == [5]
    assert "known in advance" in labels_in(display.figure_)


def test_what_is_drawn_is_in_the_cells():
    X = numbered(INDEXES["months"][:8]).drop(INDEXES["months"][4])
    display = WindowsDisplay.from_estimator(SequenceWindower(2), X)
    words = np.array(["row", "window", "future", "missing", ""])
    codes = display.mesh_.get_array()
    drawn = words[np.ma.filled(codes.astype(float), 4).astype(int)]
    np.testing.assert_array_equal(drawn, display.cells)
    lines, columns = np.nonzero(display.cells == "missing")
    points = display.missing_points_.get_offsets()
    np.testing.assert_array_equal(points[:, 0], display.cells.columns[columns])
    np.testing.assert_array_equal(points[:, 1], lines)
    points = display.target_points_.get_offsets()
    np.testing.assert_array_equal(points[:, 0], [0, 1, 2, 3, 5, 6, 7])


def test_a_fitted_windower_shows_its_history():
    index = INDEXES["months"]
    X = numbered(index[:20])
    windower = SequenceWindower(3).fit(X[:15])
    display = WindowsDisplay.from_estimator(windower, X[15:])
    assert steps_marked(display, 0, "window") == [-3, -2, -1]
    assert not (display.cells == "missing").any(axis=None)
    assert display.labels[-1] == str(index[14].date())
    alone = WindowsDisplay.from_estimator(SequenceWindower(3), X[15:])
    assert steps_marked(alone, 0, "missing") == [-3, -2, -1]


def test_a_pipeline_contains_the_windower():
    X = numbered(INDEXES["months"][:10])
    pipe = make_pipeline(
        StandardScaler().set_output(transform="pandas"),
        "passthrough",
        SequenceWindower(3),
        Ridge(),
    )
    of_pipe = WindowsDisplay.from_estimator(pipe, X)
    of_step = WindowsDisplay.from_estimator(pipe[2], X)
    pd.testing.assert_frame_equal(of_pipe.cells, of_step.cells)
    fitted = pipe[:-1].fit(X[:8])
    assert steps_marked(WindowsDisplay.from_estimator(fitted, X[8:]), 0, "window") == [
        *(-3, -2, -1)
    ]


def test_arrays_are_numbered():
    display = WindowsDisplay.from_estimator(SequenceWindower(2), np.zeros((5, 1)))
    assert list(display.cells.index) == list("01234")
    assert steps_marked(display, 3, "window") == [1, 2]


def test_one_series_of_a_panel():
    X = make_panel().to_frame()
    windower = SequenceWindower(3)
    first = WindowsDisplay.from_estimator(windower, X)
    assert len(first.cells) == 12
    third = WindowsDisplay.from_estimator(windower, X, series="shop 2", rows=[-1])
    alone = X.loc["shop 2"]
    assert list(third.cells.index) == [str(alone.index[-1].date())]
    n = len(alone)
    assert steps_marked(third, 0, "window") == [n - 4, n - 3, n - 2]
    with pytest.raises(ValueError, match="series must name.*got 'shop 9'"):
        WindowsDisplay.from_estimator(windower, X, series="shop 9")


def test_long_windows_are_drawn_without_edges():
    y = make_values()
    display = WindowsDisplay.from_estimator(SequenceWindower(50), y.to_frame(), rows=55)
    assert display.cells.shape[0] == 1
    assert (display.cells == "window").to_numpy().sum() == 50
    display.figure_.draw_without_rendering()


def test_errors_of_windows():
    X = numbered(INDEXES["months"][:10])
    with pytest.raises(TypeError, match="needs a SequenceWindower.*got Ridge"):
        WindowsDisplay.from_estimator(Ridge(), X)
    for rows in (10, [], slice(20, 30)):
        with pytest.raises(ValueError, match="rows must be positions from 0 to 9"):
            WindowsDisplay.from_estimator(SequenceWindower(2), X, rows=rows)
    with pytest.raises(ValueError, match="series='a' chooses.*there is only one"):
        WindowsDisplay.from_estimator(SequenceWindower(2), X, series="a")
