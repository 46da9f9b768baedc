"""Compare estimators, apart from the note that a refit failed."""

from copy import copy

NOTE = "_fitted_before_failure"
"""The only attribute that a failed refit may set: later calls then warn."""


def without_note(attributes):
    """Return attributes without the note."""
    return {name: value for name, value in attributes.items() if name != NOTE}


def copy_without_note(estimator):
    """Copy an estimator, to pickle it without the note."""
    copied = copy(estimator)
    vars(copied).pop(NOTE, None)
    return copied
