"""scikit-learn's callbacks see every epoch, in pipelines and searches too."""

import numpy as np
import pytest
from pipelines import assert_same_weights, make_pipe
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit


def scores_by_epoch(monitor):
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    return [row["r2"] for row in sorted(rows, key=lambda row: row["task_id_path"])]


@pytest.mark.parametrize("in_pipeline", [True, False])
def test_scoring_monitor_scores_every_epoch(engine, frames, in_pipeline):
    expected = [score_of_epochs(frames, engine, n) for n in (1, 2)]
    monitor = ScoringMonitor(scoring="r2")
    pipe = make_pipe(epochs=2, engine=engine, linear_weight=0.5)
    pipe["rnn"].set_callbacks(monitor)
    if in_pipeline:
        pipe.fit(frames.X_train, frames.y_train)
    else:
        windows = pipe[:-1].fit_transform(frames.X_train, frames.y_train)
        pipe["rnn"].fit(windows, frames.y_train)
    assert scores_by_epoch(monitor) == expected


def score_of_epochs(frames, engine, epochs):
    # By default the weight of the linear forecast is chosen after the last epoch.
    pipe = make_pipe(epochs=epochs, engine=engine, linear_weight=0.5)
    pipe.fit(frames.X_train, frames.y_train)
    return pipe.score(frames.X_train, frames.y_train)


def test_scoring_monitor_in_a_search(engine, frames):
    monitor = ScoringMonitor(scoring="r2")
    pipe = make_pipe(epochs=2, engine=engine)
    pipe["rnn"].set_callbacks(monitor)
    cv = TimeSeriesSplit(2)
    search = GridSearchCV(pipe, {"rnn__units": [2, 3]}, cv=cv, error_score="raise")
    search.fit(frames.X, frames.y)
    n_fits = 2 * 2 + 1
    assert len(scores_by_epoch(monitor)) == 2 * n_fits


def test_progress_bar_shows_candidates_folds_and_epochs(frames, capsys):
    search = GridSearchCV(make_pipe(), {"rnn__units": [2, 3]}, cv=TimeSeriesSplit(2))
    search.set_callbacks(ProgressBar(max_propagation_depth=None))
    search.fit(frames.X, frames.y)
    shown = capsys.readouterr().out
    assert "GridSearchCV - fit" in shown
    assert shown.count("LSTMRegressor - fit") == 2 * 2 + 1
    assert "100%" in shown


def test_progress_bar_of_a_pipeline_shows_its_epochs(frames, capsys):
    pipe = make_pipe().set_callbacks(ProgressBar())
    pipe.fit(frames.X_train, frames.y_train)
    shown = capsys.readouterr().out
    assert "LSTMRegressor - fit" in shown
    assert "100%" in shown


class StopAfter:
    """Ask to stop at the end of an epoch, and count the tasks seen."""

    def __init__(self, epoch):
        self.epoch = epoch
        self.begun, self.ended = [], []
        self.is_torn_down = False

    def setup(self, estimator, context):
        self.n_planned = context.max_subtasks

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context):
        self.ended.append(context.task_name)
        return self.ended.count("epoch") == self.epoch

    def teardown(self, estimator, context):
        self.is_torn_down = True


def test_a_callback_stops_training(engine, frames):
    stop = StopAfter(epoch=2)
    pipe = make_pipe(epochs=6, engine=engine)
    pipe["rnn"].set_callbacks(stop)
    pipe.fit(frames.X_train, frames.y_train)
    assert stop.n_planned == 6
    assert stop.begun == ["fit", "epoch", "epoch"]
    assert stop.ended == ["epoch", "epoch", "fit"]
    assert stop.is_torn_down
    assert pipe["rnn"].n_iter_ == len(pipe["rnn"].history_["loss"]) == 2
    short = make_pipe(epochs=2, engine=engine)
    short.fit(frames.X_train, frames.y_train)
    assert_same_weights(pipe, short)


class InterruptEpoch:
    """Raise KeyboardInterrupt in an epoch, as Ctrl-C does."""

    def __init__(self, epoch):
        self.epoch = epoch
        self.n_ended = 0

    def setup(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        self.n_ended += context.task_name == "epoch"
        if self.n_ended == self.epoch:
            raise KeyboardInterrupt

    def teardown(self, estimator, context):
        pass


def test_an_interrupted_refit_of_a_pipeline_warns_at_predict(engine, frames):
    pipe = make_pipe(epochs=4, engine=engine).fit(frames.X_train, frames.y_train)
    windows = pipe[:-1].transform(frames.X_test)
    before = pipe[-1].predict(windows)
    pipe["rnn"].set_callbacks(InterruptEpoch(2))
    with pytest.raises(KeyboardInterrupt):
        pipe.fit(frames.X, 10 * frames.y)  # its first steps take over the new scale
    with pytest.warns(FitFailedWarning, match="fit the whole Pipeline again"):
        pipe.predict(frames.X_test)
    np.testing.assert_array_equal(pipe[-1].predict(windows), before)
    pipe["rnn"].set_callbacks()
    pipe.fit(frames.X_train, frames.y_train)
    np.testing.assert_allclose(pipe[-1].predict(windows), before, rtol=1e-6)
