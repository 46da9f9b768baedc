"""A fitted network as a SciKeras regressor, for those who go on with Keras."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skseq._engine.keras.settings import make_optimizer


def make_scikeras(model, architecture, options, encoder):
    """Wrap a fitted model as a fitted SciKeras regressor that answers in y's units.

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
    from scikeras.wrappers import KerasRegressor

    regressor = KerasRegressor(
        model=model,
        optimizer=make_optimizer(options),
        loss=options.loss,
        verbose=options.verbose,
    )
    # float64 examples, so that float32 and float64 windows are both accepted later.
    shape_of_y = (2,) if encoder.n_dims == 1 else (2, architecture.n_outputs)
    windows = np.zeros((2, *architecture.window_shape))
    regressor.initialize(windows, np.zeros(shape_of_y))
    regressor.target_encoder_ = encoder
    return regressor


class TargetEncoder(TransformerMixin, BaseEstimator):
    """Scale y for a network and bring its answers back, as SciKeras asks for it.

    Parameters
    ----------
    scaler : fitted transformer or None
    n_dims : {1, 2}
        Dimensions of y.
    constants : ndarray of shape (n_outputs,)
        The value of each target that is constant, NaN for the others.
    """

    def __init__(self, scaler, n_dims, constants):
        self.scaler = scaler
        self.n_dims = n_dims
        self.constants = constants

    def fit(self, y):
        """Do nothing: the scaler is fitted."""
        return self

    def transform(self, y):
        """Scale y, of shape (n_rows,) or (n_rows, n_outputs), to two dimensions."""
        columns = np.reshape(y, (len(y), -1))
        return columns if self.scaler is None else self.scaler.transform(columns)

    def inverse_transform(self, y):
        """Bring answers of shape (n_rows, n_outputs) back to y's units and shape."""
        columns = np.reshape(y, (len(y), -1)).astype(np.float64)
        if self.scaler is not None:
            columns = self.scaler.inverse_transform(columns)
        columns = np.where(np.isnan(self.constants), columns, self.constants)
        return columns[:, 0] if self.n_dims == 1 else columns
