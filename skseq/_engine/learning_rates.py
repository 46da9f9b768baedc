"""Learning-rate schedules: the learning rate of each step in a call of ``fit``."""

import numpy as np

FINAL_RATE = 0.01
"""Fraction of the learning rate at which the exponential schedule ends."""

SCHEDULES = {
    "constant": np.ones_like,
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + np.cos(np.pi * progress)) / 2,
    "exponential": lambda progress: FINAL_RATE**progress,
}
"""Factor of the learning rate as a function of progress, the fraction of steps done."""


def learning_rates(options, first_step, n_steps, n_total):
    """Return the learning rates of some consecutive steps.

    Memory grows with ``n_steps`` only, because ``epochs`` may be much larger than the
    number of epochs before early stopping.

    Parameters
    ----------
    options : TrainingOptions
        The learning rate must be a number.
    first_step : int
        Number of the first step, counted from 0 in this call of ``fit``.
    n_steps : int
        Number of rates to return.
    n_total : int
        Number of steps in this call of ``fit`` without early stopping.

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
    # Keras stores a learning rate in float32, whatever the network's dtype. With the
    # same rounding, both engines take the same steps.
    if options.learning_rate_schedule == "constant":  # saves time in short epochs
        return np.full(n_steps, options.learning_rate, dtype=np.float32)
    progress = np.arange(first_step, first_step + n_steps) / n_total
    factors = SCHEDULES[options.learning_rate_schedule](progress)
    return (options.learning_rate * factors).astype(np.float32)
