"""The labels of the rows after the known rows, and what X_future says about them."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting.known.known_rows import index_like
from skseq._series.continuation import continue_index
from skseq._series.frequency.irregular import advise_on_irregular
from skseq._series.index import is_pandas
from skseq._series.shared_frequency import find_usual_frequency


@dataclass(frozen=True, eq=False)
class FollowingIndex:
    """The labels of the rows that follow the known rows.

    Attributes
    ----------
    labels : pandas.Index of length n_series * n_steps, or None
        None if the table is an array.
    plain : pandas.Index of length n_series * n_steps, or None
        The same, if X_future left out no holidays.
    given : pandas.Index or None
        The labels of X_future, in the time zone of the table; None if it has none.
    """

    labels: object = None
    plain: object = None
    given: object = None


def following_index(table, n_steps, X_future=None):
    """Continue the index of each series after the known rows.

    The index of X_future gives the next labels if that of the table has no frequency,
    and it says which sessions are holidays; see `continue_index`.
    """
    if not is_pandas(table.cells):
        return FollowingIndex()
    given = None
    if is_pandas(frame_of_index(X_future)):
        given = index_like(table, X_future, "X_future")
    if table.frequency is None:
        check_given_continues(table, n_steps, given)
        labels = given[given > table.axis.labels[-1]][:n_steps]
        return FollowingIndex(labels, labels, given)
    last = table.last_rows
    series = table.axis.names
    series = None if series is None else series[table.axis.series[last]]
    continued = partial(
        continue_index, table.frequency, table.axis.labels[last], series, n_steps
    )
    names = table.cells.index.names
    plain = labels = continued().set_names(names)
    if given is not None:
        labels = continued(given).set_names(names)
    return FollowingIndex(labels, plain, given)


def check_given_continues(table, n_steps, given):
    """Raise if the index of X_future cannot continue an index without frequency."""
    labels, name = table.axis.labels, table.name
    problem = f"The index of {name} has no frequency, so it cannot be continued: "
    are_numbers = labels.dtype.kind in "iuf"
    usual = None if table.axis.names is None else find_usual_frequency(table.axis)
    if usual is not None and (mismatch := usual.name_mismatch()):
        raise ValueError(
            f"{problem}{mismatch}. Round or resample the times of such series, or "
            "leave them out, and fit again."
        )
    what = "floats" if are_numbers else "irregular"
    problem += f"its labels, of which the last is {labels[-1]}, are {what}. "
    if table.axis.names is not None:
        raise ValueError(
            f"{problem}Number the rows of each series: {name} = {name}.set_axis(["
            f"{name}.index.get_level_values(0), {name}.groupby(level=0).cumcount()]). "
            "Or fit one forecaster for each series, which takes the next labels from "
            "X_future."
        )
    if given is None:
        advice = advise_on_irregular(labels, name)
        if not advice:
            code = "reset_index(drop=True)" if are_numbers else "resample(...)"
            advice = f", or make the index regular: {name}.{code}"
        raise ValueError(
            problem + "Pass X_future with the labels of the next "
            f"{counted(n_steps, 'step')} as its index{advice}."
        )
    n_later = np.count_nonzero(given > labels[-1])
    if n_later < n_steps:
        raise ValueError(
            problem + f"So X_future must have the labels of the next "
            f"{counted(n_steps, 'step')} as its index, but it has only "
            f"{counted(n_later, 'label')} after the last label of {name}. Add the "
            "others."
        )


def frame_of_index(X_future):
    """Return a frame without columns for an index; anything else as it is."""
    if hasattr(X_future, "get_level_values"):
        import pandas as pd

        return pd.DataFrame(index=X_future)
    return X_future


def starts_from_0(index):
    """Return whether the times of an index begin at 0, as after ``reset_index``."""
    labels = index.get_level_values(-1)
    return len(labels) > 0 and labels.dtype.kind in "iu" and labels.min() == 0
