"""Export a fitted network as a SciKeras regressor."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skseq._engine.keras.options import keras_loss_name, make_optimizer
from skseq._engine.keras.startup import start_tensorflow


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

    regressor = KerasRegressor(
        model=model,
        optimizer=make_optimizer(options),
        loss=keras_loss_name(options.loss),
        verbose=options.verbose,
    )
    # SciKeras rejects windows of a wider dtype than in initialize: use float64.
    shape_of_y = (2,) if encoder.n_dims == 1 else (2, architecture.n_outputs)
    windows = np.zeros((2, *architecture.window_shape))
    regressor.initialize(windows, np.zeros(shape_of_y))
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
    n_dims : {1, 2}
        Number of dimensions of y.
    constants : ndarray of shape (n_outputs,)
        The value of each target that is constant, NaN for the others.
    """

    def __init__(self, scaler, n_dims, constants):
        self.scaler = scaler
        self.n_dims = n_dims
        self.constants = constants

    def fit(self, y):
        """Do nothing, because the scaler is fitted already."""
        return self

    def transform(self, y):
        """Scale y, of shape (n_rows,) or (n_rows, n_outputs), to two dimensions."""
        columns = np.reshape(y, (len(y), -1))
        return columns if self.scaler is None else self.scaler.transform(columns)

    def inverse_transform(self, y):
        """Transform predictions, (n_rows, n_outputs), to the units and shape of y."""
        columns = np.reshape(y, (len(y), -1)).astype(np.float64)
        if self.scaler is not None:
            columns = self.scaler.inverse_transform(columns)
        columns = np.where(np.isnan(self.constants), columns, self.constants)
        return columns[:, 0] if self.n_dims == 1 else columns

    def __setstate__(self, state):
        """Register the layers of skseq in Keras, for the model in the same pickle."""
        from skseq._engine.keras import registered_classes  # noqa: F401

        super().__setstate__(state)
