"""The labels of the next rows of each series."""

import numpy as np

from skseq._series.series_index import rows_by_code


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
        Labels of later rows. If those of a series follow its end without a gap, they
        are its next labels. So a holiday, which is not known in advance and is no step
        in windows, is left out if the later rows have none.

    Returns
    -------
    index : pandas.Index of length n_series * n_steps
        All steps of the first series, then those of the second, and so on.
    """
    numbers = frequency.numbers_in(names)
    parts, which = _plain_labels(frequency, ends, numbers, n_steps)
    index = _joined(parts, which, names)
    if given is None or index.isin(given).all():
        return index
    series, later = _later_labels(frequency, ends, names, given)
    n_later = np.minimum(np.bincount(series, minlength=len(ends)), n_steps)
    # In most tables, all later labels are the first ones of the continued index.
    is_given = index.isin(given).reshape(-1, n_steps)
    skipping = is_given.cumprod(axis=1).sum(axis=1) < n_later
    if not skipping.any():
        return index
    rows = skipping[series]
    series, later = series[rows], later[rows]
    frequencies = [frequency.numbered(number) for number in numbers]
    _replace_by_given(parts, which, frequencies, ends, series, later)
    return _joined(parts, which, names)


def _plain_labels(frequency, ends, numbers, n_steps):
    """Continue each series without holidays.

    Returns
    -------
    parts : list of pandas.Index of length n_steps
        The different continuations.
    which : ndarray of int of shape (n_series,)
        Which of them each series has.
    """
    import pandas as pd

    # Most series end at the same label, so few labels need to be continued.
    of_label, labels = pd.factorize(ends)
    which, kinds = pd.factorize(numbers * len(labels) + of_label)
    parts = [
        frequency.numbered(number).extend(labels[label], n_steps)
        for number, label in zip(*np.divmod(kinds, len(labels)), strict=True)
    ]
    return parts, which


def _replace_by_given(parts, which, frequencies, ends, series, later):
    """Continue some series with given later labels, where these follow without a gap.

    `series` and `later` are the series and the labels of later rows. `parts` and
    `which`, see `_plain_labels`, are changed in place.
    """
    import pandas as pd

    codes, labels = pd.factorize(later, sort=True)
    n_steps, known, by_series = len(parts[0]), {}, rows_by_code(series, len(ends))
    for number in np.unique(series):
        rows = by_series[number]
        first = np.unique(codes[rows])[:n_steps]
        # Most series have the same end and the same later labels.
        key = which[number], first.tobytes()
        if key not in known:
            plain, end = parts[which[number]], ends[number]
            known[key] = len(parts)
            parts.append(_skip_holidays(frequencies[number], end, plain, labels[first]))
        which[number] = known[key]


def _joined(parts, which, names):
    """Return the labels of all series, one after another."""
    import pandas as pd

    if names is None:
        return parts[which[0]]
    n_steps = len(parts[0])
    times = parts[0].append(parts[1:])
    times = times[(which[:, np.newaxis] * n_steps + np.arange(n_steps)).ravel()]
    return pd.MultiIndex.from_arrays([names.repeat(n_steps), times])


def _later_labels(frequency, ends, names, given):
    """Return the series and the label of each given session after its series' end."""
    times = given.get_level_values(-1)
    series = np.zeros(len(given), dtype=int)
    if names is not None:
        series = names.get_indexer(given.get_level_values(0))
    is_later = series >= 0
    is_later[is_later] = times[is_later] > ends[series[is_later]]
    series, times = series[is_later], times[is_later]
    are_sessions = np.zeros(len(times), dtype=bool)
    for rows, one in frequency.by_series(names, series):
        # A calendar of all days has weekends, too.
        codes, unique = times[rows].factorize()
        are_open = one.contains(unique) & ~one.had_no_row(unique)
        are_sessions[rows] = are_open[codes]
    return series[are_sessions], times[are_sessions]


def _skip_holidays(frequency, end, plain, later):
    """Return the next labels: later ones, if they follow the end without a gap."""
    if not frequency.is_consecutive(later.insert(0, end)):
        return plain
    return later.append(frequency.extend(later[-1], len(plain) - len(later)))
