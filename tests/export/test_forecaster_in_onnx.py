"""Direct forecasters predict in ONNX Runtime what forecast predicts."""

import json

import numpy as np
import pandas as pd
import pytest
from onnx_runs import assert_equal_predictions, make_pipe, make_series, run

from skseq import SequenceForecaster
from skseq.datasets import load_co2
from skseq.export import to_onnx

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def columns_of(model):
    return json.loads({p.key: p.value for p in model.metadata_props}["columns"])


def test_a_forecaster_of_one_series_with_its_season():
    co2 = load_co2().target.resample("MS").mean().interpolate()[-120:]
    forecaster = SequenceForecaster(horizon=6, deseasonalize=False).fit(co2)
    model = to_onnx(forecaster)
    n_rows = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    rows = co2.to_numpy()[np.newaxis, -n_rows:, np.newaxis]
    expected = forecaster.forecast().to_numpy()[np.newaxis]
    assert_equal_predictions(run(model, rows), expected, np.ptp(co2))
    assert columns_of(model) == ["co2"]


@pytest.mark.parametrize("horizon", [1, 3])
def test_several_targets_and_columns_known_in_advance(horizon):
    X, _ = make_series()
    days = pd.date_range("2024-01-01", periods=len(X))
    table = pd.DataFrame(X, days, columns=["y", "a", "plan"])
    forecaster = SequenceForecaster(
        make_pipe(), horizon=horizon, future_columns=["plan"]
    )
    past, future = table[:60], table[60 : 60 + horizon]
    forecaster.fit(past[["plan"]], past[["a", "y"]])
    model = to_onnx(forecaster)
    assert columns_of(model) == ["a", "y", "plan"]
    rows = table.loc[past.index[-6] : future.index[-1], ["a", "y", "plan"]].to_numpy()
    rows = rows.copy()
    rows[6:, :2] = np.nan  # unknown when the forecast is made
    expected = forecaster.forecast(X_future=future[["plan"]]).to_numpy()
    assert_equal_predictions(run(model, rows[None]), expected[None], np.ptp(past["y"]))


def test_many_series_in_one_call():
    X, _ = make_series(40)
    levels = {"small": X[:, :1], "large": X[:, :1] * 50}
    tables = [pd.DataFrame(y, columns=["y"]) for y in levels.values()]
    y = pd.concat(tables, keys=levels)
    forecaster = SequenceForecaster(
        make_pipe(), horizon=2, log=False, deseasonalize=False
    ).fit(y)
    rows = np.stack([values[-6:] for values in levels.values()])
    expected = forecaster.forecast().to_numpy().reshape(2, 2, 1)
    assert_equal_predictions(run(to_onnx(forecaster), rows), expected, 1.0)


def test_arrays_have_no_column_names():
    _, y = make_series()
    forecaster = SequenceForecaster(make_pipe(), horizon=2).fit(y)
    model = to_onnx(forecaster)
    assert not model.metadata_props
    exported = run(model, y[np.newaxis, -6:, np.newaxis])
    assert_equal_predictions(exported, forecaster.forecast()[np.newaxis], np.ptp(y))


@pytest.mark.parametrize("parameter", ["log", "deseasonalize"])
def test_a_transformed_target_is_an_error(parameter):
    _, y = make_series()
    forecaster = SequenceForecaster(
        make_pipe(), season_length=19, **{parameter: True}
    ).fit(y)
    with pytest.raises(
        ValueError, match=rf"\({parameter}=True\). Fit with {parameter}"
    ):
        to_onnx(forecaster)


def test_a_recursive_forecaster_is_an_error_but_its_pipeline_is_not():
    _, y = make_series()
    forecaster = SequenceForecaster(make_pipe(), strategy="recursive").fit(y)
    with pytest.raises(ValueError, match="this one has strategy='recursive'"):
        to_onnx(forecaster)
    exported = run(to_onnx(forecaster.estimator_), y[np.newaxis, -6:, np.newaxis])
    assert_equal_predictions(exported.ravel(), forecaster.forecast(), np.ptp(y))
