r"""Optimizers, with the formulas and default settings of Keras.

Each works in place on flat vectors, one for each member: the parameters
:math:`\theta`, the gradient :math:`g`, and the moments, which are moving averages over
steps. :math:`\eta` is the learning rate of the step.
"""

import numpy as np

from skseq._engine.contract import check_same_optimizer
from skseq._engine.native import kernels

# A formula makes several passes over its arrays, which should stay in the CPU cache.
PARAMETERS_PER_BLOCK = 2**15
"""Number of parameters that are updated at once."""


def round_as_keras(number):
    """Round a setting to float32, as Keras does for every dtype of the network."""
    return float(np.float32(number))


class Optimizer:
    """Base class: gradient clipping, weight decay and the loop over parameters.

    Parameters
    ----------
    options : TrainingOptions
    states : list of dict
        For each member what `copy_state` returned, or an empty dict for a new one.
    shape : tuple of int
        (n_members, n_parameters).
    dtype : str

    Raises
    ------
    ValueError
        If a state belongs to another optimizer.
    """

    n_moments = 0
    weight_decay = None

    def __init__(self, options, states, shape, dtype):
        self.name = options.optimizer.lower()
        self.clipnorm = options.global_clipnorm
        self.n_steps = np.zeros(shape[0], dtype=int)
        self.moments = np.zeros((self.n_moments, *shape), dtype)
        if any(states):
            self._load_states(states)
        n_members, n_parameters = shape
        self._parts = [
            (member, slice(start, start + PARAMETERS_PER_BLOCK))
            for member in range(n_members)
            for start in range(0, n_parameters, PARAMETERS_PER_BLOCK)
        ]

    def _load_states(self, states):
        for member, state in enumerate(states):
            check_same_optimizer(state, self.name)
            self.n_steps[member] = state["n_steps"]
            saved = state["moments"]
            for moment, values in zip(self.moments[:, member], saved, strict=True):
                moment[:] = values

    def copy_state(self, member):
        """Return a copy of what a member carries from step to step."""
        return {
            "optimizer": self.name,
            "n_steps": int(self.n_steps[member]),
            "moments": list(self.moments[:, member].copy()),
        }

    def step(self, parameters, gradient, rates):
        """Update the parameters of all members once.

        Parameters
        ----------
        parameters, gradient : ndarray of shape (n_members, n_parameters)
            The parameters change in place; the gradient is overwritten.
        rates : ndarray of shape (n_members,)
            Learning rates.
        """
        self.n_steps += 1
        if self.clipnorm:
            clip(gradient, self.clipnorm)
        self.begin_step()
        self.update(parameters, gradient, rates)

    def update(self, parameters, gradient, rates):
        """Update some parameters at a time, by `compute_update`."""
        for member, part in self._parts:
            rate = float(rates[member])
            theta = parameters[member, part]
            if self.weight_decay:
                theta -= theta * round_as_keras(self.weight_decay) * rate
            theta -= self.compute_update(
                member, gradient[member, part], self.moments[:, member, part], rate
            )

    def begin_step(self):
        """Compute what is the same for all parameters of a member."""

    def compute_update(self, member, g, moments, rate):
        """Return what to subtract from some parameters of a member; overwrite g."""
        raise NotImplementedError


def clip(gradient, norm):
    """Scale each member's gradient down to a norm, in place (Pascanu et al. 2013)."""
    norms = np.sqrt((gradient * gradient).sum(axis=1, keepdims=True))
    # Avoid dividing a gradient of zeros by zero; scaling does not change it.
    norms = np.maximum(norms, np.finfo(norms.dtype).tiny)
    # The order of operations in Keras, so that both engines round alike.
    gradient *= norm * np.minimum(1 / norms, 1 / norm)


class SGD(Optimizer):
    r"""Stochastic gradient descent.

    .. math:: \theta \leftarrow \theta - \eta g
    """

    def compute_update(self, member, g, moments, rate):
        """Return the gradient times the learning rate."""
        g *= rate
        return g


class RMSprop(Optimizer):
    r"""Divide by a moving root mean square (Tieleman & Hinton 2012).

    .. math:: v \leftarrow \rho v + (1 - \rho) g^2, \qquad
              \theta \leftarrow \theta - \eta g / \sqrt{v + \epsilon}
    """

    n_moments = 1
    rho, epsilon = 0.9, 1e-7

    def compute_update(self, member, g, moments, rate):
        """Return the gradient over its root mean square."""
        (v,) = moments
        v *= self.rho
        v += (1 - self.rho) * g * g
        g *= rate
        g /= np.sqrt(v + self.epsilon)
        return g


