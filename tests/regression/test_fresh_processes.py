"""What leaves a process is the same in another one that has imported nothing."""

import pickle
import subprocess
import sys
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from dateutil import tz
from small_series import pipe_of, quick, windows_and_target

from skseq import KerasSequenceRegressor

ZONES = {
    "none": None,
    "UTC": "UTC",
    "name": "Europe/Berlin",
    "zoneinfo": ZoneInfo("America/New_York"),
    "offset": timezone(timedelta(hours=5, minutes=30)),
    "named offset": timezone(timedelta(hours=-3), "here"),
    "dateutil": tz.gettz("Europe/Berlin"),
    "dateutil by name": "dateutil/Asia/Kolkata",
    "dateutil UTC": tz.tzutc(),
    "dateutil offset": tz.tzoffset(None, 7200),
    "dateutil named offset": tz.tzoffset("there", -3600),
}

PREDICT_ALL = """
import pickle, sys
with open(sys.argv[1], "rb") as file:
    pairs = pickle.load(file)
with open(sys.argv[2], "wb") as file:
    pickle.dump([pipe.predict(rows) for pipe, rows in pairs], file)
"""

LOAD = "import keras, sys; keras.saving.load_model(sys.argv[1])"

# Can go when Keras copies variables as NumPy 2 asks for it.
ignore_array_copies = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


def run(code, *arguments):
    """Run code in another process, and return the process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_pipeline_keeps_its_time_zone(tmp_path):
    values = 100 + np.random.default_rng(0).normal(size=60).cumsum()
    pairs = []
    for zone in ZONES.values():
        hours = pd.date_range("2024-03-30", periods=60, freq="h", tz=zone)
        X = pd.DataFrame({"value": values}, index=hours)
        pipe = pipe_of(time_steps=3, epochs=1, early_stopping=False)
        pairs.append((pipe.fit(X[:50], X["value"][:50]), X[50:]))
    (tmp_path / "in").write_bytes(pickle.dumps(pairs))
    done = run(PREDICT_ALL, tmp_path / "in", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    predictions = pickle.loads((tmp_path / "out").read_bytes())
    for (pipe, rows), predicted in zip(pairs, predictions, strict=True):
        np.testing.assert_array_equal(predicted, pipe.predict(rows))


def build_network(window_shape, n_outputs):
    import keras

    return keras.Sequential(
        [
            keras.layers.Input(window_shape),
            keras.layers.LSTM(2),
            keras.layers.Dense(n_outputs),
        ]
    )


def save_checkpoint(path):
    import keras

    series = np.random.default_rng(0).normal(size=60).cumsum()
    X = np.lib.stride_tricks.sliding_window_view(series[:-1], 4)[:, :, np.newaxis]
    regressor = KerasSequenceRegressor(
        build_network,
        epochs=1,
        early_stopping=False,
        callbacks=[keras.callbacks.ModelCheckpoint(path)],
        random_state=0,
    )
    regressor.fit(X, series[4:])
    assert regressor.target_feature_[0] == 0


def save_model(path):
    series = np.random.default_rng(0).normal(size=60).cumsum()
    X = np.lib.stride_tricks.sliding_window_view(series[:-1], 4)[:, :, np.newaxis]
    regressor = quick(early_stopping=False).fit(X, series[4:])
    pickle.dumps(regressor.to_scikeras())  # SciKeras registers classes of models
    regressor.model_.save(path)


def save_float64(path):
    windows, y = windows_and_target()
    quick(dtype="float64").fit(windows, y).model_.save(path)


def save_quantiles(path):
    windows, y = windows_and_target()
    quantiles = {"loss": "quantile", "quantile": (0.1, 0.9)}
    quick(**quantiles).fit(windows, y).model_.save(path)


@pytest.mark.slow
@ignore_array_copies
@pytest.mark.parametrize(
    "save", [save_checkpoint, save_model, save_float64, save_quantiles]
)
def test_a_saved_model_loads_or_the_error_names_the_import(tmp_path, save):
    save(tmp_path / "saved.keras")
    done = run(f"import skseq.layers; {LOAD}", tmp_path / "saved.keras")
    assert done.returncode == 0, done.stderr
    done = run(LOAD, tmp_path / "saved.keras")
    assert done.returncode != 0
    assert "'module': 'skseq.layers'" in done.stderr.splitlines()[-1][:600]


@pytest.mark.slow
@ignore_array_copies
def test_a_saved_model_without_classes_of_the_package_needs_no_import(tmp_path):
    windows, y = windows_and_target()
    quick().fit(windows, y).model_.save(tmp_path / "saved.keras")
    done = run(LOAD, tmp_path / "saved.keras")
    assert done.returncode == 0, done.stderr
