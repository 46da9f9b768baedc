"""Find the feature of the windows that contains each target some steps earlier."""

from dataclasses import replace
from functools import partial
from numbers import Integral

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.lagged_target import (
    MIN_COMPARED,
    AmbiguousLagError,
    LagRules,
    LagSearch,
)
from skseq._series.lagged_target.affine_map import usual_maps


def features_to_search(target_feature, n_features, n_outputs):
    """List the features in which the past of each output is searched for.

    Raise if ``target_feature``, the parameter of a regressor, is invalid.
    """
    if isinstance(target_feature, str):
        return [range(n_features)] * n_outputs
    chosen = target_feature
    if isinstance(target_feature, Integral):
        chosen = [target_feature]
    are_indices = all(
        isinstance(f, Integral) and -n_features <= f < n_features for f in chosen
    )
    if len(chosen) != n_outputs or not are_indices:
        raise ValueError(
            f"target_feature must be the index of one of "
            f"{counted(n_features, 'feature')}, for each of "
            f"{counted(n_outputs, 'output')}; got {target_feature!r}. Use 'auto' to "
            "find the features."
        )
    return [[int(feature) % n_features] for feature in chosen]


def make_lag_searches(rows):
    """Prepare the search for targets in the last steps of windows.

    Returns
    -------
    searches : list of list of WindowSearch
        One list for each way to count steps. If some rows do not take part, others
        follow in which their windows do: where every second row has a weight, no two
        rows with a weight are one step apart.
    """
    windows, known = rows.windows, rows.known
    # The last step alone: the lag of an earlier one follows from it.
    last_steps = windows.last_steps()
    known_windows = [known] if known.all() else [known, np.ones_like(known)]
    searches = [
        [WindowSearch(windows, last_steps, numbers, known, known_w) for numbers in way]
        for known_w in known_windows
        for way in rows.steps.ways
    ]
    if rows.is_ordered and rows.reversed_steps:
        windows = windows.with_reversed_steps()
        first_steps = windows.last_steps()
        of_reversed = [
            ReversedSearch(windows, first_steps, numbers, known, known_windows[-1])
            for numbers in rows.reversed_steps
        ]
        searches.append(of_reversed)
    return searches


class StepOrderError(ValueError):
    """The last step of windows is not the latest one."""


def step_order_error(lagged, later_step, its_lag):
    """Make the error for windows whose last step is not the latest."""
    feature, lag = lagged.feature, lagged.lag
    return StepOrderError(
        f"The windows of feature {feature} of X are not in time order: step "
        f"{later_step} (counted from 0) contains y "
        f"{counted(its_lag, 'row')} before the row to predict, but the last step "
        f"contains y {counted(lag, 'row')} before it. Order the steps of each window "
        "from the oldest to the latest."
    )


class WindowSearch:
    """Searches the last steps of windows for lagged targets, as `LagSearch` does.

    Parameters
    ----------
    windows : Windows
    last_steps : ndarray of shape (n_rows, n_features)
        The last step of each window.
    numbers : StepNumbers
    known : ndarray of bool of shape (n_rows,)
        Rows whose targets may be compared.
    known_windows : ndarray of bool of shape (n_rows,)
        Rows whose windows may be compared.
    """

    def __init__(self, windows, last_steps, numbers, known, known_windows):
        self.windows, self.numbers = windows, numbers
        self.rows = None
        self.of_rows = {"known": known, "known_columns": known_windows}
        columns, steps = last_steps, numbers.steps
        if numbers.is_strided:
            # The last steps alone leave out steps, and a target may equal one of these.
            columns, steps, self.rows, is_last = numbers.every_step(windows)
            self.of_rows = {
                "known": known[self.rows] & is_last,
                "known_columns": known_windows[self.rows],
            }
        self.search = LagSearch(columns, steps, **self.of_rows)

    def find(self, target, rules, features):
        """Find the features whose last step is the target some steps earlier.

        Like `LagSearch`, but raise `StepOrderError` if another step of such a feature
        contains a later value of the target.
        """
        features = self.numbers.among(features)
        if self.rows is not None:
            rules = LagRules() if rules is None else rules
            if rules.maps is None:  # rows count once, not once for each step
                rules = replace(rules, maps=usual_maps(target))
            target = target[self.rows]
        found, failure = [], None
        for lagged in self.search.find(target, rules, features=features):
            is_even = lagged.feature not in self.numbers.uneven
            later = None if is_even else self._find_later_step(lagged, target)
            if later:
                failure = step_order_error(lagged, later.feature, later.lag)
            else:
                found.append(replace(lagged, is_even=is_even))
        if failure and not found:
            raise failure
        return found

    def _find_later_step(self, lagged, target):
        """Return a step, as a feature, that holds a later value than the last step."""
        steps = self.windows.cut_feature(lagged.feature)[:, :-1]
        later = LagRules(np.arange(1, lagged.lag))
        found = LagSearch(steps, self.numbers.steps, **self.of_rows).find(target, later)
        return found[0] if found else None