class Adam(Optimizer):
    r"""Adaptive moments (Kingma & Ba 2015).

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        \theta &\leftarrow \theta - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}
                  \frac{m}{\sqrt{v} + \epsilon}

    ``moments`` contains :math:`m / (1 - \beta_1)` and :math:`v / (1 - \beta_2)`, which
    saves two products for each parameter.
    """

    n_moments = 2
    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-7

    def __init__(self, options, states, shape, dtype):
        super().__init__(options, states, shape, dtype)
        # As in Keras, the betas are rounded to the network's dtype for the moments, and
        # to float32 for the bias correction.
        as_dtype = self.moments.dtype.type
        beta_1, beta_2 = float(as_dtype(self.beta_1)), float(as_dtype(self.beta_2))
        scale = (1 - beta_2) ** 0.5
        self.factor = (1 - beta_1) / scale
        self.scaled_epsilon = self.epsilon / scale
        self.bias_betas = round_as_keras(self.beta_1), round_as_keras(self.beta_2)

    def begin_step(self):
        """Compute the factor of the first moment."""
        # In Python, because NumPy is slow for a few numbers.
        beta_1, beta_2 = self.bias_betas
        self.factors = [
            (1 - beta_2**n) ** 0.5 / (1 - beta_1**n) * self.factor
            for n in self.n_steps.tolist()
        ]

    def compute_update(self, member, g, moments, rate):
        """Return the first moment over the root of the second, bias corrected."""
        m, v = moments
        m *= self.beta_1
        m += g
        update_square(v, g, self.beta_2)
        root = np.sqrt(v, out=g)
        root += self.scaled_epsilon
        update = np.divide(m, root, out=g)
        update *= update.dtype.type(rate * self.factors[member])
        return update

    def update(self, parameters, gradient, rates):
        """Update all parameters, in the compiled kernel in one pass over them."""
        if kernels.kernel is None:
            super().update(parameters, gradient, rates)
            return
        decay = round_as_keras(self.weight_decay or 0)
        for member, rate in enumerate(rates.tolist()):
            kernels.kernel.apply_adam(
                parameters[member],
                gradient[member],
                *self.moments[:, member],
                self.beta_1,
                self.beta_2,
                rate * self.factors[member],
                self.scaled_epsilon,
                decay * rate,
            )


def update_square(v, g, beta_2):
    """Update a moment with the square of the gradient; overwrite g."""
    v *= beta_2
    g *= g
    v += g


class AdamW(Adam):
    r"""Adam with weight decay (Loshchilov & Hutter 2019).

    Before the step, :math:`\theta \leftarrow \theta - \eta \lambda \theta`.
    """

    weight_decay = 0.004  # the default of Keras' AdamW


class Nadam(Optimizer):
    r"""Adam with Nesterov momentum (Dozat 2016).

    With :math:`u_t = \beta_1 (1 - 0.96^t / 2)` and :math:`m, v` as in Adam,

    .. math::
        \theta \leftarrow \theta - \eta \left(
            \frac{u_{t+1} m}{1 - \prod_{s \le t+1} u_s} +
            \frac{(1 - u_t) g}{1 - \prod_{s \le t} u_s}
        \right) \Big/ \left(\sqrt{\frac{v}{1 - \beta_2^t}} + \epsilon\right)
    """

    n_moments = 2
    epsilon = 1e-7
    # Keras rounds these to float32, except in the product of the u.
    beta_1, beta_2 = round_as_keras(0.9), round_as_keras(0.999)
    decay = round_as_keras(0.96)

    def __init__(self, options, states, shape, dtype):
        self.products = np.ones(shape[0])
        super().__init__(options, states, shape, dtype)

    def _load_states(self, states):
        super()._load_states(states)
        # The product depends only on the number of steps, so it is not in the state.
        for member, n_steps in enumerate(self.n_steps):
            steps = np.arange(1, n_steps + 1)
            self.products[member] = np.prod(0.9 * (1 - 0.96**steps / 2))

    def begin_step(self):
        """Compute the weights of the moment and of the gradient."""
        self.products *= 0.9 * (1 - 0.96**self.n_steps / 2)
        now, next_ = (
            self.beta_1 * (1 - self.decay**steps / 2)
            for steps in (self.n_steps, self.n_steps + 1)
        )
        self.moment_weight = (1 - self.beta_1) * next_ / (1 - self.products * next_)
        self.gradient_weight = (1 - now) / (1 - self.products)
        bias_2 = 1 - self.beta_2**self.n_steps
        self.factors = (bias_2 / (1 - self.beta_2)) ** 0.5

    def compute_update(self, member, g, moments, rate):
        """Return the weighted first moment and gradient over the root of the second."""
        m, v = moments
        as_dtype = m.dtype.type
        m *= self.beta_1
        m += g
        update = g * as_dtype(self.gradient_weight[member])
        update += m * as_dtype(self.moment_weight[member])
        update_square(v, g, self.beta_2)
        root = np.sqrt(v, out=g)
        root += as_dtype(self.epsilon * self.factors[member])
        update /= root
        update *= as_dtype(rate * self.factors[member])
        return update


# The names of Keras, in lower case.
OPTIMIZERS = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "nadam": Nadam,
}


def find_optimizer(name):
    """Return the optimizer class with a name in any case, or None."""
    return OPTIMIZERS.get(name.lower())
