"""Warnings that point at the user's own line, once for each call of a search.

scikit-learn sets the filters of warnings anew in each task of a search, so that Python
shows the same warning in every fold. What was shown is therefore noted here.
"""

import sys
import time
import warnings
import weakref

from skseq._estimator.callers import is_of, is_task, stack_of_user

PASSED_OVER = ("skseq", "sklearn", "joblib", "contextlib")
"""Packages between the user's line and ours: a pipeline or a search calls fit.

contextlib runs our context managers between two of our own frames.
"""

REPEATING = (
    "sklearn.model_selection",
    "sklearn.inspection",
    "sklearn.feature_selection",
    "sklearn.ensemble",
    "sklearn.multioutput",
    "sklearn.calibration",
)
"""Modules that fit or predict many times in one call of the user."""

QUIET_SECONDS = 10.0
"""A worker process, which does not see where a search begins, repeats a warning only
after so long a time without it."""

NOTE = "<warnings shown by skseq>"
"""Key of a frame's local variables; no name in the code of the frame can be equal."""

_last_in_worker = {}
"""When each warning came up last in a worker process of joblib."""


def warn_user(message, category=UserWarning):
    """Warn, and point at the line that called into scikit-learn or this package.

    The depth of the call varies (a fit alone, in a pipeline, in a search), so it is
    looked up rather than counted by hand. In one call of a search, cross-validation,
    permutation importance or ensemble, a warning of one category from one of our
    functions is shown once; with processes, once in each.

    Parameters
    ----------
    message : str or Warning
    category : type, default=UserWarning
    """
    frames = [frame for frame in stack_of_user(sys._getframe(1)) if not is_here(frame)]
    if isinstance(message, Warning):
        category = type(message)
    key = category, frames[0].f_code.co_filename, frames[0].f_code.co_qualname
    shown, token = shown_in_call(frames, key), object()
    # One atomic step, because threads of a search may get here at the same time.
    if shown.setdefault(key, token) is not token:
        return
    line = next((f for f in frames if not is_of(f, PASSED_OVER)), frames[-1])
    try:
        warnings.warn_explicit(
            message,
            category,
            line.f_code.co_filename,
            line.f_lineno,
            module=line.f_globals.get("__name__"),
            registry=line.f_globals.setdefault("__warningregistry__", {}),
        )
    except BaseException:  # as an error, it comes up in every fit
        del shown[key]
        raise
    finally:
        del frames, line  # an error would keep all callers alive through its traceback


def is_here(frame):
    """Say whether a frame is of this module."""
    return frame.f_globals is globals()


def shown_in_call(frames, key):
    """Return the warnings shown in the user's call, as a dict to write into.

    It is kept in the frame of that call and ends with it; a reference to the frame, or
    its id, would outlive it.

    Parameters
    ----------
    frames : list of frame
        From the inside to the outside.
    key : tuple
        Of the warning that comes up.

    Returns
    -------
    shown : dict
        Empty where nothing is repeated.
    """
    if not any(is_of(frame, REPEATING) for frame in frames):
        return {}
    call = [frame for frame in frames if is_of(frame, ("sklearn", "skseq"))][-1]
    if is_task(call):  # nobody in this process waits for the result
        now = time.monotonic()
        last = _last_in_worker.get(key, -QUIET_SECONDS)
        _last_in_worker[key] = now
        return {key: None} if now - last < QUIET_SECONDS else {}
    return call.f_locals.setdefault(NOTE, {})


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
