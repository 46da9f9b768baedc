"""Where y comes from: written by a forecaster, read by the steps of its estimator.

A forecaster adds the target to the columns of X, so it knows which column contains each
target's past, and at which lag. It also knows what its user has passed, so that
messages can name that. A Pipeline passes the same y to all its steps, so each of them
can look this up for its y, without a parameter.
"""

import weakref
from dataclasses import dataclass

from skseq._series.default_estimator_code import DefaultEstimator


@dataclass(frozen=True)
class Target:
    """What an estimator is fitted to, for messages about its errors.

    Attributes
    ----------
    name : str, default="y"
    untransformed : str, default=""
        Arguments of a forecaster that leave y as it is, as code.
    unit : float, default=1.0
        Errors of a single series are divided by it, to be those of what the name says.
    column : object, default=None
        Name or number of its column of y.
    """

    name: str = "y"
    untransformed: str = ""
    unit: float = 1.0
    column: object = None


@dataclass(frozen=True)
class TargetOrigin:
    """What a forecaster knows about the y that it has made.

    Attributes
    ----------
    features : tuple of int
        Position of the feature that contains the past, for each output.
    lags : tuple of int
        Steps from the last step of a window to the value to predict, for each output.
    targets : tuple of Target
        What the estimator is fitted to, for each output.
    default_estimator : DefaultEstimator or None, default=None
        Writes code for messages if the forecaster made the estimator, so that its user
        cannot set the parameters of the steps.
    table : str, default="X"
        What the user calls the table that the index comes from.
    n_incomplete : int, default=0
        Rows that are left out because gaps make a value to predict unknown.
    is_warned_about : bool, default=False
        Whether a warning has named a column that nearly contains the values to predict.
    """

    features: tuple[int, ...]
    lags: tuple[int, ...]
    targets: tuple[Target, ...]
    default_estimator: DefaultEstimator | None = None
    table: str = "X"
    n_incomplete: int = 0
    is_warned_about: bool = False

    def name_outputs(self, outputs):
        """Name some outputs of one target, such as "step 2 of target 'sales'".

        The name is empty if there are no other outputs.
        """
        feature, steps = self.features[outputs[0]], [self.lags[n] for n in outputs]
        n_steps, parts = self.features.count(feature), []
        if len(steps) == 1 < n_steps:
            parts.append(f"step {steps[0]}")
        elif len(steps) < n_steps:
            parts.append(f"steps {', '.join(map(str, steps[:-1]))} and {steps[-1]}")
        if n_steps < len(self.features):
            parts.append(f"target {self.targets[outputs[0]].column!r}")
        return " of ".join(parts)


_target_origins = {}
"""The `TargetOrigin` of each y that still exists, by the id of y."""


def note_target_origin(y, target_origin):
    """Store where y, an array or table, comes from, for as long as y exists."""
    key = id(y)
    # Arrays and frames cannot be keys of a weak dictionary, because they have no hash.
    reference = weakref.ref(y, lambda _: _target_origins.pop(key, None))
    _target_origins[key] = reference, target_origin


def target_origin_of(y):
    """Return the `TargetOrigin` of y, or None if no forecaster has made it."""
    reference, target_origin = _target_origins.get(id(y), (lambda: None, None))
    return target_origin if reference() is y else None


def default_estimator_of(y):
    """Return the `DefaultEstimator` if a forecaster made the estimator that gets y."""
    return getattr(target_origin_of(y), "default_estimator", None)


def name_of_table(y):
    """Return how messages to the user name the table that has the index.

    Return None if no forecaster has made y.
    """
    return getattr(target_origin_of(y), "table", None)
