"""Warnings that point at the user's own line."""

import sys
import warnings
import weakref

PASSED_OVER = (
    *("skseq", "sklearn", "joblib"),
    *("contextlib", "concurrent", "multiprocessing", "threading"),
)
"""Packages between the user's line and ours: a pipeline or a search calls fit, perhaps
in a thread, and contextlib runs our context managers."""


def warn_user(message, category=UserWarning):
    """Warn, and point at the line that called into scikit-learn or this package.

    The depth of the call varies (a fit alone, in a pipeline, in a search), so it is
    looked up rather than counted by hand.

    Parameters
    ----------
    message : str
    category : type, default=UserWarning
    """
    # Level 1 would be this function, level 2 is the one that calls it.
    frame, stacklevel = sys._getframe(1), 2
    while frame.f_back is not None and is_passed_over(frame):
        frame = frame.f_back
        stacklevel += 1
    warnings.warn(message, category, stacklevel=stacklevel)


def is_passed_over(frame):
    """Say whether a frame belongs to a package that users do not look into."""
    return frame.f_globals.get("__name__", "").partition(".")[0] in PASSED_OVER


_warned = weakref.WeakKeyDictionary()
"""What was warned of already, by fitted object.

It stands outside the estimators, so that a warning of predict changes none of them.
"""


def warn_once(fitted, message, category=UserWarning):
    """Warn the first time that a fitted object gives cause for a category of warnings.

    Parameters
    ----------
    fitted : object
        What a fit has learned; a refit makes another one, and warns again.
    message : str
    category : type, default=UserWarning
    """
    categories = _warned.setdefault(fitted, set())
    if category not in categories:
        categories.add(category)
        warn_user(message, category)
