"""Warnings that point to the line of the user's code, once in each call of a search.

scikit-learn sets the filters of warnings anew in each task of a search, so that Python
shows the same warning in every fold. What was shown is therefore recorded here. The
refit on all rows, whose model is the one that predicts, shows a warning if the folds
did not show it.
"""

import sys
import time
import warnings
import weakref

import numpy as np

from skseq._estimator.user_stack import is_of, is_task, stack_of_user

SKIPPED_PACKAGES = (
    *("skseq", "sklearn", "joblib"),
    *("contextlib", "concurrent", "multiprocessing", "runpy", "threading"),
)
"""Packages between the user's line and ours: a pipeline or a search calls fit, perhaps
in a thread or a process, and contextlib runs our context managers."""

REPEATING = (
    "sklearn.model_selection",
    "sklearn.inspection",
    "sklearn.feature_selection",
    "sklearn.ensemble",
    "sklearn.multioutput",
    "sklearn.calibration",
    "skseq.model_selection",
    "skseq._forecasting.strategies.recursive",
    "skseq._forecasting.pipeline.from_origins",
)
"""Modules that fit or predict many times in one call of the user."""

QUIET_SECONDS = 10.0
"""Seconds without work after which a worker process repeats a warning, because another
search is then likely. A worker does not see where a search begins."""

NOTE = "<warnings shown by skseq>"
"""Key of a frame's local variables; no name in the code of the frame can be equal."""

_purposes = {}
"""What to say before a warning, by the code of the function that it came up in."""

_hidden = {}
"""The categories of warnings that are not shown, by the code of the function that they
come up in."""

_last_in_worker = {}
"""The idle time at which each warning was last raised in a worker process of joblib."""


def warns_with(purpose):
    """Decorate a function: warnings that come up in it begin with its purpose.

    Parameters
    ----------
    purpose : str
        A clause, such as "To calibrate intervals, the forecaster is fitted again".
    """

    def note(function):
        # Found on the stack, so it also holds in threads that the function starts.
        _purposes[function.__code__] = purpose
        return function

    return note


def hides(category):
    """Decorate a function: `warn_user` shows no warning of a category in it.

    A filter of the module `warnings` would hide those of all other threads, too.

    Parameters
    ----------
    category : type
    """

    def note(function):
        _hidden[function.__code__] = category
        return function

    return note


def warn_user(message, category=UserWarning):
    """Warn, and point to the line that called scikit-learn or this package.

    The depth of the call varies (a fit alone, in a Pipeline, in a search), so the stack
    is searched. A worker process does not know the user's line; there the warning
    points to our own method that was called.

    In one call of a search, cross-validation, permutation importance or ensemble, a
    warning of one category from one of our functions is shown once; with processes,
    once in each. The refit of a search shows it again if its text differs.

    Parameters
    ----------
    message : str or Warning
    category : type, default=UserWarning
    """
    frames = [frame for frame in stack_of_user(sys._getframe(1)) if not is_here(frame)]
    if isinstance(message, Warning):
        category = type(message)
    if is_hidden(category, frames):
        return
    purpose = purpose_of(frames)
    if purpose:
        message = category(f"{purpose} {message}")
    source = frames[0].f_code.co_filename, frames[0].f_code.co_qualname
    kind = category, *source, purpose
    said = *kind, str(message)
    key, token = said if is_refit(frames) else kind, object()
    shown = shown_in_call(frames, key)
    # One atomic step, because threads of a search may get here at the same time.
    if shown.setdefault(key, token) is not token:
        return
    shown[said] = token
    line = line_of_user(frames)
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
        for noted in {key, said}:
            shown.pop(noted, None)
        raise
    finally:
        del frames, line  # an error would keep all callers alive through its traceback


def is_hidden(category, frames):
    """Return whether a function on the stack hides warnings of a category."""
    return any(issubclass(category, _hidden.get(f.f_code, ())) for f in frames)


def is_here(frame):
    """Return whether a frame is of this module."""
    return frame.f_globals is globals()


def purpose_of(frames):
    """Return the purpose of the innermost function that has one, or an empty text."""
    purposes = (_purposes.get(frame.f_code, "") for frame in frames)
    return next(filter(None, purposes), "")


def line_of_user(frames):
    """Return the frame to point to: the user's, else our method that was called."""
    for frame in frames:
        if not is_of(frame, SKIPPED_PACKAGES):
            return frame
    return [frame for frame in frames if is_of(frame, ("skseq",))][-1]


def is_refit(frames):
    """Return whether a search is fitting its best candidate, after all folds."""
    names = {frame.f_code.co_qualname for frame in frames if is_of(frame, REPEATING)}
    return "BaseSearchCV.fit" in names and "_fit_and_score" not in names


def idle_seconds():
    """Return for how long this process has had nothing to do, from any start."""
    return time.monotonic() - time.process_time()


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
        now = idle_seconds()
        last = _last_in_worker.get(key, -np.inf)
        _last_in_worker[key] = now
        return {key: None} if now - last < QUIET_SECONDS else {}
    return call.f_locals.setdefault(NOTE, {})


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
        if is_hidden(category, stack_of_user(sys._getframe(1))):
            return  # the next one is the first that is shown
        categories.add(category)
        warn_user(message, category)
