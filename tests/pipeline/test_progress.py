"""What a progress bar is given: one line for a regressor, none for steps around it."""

import io
import re

import pytest
from pipelines import make_pipe
from recorded_tasks import RecordedTasks
from sklearn.callback import ProgressBar
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skseq import SequenceForecaster
from skseq.model_selection import ForecastSplit, backtest

FIT = "LSTMRegressor - fit"


def test_a_pipeline_has_a_line_for_itself_and_one_for_the_network(frames):
    tasks = RecordedTasks()
    make_pipe(epochs=3).set_callbacks(tasks).fit(frames.X_train, frames.y_train)
    assert tasks.lines() == ["Pipeline - fit", FIT]
    assert tasks.n_subtasks(FIT) == tasks.n_epochs(FIT) == 3
    assert tasks.n_setups == tasks.n_teardowns == 1


def test_a_callback_of_a_step_itself_is_called(frames):
    seen = []

    class Seen:
        def setup(self, estimator, context):
            pass

        teardown = on_fit_task_begin = setup

        def on_fit_task_end(self, estimator, context):
            seen.append(context.estimator_name)

    pipe = make_pipe()
    pipe["window"].set_callbacks(Seen())
    pipe.set_callbacks(RecordedTasks()).fit(frames.X_train, frames.y_train)
    assert "SequenceWindower" in seen


@pytest.mark.parametrize("n_members", [1, 2])
def test_the_second_training_of_refit_is_a_line_with_its_epochs(frames, n_members):
    tasks = RecordedTasks()
    options = {"n_members": n_members, "early_stopping": True, "refit": True}
    pipe = make_pipe(epochs=4, linear_weight=0, **options).set_callbacks(tasks)
    pipe.fit(frames.X_train, frames.y_train)
    again = "LSTMRegressor - all-windows"
    assert tasks.lines() == ["Pipeline - fit", FIT, again]
    assert tasks.n_subtasks(FIT) == 4 * n_members + 1
    assert tasks.n_epochs(FIT) == 4 * n_members
    assert tasks.n_subtasks(again) == tasks.n_epochs(FIT, again) > 0


def test_without_held_out_windows_there_is_no_second_training(frames):
    tasks = RecordedTasks()
    pipe = make_pipe(epochs=4, early_stopping=False, refit=True).set_callbacks(tasks)
    pipe.fit(frames.X_train, frames.y_train)
    assert tasks.lines() == ["Pipeline - fit", FIT]
    assert tasks.n_subtasks(FIT) == 4 + 1


def test_a_forecaster_shows_its_pipeline_and_network(frames):
    tasks = RecordedTasks()
    forecaster = SequenceForecaster(make_pipe(epochs=3)).set_callbacks(tasks)
    forecaster.fit(frames.y)
    assert tasks.lines() == ["SequenceForecaster - fit", "Pipeline - fit", FIT]
    assert tasks.n_epochs("SequenceForecaster - fit", "Pipeline - fit", FIT) == 3
    assert len(tasks.begun) == len(set(tasks.begun)) + 2  # two more epochs
    assert not vars(forecaster.estimator_).keys() & {
        "_parent_callback_ctx",
        "_skl_callbacks",
    }


def test_forecasts_do_not_depend_on_callbacks(frames):
    plain = SequenceForecaster(make_pipe()).fit(frames.y)
    watched = SequenceForecaster(make_pipe()).set_callbacks(RecordedTasks())
    for coverage in (None, 0.8):
        expected = plain.forecast(coverage=coverage)
        assert watched.fit(frames.y).forecast(coverage=coverage).equals(expected)


def test_a_callback_stops_the_training_of_a_forecaster(frames):
    class Stop(RecordedTasks):
        def on_fit_task_end(self, estimator, context):
            super().on_fit_task_end(estimator, context)
            return context.task_name == "epoch"

    stop = Stop()
    SequenceForecaster(make_pipe(epochs=5)).set_callbacks(stop).fit(frames.y)
    assert sum(path[-1].endswith("epoch") for path in stop.ended) == 1


@pytest.mark.parametrize(("depth", "n_lines"), [(0, 2), (1, 2 + 4 + 1)])
def test_a_search_of_two_workers_shows_candidates_and_folds(
    frames, monkeypatch, depth, n_lines
):
    search = GridSearchCV(
        make_pipe(), {"rnn__units": [2, 3]}, cv=TimeSeriesSplit(2), n_jobs=2
    )
    lines = shown_lines(monkeypatch, search, depth, frames.X, frames.y)
    assert len(lines) == n_lines
    assert all("100%" in line for line in lines)
    assert sum("candidate-split-evaluation" in line for line in lines) == 4 * depth


def test_no_line_of_an_epoch_is_left_behind(frames, monkeypatch):
    pipe = make_pipe(epochs=9)
    lines = shown_lines(monkeypatch, pipe, None, frames.X, frames.y)
    assert [line.split("━")[0].strip() for line in lines] == [
        "Pipeline - fit",
        "Pipeline - fit-final-estimator | LSTMRegressor - fit #2",
    ]


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(("depth", "n_lines"), [(0, 1), (1, 1 + 3), (2, 1 + 2 * 3)])
def test_a_backtest_shows_its_origins(frames, monkeypatch, n_jobs, depth, n_lines):
    class Shown:
        def set_callbacks(self, bar):
            self.forecaster = SequenceForecaster(make_pipe(), horizon=2)
            self.forecaster.set_callbacks(bar)
            return self

        def fit(self, X, y):
            backtest(
                self.forecaster, y=y, cv=ForecastSplit(3, horizon=2), n_jobs=n_jobs
            )

    lines = shown_lines(monkeypatch, Shown(), depth, None, frames.y)
    assert len(lines) == n_lines
    assert lines[0].startswith("Backtest - backtest")
    assert all("100%" in line for line in lines)
    origins = [m[1] for line in lines if (m := re.search(r"from (\S+) \|", line))]
    # The bar lists tasks as they begin; of two workers, either may be first.
    expected = ["2023-06-01", "2023-08-01", "2023-10-01"] if depth else []
    assert sorted(origins) == expected


def shown_lines(monkeypatch, estimator, depth, X, y):
    """Fit with a progress bar in a terminal; return the lines that stay there."""
    import rich

    file = io.StringIO()
    console = rich.console.Console(
        file=file, force_terminal=True, width=100, height=30, color_system=None
    )
    monkeypatch.setattr(rich, "_console", console)
    estimator.set_callbacks(ProgressBar(max_propagation_depth=depth)).fit(X, y)
    return screen(file.getvalue())


def screen(text):
    """Return the lines that a terminal shows after a text with control codes."""
    lines, row = [""], 0
    for code in re.split(r"(\x1b\[[0-9;?]*[A-Za-z]|\n|\r)", text):
        if code == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif code == "\x1b[2K":
            lines[row] = ""
        elif code == "\x1b[1A":
            row -= 1
        elif code and not code.startswith(("\x1b", "\r")):
            lines[row] += code
    return [line.rstrip() for line in lines if line.strip()]
