"""The gradient of a prediction with respect to its window, in units of y per unit of X.

It goes back through all that `FittedModel.predict` does: the target scaler, the
weighted mean of networks and linear forecast, normalization, the scaling of the
target's past, and the filling of missing steps.
"""

import numpy as np

from skseq._engine.native.input_gradient import input_gradient
from skseq._series.windows import fill_sources
from skseq.inspection._scaler_gradient import rescaling_slopes, unscaling_gradient


def prediction_gradient(fitted, output):
    """Return the gradient of one column of predictions with respect to `FittedWindows`.

    It has the shape of the windows, and is 0 at missing steps and in windows of
    constant series. Where the value of a constant window is predicted, it is that of
    the last step.
    """
    model, windows = fitted.model, fitted.windows
    filled = windows.filled(model.fill_values)
    prepared = model.prepare(filled)
    d_scaled = unscaling_gradient(model, model.predict_scaled(prepared), output)
    weights = model.linear_weights
    gradient = np.zeros(windows.shape)
    if (weights < 1).any():
        gradient += input_gradient(
            model.architecture, model.states, prepared, d_scaled * (1 - weights)
        )
    if weights.any():
        gradient += model.linear.input_gradient(prepared, d_scaled * weights)
    if model.rescaled:
        rescaled = model.rescale(filled).cut()
        for one in model.rescaled:
            slopes = rescaling_slopes(model, rescaled[:, :, one.feature], one)
            gradient[:, :, one.feature] *= slopes
    exact = model.predict_constant_series(filled, fitted.axis)[:, output]
    gradient[~np.isnan(exact)] = 0
    unseen = model.predict_unseen(windows, filled, fitted.axis)[:, output]
    if (is_latest := ~np.isnan(unseen)).any():
        lagged = model.lagged_targets[output // model.architecture.n_quantiles]
        gradient[is_latest] = 0
        gradient[is_latest, -1, lagged.feature] = lagged.slope
    return through_filling(gradient, windows)


def through_filling(gradient, windows):
    """Add the gradient of filled steps to the steps that they were filled from.

    The result is the gradient with respect to the known values, 0 at missing steps.
    """
    incomplete = np.flatnonzero(~windows.are_complete())
    if len(incomplete):
        values = windows[incomplete].cut()
        by_source = np.zeros(values.shape)
        window, _, feature = np.indices(values.shape)
        places = window, fill_sources(values), feature
        # add.at, because several steps may have the same source.
        np.add.at(by_source, places, gradient[incomplete])
        # A feature without any known value is filled with a constant.
        gradient[incomplete] = np.where(np.isnan(values), 0, by_source)
    return gradient
