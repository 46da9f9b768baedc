"""PredictionsOverTimeDisplay: predictions at their rows, split at the test."""

import numpy as np
import pandas as pd
import pytest
from drawn_data import (
    INDEXES,
    height_of,
    labels_in,
    make_panel,
    make_values,
    times_of,
)
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.displays import PredictionsOverTimeDisplay


@pytest.mark.parametrize("kind", [*INDEXES, "array"])
def test_rows_are_split_at_the_first_test_row(kind):
    y = make_values(kind)
    y_pred = np.arange(60.0)
    for where in (
        {"n_train": 45},
        {"test_start": 45 if kind == "array" else y.index[45]},
    ):
        display = PredictionsOverTimeDisplay.from_predictions(y, y_pred, **where)
        assert list(display.is_test) == [False] * 45 + [True] * 15
        np.testing.assert_array_equal(height_of(display.actual_line_), y)
        np.testing.assert_array_equal(height_of(display.training_line_), y_pred[:45])
        np.testing.assert_array_equal(height_of(display.test_line_), y_pred[45:])
        x = display.test_line_.get_xdata()
        assert display.split_line_.get_xdata()[0] == x[0]
        np.testing.assert_array_equal(x, display.actual_line_.get_xdata()[45:])
        display.figure_.draw_without_rendering()


@pytest.mark.parametrize("start", ["2018-10", "2018-10-01", "2018-09-15"])
def test_the_start_of_the_test_can_be_text(start):
    y = make_values()
    display = PredictionsOverTimeDisplay.from_predictions(y, y, test_start=start)
    assert times_of(display.test_line_)[0] == pd.Timestamp("2018-10-01")


def test_the_start_of_the_test_is_a_local_time():
    y = make_values("hours")
    start = "2024-03-31 03:00"  # the hour before begins at 1:00
    display = PredictionsOverTimeDisplay.from_predictions(y, y, test_start=start)
    assert times_of(display.test_line_)[0] == pd.Timestamp("2024-03-31 01:00")  # UTC


def test_predictions_of_a_pipeline():
    y = make_values()
    X = y.to_frame()
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor("last"))
    pipe.fit(X[:40], y[:40])
    display = PredictionsOverTimeDisplay.from_estimator(pipe, X, y, n_train=40)
    np.testing.assert_array_equal(height_of(display.test_line_), y[39:-1])
    assert display.ax_.get_ylabel() == "sales"
    assert labels_in(display.figure_) == [
        *("actual", "predicted, training rows", "predicted, test rows")
    ]


@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("make_y", [make_values, make_panel])
@pytest.mark.parametrize("wrap", ["pipeline", "search", "target"])
def test_training_rows_without_a_complete_window_are_not_drawn(make_y, wrap):
    y = make_y()
    times = y.index.get_level_values(-1)
    y = y[times != INDEXES["months"][20]]
    X, is_test = y.to_frame(), y.index.get_level_values(-1) > INDEXES["months"][20]
    steps = (
        TargetAwareMinMaxScaler(),
        "passthrough",
        SequenceWindower(3),
        NaiveRegressor(),
    )
    estimator = make_pipeline(*steps)
    if wrap == "search":
        estimator = GridSearchCV(estimator, {}, cv=[(~is_test, is_test)])
    elif wrap == "target":
        estimator = TransformedTargetRegressor(estimator)
    estimator.fit(X, y)
    start = INDEXES["months"][21]
    display = PredictionsOverTimeDisplay.from_estimator(
        estimator, X, y, test_start=start
    )
    # The first test rows follow a gap. In use they would be predicted, too.
    assert display.y_pred[is_test].notna().all()
    is_drawn = display.y_pred.notna()
    rows = y.groupby(level=0).cumcount() if y.index.nlevels > 1 else np.arange(len(y))
    np.testing.assert_array_equal(is_drawn, is_test | (rows >= 3))
    expected = np.where(is_drawn, estimator.predict(X), np.nan)
    np.testing.assert_array_equal(display.y_pred, expected)


def test_all_training_rows_are_drawn_without_a_windower():
    y = make_values()
    ridge = Ridge().fit(y.to_frame(), y)
    draw = PredictionsOverTimeDisplay.from_estimator
    assert draw(ridge, y.to_frame(), y, n_train=40).y_pred.notna().all()


