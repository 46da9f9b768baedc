"""Which steps the window of each row contains, as a table of words."""

import numpy as np
from sklearn.base import clone

from skseq._forecasting.pipeline.windower_steps import is_passthrough, steps_inside
from skseq._preprocessing.windower import SequenceWindower
from skseq._series.origin import origin_of
from skseq.displays._panels import choose_names

MOST_ROWS = 12
"""Number of rows to show unless they are chosen."""


def prepare(estimator, X):
    """Return a fitted windower, and the table that it gets.

    If the windower, or the Pipeline that contains it, is not fitted, a clone is fitted
    to X.
    """
    steps = steps_inside(estimator)
    places = [n for n, step in enumerate(steps) if isinstance(step, SequenceWindower)]
    if not places:
        raise TypeError(
            "WindowsDisplay needs a SequenceWindower, or a Pipeline that contains one; "
            f"got {type(estimator).__name__}."
        )
    *earlier, windower = steps[: places[0] + 1]
    is_fitted = hasattr(windower, "_fitted_rows")
    for step in earlier:
        if is_passthrough(step):
            continue
        X = step.transform(X) if is_fitted else clone(step).fit_transform(X)
    if not is_fitted:
        windower = clone(windower).fit(X)
    return windower, X


def window_cells(windower, X, series, rows):
    """Return `cells`, `targets` and `labels` of a WindowsDisplay.

    The windower is fitted. Steps are counted from the first row of the series.
    """
    import pandas as pd

    windows = windower.transform(X)
    axis = origin_of(windows).axis
    of_series = rows_of_series(axis, series)
    chosen = chosen_rows(rows, len(of_series))
    shown = of_series[chosen]
    numbers = axis.steps[of_series] - axis.steps[of_series[0]]
    targets = numbers[chosen]
    is_missing = np.isnan(np.asarray(windows[shown]))
    future = np.zeros(is_missing.shape[2], dtype=bool)
    future[windower._fitted_future] = True
    known_ahead = targets[:, np.newaxis] - np.arange(windower._fitted_time_steps)[::-1]
    # The windows of other columns come last, because they are the usual ones.
    parts = [
        ("future", known_ahead, is_missing[:, :, future]),
        ("window", known_ahead - windower._fitted_horizon, is_missing[:, :, ~future]),
    ]
    parts = [part for part in parts if part[2].shape[2]]
    drawn = np.concatenate([targets, *(seen.ravel() for _, seen, _ in parts)])
    steps = np.arange(drawn.min(), drawn.max() + 1)
    cells = np.full((len(shown), len(steps)), "", dtype="<U7")
    cells[:, np.isin(steps, numbers)] = "row"
    for word, seen, missing in parts:
        lines = np.arange(len(shown))[:, np.newaxis]
        cells[lines, seen - steps[0]] = np.where(missing.any(axis=2), "missing", word)
    labels = labels_of_steps(windower, axis, of_series, numbers)
    index = [labels.get(int(step), str(step)) for step in targets]
    return pd.DataFrame(cells, index=index, columns=steps), targets, labels


def rows_of_series(axis, series):
    """Return the row numbers of one series, the first by default, oldest first."""
    number = axis.series[0]
    if series is not None:
        names = [] if axis.names is None else list(axis.names)
        (name,) = choose_names(names, series)
        number = names.index(name)
    return np.flatnonzero(axis.series == number)


def chosen_rows(rows, n_rows):
    """Return positions of the rows to show, ascending."""
    positions = np.arange(n_rows)
    if rows is None:
        return positions[:MOST_ROWS]
    try:
        chosen = np.unique(positions[rows])
    except IndexError:
        chosen = positions[:0]
    if not len(chosen):
        raise ValueError(
            f"rows must be positions from 0 to {n_rows - 1}, or a slice; got {rows!r}."
        )
    return chosen


def labels_of_steps(windower, axis, of_series, numbers):
    """Return the labels of the numbered steps that have a row, as text."""
    if axis.labels is None:
        return {number: str(number) for number in numbers.tolist()}
    texts = axis.labels[of_series].astype(str)
    labels = dict(zip(numbers.tolist(), texts, strict=True))
    history = windower.last_index_
    if axis.names is None and axis.frequency is not None and history is not None:
        first_label = axis.labels[of_series[:1]]
        earlier = history[history < first_label[0]]
        # Counted together, because steps of opening hours depend on the other rows.
        steps = axis.frequency.positions(earlier.append(first_label))
        steps = (steps - steps[-1])[:-1]
        labels |= dict(zip(steps.tolist(), earlier.astype(str), strict=True))
    return labels
