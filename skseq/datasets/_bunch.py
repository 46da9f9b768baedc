"""The form in which all data sets are returned."""

import inspect

from sklearn.utils import Bunch


def package(function, frame, target, return_X_y):
    """Return a Bunch, or X and y, as the user chose.

    Parameters
    ----------
    function : callable
        The loader; its docstring becomes ``DESCR``.
    frame : DataFrame
    target : str
    return_X_y : bool
    """
    frame.index.name = "date"
    # Copies: a change of one part of the Bunch must not change another.
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
    """Return the parts of a docstring that describe the numbers and their source."""
    text = inspect.getdoc(function) or ""
    about = text.partition("Parameters\n")[0]
    sources = text.partition("References\n")[2].partition("Examples\n")[0]
    if not sources:
        return about.strip()
    return f"{about}References\n{sources}".strip()


def first_days(start, n_rows, freq):
    """Return the first day of each month, quarter or year, as ``freq`` says."""
    import pandas as pd

    return pd.date_range(start, periods=n_rows, freq=freq)
