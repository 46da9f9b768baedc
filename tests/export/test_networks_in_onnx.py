"""Networks of every kind predict in ONNX Runtime as they do here."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_runs import (
    SMALL,
    assert_equal_predictions,
    make_pipe,
    make_series,
    rows_for,
    run,
)
from sklearn.preprocessing import StandardScaler

from skseq import (
    GRURegressor,
    LSTMRegressor,
    RecurrentRegressor,
    SequenceWindower,
)
from skseq.export import to_onnx

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

NETWORKS = {
    "lstm": {},
    "gru": {"cell": "gru"},
    "rnn": {"cell": "rnn"},
    "stack": {"cell": ("lstm", "gru", "rnn"), "units": (4, 2, 3)},
    "both directions": {
        "cell": ("gru", "lstm"),
        "units": (3, 2),
        "bidirectional": True,
    },
    "dense layers": {"dense_units": (5, 4)},
    "dropout": {"dropout": 0.3, "recurrent_dropout": 0.2},
    "members": {"n_members": 3},
    "one quantile": {"loss": "quantile", "quantile": 0.8},
    "quantiles": {"loss": "quantile", "quantile": (0.1, 0.5, 0.9)},
    "no normalization": {"normalization": None, "persistence": None},
    "only persistence": {"normalization": None, "persistence": "last"},
    "only normalization": {"normalization": "instance", "persistence": None},
    "season": {"persistence": 4},
    "no linear forecast": {"linear_weight": 0},
    "half a linear forecast": {"linear_weight": 0.5},
    "only a linear forecast": {"linear_weight": 1},
    "statistics": {"window_statistics": True},
    "patches": {"patch_length": 3, "window_statistics": True},
    "target not scaled": {"target_scaler": None},
    "target standardized": {"target_scaler": StandardScaler()},
}


def check_pipe(pipe, X, y, *, dtype="float32"):
    """Fit a pipeline, export it, and compare the predictions of all complete rows."""
    windower = pipe.fit(X, y)[1]
    rows, first = rows_for(
        np.asarray(X),
        windower.time_steps,
        windower.horizon,
        has_future=windower.future_columns is not None,
    )
    exported = run(to_onnx(pipe), rows)
    expected = pipe.predict(X)[first:]
    assert_equal_predictions(exported, expected, np.ptp(y, axis=0), dtype)


@pytest.mark.sample(2)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("parameters", NETWORKS.values(), ids=NETWORKS)
def test_exported_networks_predict_the_same(parameters, dtype):
    pipe = make_pipe(dtype=dtype, engine="native", **parameters)
    check_pipe(pipe, *make_series(), dtype=dtype)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["both directions", "quantiles", "patches"])
def test_exported_networks_predict_as_in_keras(name, dtype):
    pipe = make_pipe(dtype=dtype, engine="keras", linear_weight=0, **NETWORKS[name])
    check_pipe(pipe, *make_series(), dtype=dtype)


@pytest.mark.parametrize("future", [None, [2], [0, 2]])
@pytest.mark.parametrize("horizon", [0, 1, 3])
def test_windows_of_any_horizon_and_future_columns(horizon, future):
    X, y = make_series()
    # With a horizon of 0 or a future target, a window would contain the value.
    X = X if horizon and future != [0, 2] else X[:, [1, 1, 2]] + [[0, 1e3, 0]]
    windower = SequenceWindower(5, horizon=horizon, future_columns=future)
    check_pipe(make_pipe(windower), X, y)


@pytest.mark.parametrize("quantile", [None, (0.2, 0.5, 0.8)])
def test_several_targets(quantile):
    X, _ = make_series()
    loss = "mse" if quantile is None else "quantile"
    pipe = make_pipe(loss=loss, quantile=quantile)
    check_pipe(pipe, X, X[:, :2])


def test_a_constant_target_is_exact():
    X, y = make_series()
    pipe = make_pipe().fit(X, np.column_stack([y, np.full(len(y), 0.1)]))
    exported = run(to_onnx(pipe), rows_for(X, 6, 1)[0])
    assert (exported[:, 1] == 0.1).all()


def test_small_changes_at_a_high_level_are_kept():
    X, y = make_series(level=1e8)
    check_pipe(make_pipe(linear_weight=0.5), X, y)


def test_each_series_of_a_panel_is_predicted_alone():
    tables = [
        pd.DataFrame(make_series(40, level)[0], columns=["y", "a", "b"])
        for level in (10.0, 1000.0)
    ]
    X = pd.concat(tables, keys=["small", "large"])
    pipe = make_pipe(epochs=3).fit(X, X["y"])
    assert pipe[-1].window_statistics_
    model = to_onnx(pipe)
    for name, table in zip(["small", "large"], tables, strict=True):
        rows, first = rows_for(table.to_numpy(), 6, 1)
        expected = pipe.predict(X.loc[[name]])[first:]
        assert_equal_predictions(run(model, rows), expected, np.ptp(table["y"]))


def test_a_constant_series_of_a_panel_is_named():
    table = pd.DataFrame(make_series(40)[0], columns=["y", "a", "b"])
    X = pd.concat({"shop": table, "closed": table.assign(y=7.0)})
    pipe = make_pipe(epochs=3).fit(X, X["y"])
    assert (pipe.predict(X.loc[["closed"]])[6:] == 7).all()
    with pytest.warns(UserWarning, match=r"constant in fit: .*closed"):
        to_onnx(pipe)


@pytest.mark.parametrize("regressor", [LSTMRegressor, GRURegressor])
def test_a_regressor_alone_takes_windows(regressor):
    windows = np.random.default_rng(0).normal(size=(30, 4, 2))
    y = windows[:, -1].sum(axis=1)
    regressor = regressor(**SMALL).fit(windows, y)
    exported = run(to_onnx(regressor), windows)
    assert_equal_predictions(exported, regressor.predict(windows), np.ptp(y))


def test_a_regressor_on_a_table_takes_rows():
    X = np.random.default_rng(0).normal(size=(30, 2))
    regressor = RecurrentRegressor("gru", **SMALL).fit(X, np.square(X).sum(axis=1))
    assert_equal_predictions(run(to_onnx(regressor), X), regressor.predict(X), 1.0)


@settings(max_examples=20)
@given(
    cells=st.lists(st.sampled_from(["lstm", "gru", "rnn"]), min_size=1, max_size=3),
    options=st.fixed_dictionaries(
        {
            "units": st.integers(1, 5),
            "bidirectional": st.booleans(),
            "dense_units": st.lists(st.integers(1, 4), max_size=2).map(tuple),
            "n_members": st.integers(1, 3),
            "normalization": st.sampled_from(["auto", None]),
            "persistence": st.sampled_from(["auto", "last", 1, 5, None]),
            "linear_weight": st.sampled_from(["auto", 0, 0.5]),
            "patch_length": st.sampled_from([1, 2, 3]),
            "window_statistics": st.sampled_from(["auto", False]),
            "dtype": st.sampled_from(["float32", "float64"]),
            "target_scaler": st.sampled_from(["minmax", None, StandardScaler()]),
            "random_state": st.integers(0, 9),
        }
    ),
    horizon=st.sampled_from([1, 3]),
    n_targets=st.integers(1, 2),
)
def test_any_combination_predicts_the_same(cells, options, horizon, n_targets):
    X, _ = make_series(40)
    if options["normalization"] is None and options["persistence"] is None:
        options["linear_weight"] = 0  # a linear forecast needs one of them
    pipe = make_pipe(
        SequenceWindower(6, horizon=horizon), cell=tuple(cells), **options, epochs=1
    )
    y = X[:, 0] if n_targets == 1 else X[:, :n_targets]
    check_pipe(pipe, X, y, dtype=options["dtype"])
