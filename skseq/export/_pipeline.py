"""A fitted pipeline as operators: its steps, windows and regressor."""

from dataclasses import dataclass

from sklearn.pipeline import Pipeline

from skseq._forecasting.pipeline.windower_steps import is_passthrough
from skseq._network.architecture import CustomNetwork
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.base import SequenceRegressor
from skseq._regression.fitted import FittedModel
from skseq.export._column_maps import maps_of
from skseq.export._regressor import add_regressor
from skseq.export._windows import add_windower, rows_of_window


@dataclass(frozen=True, eq=False)
class Parts:
    """The steps of a fitted estimator.

    Attributes
    ----------
    steps : list of tuple (name, transformer)
        Those before the regressor, with the windower if there is one.
    regressor : SequenceRegressor
    model : FittedModel
        What the regressor has learned.
    name : str
        What the regressor is called in errors.
    """

    steps: list
    regressor: SequenceRegressor
    model: FittedModel
    name: str

    @property
    def windower(self):
        """The windower, or None."""
        steps = (step for _, step in self.steps if isinstance(step, SequenceWindower))
        return next(steps, None)

    @property
    def input_shape(self):
        """Shape of one sample."""
        if self.windower is not None:
            return rows_of_window(self.windower), self.windower.n_features_in_
        shape = self.model.architecture.window_shape
        return shape[1:] if self.is_table else shape

    @property
    def is_table(self):
        """Whether the regressor was fitted on a table, without windows."""
        return self.regressor.n_dims_in_ == 2

    @property
    def columns(self):
        """Names of the columns of the input, or None."""
        first = self.steps[0][1] if self.steps else self.regressor
        names = getattr(first, "feature_names_in_", None)
        return None if names is None else list(names)


def read_parts(estimator):
    """Return the steps of a fitted estimator."""
    *steps, (name, regressor) = flatten(estimator)
    name = f"step {name!r}" if name else "the estimator"
    if not isinstance(regressor, SequenceRegressor):
        raise ValueError(
            "to_onnx exports LSTMRegressor, GRURegressor and RecurrentRegressor, alone "
            "or as the last step of a Pipeline, and SequenceForecaster, but "
            f"{name} is {type(regressor).__name__}. Export one of these, fitted."
        )
    model = regressor._fitted_model  # read once: another thread may fit
    if isinstance(model.architecture, CustomNetwork):
        raise ValueError(
            f"to_onnx cannot export {name}, a {type(regressor).__name__}, because its "
            "network may contain any Keras layer. Export its Keras model, which maps "
            "complete scaled windows to scaled predictions, with the package tf2onnx: "
            "regressor.model_.export('network.onnx', format='onnx')."
        )
    return Parts(steps, regressor, model, name)


def flatten(estimator):
    """List the steps (name, step) of an estimator, also those of inner Pipelines."""
    if hasattr(estimator, "best_estimator_"):  # a search
        return flatten(estimator.best_estimator_)
    if not isinstance(estimator, Pipeline):
        return [("", estimator)]
    return [
        (f"{name}__{inner}" if inner else name, step)
        for name, part in estimator.steps
        for inner, step in flatten(part)
        if not is_passthrough(step)
    ]


def add_pipeline(graph, rows, parts):
    """Add a pipeline, or a regressor alone.

    It gets rows of shape (n_windows, *parts.input_shape) and returns predictions of
    shape (n_windows, n_outputs), in the units of y.
    """
    for number, (name, step) in enumerate(parts.steps, start=1):
        if isinstance(step, SequenceWindower):
            rows = add_windower(graph, rows, step)
            continue
        remedy = (
            "Transform the rows by this step and those before it, and export the steps "
            f"after it as a Pipeline, such as to_onnx(pipe[{number}:])."
        )
        for one in maps_of(step, f"step {name!r}", remedy):
            rows = one.add_to(graph, rows)
    if parts.is_table:
        rows = graph.add("Unsqueeze", rows, [1])
    return add_regressor(graph, rows, parts.model, parts.name, is_table=parts.is_table)
