r"""Optimizers: how a slope becomes a step, with Keras' formulas and defaults.

Each works in place on flat vectors, one for each member: the parameters
:math:`\theta`, the gradient :math:`g`, and the moments, what it remembers from step to
step. :math:`\eta` is the learning rate of the step.
"""

import numpy as np

from skseq._engine.contract import check_same_optimizer

AT_ONCE = 2**15
"""Parameters in one pass of a formula: few enough to stay in the processor's cache."""


def as_keras(number):
    """Round a setting to float32, in which Keras keeps it whatever the network's."""
    return float(np.float32(number))


class Optimizer:
    """What the optimizers share.

    Parameters
    ----------
    options : TrainingOptions
    memories : list of dict
        For each member what `remember` returned, or empty at the start.
    shape : tuple of int
        (n_members, n_parameters).
    dtype : str

    Raises
    ------
    ValueError
        If a memory is that of another optimizer.
    """

    n_moments = 0
    weight_decay = None

    def __init__(self, options, memories, shape, dtype):
        self.kind = options.optimizer
        self.clipnorm = options.global_clipnorm
        if options.weight_decay is not None:
            self.weight_decay = options.weight_decay
        self.momentum = as_keras(options.momentum)
        self.n_steps = np.zeros(shape[0], dtype=int)
        self.moments = np.zeros((self.n_moments, *shape), dtype)
        if any(memories):
            self._resume(memories)
        n_members, n_parameters = shape
        self._parts = [
            (member, slice(start, start + AT_ONCE))
            for member in range(n_members)
            for start in range(0, n_parameters, AT_ONCE)
        ]

    def _resume(self, memories):
        for member, memory in enumerate(memories):
            check_same_optimizer(memory, self.kind)
            if len(memory["moments"]) != self.n_moments:
                raise ValueError(
                    "A warm start continues with what the optimizer remembers, but "
                    f"{self.kind!r} had no momentum in the first fit and has now, or "
                    "the other way round. Set momentum back, or fit with "
                    "warm_start=False."
                )
            self.n_steps[member] = memory["n_steps"]
            self.moments[:, member] = memory["moments"]

    def remember(self, member):
        """Return a copy of what a member carries from step to step."""
        return {
            "optimizer": self.kind,
            "n_steps": int(self.n_steps[member]),
            "moments": list(self.moments[:, member].copy()),
        }

    def step(self, parameters, gradient, rates):
        """Take one step.

        Parameters
        ----------
        parameters, gradient : ndarray of shape (n_members, n_parameters)
            Both change in place; the gradient's content is used up.
        rates : ndarray of shape (n_members,)
        """
        self.n_steps += 1
        if self.clipnorm:
            clip(gradient, self.clipnorm)
        self.begin_step()
        for member, part in self._parts:
            rate = rates[member]
            theta = parameters[member, part]
            if self.weight_decay:
                theta -= theta * as_keras(self.weight_decay) * rate
            theta -= self.move(
                member, gradient[member, part], self.moments[:, member, part], rate
            )

    def begin_step(self):
        """Work out what is the same for all parameters of a member."""

    def move(self, member, g, moments, rate):
        """Return what to take off some parameters of a member; g is used up."""
        raise NotImplementedError


def clip(gradient, norm):
    """Cut each member's gradient down to a norm, in place (Pascanu et al. 2013)."""
    norms = np.sqrt((gradient * gradient).sum(axis=1, keepdims=True))
    with np.errstate(divide="ignore"):
        share = norm * np.minimum(1 / norms, 1 / norm)
    gradient *= share + (norms - norms)  # NaN where a norm is beyond all numbers


class SGD(Optimizer):
    r"""Gradient descent, with momentum where it is not 0 (Polyak 1964).

    .. math:: v \leftarrow \mu v - \eta g, \qquad \theta \leftarrow \theta + v
    """

    def __init__(self, options, memories, shape, dtype):
        self.n_moments = int(options.momentum > 0)
        super().__init__(options, memories, shape, dtype)

    def move(self, member, g, moments, rate):
        """Return the step against the slope, and what is left of those before."""
        g *= rate
        if not len(moments):
            return g
        (v,) = moments
        v *= self.momentum
        v -= g
        return -v


