"""Pickles of fitted estimators: equal, small, safe to load, with a version."""

import copy
import pickle
import subprocess
import sys
import textwrap

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.pipeline import make_pipeline
from skops.io.exceptions import UntrustedTypesFoundException

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._estimator import versions as _persistence

N_ROWS, N_FITTED = 60, 50

OFFSETS = "pandas._libs.tslibs.offsets."
"""Where pandas keeps the classes of frequencies."""

INDEXES = {
    "month ends": pd.date_range("2020-01-31", periods=N_ROWS, freq="ME"),
    "local days": pd.date_range("2020-01-01", periods=N_ROWS, tz="Europe/Paris"),
    "fixed offset": pd.date_range("2020-01-01", periods=N_ROWS, tz="UTC+02:00"),
    "nanoseconds": pd.date_range("2020", periods=N_ROWS, freq="h", unit="ns"),
    "periods": pd.period_range("2020-01", periods=N_ROWS, freq="M", name="month"),
    "differences": pd.timedelta_range("0h", periods=N_ROWS, freq="h"),
    "numbers": pd.RangeIndex(10, 10 + N_ROWS, name="row"),
    "floats": pd.Index(np.arange(N_ROWS) / 2),
    "a gap": pd.date_range("2020", periods=N_ROWS + 9).delete(slice(20, 29)),
    "strings": pd.Index([f"row {number}" for number in range(N_ROWS)]),
}


@pytest.fixture(params=INDEXES)
def frame(request):
    values = np.random.default_rng(0).random((N_ROWS, 2))
    return pd.DataFrame(values, INDEXES[request.param], columns=["a", "b"])


def make_pipe(**params):
    params = {"units": 3, "epochs": 2, "random_state": 0} | params
    return make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(4), LSTMRegressor(**params)
    ).set_output(transform="pandas")


def fit(frame, **params):
    train = frame[:N_FITTED]
    return make_pipe(**params).fit(train, train["a"])


def test_pickles_are_equal_before_and_after_predictions(frame):
    pipe = fit(frame)
    first = pickle.dumps(pipe)
    pipe.predict(frame[N_FITTED:])
    pipe.predict(frame)
    assert pickle.dumps(pipe) == first
    assert pickle.dumps(fit(frame)) == first
    assert len(first) < 8000


def test_a_copy_has_the_same_index_and_predictions(frame):
    pipe = fit(frame)
    expected = pipe.predict(frame[N_FITTED:])
    for again in (pickle.loads(pickle.dumps(pipe)), copy.deepcopy(pipe)):
        np.testing.assert_array_equal(again.predict(frame[N_FITTED:]), expected)
        ours, theirs = pipe[1].last_index_, again[1].last_index_
        if ours is None:
            assert theirs is None
        else:
            assert ours.equals(theirs)
            assert (ours.dtype, ours.name) == (theirs.dtype, theirs.name)
        assert again[1].freq_ == pipe[1].freq_


def test_a_new_process_predicts_the_same_bits(tmp_path):
    frame = pd.DataFrame({"a": np.random.default_rng(0).random(N_ROWS)})
    pipe = fit(frame)
    joblib.dump((pipe, frame, pipe.predict(frame)), tmp_path / "pipe.joblib")
    code = f"""
        import joblib
        import numpy as np
        pipe, frame, expected = joblib.load({str(tmp_path / "pipe.joblib")!r})
        np.testing.assert_array_equal(pipe.predict(frame), expected)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


@pytest.mark.parametrize(
    "estimator",
    [
        LSTMRegressor(units=2, epochs=1),
        NaiveRegressor(without_past="mean"),
        SequenceWindower(2),
        TargetAwareMinMaxScaler(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_another_version_raises_a_warning(estimator, monkeypatch):
    X, y = np.random.default_rng(0).random((2, 20, 3))
    written = pickle.dumps(estimator.fit(X, y[:, 0]))
    assert "_skseq_version" not in vars(pickle.loads(written))
    monkeypatch.setattr(_persistence, "__version__", "7.0")
    with pytest.warns(InconsistentVersionWarning, match="version 0.1.*version 7.0"):
        pickle.loads(written)


def test_broken_files_raise(tmp_path):
    frame = pd.DataFrame({"a": np.random.default_rng(0).random(N_ROWS)})
    whole = pickle.dumps(fit(frame))
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        with pytest.raises((EOFError, pickle.UnpicklingError)):
            pickle.loads(whole[:length])


def test_skops_loads_a_pipeline_without_running_code(frame):
    pipe = fit(frame)
    written = skops.io.dumps(pipe)
    with pytest.raises(UntrustedTypesFoundException, match="LSTMRegressor"):
        skops.io.loads(written)
    types = skops.io.get_untrusted_types(data=written)
    assert all(name.startswith(("skseq.", OFFSETS)) for name in types)
    again = skops.io.loads(written, trusted=types)
    np.testing.assert_array_equal(
        again.predict(frame[N_FITTED:]), pipe.predict(frame[N_FITTED:])
    )
    train = frame[:N_FITTED]
    for each in (pipe, again):
        each[-1].set_params(warm_start=True)
        each.fit(train, train["a"])
    np.testing.assert_array_equal(again.predict(frame), pipe.predict(frame))
