"""Export a fitted network as a SciKeras regressor."""

from math import prod

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skseq._engine.keras.options import (
    keras_loss_name,
    make_loss,
    make_optimizer,
)
from skseq._engine.keras.startup import start_tensorflow
from skseq._network.quantiles import repeat_targets, unscale_and_sort


def make_scikeras(model, architecture, options, encoder):
    """Wrap a fitted model as a SciKeras regressor that predicts in the units of y.

    Parameters
    ----------
    model : keras.Model
    architecture : Architecture or CustomNetwork
    options : TrainingOptions
    encoder : TargetEncoder

    Returns
    -------
    regressor : scikeras.wrappers.KerasRegressor
    """
    start_tensorflow()
    from scikeras.wrappers import KerasRegressor

    quantiles = architecture.output_quantiles
    if quantiles:
        loss = make_loss(options.loss, architecture.dtype, quantiles)
    else:
        loss = keras_loss_name(options.loss)
    regressor = KerasRegressor(
        model=model,
        optimizer=make_optimizer(options),
        loss=loss,
        verbose=options.verbose,
    )
    # SciKeras rejects windows of a wider dtype than in initialize: use float64.
    windows = np.zeros((2, *architecture.window_shape))
    regressor.initialize(windows, np.zeros((2, *encoder.target_shape)))
    # Put the encoder first, because pickles are loaded in this order: loading the
    # encoder registers the layers that the models after it contain.
    attributes = vars(regressor) | {"target_encoder_": encoder}
    regressor.__dict__ = {"target_encoder_": encoder} | attributes
    return regressor


class TargetEncoder(TransformerMixin, BaseEstimator):
    """Scale y for SciKeras, and transform predictions back to the units of y.

    Parameters
    ----------
    scaler : fitted transformer or None
    target_shape, prediction_shape : tuple of int
        Shape of one row of y and of one row of predictions, which may contain several
        quantiles of each target.
    constants : ndarray of shape (n_targets,)
        The value of each target that is constant, NaN for the others.
    """

    def __init__(self, scaler, target_shape, prediction_shape, constants):
        self.scaler = scaler
        self.target_shape = target_shape
        self.prediction_shape = prediction_shape
        self.constants = constants

    def fit(self, y):
        """Do nothing, because the scaler is fitted already."""
        return self

    def transform(self, y):
        """Scale y, of shape (n_rows,) or (n_rows, n_targets), for each output."""
        columns = np.reshape(y, (len(y), -1))
        if self.scaler is not None:
            columns = self.scaler.transform(columns)
        return repeat_targets(columns, self._n_quantiles)

    def inverse_transform(self, y):
        """Transform predictions, (n_rows, n_outputs), to the units of y."""
        columns = np.reshape(y, (len(y), -1)).astype(np.float64)
        columns = unscale_and_sort(columns, self._n_quantiles, self._unscale)
        return columns.reshape(len(columns), *self.prediction_shape)

    def _unscale(self, columns):
        if self.scaler is not None:
            columns = self.scaler.inverse_transform(columns)
        return np.where(np.isnan(self.constants), columns, self.constants)

    @property
    def _n_quantiles(self):
        return prod(self.prediction_shape) // len(self.constants)

    def __setstate__(self, state):
        """Register the layers of skseq in Keras, for the model in the same pickle."""
        from skseq._engine.keras import registered_classes  # noqa: F401

        super().__setstate__(state)
