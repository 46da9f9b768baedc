"""The labels of the next rows of each series."""

import numpy as np


def continue_index(frequency, ends, names, n_steps, given=None):
    """Continue the index of each series.

    Parameters
    ----------
    frequency : Frequency
    ends : pandas.Index of length n_series
        The last label of each series.
    names : pandas.Index of length n_series, or None
        Names of the series; None for a single series without a name.
    n_steps : int
    given : pandas.Index, default=None
        Labels of known later rows. If those of a series follow its end without a gap,
        they are its next labels. So a holiday, which is not known in advance and is no
        step in windows, is left out if the later rows have none.

    Returns
    -------
    index : pandas.Index of length n_series * n_steps
        All steps of the first series, then those of the second, and so on.
    """
    import pandas as pd

    # Most series end at the same label, so few labels need to be continued.
    which, unique = pd.factorize(ends)
    parts = [frequency.extend(end, n_steps) for end in unique]
    if names is None:
        index = parts[0]
    else:
        times = parts[0].append(parts[1:])
        times = times[(which[:, np.newaxis] * n_steps + np.arange(n_steps)).ravel()]
        index = pd.MultiIndex.from_arrays([names.repeat(n_steps), times])
    if given is None:
        return index
    series, later = _later_labels(ends, names, given)
    n_later = np.minimum(np.bincount(series, minlength=len(ends)), n_steps)
    # The first labels that are given; in most tables these are all later ones.
    is_given = index.isin(given).reshape(-1, n_steps)
    skipping = np.flatnonzero(is_given.cumprod(axis=1).sum(axis=1) < n_later)
    if not len(skipping):
        return index
    labels = list(index)
    for number in skipping:
        of_series = later[series == number]
        own = _with_labels(frequency, ends[number], n_steps, of_series)
        own = own if names is None else [(names[number], label) for label in own]
        labels[number * n_steps : (number + 1) * n_steps] = own
    if names is None:
        return pd.Index(labels, dtype=index.dtype)
    times = pd.Index([label for _, label in labels], dtype=parts[0].dtype)
    return pd.MultiIndex.from_arrays([names.repeat(n_steps), times])


def _later_labels(ends, names, given):
    """Return the given labels after the end of their series, and its number."""
    times = given.get_level_values(-1)
    series = np.zeros(len(given), dtype=int)
    if names is not None:
        series = names.get_indexer(given.get_level_values(0))
    is_later = series >= 0
    is_later[is_later] = times[is_later] > ends[series[is_later]]
    return series[is_later], times[is_later]


def _with_labels(frequency, end, n_steps, later):
    """Continue a series by later labels, if these follow its end without a gap."""
    later = later.unique().sort_values()[:n_steps]
    if not frequency.is_consecutive(later.insert(0, end)):
        return frequency.extend(end, n_steps)
    return [*later, *frequency.extend(later[-1], n_steps - len(later))]
