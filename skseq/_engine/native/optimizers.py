r"""Optimizers: how a slope becomes a step, with Keras' formulas and defaults.

Each works in place on flat vectors: the parameters :math:`\theta`, the gradient
:math:`g`, and what it remembers from step to step.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Optimizer:
    """What the optimizers share.

    Attributes
    ----------
    learning_rate : float
        Rounded to float32, in which Keras keeps it.
    n_steps : int
        Steps taken so far.
    memory : list of ndarray of shape (n_parameters,)
        Empty before the first step.
    """

    learning_rate: float
    n_steps: int = 0
    memory: list = field(default_factory=list)

    n_moments = 0

    def __post_init__(self):
        """Round the learning rate as Keras does."""
        self.learning_rate = float(np.float32(self.learning_rate))

    def resume(self, memory):
        """Take up where a state's memory left off.

        Parameters
        ----------
        memory : dict
            What `remember` returned, or empty.

        Raises
        ------
        ValueError
            If it is the memory of another optimizer.
        """
        if not memory:
            return
        if len(memory["moments"]) != self.n_moments:
            raise ValueError(
                "A warm start continues with the optimizer of the first fit, whose "
                "memory does not fit the one given now. Give the same optimizer "
                "again, or fit with warm_start=False."
            )
        self.n_steps = memory["n_steps"]
        self.memory = [moment.copy() for moment in memory["moments"]]

    def remember(self):
        """Return a copy of what the optimizer carries from step to step."""
        moments = [moment.copy() for moment in self.memory]
        return {"n_steps": self.n_steps, "moments": moments}

    def step(self, parameters, gradient):
        """Take one step.

        Parameters
        ----------
        parameters, gradient : ndarray of shape (n_parameters,)
            Both change in place; the gradient's content is used up.
        """
        if not self.memory:
            self.memory = [np.zeros_like(parameters) for _ in range(self.n_moments)]
        self.n_steps += 1
        parameters -= self.move(parameters, gradient)

    def move(self, parameters, gradient):
        """Return what to take off the parameters."""
        raise NotImplementedError


class SGD(Optimizer):
    r"""Gradient descent: :math:`\theta \leftarrow \theta - \eta g`."""

    def move(self, parameters, gradient):
        """Return the gradient times the learning rate."""
        gradient *= self.learning_rate
        return gradient


class RMSprop(Optimizer):
    r"""Divide by a running root mean square (Tieleman & Hinton 2012).

    .. math:: v \leftarrow \rho v + (1 - \rho) g^2, \qquad
              \theta \leftarrow \theta - \eta g / \sqrt{v + \epsilon}
    """

    n_moments = 1
    rho, epsilon = 0.9, 1e-7

    def move(self, parameters, gradient):
        """Return the gradient over its root mean square."""
        (v,) = self.memory
        v *= self.rho
        v += (1 - self.rho) * gradient * gradient
        gradient *= self.learning_rate
        gradient /= np.sqrt(v + self.epsilon)
        return gradient


class Adam(Optimizer):
    r"""Adaptive moments (Kingma & Ba 2015).

    .. math::
        m &\leftarrow m + (1 - \beta_1)(g - m), \qquad
        v \leftarrow v + (1 - \beta_2)(g^2 - v) \\
        \theta &\leftarrow \theta - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}
                  \frac{m}{\sqrt{v} + \epsilon}
    """

    n_moments = 2
    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-7

    def move(self, parameters, gradient):
        """Return the corrected first moment over the root of the second."""
        m, v = self.memory
        # Keras raises the betas to a power after rounding them to float32.
        left_1 = 1 - float(np.float32(self.beta_1)) ** self.n_steps
        left_2 = 1 - float(np.float32(self.beta_2)) ** self.n_steps
        rate = self.learning_rate * left_2**0.5 / left_1
        squared = gradient * gradient
        squared -= v
        squared *= 1 - self.beta_2
        v += squared
        gradient -= m
        gradient *= 1 - self.beta_1
        m += gradient
        size = np.sqrt(v, out=squared)
        size += self.epsilon
        np.divide(m, size, out=gradient)
        gradient *= rate
        return gradient


class AdamW(Adam):
    r"""Adam with weights that decay by themselves (Loshchilov & Hutter 2019).

    Before the step, :math:`\theta \leftarrow \theta - \eta \lambda \theta`.
    """

    decay = float(np.float32(0.004))  # as Keras rounds it

    def step(self, parameters, gradient):
        """Let the weights decay, then step as Adam does."""
        parameters -= parameters * self.decay * self.learning_rate
        super().step(parameters, gradient)


OPTIMIZERS = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