class ReversedSearch(WindowSearch):
    """Searches windows with reversed steps: the user has put the newest step first."""

    def find(self, target, rules, features):
        """Find nothing, or raise `StepOrderError`."""
        for lagged in super().find(target, None, features):
            n_later = self.windows.time_steps - 1
            last = replace(lagged, lag=lagged.lag + n_later)
            raise step_order_error(last, 0, lagged.lag)
        return []


def find_in_windows(searches, target, features, rules=None):
    """Find the features that contain a target some steps earlier.

    Returns
    -------
    found : list of LaggedTarget
        The result of the first way to count steps that finds any. Smallest lag first,
        but features that are the same at all steps of each window come last.

    Raises
    ------
    AmbiguousLagError
        If no search finds any and one cannot tell which of several lags is right.
    StepOrderError
        If no search finds any and the last step of a feature is not the latest.
    """
    failure = None
    for way in searches:
        found = []
        for search in way:
            try:
                found += search.find(target, rules, features)
            except (AmbiguousLagError, StepOrderError) as error:
                failure = error  # another way to count steps may decide it
        if found:
            return sorted(found, key=partial(_rank, windows=way[0].windows))
    if failure is not None:
        raise failure
    return []


def _rank(lagged, windows):
    """Return the key by which features that contain a target's past are sorted."""
    if windows.time_steps == 1 or lagged.is_even:
        return False, lagged.lag
    values = windows.cut_feature(lagged.feature)
    is_repeated = (values == values[:, -1:]) | np.isnan(values)
    # The last value alone, repeated, says nothing of how the target changed.
    return bool(is_repeated.all()), lagged.lag


def find_known_pasts(searches, rows, candidates):
    """Find the scale of the features that are known to contain the targets' past.

    A feature may be scaled, so its scale is computed. A step before the windower may
    have moved the columns, so all are searched if a target's past is not at the known
    position.

    Parameters
    ----------
    searches : list of list of WindowSearch
    rows : FitRows
        Rows with the target origin of a forecaster.
    candidates : list of sequence of int
        For each output, the features that may contain its past.

    Returns
    -------
    found : list of list of LaggedTarget
        For each output, smallest lag first. Empty if no feature is an increasing
        linear function of the target at its lag, as after a logarithm, or if the target
        is constant. An output without such a feature, or with another scale than most
        steps of its target, gets the scale of these steps at its own lag. Its values
        are not checked against this scale.
    """
    found = [
        _find_known_past(searches, rows, output, features)
        for output, features in enumerate(candidates)
    ]
    # Steps of one target have the same scale. Gaps may leave too few rows to find it
    # for each of them, so all get the one that most have.
    origin, by_feature = rows.target_origin, {}
    for feature, lagged in zip(origin.features, found, strict=True):
        by_feature.setdefault(feature, []).extend(lagged[:1])
    usual = {f: _most_frequent(steps) for f, steps in by_feature.items() if steps}
    for output, feature in enumerate(origin.features):
        one = usual.get(feature)
        if one and not (found[output] and found[output][0].is_like(one)):
            found[output] = [replace(one, lag=origin.lags[output])]
    return found


def _most_frequent(of_steps):
    """Return the lagged target whose scale most steps have."""
    first = of_steps[0]
    # Nearly always all are alike, and comparing each pair of many steps takes long.
    if all(map(first.is_like, of_steps)):
        return first
    return max(of_steps, key=lambda one: sum(map(one.is_like, of_steps)))


def _find_known_past(searches, rows, output, features):
    target, origin = rows.targets[:, output], rows.target_origin
    # One lag cannot be a coincidence of many, so two values of the target are enough.
    lags = np.array([origin.lags[output]])
    rules = LagRules(lags, few_values=True, min_compared=MIN_COMPARED)
    noted = origin.features[output]
    if noted in features:
        found = find_in_windows(searches, target, [noted], rules)
        if found:
            return found
    return find_in_windows(searches, target, features, rules)
