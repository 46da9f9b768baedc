"""Compare columns with targets: whether windows contain the value to predict."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._preprocessing.target_columns import find_lags
from skseq._series.axis import TimeAxis
from skseq._series.lagged_target import find_visible_target
from skseq._series.lagged_target.monotone import list_monotone
from skseq._series.lagged_target.nearly_visible import find_nearly_visible
from skseq._series.lagged_target.straight_lines import without_lines
from skseq.exceptions import LaggedTargetWarning

MIN_CHANGES_OF_TARGET = 5
"""A target that changes less often may equal a column by chance."""

N_SERIES = 3
"""Maximum number of series that are searched alone, because each search takes time."""

MIN_CHANGES_IN_SERIES = 20
"""A target that changes less often in a series may equal a column by chance."""


@dataclass(frozen=True, eq=False)
class ColumnCheck:
    """Columns that are compared with the values to predict.

    Attributes
    ----------
    columns : ndarray of shape (n_rows, n_columns)
    targets : ndarray of shape (n_rows, n_targets)
    axis : TimeAxis
    names : sequence
        Names of the columns, or their positions.
    n_predicted : int
        Number of steps that are predicted from a window; the last is the row itself.
    is_in_forecaster : bool
        Whether windows contain the past of the target anyway.
    """

    columns: np.ndarray
    targets: np.ndarray
    axis: TimeAxis
    names: list | range
    n_predicted: int
    is_in_forecaster: bool

    def raise_if_visible(self, columns, horizon):
        """Raise for a column that equals the value to predict or a later one.

        Parameters
        ----------
        columns : list of int
        horizon : int
            Steps from the end of the windows of these columns to their row.
        """
        visible = self._find(ColumnCheck._visible, columns, horizon)
        if visible is None:
            return
        what = visible.describe(self._name(visible.feature))
        raise ValueError(
            f"{what}, so its window would contain the value to predict. "
            f"{self._remedy(is_later=visible.lag < 0)}."
        )

    def _remedy(self, *, is_later):
        """Say what to do about a column of later values, or of values to predict."""
        if is_later:
            remedy = "Drop the column, such as a shift(-1) that was left in X"
            if not self.is_in_forecaster:
                remedy += (
                    ". If y repeats the column later by nature, as an echo does, fit "
                    "the regressor alone to windows without labels, "
                    "np.asarray(windower.fit_transform(X)), for which fit only warns"
                )
            return remedy
        if self.is_in_forecaster:
            return "Drop the column: windows contain the past of the target without it"
        return "Use horizon=1 or more and keep it out of future_columns, or drop it"

    def warn_if_nearly_visible(self, columns, horizon):
        """Warn of a column that nearly equals the value to predict or a later one.

        Returns
        -------
        is_warned_about : bool
        """
        near = self._find(ColumnCheck._nearly_visible, columns, horizon)
        if near is not None:
            warn_user(
                f"{near.describe(self._name(near.feature))}, so windows nearly contain "
                "the value to predict. Drop the column, unless it is really known when "
                "the forecast is made.",
                LaggedTargetWarning,
            )
        return near is not None

    def _name(self, column):
        return f"Column {self.names[column]!r} of X"

    def _find(self, search, columns, horizon):
        """Search all rows, and then some series alone.

        A column may be the target on a scale of its own in each series, such as the
        percentage of the mean of a shop.
        """
        if not len(columns):
            return None
        found = search(self, columns, horizon)
        if found is not None or self.axis.n_series == 1:
            return found
        curved = self._curved
        of_series = [curved._of_series(number) for number in curved._changing_series()]
        while of_series and columns:
            found = search(of_series[0], columns, horizon)
            if found is None:
                return None
            # By chance, a column may equal the target in one series, but hardly in all.
            again = [search(one, [found.feature], horizon) for one in of_series[1:]]
            if all(one is not None and one.place == found.place for one in again):
                return found
            columns = [column for column in columns if column != found.feature]
        return None

    @cached_property
    def _curved(self):
        """The same check, without the series in which a target is a straight line."""
        if self.axis.n_series == 1:
            return self
        return replace(self, targets=without_lines(self.targets, self.axis))

    def _changing_series(self):
        """List the series in which the target changes most often, at most a few."""
        by_series = self.axis.by_series
        series, targets = self.axis.series[by_series], self.targets[by_series]
        is_change = (np.diff(targets, axis=0) != 0).any(axis=1)
        is_change &= np.diff(series) == 0
        n_changes = np.bincount(series[1:][is_change], minlength=self.axis.n_series)
        most = np.argsort(-n_changes, kind="stable")[:N_SERIES]
        return [number for number in most if n_changes[number] >= MIN_CHANGES_IN_SERIES]

    def _of_series(self, number):
        """Return the rows of one series."""
        rows = np.flatnonzero(self.axis.series == number)
        return replace(
            self,
            columns=self.columns[rows],
            targets=self.targets[rows],
            axis=self.axis[rows],
        )

    def _visible(self, columns, horizon):
        step_numberings = self.axis.step_numberings
        return find_visible_target(
            self.columns,
            self.targets,
            step_numberings,
            horizon=horizon,
            n_predicted=self.n_predicted,
            is_certain=True,
            features=[columns] * len(step_numberings),
        )

    def _nearly_visible(self, columns, horizon):
        steps = self.axis.step_numberings[-1]
        tables = self.columns, self._curved.targets, steps, horizon, columns
        near = find_nearly_visible(*tables, n_predicted=self.n_predicted)
        if near is not None:
            return near
        for monotone in list_monotone(*tables, n_predicted=self.n_predicted):
            # A change alone does not show the value to predict.
            if not monotone.quantity or self._contains_past:
                return monotone
        return None

    @cached_property
    def _contains_past(self):
        """Whether windows contain the past of the target."""
        return self.is_in_forecaster or bool(self.lags_of_columns)

    @cached_property
    def lags_of_columns(self):
        """Smallest lag at which each column equals a target, up to scale.

        A dict without columns that equal none.
        """
        changes = np.count_nonzero(np.diff(self.targets, axis=0), axis=0)
        targets = self.targets[:, changes >= MIN_CHANGES_OF_TARGET]
        numberings = self.axis.step_numberings
        lags = find_lags(self.columns, targets, numberings, any_map=True)
        return {c: lag for (c, _), lag in sorted(lags.items(), key=lambda one: -one[1])}
