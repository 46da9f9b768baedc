"""Gates and states of a recurrent layer at each step, as prediction computes them."""

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.native.network import STRIDES
from skseq._engine.native.predicting import double_parameters, passes
from skseq._network.architecture import DIRECTIONS


def read_activations(architecture, state, windows, layer, direction):
    """Return gates and states of one layer of one network, without dropout.

    Parameters
    ----------
    architecture : Architecture
    state : TrainingState
        Of any engine, because both store the same weights.
    windows : Windows
        Complete, in the dtype of `dtype_of_windows`.
    layer : int
    direction : {"forward", "backward"}

    Returns
    -------
    activations : dict of str to ndarray
        Of shape (n_windows, n_steps, units). Steps are in the order of time.
    """
    parameters = double_parameters(architecture, [state])
    place = DIRECTIONS.index(direction)
    found = []
    with one_blas_thread():
        for network, _ in passes(parameters, windows):
            activations = network.layers[layer][place].activations()
            # Copies, because the next block of windows overwrites the buffers.
            found.append(
                {
                    name: values[:: STRIDES[place], 0].transpose(2, 0, 1).copy()
                    for name, values in activations.items()
                }
            )
    return {name: np.concatenate([part[name] for part in found]) for name in found[0]}
