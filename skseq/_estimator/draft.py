"""Fit a draft of the estimator, then copy its fitted attributes in one assignment.

So a failed or interrupted fit leaves the estimator unchanged, and a predict in another
thread uses the previous fit or the new one, never parts of both.
"""

from contextlib import contextmanager

from skseq._estimator.callbacks import reported_fit


@contextmanager
def drafted_fit(estimator, X, y, sample_weight=None, *, max_subtasks=0):
    """Run a fit on a draft, and commit it unless the block fails.

    Parameters
    ----------
    estimator : estimator with CallbackSupportMixin
    X, y, sample_weight : what ``fit`` was given
    max_subtasks : int, default=0
        Number of tasks of this fit, such as epochs, that are reported to
        scikit-learn's callbacks, at most.

    Yields
    ------
    draft : estimator
        An unfitted estimator with the same class and parameters. Names of fitted
        attributes must end with an underscore or begin with ``_fitted``.
    report : FitReport or None
        Reports the tasks of this fit to scikit-learn's callbacks. None if it has none
        and is itself a task of another fit.
    """
    # Not `clone`: parameters must stay the same objects, and settings such as
    # set_output must remain.
    draft = object.__new__(type(estimator))
    draft.__dict__ = other_attributes(estimator)
    with reported_fit(estimator, draft, X, y, sample_weight, max_subtasks) as report:
        yield draft, report
        # Attributes that are not learned are taken from the estimator, not the draft:
        # scikit-learn's callbacks store their state there during a fit.
        estimator.__dict__ = other_attributes(estimator) | fitted_attributes(draft)


def fitted_attributes(estimator):
    """Return the attributes that were set by fit, as a dict."""
    return {name: v for name, v in vars(estimator).items() if is_fitted_name(name)}


def other_attributes(estimator):
    """Return the other attributes, parameters and settings, as a dict."""
    return {name: v for name, v in vars(estimator).items() if not is_fitted_name(name)}


def is_fitted_name(name):
    """Return whether an attribute of this name is set by fit."""
    return name.startswith("_fitted") or (name.endswith("_") and name[0] != "_")
