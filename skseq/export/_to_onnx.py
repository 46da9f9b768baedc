"""to_onnx: export a fitted pipeline as an ONNX model."""

import json
from numbers import Integral

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skseq._forecasting.forecaster import SequenceForecaster
from skseq._regression.past.constant_series import warn_about_constant_series
from skseq._version import __version__
from skseq.export._forecaster import (
    add_forecaster,
    check_is_exportable,
    warn_about_unseen_series,
)
from skseq.export._graph import FIRST_OPSET, Graph, import_onnx
from skseq.export._pipeline import add_pipeline, read_parts


def to_onnx(estimator, path=None, *, opset=18):
    """Export a fitted pipeline, regressor or direct forecaster as an ONNX model.

    The model maps the rows of one window, or of many, to predictions in the units of y.
    It contains all that ``predict`` computes from them: scaling, windows,
    normalization, networks, the linear forecast, quantiles and the target scaler.

    Parameters
    ----------
    estimator : estimator
        Fitted: an :class:`~skseq.LSTMRegressor`, :class:`~skseq.GRURegressor` or
        :class:`~skseq.RecurrentRegressor`; a Pipeline that ends with one; a search over
        such a Pipeline, of which the best one is exported; or a
        :class:`~skseq.SequenceForecaster` with ``strategy="direct"``. The other steps
        of a Pipeline may be :class:`~skseq.SequenceWindower`,
        :class:`~skseq.TargetAwareMinMaxScaler`, scikit-learn's StandardScaler,
        MinMaxScaler, RobustScaler and MaxAbsScaler, and FunctionTransformer with a
        function such as ``np.log`` or ``np.log1p``. The same transformers are valid as
        ``target_scaler``.
    path : str or path-like, default=None
        Where to save the model. With None, it is only returned.
    opset : int, default=18
        Version of ONNX's operators, at least 18. Older runtimes support fewer versions.

    Returns
    -------
    model : onnx.ModelProto
        With the input ``X``, float64, and the output ``y``, float64. A forecaster
        may need two more inputs, ``series`` and ``steps_since_export``.

        ``X`` has the shape (n_windows, n_rows, n_columns): for each prediction, the
        rows that it is made from, oldest first, in the columns of ``fit``. n_rows is
        the windower's ``time_steps``. With ``future_columns`` it is ``time_steps +
        horizon``: the last ``horizon`` rows are those up to the row to predict, and
        only their future columns are used, so the others may be NaN. Without a
        windower, ``X`` has the shape of the regressor's windows or table.

        ``y`` has the shape of ``predict``: (n_windows,) or (n_windows, n_outputs); for
        a forecaster (n_windows, horizon) or (n_windows, horizon, n_targets).

        ``steps_since_export``, int64 of shape (n_windows,), is an input if a forecaster
        removes a season: the number of steps from the last known row of the series at
        the time of the export to the last known row of the window. It is 0 for the
        same rows, 1 after one more row.

        ``series``, int64 of shape (n_windows,), is an input if a forecaster of several
        series takes logarithms or removes seasons: the number of the series.

        ``metadata_props`` contains JSON: the names of the columns in ``columns``, and
        those of the series, in the order of their numbers, in ``series``.

    Raises
    ------
    ImportError
        If the package onnx is not installed.
    ValueError
        If a part cannot be exported; the message names the step. If ``opset`` is too
        small, or larger than the installed onnx knows.
    sklearn.exceptions.NotFittedError
        If the estimator is not fitted.

    Warns
    -----
    UserWarning
        If one of several series was constant in ``fit``, or was added by ``update`` and
        has a constant latest window. ``predict`` and ``forecast`` return its value, but
        the model treats it like any other series.

    See Also
    --------
    skseq.LSTMRegressor.to_scikeras : The network as a SciKeras regressor.

    Notes
    -----
    A network with ``dtype="float32"`` becomes ONNX's operators LSTM, GRU and RNN [1]_,
    which compute in float32; a network with ``dtype="float64"`` becomes a loop of
    operators in float64. Everything else is computed in float64. Predictions equal
    those of ``predict`` to about 1e-6 of the range of y, or to rounding in float64.

    NaN marks a missing step, which is filled as in ``predict``. A value that has no
    logarithm is filled in the same way if a step is ``FunctionTransformer(np.log)``;
    ``predict`` raises an error there. A regressor that was fitted on a table predicts
    NaN for NaN.

    The model gets no index: the caller must pass the rows of a series in order, one row
    for each step, and NaN where a row is missing. So it does not know which series were
    not in ``fit``. For a constant window of such a series, ``predict`` returns exactly
    the value of the window; the model does not.
    The model checks only the shape, and does not warn. It needs at least one window:
    with none, ONNX Runtime may crash the process.

    References
    ----------
    .. [1] ONNX operators, https://onnx.ai/onnx/operators/

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
    >>> from skseq.export import to_onnx
    >>> y = 100 + 10 * np.sin(np.arange(60) / 3)
    >>> X = y.reshape(-1, 1)
    >>> pipe = make_pipeline(
    ...     TargetAwareMinMaxScaler(),
    ...     SequenceWindower(time_steps=4),
    ...     LSTMRegressor(units=8, epochs=5, random_state=0),
    ... ).fit(X, y)
    >>> model = to_onnx(pipe)

    A program that predicts needs only onnxruntime:

    >>> from onnxruntime import InferenceSession
    >>> session = InferenceSession(model.SerializeToString())
    >>> (y_next,) = session.run(["y"], {"X": X[np.newaxis, -4:]})
    >>> bool(np.allclose(y_next, pipe.predict([[np.nan]])))
    True
    """
    onnx = import_onnx()
    check_opset(opset, newest=onnx.defs.onnx_opset_version())
    check_is_fitted(estimator)
    model = make_model(*build_graph(estimator), opset)
    if path is not None:
        onnx.save(model, path)
    return model


