"""Everything that a fit has learned, as plain data, and how it predicts.

To predict, missing steps are filled, the target scaler is applied to the target's past
if it is not linear, and windows are converted to the dtype of the network. The
prediction is the weighted mean of the networks and of the linear forecast, transformed
to the units of y. Constant targets are predicted exactly.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skseq._engine import keras
from skseq._engine.choice import load_engine
from skseq._engine.contract import TrainingOptions, TrainingState
from skseq._engine.native.losses import is_native_loss
from skseq._network.architecture import Architecture, CustomNetwork
from skseq._network.quantiles import unscale_and_sort
from skseq._regression.linear.forecast import LinearForecast
from skseq._regression.linear.series_scale import SeriesScale
from skseq._regression.past.anchor_options import AnchorOptions
from skseq._regression.past.constant_series import ConstantSeries
from skseq._regression.past.unseen_series import predict_unseen
from skseq._regression.rows.casting import cast_windows
from skseq._regression.rows.feature_samples import FeatureSamples
from skseq._regression.targets.rescaled_features import (
    RescaledFeature,
    rescale_features,
)
from skseq._regression.targets.scaling import unscale_targets
from skseq._series.lagged_target import LaggedTarget
from skseq._series.windows import Windows


@dataclass(frozen=True, eq=False)
class FittedModel:
    """Scaler, linear forecast and networks: predicts from windows.

    It never changes; training that continues makes a new one. A thread that predicts
    therefore never sees parts of two fits.

    Attributes
    ----------
    target_scaler : fitted transformer or None
    target_shape : tuple of int
        Shape of one row of y: ``()`` or ``(n_targets,)``.
    prediction_shape : tuple of int
        Shape of one row of predictions: that of y, or ``(n_outputs,)`` for a list of
        quantiles.
    constants : ndarray of shape (n_targets,)
        The value of each target that is constant, NaN for the others.
    constant_series : ConstantSeries or None
        The series that were constant while others varied.
    series_names : pandas.Index or None
        Names of the series in fit; None if they have none.
    fill_values : ndarray of shape (n_features,)
        Replace features that are missing in an entire window.
    feature_range : tuple of ndarray (low, high), each of shape (n_features,)
        Smallest and largest values in the complete windows passed to ``fit``.
    feature_samples : FeatureSamples
        Known values of each feature.
    anchor_options : AnchorOptions
    lagged_targets : tuple of LaggedTarget or None
        The feature that contains each target's past.
    linear_weights : ndarray of shape (n_outputs,)
        Weight of the linear forecast in the prediction of each output.
    rescaled : tuple of RescaledFeature
        Features that are scaled as the target is before the network gets them.
    architecture : Architecture or CustomNetwork
    series_scale : SeriesScale or None
        For the linear forecast.
    linear : LinearForecast or None
    engine : {"native", "keras"}
        The engine that trained the networks and predicts with them.
    options : TrainingOptions or None
        Of the last training.
    given_target_scaler : str
        The parameter ``target_scaler``, as text.
    windower_fit_id : str or None
        The `WindowOrigin.fit_id` of the training windows; None if unknown.
    first_windows : tuple of str
        Windows of the first rows of series in fit; see `first_windows_of`.
    states : tuple of TrainingState
        One for each network. Empty if the linear forecast has a weight of 1.
    history : dict of str to list of float
        Losses of each epoch.
    best_epochs : tuple of int or None
        Index in ``history`` of each network's best epoch; None without early stopping.
    """

    target_scaler: Any
    target_shape: tuple[int, ...]
    prediction_shape: tuple[int, ...]
    constants: np.ndarray
    constant_series: ConstantSeries | None
    series_names: Any
    fill_values: np.ndarray
    feature_range: tuple[np.ndarray, np.ndarray]
    feature_samples: FeatureSamples
    anchor_options: AnchorOptions
    lagged_targets: tuple[LaggedTarget | None, ...]
    linear_weights: np.ndarray
    rescaled: tuple[RescaledFeature, ...]
    given_target_scaler: str
    architecture: Architecture | CustomNetwork
    series_scale: SeriesScale | None = None
    linear: LinearForecast | None = None
    engine: str = "native"
    options: TrainingOptions | None = None
    windower_fit_id: str | None = None
    first_windows: tuple[str, ...] = ()
    states: tuple[TrainingState, ...] = ()
    history: dict = field(default_factory=lambda: {"loss": []})
    best_epochs: tuple[int, ...] | None = None

    def predict(self, windows, axis=None):
        """Predict one row of values for each window, without validation.

        Parameters
        ----------
        windows : Windows
            NaN at missing steps, which are filled from values of the same window.
        axis : TimeAxis, default=None
            Of their rows, for the names of series: some were constant in fit, others
            were not in fit.

        Returns
        -------
        predictions : ndarray of float64 of shape (n_windows, n_outputs)
            In the units of y.
        """
        filled = windows.filled(self.fill_values)
        predictions = self.unscale(self.predict_scaled(self.prepare(filled)))
        for exact in (
            self.predict_constant_series(filled, axis),
            self.predict_unseen(windows, filled, axis),
        ):
            predictions = np.where(np.isnan(exact), predictions, exact)
        return predictions

    def predict_constant_series(self, windows, axis):
        """Predict complete windows of series that were constant in fit, and still are.

        Predictions are in the units of y; NaN for all other windows.
        """
        if self.constant_series is None:
            return np.full((len(windows), self.architecture.n_outputs), np.nan)
        exact = self.constant_series.predict(windows, axis, self.lagged_targets)
        return np.repeat(exact, self.architecture.n_quantiles, axis=1)

    def predict_unseen(self, windows, filled, axis):
        """Predict windows of equal values, of series that were not in fit.

        Predictions are in the units of y; NaN for all other windows.
        """
        exact = predict_unseen(self, windows, filled, axis)
        return np.repeat(exact, self.architecture.n_quantiles, axis=1)

    def unscale(self, scaled):
        """Transform scaled predictions to the units of y; sort several quantiles."""

        def unscale(rows):
            columns = unscale_targets(self.target_scaler, rows)
            # A constant target is predicted exactly: scaling back would round it.
            return np.where(np.isnan(self.constants), columns, self.constants)

        return unscale_and_sort(scaled, self.architecture.n_quantiles, unscale)

    def prepare(self, windows):
        """Convert complete windows to the input of the network."""
        return cast_windows(self.rescale(windows), self.architecture)

    def rescale(self, windows):
        """Apply a target scaler that is not affine to the features of past targets."""
        return rescale_features(windows, self.target_scaler, self.rescaled)

    def prepare_array(self, windows):
        """As `prepare`, for an array of complete windows."""
        return self.prepare(Windows.of(np.asarray(windows))).cut()

    def predict_scaled(self, windows):
        """Predict the scaled target from prepared windows; quantiles may cross."""
        weights = self.linear_weights
        linear = self.linear.predict(windows) if weights.any() else 0.0
        if (weights == 1).all():
            return linear
        return (1 - weights) * self.predict_by_network(windows) + weights * linear

    def predict_by_network(self, windows):
        """As `predict_scaled`, by the mean of the networks alone."""
        engine = load_engine(self.engine)
        members = engine.predict(self.architecture, self.states, windows)
        # In float64, so that the mean of float32 predictions adds no rounding.
        return members.mean(axis=0, dtype=np.float64)

    def outputs_of_loss(self, compared):
        """List the outputs that the loss needs to compare predictions of some outputs.

        The losses of the package are means over outputs. Any other loss may depend on
        all outputs together.
        """
        is_mean = is_native_loss(self.options.loss)
        return compared if is_mean else list(range(self.architecture.n_outputs))

    def row_losses(self, targets, predictions, outputs=None):
        """Return the loss of each row.

        Parameters
        ----------
        targets, predictions : ndarray of shape (n_rows, n_outputs)
            Scaled.
        outputs : list of int, default=None
            Numbers of these outputs, from `outputs_of_loss`; by default, all.

        Returns
        -------
        losses : ndarray of shape (n_rows,), or None
            None if the loss is one number for all rows.
        """
        quantiles = self.architecture.output_quantiles
        if quantiles and outputs is not None:
            quantiles = [quantiles[output] for output in outputs]
        return load_engine(self.engine).row_losses(
            self.options.loss, self.architecture.dtype, targets, predictions, quantiles
        )

    @property
    def normalization(self):
        """The normalization that was applied: "instance" or None."""
        normalization = self.architecture.normalization
        is_applied = normalization is not None and any(normalization.floors)
        return "instance" if is_applied else None

    @property
    def n_targets(self):
        """Number of targets."""
        return len(self.constants)

    def read_anchors(self, name, default):
        """Return the feature or the lag of each target; `default` without an anchor."""
        normalization = self.architecture.normalization
        anchors = (None,) * self.n_targets
        if normalization:  # all quantiles of a target have the same anchor
            anchors = normalization.anchors[:: self.architecture.n_quantiles]
        pairs = zip(self.lagged_targets, anchors, strict=True)
        return np.array(
            [getattr(lagged, name) if anchor else default for lagged, anchor in pairs]
        )

    def to_keras(self):
        """Build a Keras model that predicts the scaled target from complete windows."""
        model = keras.blend(
            self.states and keras.build_network(self.architecture, self.states),
            self.architecture,
            self.linear,
            self.linear_weights,
        )
        model = keras.sort_quantiles(model, self.architecture)
        return keras.without_rounding(model, self.architecture)
