"""Gradient of predictions with respect to the windows they are computed from."""

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.predicting import double_parameters, passes
from skseq._network.normalization_gradient import normalization_gradient


def input_gradient(architecture, states, windows, d_predictions):
    """Compute the gradient with respect to each step and feature of windows.

    Parameters
    ----------
    architecture : Architecture
    states : tuple of TrainingState
        Of any engine, because both store the same weights.
    windows : Windows
        Complete, in the dtype of `dtype_of_windows`.
    d_predictions : ndarray of shape (n_windows, n_outputs)
        Gradient with respect to the predictions, averaged over the networks.

    Returns
    -------
    gradient : ndarray of float64 of shape (n_windows, time_steps, n_features)
    """
    parameters = double_parameters(architecture, states)
    unused = Parameters(parameters.architecture, len(states))
    # The mean over members passes an equal part of the gradient to each of them.
    d_members = np.stack([d_predictions.T / len(states)] * len(states))
    gradients = []
    with one_blas_thread():
        for network, rows in passes(parameters, windows):
            d_inputs = network.backward(
                d_members[:, :, rows], unused, needs_input_gradient=True
            )
            gradients.append(
                _through_normalization(
                    network, windows[rows].cut(), d_members[:, :, rows], d_inputs
                )
            )
    return np.concatenate(gradients)


def _through_normalization(network, windows, d_predictions, d_inputs):
    """Turn the gradient of what a network reads into the gradient of windows."""
    d_inputs = d_inputs.sum(axis=1).transpose(2, 0, 1)
    n_patched = network.architecture.patched_shape[1]
    d_values = d_inputs[:, :, :n_patched].reshape(windows.shape)
    if not network.is_normalized:
        return d_values
    # The output layer has no ReLU, so scale and base are applied to its outputs.
    d_scale = (d_predictions * network.dense[-1].outputs).sum(axis=0)
    return normalization_gradient(
        network.architecture.normalization,
        windows,
        d_values,
        d_scale,
        d_predictions.sum(axis=0),
        d_inputs[:, :, n_patched:].sum(axis=1),  # the same statistics at all steps
    )
