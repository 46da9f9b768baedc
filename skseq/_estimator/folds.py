"""The fold of a cross-validation in which an estimator is fitted or predicts."""

import sys
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from skseq._estimator.user_stack import frames_from, is_of

FUNCTIONS = "_fit_and_score", "_fit_and_predict"
"""Functions of scikit-learn that fit an estimator to one fold."""


@dataclass(frozen=True)
class Fold:
    """What scikit-learn was called with, and how it has split the rows.

    Attributes
    ----------
    X : table-like of shape (n_rows, n_features)
    y : array-like of shape (n_rows,) or (n_rows, n_targets), or None
    train, test : ndarray of int
        Numbers of the rows to fit to, and to predict.
    scorer : callable or None
        None if nothing is scored.
    """

    X: Any
    y: Any
    train: np.ndarray
    test: np.ndarray
    scorer: Any = None

    @property
    def is_in_order_of_time(self):
        """Whether, in each series, no test row comes before a row to fit to."""
        index = getattr(self.X, "index", None)
        series = np.zeros(len(self.X), dtype=int)
        if getattr(index, "nlevels", 1) > 1:
            series = np.asarray(index.codes[0])
        # The rows of a series are in order of time, so their numbers can be compared.
        last = np.full(series.max(initial=0) + 1, -1)
        np.maximum.at(last, series[self.train], self.train)
        return bool((self.test > last[series[self.test]]).all())

    @property
    def lacks_true_values(self):
        """Whether a metric needs y, which was not passed."""
        if self.y is not None or self.scorer is None:
            return False
        scorers = getattr(self.scorer, "_scorers", {"score": self.scorer})
        return not all(_takes_no_y(scorer) for scorer in scorers.values())


def _takes_no_y(scorer):
    """Return whether a scorer can be called with an estimator and X alone."""
    try:
        signature(scorer).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # callables written in C may have no signature
        return True
    return True


def fold_of_call():
    """Return the fold that is being fitted or predicted, or None outside of any.

    It is read from the call of scikit-learn, which does not pass it on.

    Returns
    -------
    fold : Fold or None
    """
    for frame in frames_from(sys._getframe(1)):
        if frame.f_code.co_qualname in FUNCTIONS and is_of(
            frame, ("sklearn.model_selection",)
        ):
            found = frame.f_locals
            parts = [found.get(name) for name in ("X", "y", "train", "test")]
            rows = parts[2:]
            if all(isinstance(part, np.ndarray | list | range) for part in rows):
                parts[2:] = (np.asarray(part) for part in rows)
                return Fold(*parts, found.get("scorer"))
    return None
