"""Clones, pickles, other processes and threads give the same bits."""

import pickle
import subprocess
import sys
import textwrap
import threading

import joblib
import numpy as np
import pytest
from pipelines import N_TRAIN, assert_same_weights, make_months, make_pipe, scores_of
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.utils.validation import check_is_fitted


def test_clones_are_unfitted_and_learn_the_same(engine, data):
    pipe = make_pipe(engine=engine).fit(data.X_train, data.y_train)
    y_pred = pipe.predict(data.X_test)
    copy = clone(pipe)
    for (_, step), (_, original) in zip(copy.steps, pipe.steps, strict=True):
        assert step.get_params(deep=False) == original.get_params(deep=False)
        with pytest.raises(NotFittedError):
            check_is_fitted(step)
    copy.fit(data.X_train, data.y_train)
    np.testing.assert_array_equal(copy.predict(data.X_test), y_pred)
    np.testing.assert_array_equal(pipe.predict(data.X_test), y_pred)


def test_refit_is_bit_identical_and_the_seed_matters(engine, frames):
    pipe = make_pipe(engine=engine)
    first = pipe.fit(frames.X_train, frames.y_train).predict(frames.X_test)
    again = pipe.fit(frames.X_train, frames.y_train).predict(frames.X_test)
    np.testing.assert_array_equal(first, again)
    pipe.set_params(rnn__random_state=1).fit(frames.X_train, frames.y_train)
    assert not np.allclose(pipe.predict(frames.X_test), first)


def dump_with_joblib(pipe, path):
    joblib.dump(pipe, path)
    return "joblib"


def dump_with_pickle(pipe, path):
    path.write_bytes(pickle.dumps(pipe))
    return "pickle"


PREDICT_FROM_FILE = """
    import pickle, sys
    import joblib
    import numpy as np
    how, path, table, predictions = sys.argv[1:]
    with open(path, "rb") as file:
        pipe = {"joblib": joblib, "pickle": pickle}[how].load(file)
    np.save(predictions, pipe.predict(joblib.load(table)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dump", "container"),
    [(dump_with_joblib, "frames"), (dump_with_pickle, "arrays")],
)
def test_a_fresh_process_predicts_the_same_bits(
    request, tmp_path, engine, dump, container
):
    data = request.getfixturevalue(container)
    pipe = make_pipe(engine=engine).fit(data.X_train, data.y_train)
    table, predictions = tmp_path / "table", tmp_path / "predictions.npy"
    joblib.dump(data.X_test, table)
    how = dump(pipe, tmp_path / "pipe")
    code = textwrap.dedent(PREDICT_FROM_FILE)
    command = [sys.executable, "-c", code, how, tmp_path / "pipe", table]
    command.append(predictions)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(np.load(predictions), pipe.predict(data.X_test))


def test_a_pickled_copy_predicts_and_refits_the_same_bits(engine, data):
    pipe = make_pipe(engine=engine).fit(data.X_train, data.y_train)
    copy = pickle.loads(pickle.dumps(pipe))
    np.testing.assert_array_equal(copy.predict(data.X_test), pipe.predict(data.X_test))
    for each in (pipe, copy):
        each.fit(data.X, data.y)
    assert_same_weights(pipe, copy)


def run_folds(n_jobs, backend, engine):
    X, y = make_months(N_TRAIN)
    search = GridSearchCV(
        make_pipe(engine=engine),
        {"rnn__units": [3, 4]},
        cv=TimeSeriesSplit(2),
        refit=False,
        n_jobs=n_jobs,
        error_score="raise",
    )
    with joblib.parallel_config(backend=backend):
        return scores_of(search.fit(X, y))


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_jobs_do_not_change_a_bit(engine, backend):
    one_by_one = run_folds(1, "sequential", engine)
    np.testing.assert_array_equal(run_folds(2, backend, engine), one_by_one)


def test_threads_share_a_fitted_pipeline(engine, frames):
    pipe, other = (
        make_pipe(random_state=seed, engine=engine).fit(frames.X_train, frames.y_train)
        for seed in (0, 1)
    )
    expected = {id(p): p.predict(frames.X_test) for p in (pipe, other)}
    found = []
    calls = [
        threading.Thread(
            target=lambda p=p: found.append((id(p), p.predict(frames.X_test)))
        )
        for p in 10 * [pipe, other]
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(found) == len(calls)
    for key, y_pred in found:
        np.testing.assert_array_equal(y_pred, expected[key])
