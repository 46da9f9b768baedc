"""On a cluster of dask: the same numbers, data sent once, and no loss of a worker."""

import os
import re
import signal
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from time import sleep

import numpy as np
import pytest
from joblib import parallel_config
from last_value_forecaster import make_months, make_panel
from pandas.testing import assert_frame_equal
from sklearn.callback import ProgressBar
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.model_selection import ForecastSplit, backtest
from skseq.model_selection._backtest_rows import BacktestRows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.distributed,
]

CV = ForecastSplit(6, horizon=2, step=1)


@pytest.fixture(scope="module")
def cluster():
    """Run two worker processes, each with a nanny that starts it again if it dies."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield cluster


def make_pipe(epochs=3):
    lstm = LSTMRegressor(units=2, epochs=epochs, random_state=0)
    return make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(3), lstm)


def make_forecaster(epochs=3):
    return SequenceForecaster(make_pipe(epochs), horizon=2)


@pytest.mark.parametrize("make_y", [lambda: make_months(40), make_panel])
@pytest.mark.parametrize("refit", [1, 2])
def test_a_backtest_has_the_same_numbers(cluster, make_y, refit):
    y = make_y()
    alone = backtest(make_forecaster(), y=y, cv=CV, refit=refit)
    with parallel_config("dask"):
        there = backtest(make_forecaster(), y=y, cv=CV, refit=refit)
    assert_frame_equal(there, alone)


@pytest.mark.parametrize("make_y", [lambda: make_months(40), make_panel])
def test_a_search_of_forecasters_has_the_same_numbers(cluster, make_y):
    y = make_y()
    grid = {"estimator__lstmregressor__units": [1, 2]}
    search = GridSearchCV(make_forecaster(), grid, cv=CV, error_score="raise")
    assert_same_search(search, y.to_frame(), y)


def test_a_random_search_of_a_pipeline_has_the_same_numbers(cluster):
    y = make_months(40)
    space = {"sequencewindower__time_steps": [2, 3, 4], "lstmregressor__units": [1, 2]}
    search = RandomizedSearchCV(
        make_pipe(), space, n_iter=3, cv=TimeSeriesSplit(2), random_state=0
    )
    assert_same_search(search, y.to_frame(), y)


def assert_same_search(search, X, y):
    alone = search.fit(X, y).cv_results_
    predictions = search.predict(X[-2:])
    with parallel_config("dask"):
        there = search.fit(X, y).cv_results_
    np.testing.assert_array_equal(search.predict(X[-2:]), predictions)
    for name in alone:
        if "time" not in name:
            np.testing.assert_array_equal(there[name], alone[name], err_msg=name)


def test_rows_are_sent_once_for_all_origins(cluster, monkeypatch):
    n_pickles = 0

    def counted(rows, protocol):
        nonlocal n_pickles
        n_pickles += 1
        return object.__reduce_ex__(rows, protocol)

    monkeypatch.setattr(BacktestRows, "__reduce_ex__", counted)
    y = make_months(200)
    split = ForecastSplit(20, horizon=2, step=1)
    with parallel_config("dask"):
        backtest(make_forecaster(epochs=1), y=y, cv=split)
    assert n_pickles == 1


@pytest.mark.parametrize(("number", "seconds"), [(0, 0.2), (1, 0.5)])
def test_a_backtest_completes_though_a_worker_is_killed(cluster, number, seconds):
    y = make_months(60)
    split = ForecastSplit(24, horizon=2, step=1)
    forecaster = make_forecaster(epochs=150)
    alone = backtest(forecaster, y=y, cv=split)
    with parallel_config("dask"), killed_worker(cluster, number, seconds):
        there = backtest(forecaster, y=y, cv=split)
    assert_frame_equal(there, alone)


@pytest.mark.parametrize("number", [0, 1])
def test_a_search_completes_though_a_worker_is_killed(cluster, number):
    y = make_months(60)
    X = y.to_frame()
    grid = {"lstmregressor__units": [1, 2, 3, 4]}
    search = GridSearchCV(make_pipe(epochs=150), grid, cv=TimeSeriesSplit(5))
    alone = search.fit(X, y).cv_results_["mean_test_score"]
    # By default joblib sends X to a single worker, which may be the one that dies.
    with (
        parallel_config("dask", scatter=[X, y]),
        killed_worker(cluster, number, seconds=0.4),
    ):
        search.fit(X, y)
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], alone)


@contextmanager
def killed_worker(cluster, number, seconds):
    """Kill a worker some seconds after the block has begun."""
    distributed = pytest.importorskip("distributed")
    worker = list(cluster.workers.values())[number]
    victim = worker.process.pid
    timer = Timer(seconds, os.kill, (victim, signal.SIGKILL))
    timer.start()
    yield
    is_in_time = not timer.is_alive()
    timer.join()
    assert is_in_time, "The block ended before the worker was killed."
    # For the next test: the nanny starts another worker.
    wait_until(lambda: worker.process and worker.process.pid not in (None, victim))
    distributed.default_client().wait_for_workers(2, timeout=30)


def wait_until(is_done):
    """Wait at most 30 seconds until a condition holds."""
    for _ in range(300):
        if is_done():
            return
        sleep(0.1)
    raise TimeoutError


def test_the_program_of_the_user_guide(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "user_guide" / "clusters.rst"
    (block,) = re.findall(
        r"code-block:: python\n\n((?: {3}.*\n|\n)+)", page.read_text("utf-8")
    )
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(block) + "    print(len(table))\n")
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "36"
    assert "SkillWarning" not in done.stderr


def test_a_progress_bar_follows_workers_on_this_machine(cluster, capsys):
    forecaster = make_forecaster().set_callbacks(ProgressBar(max_propagation_depth=0))
    with parallel_config("dask"):
        backtest(forecaster, y=make_months(40), cv=CV)
    assert "100%" in capsys.readouterr().out
