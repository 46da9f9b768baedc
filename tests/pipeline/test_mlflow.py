"""MLflow logs the parameters of a fit, and loads a model in a fresh process."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest
from pipelines import make_pipe

from skseq import SequenceForecaster

mlflow = pytest.importorskip("mlflow")

# Until MLflow and its packages raise no warnings of deprecation themselves.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where MLflow keeps the files of models
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    yield uri
    mlflow.set_tracking_uri(None)


@pytest.mark.parametrize("is_forecaster", [False, True])
def test_a_fresh_process_predicts_the_same(store, frames, tmp_path, is_forecaster):
    model = make_pipe()
    if is_forecaster:
        model = SequenceForecaster(model, horizon=len(frames.X_test))
    model.fit(frames.X_train, frames.y_train)
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(
            model, name="model", serialization_format="cloudpickle"
        )
    frames.X_test.to_pickle(tmp_path / "rows.pkl")
    code = f"""
        import mlflow, numpy, pandas
        mlflow.set_tracking_uri({store!r})
        rows = pandas.read_pickle("rows.pkl")
        for load in (mlflow.sklearn.load_model, mlflow.pyfunc.load_model):
            numpy.save(load.__module__, load({info.model_uri!r}).predict(rows))
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    expected = model.predict(frames.X_test)
    for name in ("mlflow.sklearn", "mlflow.pyfunc"):
        np.testing.assert_array_equal(np.load(tmp_path / f"{name}.npy"), expected)


def test_autolog_records_parameters_and_scores(store, frames):
    mlflow.sklearn.autolog(log_models=False)
    try:
        with mlflow.start_run() as run:
            pipe = make_pipe().fit(frames.X_train, frames.y_train)
    finally:
        mlflow.sklearn.autolog(disable=True)
    logged = mlflow.get_run(run.info.run_id).data
    assert logged.params["rnn__units"] == "3"
    assert logged.params["window__time_steps"] == "3"
    assert logged.metrics["training_score"] == pytest.approx(
        pipe.score(frames.X_train, frames.y_train)
    )
