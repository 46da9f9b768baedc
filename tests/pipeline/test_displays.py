"""What scikit-learn shows of a pipeline: its HTML diagram and its progress bar."""

import io

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler

EPOCHS = 3


def make_pipe():
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(2),
        LSTMRegressor(units=2, epochs=EPOCHS, early_stopping=False),
    )


def test_attributes_are_listed_when_there_are_any():
    regressor = LSTMRegressor(units=2, epochs=1)
    assert "model_" not in dir(regressor)
    X = np.random.default_rng(0).random((20, 2))
    regressor.fit(X, X.sum(axis=1) ** 2)
    assert {"model_", "predict", "lag_", "units"} <= set(dir(regressor))
    assert "best_epoch_" not in dir(regressor)  # without early stopping
    html = regressor._repr_html_()
    assert "lag_" in html
    assert "model_" not in html


def bars_of(estimator, depth, monkeypatch):
    """Fit with a progress bar, and return the lines that it ends with."""
    rich = pytest.importorskip("rich")
    from rich.console import Console
    from sklearn.callback import ProgressBar

    # Not a terminal, so only the last picture is written.
    console = Console(file=io.StringIO(), width=150)
    monkeypatch.setattr(rich, "_console", console)
    y = np.random.default_rng(0).normal(size=60).cumsum()
    estimator.set_callbacks(ProgressBar(max_propagation_depth=depth))
    estimator.fit(y.reshape(-1, 1), y)
    lines = console.file.getvalue().splitlines()
    assert all(line.split()[-2] == "100%" for line in lines if line.strip())
    return [line.split("━")[0].rstrip() for line in lines if line.strip()]


@pytest.mark.parametrize(("depth", "n_lines"), [(0, 2), (1, 2 + 6 + 1)])
def test_the_bars_of_a_search(depth, n_lines, monkeypatch):
    grid = {"lstmregressor__units": [2, 3]}
    search = GridSearchCV(make_pipe(), grid, cv=TimeSeriesSplit(3))
    lines = bars_of(search, depth, monkeypatch)
    assert lines[:2] == ["GridSearchCV - fit", "  GridSearchCV - search #0"]
    assert len(lines) == n_lines


def test_the_bars_of_a_pipeline(monkeypatch):
    lines = bars_of(make_pipe(), 1, monkeypatch)
    assert lines[0] == "Pipeline - fit"
    # The scaler and the windower have no tasks to show.
    assert [line.split(" | ")[1] for line in lines[1:]] == ["LSTMRegressor - fit #2"]
