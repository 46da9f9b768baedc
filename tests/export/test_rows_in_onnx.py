"""Scalers, missing rows and files of exported models."""

import json
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from onnx_runs import (
    SMALL,
    assert_equal_predictions,
    make_pipe,
    make_series,
    rows_for,
    run,
)
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from skseq import (
    LSTMRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.export import to_onnx

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

SCALERS = [
    TargetAwareMinMaxScaler((-1, 1)),
    TargetAwareMinMaxScaler(clip=True),
    MinMaxScaler((-1, 1)),
    MinMaxScaler(clip=True),
    StandardScaler(),
    StandardScaler(with_mean=False),
    StandardScaler(with_std=False),
    RobustScaler(),
    RobustScaler(with_centering=False),
    RobustScaler(with_scaling=False),
    MaxAbsScaler(),
    FunctionTransformer(),
    make_pipeline(FunctionTransformer(np.log1p, np.expm1), StandardScaler()),
    "passthrough",
]

FUNCTIONS = [
    (np.log, np.exp),
    (np.log1p, np.expm1),
    (np.log2, np.exp2),
    (np.sqrt, np.square),
    (np.negative, np.negative),
    (np.reciprocal, np.reciprocal),
]


def make_positive_series():
    X, y = make_series()
    return np.abs(X), y


@pytest.mark.parametrize("scaler", SCALERS, ids=str)
def test_scalers_of_rows(scaler):
    X, y = make_positive_series()
    pipe = make_pipe(scaler=scaler).fit(X[:40], y[:40])
    later = X * [1.5, 1.0, 2.0]  # also beyond the fitted range, where clip matters
    rows, first = rows_for(later, 6, 1)
    expected = pipe.predict(later)[first:]
    assert_equal_predictions(run(to_onnx(pipe), rows), expected, np.ptp(y))


@pytest.mark.parametrize(
    "scaler", [s for s in SCALERS if not isinstance(s, str)], ids=str
)
def test_target_scalers(scaler):
    X, y = make_positive_series()
    pipe = make_pipe(target_scaler=scaler).fit(X, X[:, :2])
    rows, first = rows_for(X, 6, 1)
    assert_equal_predictions(
        run(to_onnx(pipe), rows), pipe.predict(X)[first:], np.ptp(y)
    )


@pytest.mark.parametrize("functions", FUNCTIONS, ids=lambda pair: pair[0].__name__)
def test_functions_of_the_target(functions):
    # Not affine, so the target's past in the windows is transformed as well.
    X, y = make_positive_series()
    scaler = FunctionTransformer(*functions)
    pipe = make_pipe(target_scaler=scaler, linear_weight=0.5).fit(X, y)
    rows, first = rows_for(X, 6, 1)
    assert_equal_predictions(
        run(to_onnx(pipe), rows), pipe.predict(X)[first:], np.ptp(y)
    )


def test_a_scaler_of_windows():
    X, y = make_series()
    pipe = make_pipeline(
        SequenceWindower(6), TargetAwareMinMaxScaler(), LSTMRegressor(**SMALL)
    ).fit(X, y)
    rows, first = rows_for(X, 6, 1)
    assert_equal_predictions(
        run(to_onnx(pipe), rows), pipe.predict(X)[first:], np.ptp(y)
    )


@given(
    is_missing=nps.arrays(bool, (5, 7, 2), elements=st.booleans()),
    time_steps=st.integers(1, 7),
)
def test_missing_steps_are_filled_as_in_predict(is_missing, time_steps):
    regressor, model = fitted_with_model(time_steps)
    windows = np.random.default_rng(0).normal(size=is_missing.shape)
    windows = np.where(is_missing, np.nan, windows)[:, :time_steps]
    expected = regressor.predict(windows)
    assert_equal_predictions(run(model, windows), expected, 1.0)


@cache
def fitted_with_model(time_steps):
    windows = np.random.default_rng(1).normal(size=(30, time_steps, 2))
    regressor = LSTMRegressor(**SMALL).fit(windows, windows.sum(axis=(1, 2)))
    return regressor, to_onnx(regressor)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_value_without_a_logarithm_gives_nan(dtype):
    X, y = make_positive_series()
    log = FunctionTransformer(np.log, np.exp)
    options = {"loss": "quantile", "quantile": (0.2, 0.8), "dense_units": 3}
    pipe = make_pipe(target_scaler=log, linear_weight=0, dtype=dtype, **options)
    model = to_onnx(pipe.fit(X, y))
    rows, _ = rows_for(X, 6, 1)
    rows = rows.copy()
    rows[4, 2, 0] = -1e6  # predict raises an error for it
    assert np.array_equal(np.isnan(run(model, rows)).all(axis=1), np.arange(64) == 4)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_no_number_in_a_table_gives_no_number(cell, dtype, value):
    X = np.random.default_rng(0).normal(size=(30, 2))
    regressor = RecurrentRegressor(cell, dense_units=2, dtype=dtype, **SMALL)
    model = to_onnx(regressor.fit(X, np.square(X).sum(axis=1)))
    X[3, 1] = value
    assert np.array_equal(np.isnan(run(model, X)), np.arange(30) == 3)


def test_a_date_without_a_row_is_a_row_of_nan():
    X, y = make_series()
    days = pd.date_range("2024-01-01", periods=len(X))
    table = pd.DataFrame(X, days, columns=["y", "a", "b"])
    pipe = make_pipe().fit(table[:60], y[:60])
    expected = pipe.predict(table.drop(index=days[66]))[-1:]
    rows = X[-7:-1].copy()
    rows[-3] = np.nan  # the last row to read is that of day 68
    assert_equal_predictions(run(to_onnx(pipe), rows[None]), expected, np.ptp(y))


def test_only_future_columns_are_read_after_the_window():
    X, y = make_series()
    windower = SequenceWindower(6, horizon=2, future_columns=[1])
    model = to_onnx(make_pipe(windower).fit(X, y))
    rows = X[np.newaxis, :8]
    unknown = rows.copy()
    unknown[:, 6:, [0, 2]] = np.nan
    assert np.array_equal(run(model, unknown), run(model, rows))
    changed = rows.copy()
    changed[:, 7, 1] += 1
    assert not np.array_equal(run(model, changed), run(model, rows))


def test_a_prediction_does_not_depend_on_the_other_windows():
    X, y = make_series()
    model = to_onnx(make_pipe(n_members=2).fit(X, y))
    rows, _ = rows_for(X, 6, 1)
    together = run(model, rows)
    alone = np.concatenate([run(model, one[np.newaxis]) for one in rows])
    assert_equal_predictions(together, alone, np.ptp(y))


def test_the_shapes_and_names_are_in_the_model(tmp_path):
    X, y = make_series()
    table = pd.DataFrame(X, columns=["y", "a", "b"])
    windower = SequenceWindower(6, horizon=3, future_columns=["b"])
    model = to_onnx(make_pipe(windower).fit(table, y), tmp_path / "model.onnx")
    session = runtime.InferenceSession(tmp_path / "model.onnx")
    (given_rows,), (predicted,) = session.get_inputs(), session.get_outputs()
    assert (given_rows.name, given_rows.type) == ("X", "tensor(double)")
    assert given_rows.shape == ["n_windows", 9, 3]
    assert (predicted.name, predicted.shape) == ("y", ["n_windows"])
    columns = session.get_modelmeta().custom_metadata_map["columns"]
    assert json.loads(columns) == ["y", "a", "b"]
    assert model == onnx.load(tmp_path / "model.onnx")


def test_another_number_of_rows_is_an_error():
    X, y = make_series()
    model = to_onnx(make_pipe().fit(X, y))
    with pytest.raises(Exception, match="Got invalid dimensions for input: X"):
        run(model, X[np.newaxis, :5])


def test_the_best_pipeline_of_a_search_is_exported():
    X, y = make_series()
    grid = {"recurrentregressor__units": [2, 3]}
    search = GridSearchCV(make_pipe(), grid, cv=TimeSeriesSplit(2)).fit(X, y)
    assert to_onnx(search) == to_onnx(search.best_estimator_)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_newest_operators_predict_the_same(dtype):
    X, y = make_series()
    pipe = make_pipe(cell=("gru", "lstm"), units=(2, 2), dtype=dtype).fit(X, y)
    newest = newest_opset_of_runtime()
    model = to_onnx(pipe, opset=newest)
    assert model.opset_import[0].version == newest
    rows, _ = rows_for(X, 6, 1)
    assert np.array_equal(run(model, rows), run(to_onnx(pipe), rows))


def newest_opset_of_runtime():
    """Return the newest version that both onnx and its runtime know."""
    versions = range(18, onnx.defs.onnx_opset_version() + 1)
    for version in reversed(versions):
        identity = onnx.parser.parse_model(
            f'<ir_version: 8, opset_import: ["" : {version}]> '
            "g (float[1] x) => (float[1] y) { y = Identity(x) }"
        )
        try:
            runtime.InferenceSession(identity.SerializeToString())
        except Exception:  # the exceptions of onnxruntime have no common base class
            continue
        return version


def test_export_needs_onnx(monkeypatch):
    X, y = make_series()
    pipe = make_pipe().fit(X, y)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"pip install .skseq\[onnx\]"):
        to_onnx(pipe)
