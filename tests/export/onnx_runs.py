"""Run exported models, and make the rows that they take."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.pipeline import make_pipeline

from skseq import RecurrentRegressor, SequenceWindower, TargetAwareMinMaxScaler

SMALL = {"units": 3, "epochs": 2, "random_state": 0}


def make_series(n_rows=70, level=100.0):
    """Return a table whose first column is the target, and the target."""
    rng = np.random.default_rng(0)
    y = level + 10 * np.sin(np.arange(n_rows) / 3) + rng.normal(size=n_rows)
    others = rng.normal(size=(n_rows, 2)) * [1.0, 1000.0]
    return np.column_stack([y, others]), y


def make_pipe(windower=None, scaler=None, **parameters):
    """Make a pipeline with a small network."""
    return make_pipeline(
        TargetAwareMinMaxScaler() if scaler is None else scaler,
        SequenceWindower(6) if windower is None else windower,
        RecurrentRegressor(**SMALL | parameters),
    )


def run(model, X, **given):
    """Return what a model predicts in ONNX Runtime, with other inputs of integers."""
    from onnxruntime import InferenceSession

    session = InferenceSession(model.SerializeToString())
    inputs = {"X": np.asarray(X, dtype=np.float64)}
    inputs |= {name: np.asarray(values, np.int64) for name, values in given.items()}
    (predictions,) = session.run(["y"], inputs)
    return predictions


def rows_for(X, time_steps, horizon, *, has_future=False):
    """Return the rows from which each row is predicted, of all with a complete window.

    Returns
    -------
    rows : ndarray of shape (n_predicted, n_rows, n_columns)
    first : int
        The first row that is predicted.
    """
    first = time_steps + horizon - 1
    n_needed = time_steps + (horizon if has_future else 0)
    of_each = sliding_window_view(X, n_needed, axis=0).transpose(0, 2, 1)
    return of_each[: len(X) - first] if not has_future else of_each, first


def assert_equal_predictions(exported, expected, scale, dtype="float32"):
    """Check that predictions are equal up to rounding, relative to a scale."""
    tolerance = {"float32": 1e-5, "float64": 1e-11}[dtype] * np.max(scale)
    assert exported.dtype == np.float64
    assert exported.shape == expected.shape
    np.testing.assert_allclose(exported, expected, rtol=0, atol=tolerance)
