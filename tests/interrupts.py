"""Interrupts at any line of the package, for the tests of failures."""

import sys
from contextlib import contextmanager
from pathlib import Path

import joblib

import skseq

PACKAGE = str(Path(skseq.__file__).parent)

BLAS = str(Path(PACKAGE, "_engine", "blas.py"))
"""Not interrupted: a thread that dies while it holds the lock leaves it locked."""


class Interrupt(KeyboardInterrupt):
    """An interrupt that no other code raises."""


@contextmanager
def interrupted_at(number, within=PACKAGE):
    """Raise at the number-th line of a folder or file that is run; count the lines."""
    count = [0]

    def trace(frame, event, argument):
        path = frame.f_code.co_filename
        if path == BLAS or not path.startswith(within):
            return None
        if event == "line":
            count[0] += 1
            if count[0] == number:
                raise Interrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


def contents(estimator):
    """Return a hash of the attributes, but for scikit-learn's notes on callbacks."""
    marks = ("_callback", "_skl_callbacks")
    attributes = estimator.__getstate__()
    # A hash by value: bytes of a pickle also depend on which equal strings are one
    # object, and a copy has other objects.
    return joblib.hash({k: v for k, v in attributes.items() if not k.startswith(marks)})
