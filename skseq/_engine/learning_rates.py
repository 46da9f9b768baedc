"""Learning-rate schedules: the learning rate of each step of a call of ``fit``."""

import numpy as np

FINAL_RATE = 0.01
"""Fraction of the learning rate that the exponential schedule approaches."""

SCHEDULES = {
    "constant": np.ones_like,
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + np.cos(np.pi * progress)) / 2,
    "exponential": lambda progress: FINAL_RATE**progress,
}
"""Factor of the learning rate by progress, the fraction of steps done, below 1."""


def learning_rates(options, first_step, n_steps, n_total):
    """Return the learning rates of some consecutive steps.

    Memory grows with ``n_steps`` alone: ``epochs`` may be far more than early stopping
    lets run.

    Parameters
    ----------
    options : TrainingOptions
        With a number as learning rate.
    first_step : int
        Counted from 0 in this call of ``fit``.
    n_steps : int
        Number of rates to return.
    n_total : int
        Number of steps that this call of ``fit`` takes if it is not stopped early.

    Returns
    -------
    rates : ndarray of float32 of shape (n_steps,)

    References
    ----------
    .. [1] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016,
       section 8.3.1 (linear).
    .. [2] I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm
       Restarts", ICLR 2017 (cosine).
    """
    progress = np.arange(first_step, first_step + n_steps) / n_total
    factors = SCHEDULES[options.learning_rate_schedule](progress)
    # Keras stores a learning rate in float32 whatever the network's dtype. Rounded
    # alike, both engines take the same steps.
    return (options.learning_rate * factors).astype(np.float32)
