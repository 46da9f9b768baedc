"""Initial weights, drawn from the distributions that Keras uses."""

import numpy as np

from skseq._network.architecture import GATES


def draw_weights(architecture, seed):
    """Draw initial weights from the distributions that Keras uses.

    Kernels are uniform (Glorot & Bengio, 2010), recurrent kernels orthogonal (Saxe et
    al., 2014). Biases are zero, except that the LSTM's forget gate starts at one
    (Jozefowicz et al., 2015).

    Parameters
    ----------
    architecture : Architecture
    seed : int

    Returns
    -------
    weights : dict of str to ndarray
        Drawn in float64 and rounded to the architecture's dtype.
    """
    rng = np.random.default_rng(seed)
    return {
        name: _draw(rng, name, shape).astype(architecture.dtype)
        for name, shape in architecture.weight_shapes.items()
    }


def _draw(rng, name, shape):
    layer, *_, kind = name.split("/")
    if kind == "kernel":
        limit = np.sqrt(6 / sum(shape))
        return rng.uniform(-limit, limit, shape)
    if kind == "recurrent_kernel":
        return _draw_orthogonal(rng, shape)
    bias = np.zeros(shape)
    if layer.startswith("lstm"):
        # An open forget gate lets the gradient reach early steps from the first epoch.
        _, forget_gate, *_ = np.split(bias, GATES["lstm"])
        forget_gate[:] = 1
    return bias


def _draw_orthogonal(rng, shape):
    """Draw orthonormal rows from the uniform distribution (Mezzadri, 2007)."""
    n_rows, n_columns = shape
    q, r = np.linalg.qr(rng.standard_normal((n_columns, n_rows)))
    # QR is unique only up to signs; where r has a positive diagonal, q is uniform.
    return (q * np.sign(np.diag(r))).T