class RMSprop(Optimizer):
    r"""Divide by a running root mean square (Tieleman & Hinton 2012).

    .. math:: v \leftarrow \rho v + (1 - \rho) g^2, \qquad
              \theta \leftarrow \theta - \eta g / \sqrt{v + \epsilon}
    """

    n_moments = 1
    rho, epsilon = 0.9, 1e-7

    def move(self, member, g, moments, rate):
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

    The moments are kept as :math:`m / (1 - \beta_1)` and :math:`v / (1 - \beta_2)`:
    two products fewer for each parameter.
    """

    n_moments = 2
    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-7

    def begin_step(self):
        """Work out the factor of the moment and what to add to the root."""
        # What the moments' own precision makes of the betas.
        as_kept = self.moments.dtype.type
        kept_1, kept_2 = float(as_kept(self.beta_1)), float(as_kept(self.beta_2))
        left_1 = 1 - as_keras(self.beta_1) ** self.n_steps
        left_2 = 1 - as_keras(self.beta_2) ** self.n_steps
        unscaled = (1 - kept_2) ** 0.5
        self.factors = left_2**0.5 / left_1 * (1 - kept_1) / unscaled
        self.least = self.epsilon / unscaled

    def move(self, member, g, moments, rate):
        """Return the corrected first moment over the root of the second."""
        m, v = moments
        m *= self.beta_1
        m += g
        self.follow_square(g, v)
        root = np.sqrt(v, out=g)
        root += self.least
        moved = np.divide(m, root, out=g)
        moved *= moved.dtype.type(rate * self.factors[member])
        return moved

    def follow_square(self, g, v):
        """Take the square of the gradient into v; g is used up."""
        v *= self.beta_2
        g *= g
        v += g


class AdamW(Adam):
    r"""Adam with weights that decay by themselves (Loshchilov & Hutter 2019).

    Before the step, :math:`\theta \leftarrow \theta - \eta \lambda \theta`.
    """

    weight_decay = 0.004


class Nadam(Adam):
    r"""Adam that looks a step ahead, as Nesterov's momentum does (Dozat 2016).

    With :math:`u_t = \beta_1 (1 - 0.96^t / 2)` and :math:`m, v` as in Adam,

    .. math::
        \theta \leftarrow \theta - \eta \left(
            \frac{u_{t+1} m}{1 - \prod_{s \le t+1} u_s} +
            \frac{(1 - u_t) g}{1 - \prod_{s \le t} u_s}
        \right) \Big/ \left(\sqrt{\frac{v}{1 - \beta_2^t}} + \epsilon\right)
    """

    # Keras rounds these wherever they stand, but for the product.
    beta_1, beta_2, decay = as_keras(0.9), as_keras(0.999), as_keras(0.96)

    def __init__(self, options, memories, shape, dtype):
        self.products = np.ones(shape[0])
        super().__init__(options, memories, shape, dtype)

    def _resume(self, memories):
        super()._resume(memories)
        for member, n_steps in enumerate(self.n_steps):
            steps = np.arange(1, n_steps + 1)
            self.products[member] = np.prod(Adam.beta_1 * (1 - 0.96**steps / 2))

    def begin_step(self):
        """Work out the weights of the moment and of the gradient."""
        self.products *= Adam.beta_1 * (1 - 0.96**self.n_steps / 2)
        now, next_ = (
            self.beta_1 * (1 - self.decay**steps / 2)
            for steps in (self.n_steps, self.n_steps + 1)
        )
        self.of_moment = (1 - self.beta_1) * next_ / (1 - self.products * next_)
        self.of_gradient = (1 - now) / (1 - self.products)
        left_2 = 1 - self.beta_2**self.n_steps
        self.factors = (left_2 / (1 - self.beta_2)) ** 0.5

    def move(self, member, g, moments, rate):
        """Return what the moment will be over the root of the second."""
        m, v = moments
        as_kept = m.dtype.type
        m *= self.beta_1
        m += g
        ahead = g * as_kept(self.of_gradient[member])
        ahead += m * as_kept(self.of_moment[member])
        self.follow_square(g, v)
        root = np.sqrt(v, out=g)
        root += as_kept(self.epsilon * self.factors[member])
        ahead /= root
        ahead *= as_kept(rate * self.factors[member])
        return ahead


OPTIMIZERS = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "nadam": Nadam,
}
