"""Fit on a draft of the estimator, and take over what it learned in one assignment.

A failed or interrupted fit therefore leaves the estimator as it was, and a predict in
another thread works with the old fit or with the new one, never with parts of both.
"""

from contextlib import contextmanager

from skseq._estimator.callbacks import reported_fit


@contextmanager
def drafted_fit(estimator, X, y, sample_weight=None, *, max_subtasks=0):
    """Run a fit on a draft; commit it if the block does not fail.

    Parameters
    ----------
    estimator : estimator with CallbackSupportMixin
    X, y, sample_weight : what ``fit`` was given
    max_subtasks : int, default=0
        Tasks of this fit that scikit-learn's callbacks are told of, such as epochs.

    Yields
    ------
    draft : estimator
        Of the same class and parameters, not fitted. What it learns belongs into
        attributes that end with an underscore or begin with ``_fitted``.
    report : FitReport
        Reports the tasks of this fit to scikit-learn's callbacks.
    """
    draft = object.__new__(type(estimator))
    draft.__dict__ = not_learned(estimator)
    with reported_fit(
        estimator, draft, X, y, sample_weight, max_subtasks=max_subtasks
    ) as report:
        yield draft, report
        # Attributes that are not learned come from the estimator itself: the callbacks
        # keep notes there while a fit runs.
        estimator.__dict__ = not_learned(estimator) | learned(draft)


def learned(estimator):
    """Return the attributes that fit has set, by name."""
    return {name: v for name, v in vars(estimator).items() if is_learned(name)}


def not_learned(estimator):
    """Return the other attributes, by name: parameters and settings."""
    return {name: v for name, v in vars(estimator).items() if not is_learned(name)}


def is_learned(name):
    """Say whether an attribute of this name is set by fit."""
    return name.startswith("_fitted") or (name.endswith("_") and name[0] != "_")
