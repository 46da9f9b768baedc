"""Warnings that point to the line of the user's code."""

import sys
import warnings
import weakref

SKIPPED_PACKAGES = (
    *("skseq", "sklearn", "joblib"),
    *("contextlib", "concurrent", "multiprocessing", "threading"),
)
"""Packages between the user's line and ours: a pipeline or a search calls fit, perhaps
in a thread, and contextlib runs our context managers."""


def warn_user(message, category=UserWarning):
    """Warn, and point to the line that called scikit-learn or this package.

    The depth of the call varies (a fit alone, in a Pipeline, in a search), so the stack
    is searched and no fixed ``stacklevel`` is used.

    Parameters
    ----------
    message : str
    category : type, default=UserWarning
    """
    # Stack level 1 is this function, level 2 its caller.
    frame, stacklevel = sys._getframe(1), 2
    while frame.f_back is not None and is_skipped(frame):
        frame = frame.f_back
        stacklevel += 1
    warnings.warn(message, category, stacklevel=stacklevel)


def is_skipped(frame):
    """Return whether a frame belongs to a package that users do not look into."""
    return frame.f_globals.get("__name__", "").partition(".")[0] in SKIPPED_PACKAGES


_warned = weakref.WeakKeyDictionary()
"""Categories already warned about, for each fitted object.

They are stored outside the estimators, so that a warning in predict changes no
estimator.
"""


def warn_once(fitted, message, category=UserWarning):
    """Warn only the first time for each fitted object and category.

    Parameters
    ----------
    fitted : object
        Result of a fit. A refit makes a new object, so it warns again.
    message : str
    category : type, default=UserWarning
    """
    # Registered before the warning, which may be turned into an exception.
    categories = _warned.setdefault(fitted, set())
    if category not in categories:
        categories.add(category)
        warn_user(message, category)
