"""TrainingHistoryDisplay: the losses of the history, and its best epochs."""

import numpy as np
import pytest
from drawn_data import height_of, labels_in, make_forecaster, make_values
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import GRURegressor, NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.displays import TrainingHistoryDisplay
from skseq.model_selection import ForecastSplit


def make_pipe(**options):
    options = {"units": 2, "epochs": 4, "random_state": 0, **options}
    return make_pipeline(SequenceWindower(3), GRURegressor(**options))


@pytest.fixture(scope="module")
def fitted():
    y = make_values()
    return make_pipe().fit(y.to_frame(), y)


def test_losses_by_epoch(fitted):
    display = TrainingHistoryDisplay.from_estimator(fitted)
    history = fitted[-1].history_
    assert display.history == history
    epochs = [1, 2, 3, 4]
    for line, name in (
        (display.training_line_, "loss"),
        (display.validation_line_, "val_loss"),
    ):
        np.testing.assert_array_equal(height_of(line), history[name])
        np.testing.assert_array_equal(line.get_xdata(), epochs)
    best = fitted[-1].best_epoch_
    points = display.best_points_.get_offsets()
    np.testing.assert_array_equal(points, [[best + 1, history["val_loss"][best]]])
    assert best == np.argmin(history["val_loss"])
    assert labels_in(display.figure_) == [
        *("training", "validation", f"epoch {best + 1} (best)")
    ]
    display.figure_.draw_without_rendering()


def test_each_member_has_a_best_epoch():
    y = make_values()
    pipe = make_pipe(n_members=3).fit(y.to_frame(), y)
    display = TrainingHistoryDisplay.from_estimator(pipe)
    assert display.best_epochs == pipe[-1].best_epoch_
    assert len(display.best_points_.get_offsets()) == 3
    assert labels_in(display.figure_)[-1] == "best epoch of each network"


def test_without_early_stopping_there_is_only_the_training_loss():
    y = make_values()
    pipe = make_pipe(early_stopping=False).fit(y.to_frame(), y)
    display = TrainingHistoryDisplay.from_estimator(pipe)
    assert display.validation_line_ is None
    assert display.best_points_ is None
    assert labels_in(display.figure_) == ["training"]


@pytest.mark.parametrize("wrap", ["search", "forecaster", "target", "network"])
def test_the_network_is_found_inside(wrap, fitted):
    y = make_values()
    X = y.to_frame()
    if wrap == "search":
        grid = {"gruregressor__units": [2]}
        cv = ForecastSplit(2, horizon=2)
        outer = GridSearchCV(make_pipe(), grid, cv=cv).fit(X, y)
        network = outer.best_estimator_[-1]
    elif wrap == "forecaster":
        outer = SequenceForecaster(make_pipe(), horizon=2).fit(y)
        network = outer.estimator_[-1]
    elif wrap == "target":
        outer = TransformedTargetRegressor(make_pipe()).fit(X, y)
        network = outer.regressor_[-1]
    else:
        outer = network = fitted[-1]
    display = TrainingHistoryDisplay.from_estimator(outer)
    np.testing.assert_array_equal(
        height_of(display.training_line_), network.history_["loss"]
    )


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([10.0, 2.0], "log"),
        ([10.0, 2.1], "linear"),
        ([10.0, 0.0], "linear"),
        ([10.0, -3.0], "linear"),
        ([10.0, np.nan, 1.0], "log"),
    ],
)
def test_the_scale_is_logarithmic_if_losses_fall_far(losses, expected):
    display = TrainingHistoryDisplay(history={"loss": losses}).plot()
    assert display.ax_.get_yscale() == expected
    assert display.plot(yscale="linear").ax_.get_yscale() == "linear"


def test_other_metrics():
    history = {"loss": [3, 2], "mae": [2, 1], "val_loss": [4, 3], "val_mae": [3, 2]}
    display = TrainingHistoryDisplay(history=history, best_epochs=[1])
    display.plot(metric="mae")
    np.testing.assert_array_equal(height_of(display.training_line_), [2, 1])
    np.testing.assert_array_equal(height_of(display.validation_line_), [3, 2])
    np.testing.assert_array_equal(display.best_points_.get_offsets(), [[2, 2]])
    with pytest.raises(ValueError, match="got 'rmse'. Choose one of 'loss', 'mae'"):
        display.plot(metric="rmse")


def test_errors_of_histories():
    y = make_values()
    naive = make_pipeline(SequenceWindower(3), NaiveRegressor()).fit(y.to_frame(), y)
    for estimator in (naive, make_pipe(), make_forecaster().fit(y)):
        with pytest.raises(TypeError, match="needs a fitted network.*has no history_"):
            TrainingHistoryDisplay.from_estimator(estimator)
    linear = make_pipe(linear_weight=1).fit(y.to_frame(), y)
    with pytest.raises(ValueError, match="no network was trained.*linear_weight=1"):
        TrainingHistoryDisplay.from_estimator(linear)
