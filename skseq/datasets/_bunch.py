"""Return all data sets in the same form."""

import inspect

from sklearn.utils import Bunch


def package(function, frame, target, return_X_y):
    """Return a Bunch, or X and y if the user chose them.

    The docstring of the loader, `function`, becomes ``DESCR``.
    """
    frame.index.name = "date"
    # Copies, so that a change of one part of the Bunch does not change another part.
    X, y = frame, frame[target].copy()
    if return_X_y:
        return X, y
    return Bunch(
        data=X,
        target=y,
        frame=frame.copy(),
        feature_names=list(X.columns),
        target_names=[target],
        DESCR=describe(function),
    )


def describe(function):
    """Return the description and the references from a docstring."""
    text = inspect.getdoc(function) or ""
    about = text.partition("Parameters\n")[0]
    sources = text.partition("References\n")[2].partition("Examples\n")[0]
    if not sources:
        return about.strip()
    return f"{about}References\n{sources}".strip()


def first_days(start, n_rows, freq):
    """Return the first days of consecutive months, quarters or years (``freq``)."""
    import pandas as pd

    return pd.date_range(start, periods=n_rows, freq=freq)