def test_without_a_split_all_are_test_rows():
    y = make_values()
    display = PredictionsOverTimeDisplay.from_predictions(y, y)
    assert display.is_test.all()
    assert display.training_line_ is None
    assert display.split_line_ is None


def test_all_series_are_split_at_the_same_time():
    y = make_panel()
    display = PredictionsOverTimeDisplay.from_predictions(
        y, y + 1, test_start="2018-01"
    )
    for number, name in enumerate(["shop 0", "shop 1", "shop 2"]):
        expected = y[name]["2018":]
        drawn = display.test_line_[number]
        np.testing.assert_array_equal(height_of(drawn), expected + 1)
        assert list(times_of(drawn)) == list(expected.index)
        assert display.ax_[number].get_title() == name


def test_a_column_of_an_array_belongs_to_the_column_of_a_frame():
    y = pd.DataFrame({"a": make_values(), "b": make_values() ** 2})
    ridge = Ridge(alpha=0).fit(y, y)
    display = PredictionsOverTimeDisplay.from_estimator(ridge, y, y, target="b")
    np.testing.assert_allclose(height_of(display.test_line_), y["b"])
    np.testing.assert_array_equal(height_of(display.actual_line_), y["b"])
    with pytest.raises(ValueError, match="y_true has 2 columns. Choose one"):
        PredictionsOverTimeDisplay.from_estimator(ridge, y, y)


def test_rows_of_text_are_numbered():
    y = pd.Series([1.0, 2, 3], index=["one", "two", "three"])
    display = PredictionsOverTimeDisplay.from_predictions(y, y + 1)
    np.testing.assert_array_equal(display.actual_line_.get_xdata(), [0, 1, 2])
    assert display.ax_.get_xlabel() == "row"


@pytest.mark.parametrize("missing", [np.nan, pd.NA])
def test_missing_predictions_are_gaps(missing):
    y = make_values(n=10)
    y_pred = y.astype("Float64")
    y_pred.iloc[3] = missing
    display = PredictionsOverTimeDisplay.from_predictions(y, y_pred)
    assert np.flatnonzero(np.isnan(height_of(display.test_line_))).tolist() == [3]


def test_errors_of_predictions():
    y = make_values()
    draw = PredictionsOverTimeDisplay.from_predictions
    with pytest.raises(ValueError, match="y_pred and y_true must have the same rows"):
        draw(y, y[1:])
    with pytest.raises(ValueError, match="y_true and y_pred must have the same index"):
        draw(y, y.shift(freq="MS"))
    with pytest.raises(ValueError, match="unsorted"):
        draw(y[::-1], y[::-1])
    with pytest.raises(ValueError, match="Only one of n_train=3 and test_start='2018'"):
        draw(y, y, n_train=3, test_start="2018")
    with pytest.raises(
        ValueError, match="n_train must be a whole number.*0 and 60.*got 61"
    ):
        draw(y, y, n_train=61)
    with pytest.raises(ValueError, match="n_train must be a whole number.*got 0.8"):
        draw(y, y, n_train=0.8)
    with pytest.raises(ValueError, match="n_train=3 counts the rows of a single"):
        draw(make_panel(), make_panel(), n_train=3)
    for start in ("soon", 3.5, pd.Timestamp("2018-01-01", tz="UTC")):
        with pytest.raises(ValueError, match="test_start must be a label.*dates"):
            draw(y, y, test_start=start)
    with pytest.raises(ValueError, match="y_true has no rows"):
        draw([], [])
    with pytest.raises(ValueError, match="y_pred must contain numbers, but.*'two'"):
        draw([1.0, 2.0], [1.0, "two"])
    with pytest.raises(ValueError, match="series='a' chooses from several series"):
        draw(y, y, series="a")
    with pytest.raises(
        ValueError, match="series must name series.*got 'shop 7'.*'shop"
    ):
        draw(make_panel(), make_panel(), series=["shop 1", "shop 7"])
    with pytest.raises(ValueError, match="an empty list"):
        draw(make_panel(), make_panel(), series=[])