def build_graph(estimator):
    """Build a graph from X to y of a fitted estimator.

    Also return the names of the columns of X, and those of the series if the number of
    the series is an input of the model.
    """
    graph, names = Graph(), {}
    if isinstance(estimator, SequenceForecaster):
        fitted = estimator._fitted_forecast  # read once: another thread may fit
        check_is_exportable(fitted)
        parts, layout = read_parts(fitted.estimator), fitted.layout
        rows = graph.add_input("X", parts.input_shape, np.float64)
        predictions = add_forecaster(graph, rows, parts, fitted)
        warn_about_unseen_series(fitted, parts.model)
        of_targets = (layout.n_targets,) if layout.target_ndim == 2 else ()
        shape, columns = (fitted.horizon, *of_targets), layout.table_names
        if len(graph.inputs) > 1 and fitted.table.axis.names is not None:
            names["series"] = fitted.table.axis.names
    else:
        parts = read_parts(estimator)
        rows = graph.add_input("X", parts.input_shape, np.float64)
        predictions = add_pipeline(graph, rows, parts)
        shape, columns = parts.model.prediction_shape, parts.columns
    graph.add_output("y", predictions, shape)
    warn_about_constant_series(parts.model, "the ONNX model")
    return graph, names if columns is None else names | {"columns": columns}


def check_opset(opset, *, newest):
    """Raise if ONNX models cannot be written with this version of the operators."""
    if not isinstance(opset, Integral) or not FIRST_OPSET <= opset <= newest:
        raise ValueError(
            f"opset must be an integer from {FIRST_OPSET} to {newest}, the newest that "
            f"the installed onnx supports; got {opset!r}. Most runtimes support "
            f"opset={FIRST_OPSET}, the default."
        )


def make_model(graph, names, opset):
    """Make a model from what `build_graph` returns, and check it."""
    onnx = import_onnx()
    made = onnx.helper.make_graph(
        graph.nodes, "skseq", graph.inputs, graph.outputs, graph.constants
    )
    versions = [onnx.helper.make_opsetid("", int(opset))]
    model = onnx.helper.make_model(
        made,
        opset_imports=versions,
        # The oldest format that these operators need, for older runtimes.
        ir_version=onnx.helper.find_min_ir_version_for(versions),
        producer_name="skseq",
        producer_version=__version__,
    )
    texts = {kind: json.dumps([*map(str, given)]) for kind, given in names.items()}
    onnx.helper.set_model_props(model, texts)
    onnx.checker.check_model(model, full_check=True)
    return model
