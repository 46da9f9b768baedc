"""Warnings that point to the line of the user's code, once in each call of a search."""

import sys
import warnings
import weakref

from skseq._estimator.shown_warnings import is_refit, shown_in_call
from skseq._estimator.user_stack import frames_from, line_of_user

_purposes = {}
"""What to say before a warning, by the code of the function that it came up in."""

_hidden = {}
"""The categories of warnings that are not shown, by the code of the function that they
come up in."""


def warns_with(purpose):
    """Decorate a function: warnings that come up in it begin with its purpose.

    Parameters
    ----------
    purpose : str
        A clause, such as "To calibrate intervals, the forecaster is fitted again".
    """

    def note(function):
        _purposes[function.__code__] = purpose
        return function

    return note


def hides(*categories):
    """Decorate a function: `warn_user` shows no warning of some categories in it.

    A filter of the module `warnings` would hide those of all other threads, too.
    """

    def note(function):
        _hidden[function.__code__] = categories
        return function

    return note


def warn_user(message, category=UserWarning):
    """Warn, and point to the line that called scikit-learn or this package.

    The depth of the call varies (a fit alone, in a Pipeline, in a search), so the stack
    is searched. Threads and worker processes do not know the user's line; there the
    warning points to our own method that was called.

    In one call of a search, cross-validation, permutation importance or ensemble, a
    warning of one category from one of our functions is shown once. The refit of a
    search shows it again if its text differs. A worker process, which does not know the
    user's call, shows it once.

    Parameters
    ----------
    message : str or Warning
    category : type, default=UserWarning
    """
    # Frames of this module, such as that of `warn_once`, are left out.
    frames = [f for f in frames_from(sys._getframe(1)) if f.f_globals is not globals()]
    if isinstance(message, Warning):
        category = type(message)
    if is_hidden(category, frames):
        return
    # The purpose is that of the innermost function that has one.
    purpose = next((_purposes[f.f_code] for f in frames if f.f_code in _purposes), "")
    if purpose:
        message = category(f"{purpose} {message}")
    source = frames[0].f_code.co_filename, frames[0].f_code.co_qualname
    kind = category, *source, purpose
    said = *kind, str(message)
    key, token = said if is_refit(frames) else kind, object()
    shown = shown_in_call(frames)
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
            # Python drops a warning without a module, as in code run by exec.
            module=line.f_globals.get("__name__") or "<string>",
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


_warned = weakref.WeakKeyDictionary()
"""Categories already warned about, for each fitted object.

They are stored outside the estimators, so that a warning in predict changes no
estimator.
"""


def warn_once(fitted, message, category=UserWarning):
    """Warn only the first time for each category and fitted object.

    A refit makes a new object, so it warns again.
    """
    # Registered before the warning, which may be turned into an exception.
    categories = _warned.setdefault(fitted, set())
    if category not in categories:
        if is_hidden(category, frames_from(sys._getframe(1))):
            return  # the next one is the first that is shown
        categories.add(category)
        warn_user(message, category)
