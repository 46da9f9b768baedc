"""Which feature of the windows holds each target, lagged: found at the last step."""

from numbers import Integral

from skseq._series.lagged_target import AmbiguousLagError, LagSearch


def features_to_search(target_feature, n_features, n_outputs):
    """List the features in which each output is looked for.

    Parameters
    ----------
    target_feature : "auto", int or list of int
        The parameter of that name.
    n_features, n_outputs : int

    Returns
    -------
    features : list of sequence of int
        One for each output.

    Raises
    ------
    ValueError
        If a position is not one of a feature, or their number not that of outputs.
    """
    if isinstance(target_feature, str):
        return [range(n_features)] * n_outputs
    named = target_feature
    if isinstance(target_feature, Integral):
        named = [target_feature]
    are_positions = all(
        isinstance(f, Integral) and -n_features <= f < n_features for f in named
    )
    if len(named) != n_outputs or not are_positions:
        raise ValueError(
            f"target_feature must give the position of one of {n_features} feature(s) "
            f"for each of {n_outputs} output(s); got {target_feature!r}. 'auto' finds "
            "them."
        )
    return [[int(feature) % n_features] for feature in named]


def searches_of_windows(windows, known, ways_to_count):
    """Prepare the search of the last steps of windows for targets.

    Parameters
    ----------
    windows : Windows
        NaN at missing steps.
    known : ndarray of bool of shape (n_rows,)
        Rows that may be looked at.
    ways_to_count : list of ndarray of int of shape (n_rows,)
        Steps of the rows.

    Returns
    -------
    searches : list of LagSearch
        One for each way to count.
    """
    last_steps = windows.series[windows.starts + windows.time_steps - 1]
    return [LagSearch(last_steps, steps, known) for steps in ways_to_count]


def find_in_windows(searches, target, features, rules=None):
    """Find the features that hold a target, lagged.

    Parameters
    ----------
    searches : list of LagSearch
    target : ndarray of shape (n_rows,)
    features : sequence of int
    rules : LagRules, default=None

    Returns
    -------
    found : list of LaggedTarget
        Smallest lag first, by the first search that finds any.

    Raises
    ------
    AmbiguousLagError
        If none finds any, but one leaves the lag open.
    """
    ambiguous = None
    for search in searches:
        try:
            found = search.find(target, rules, features=features)
        except AmbiguousLagError as error:
            ambiguous = error  # another way to count the rows may settle it
            continue
        if found:
            return found
    if ambiguous is not None:
        raise ambiguous
    return []
