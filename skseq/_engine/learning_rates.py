"""Learning-rate schedules: a rate for every step of a call of ``fit``."""

import numpy as np

LEFT = 0.01
"""Share of the learning rate that an exponential schedule ends at."""

SCHEDULES = {
    "constant": np.ones_like,
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + np.cos(np.pi * progress)) / 2,
    "exponential": lambda progress: LEFT**progress,
}
"""What is left of the learning rate after a share of the steps, from 0 to below 1."""


def learning_rates(options, n_steps):
    """Return the learning rate of every step.

    Parameters
    ----------
    options : TrainingOptions
        With a number as learning rate.
    n_steps : int
        Steps that the call of ``fit`` takes at most.

    Returns
    -------
    rates : ndarray of float32 of shape (n_steps,)
        In the precision in which Keras keeps them, so both engines step alike.

    References
    ----------
    .. [1] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016,
       section 8.3.1 (linear).
    .. [2] I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm
       Restarts", ICLR 2017 (cosine).
    """
    progress = np.arange(n_steps) / n_steps
    left = SCHEDULES[options.learning_rate_schedule](progress)
    return (options.learning_rate * left).astype(np.float32)
