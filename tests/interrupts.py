"""Interrupts at any line of the package, for the tests of failures."""

import ast
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import joblib

import skseq

PACKAGE = str(Path(skseq.__file__).parent)

BLAS = str(Path(PACKAGE, "_engine", "blas.py"))
"""Not interrupted: a thread that dies while it holds the lock leaves it locked."""


class Interrupt(KeyboardInterrupt):
    """An interrupt that no other code raises."""


@cache
def lines_of_with(path):
    """Return the lines of a file that enter or leave the block of a ``with``.

    A tracer, unlike a real interrupt, may raise between the end of a block and the exit
    of its context, so that what the context restores stays changed.
    """
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for line in range(node.lineno, node.body[0].lineno)
    }


@contextmanager
def interrupted_at(number, within=PACKAGE):
    """Raise at the number-th line of a folder or file that is run; count the lines."""
    count = [0]

    def trace(frame, event, argument):
        path = frame.f_code.co_filename
        if path == BLAS or not path.startswith(within):
            return None
        if event == "line" and frame.f_lineno not in lines_of_with(path):
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
