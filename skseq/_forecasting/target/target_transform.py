"""The scale on which targets are forecast: logarithms and deseasonalized values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.target.column_effects import (
    numeric_columns,
    without_column_effects,
)
from skseq._forecasting.target.level_change import rows_of_current_level
from skseq._forecasting.target.log_choice import changes_grow_with_level
from skseq._forecasting.target.seasonal_indices import seasonal_indices
from skseq._forecasting.target.shared_season import add_shared_indices
from skseq._series.target_origin import Target
from skseq._validation.numbers import LARGEST

SMALLEST = np.finfo(np.float64).tiny
"""Smallest forecast of a logarithm in the units of y, so that it has one again."""


@dataclass(frozen=True, eq=False)
class TargetTransform:
    """Logarithms and seasonal indices of each series, as learned from rows of a fit.

    Attributes
    ----------
    log, deseasonalize : bool or "auto"
        The parameters of the forecaster.
    is_log : ndarray of bool of shape (n_series, n_targets)
        Which series are forecast as logarithms.
    means : ndarray of float of shape (n_series, n_targets)
        Geometric means g of series that are forecast as logarithms, else 1. What is
        forecast is g + g * log(y / g), which is about y where y is about g. So series
        with and without logarithm have changes of about the same size [1]_, and share
        one scaler and the errors that make intervals.
    lowest : ndarray of float of shape (n_series, n_targets)
        Smallest values of series that are forecast as logarithms, else 1. They replace
        later values that have no logarithm.
    indices : ndarray of float of shape (n_series, n_targets, season)
        Subtracted after the logarithm. The first one is that of the first row of the
        series.
    future_columns : sequence of int
        Positions in the table of columns whose effects the indices do not contain.
    effects : ndarray of float of shape (n_targets, n_columns) or None
        Typical effects of these columns; see `without_column_effects`.

    References
    ----------
    .. [1] G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the
       Royal Statistical Society B 26(2), 1964, pp. 211-252: the normalized transform.
    """

    log: bool | str
    deseasonalize: bool | str
    is_log: np.ndarray
    means: np.ndarray
    lowest: np.ndarray
    indices: np.ndarray
    future_columns: Sequence[int] = ()
    effects: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        table,
        season,
        *,
        log,
        deseasonalize,
        is_hidden=False,
        future_columns=(),
    ):
        """Learn the transformation of the targets; a `season` of 1 means none.

        A season that `is_hidden` cannot be learned from windows.
        """
        shape = table.axis.n_series, table.n_targets
        asked = season
        if season >= table.axis.count_rows().max():
            season = 1  # no row has another one season earlier
        is_log = np.full(shape, log is True)
        # On average, logarithms make forecasts of a single series no more accurate. But
        # a season that windows hide is removed, and may grow with the level.
        is_hidden = deseasonalize == "auto" and is_hidden
        if log == "auto" and (shape[0] > 1 or is_hidden):
            is_log = changes_grow_with_level(table, season)
        indices = np.zeros((*shape, season))
        scale = *np.ones((2, *shape)), indices
        transform = cls(log, deseasonalize, is_log, *scale, future_columns)
        transform = transform.relearn(table)
        if shape[0] == 1 and is_hidden:
            is_log = transform.is_log & (transform.is_deseasonalized | (log is True))
            transform = replace(transform, is_log=is_log).relearn(table)
        if deseasonalize is True and not transform.indices.any():
            raise_no_season(asked)
        return transform

    def relearn(self, table):
        """Compute means and seasonal indices from some of the rows of the fit.

        The choice of series that are forecast as logarithms does not change, because
        errors of logarithms and of values cannot be compared.
        """
        return self._with_means(table)._with_season(table)

    def _with_means(self, table):
        """Compute means and smallest values of series that are forecast as logarithms.

        A series without rows does not change.
        """
        self.check_positive(table)
        series, shape = table.axis.series, self.means.shape
        counts = np.bincount(series, minlength=shape[0])
        means, used = self.means.copy(), counts > 0
        lowest = np.full(shape, np.inf)
        for target, of_target in enumerate(table.targets.T):
            is_log = self.is_log[:, target]
            values = np.where(is_log[series], of_target, 1)
            np.minimum.at(lowest[:, target], series, values)
            logs = np.log(values, dtype=np.float64)
            sums = np.bincount(series, logs, minlength=shape[0])
            means[used, target] = np.exp(sums[used] / counts[used])
        lowest[~used] = self.lowest[~used]
        return replace(self, means=means, lowest=lowest)

    def _with_season(self, table, n_fitted=0):
        """Compute the seasonal indices of all series except the first `n_fitted`."""
        if self.season_length == 1 or self.deseasonalize is False:
            return self
        season, columns = (
            self.season_length,
            numeric_columns(table, self.future_columns),
        )
        n_series, indices = table.axis.n_series, np.zeros_like(self.indices)
        effects = []
        for target, values in enumerate(self._logarithms(table).T):
            typical = self.effects[target] if n_fitted else None
            left, typical = without_column_effects(
                values, columns, table, season, typical
            )
            indices[:n_series, target] = self._indices_of(target, left, table, n_fitted)
            effects.append(typical)
        return replace(self, indices=indices, effects=np.array(effects))

    def _indices_of(self, target, values, table, n_fitted):
        """Compute the indices of a target from the rows since its level changed."""
        season, test = self.season_length, self.deseasonalize == "auto"
        rows = rows_of_current_level(table.targets[:, target], table.axis, season)
        values, since = values[rows], table.take(rows)
        own = seasonal_indices(values, since, season, test=test)
        starts = np.zeros(table.axis.n_series, dtype=np.int64)
        first_rows = rows[since.first_rows]
        starts[table.axis.series[first_rows]] = table.season_steps[first_rows]
        own[:n_fitted] = _rotate(self.indices[:n_fitted, target], starts[:n_fitted])
        own = add_shared_indices(own, values, since, n_fitted)
        return _rotate(own, -starts)  # to the first row of each series

    def with_new_series(self, table, n_fitted):
        """Add the series that came after the fit.

        They are forecast as logarithms only with ``log=True``. Their means and seasonal
        indices are those of all their rows, whether these came at once or one by one.
        Those of the `n_fitted` others do not change: newer rows must not change a
        fitted scale.
        """
        if table.axis.n_series == n_fitted:
            return self
        shape = table.axis.n_series - n_fitted, self.is_log.shape[1]
        added = {
            "is_log": np.full(shape, self.log is True),
            "means": np.ones(shape),
            "lowest": np.ones(shape),
            "indices": np.zeros((*shape, self.season_length)),
        }
        joined = {
            name: np.concatenate([getattr(self, name)[:n_fitted], values])
            for name, values in added.items()
        }
        new = table.take(np.flatnonzero(table.axis.series >= n_fitted))
        return replace(self, **joined)._with_means(new)._with_season(table, n_fitted)

    @property
    def season_length(self):
        """Number of steps in a season, 1 if there is none."""
        return self.indices.shape[2]

    @property
    def is_deseasonalized(self):
        """Whether a series has seasonal indices, shape (n_series, n_targets)."""
        return (self.indices != 0).any(axis=2)

    def describe(self, target, column=None):
        """Return the `Target` that the estimator is fitted to, a column of y."""
        is_log, name, untransformed = self.is_log[:, target], "y", []
        if is_log.any():
            untransformed.append("log=False")
            name = "the logarithm of y" if is_log.all() else "y or its logarithm"
        if self.is_deseasonalized[:, target].any():
            untransformed.append("deseasonalize=False")
            name += " without its season"
        unit = float(self.means[0, target])
        return Target(name, ", ".join(untransformed), unit, column)

    def apply(self, table):
        """Transform the targets of a table, which has the first rows of each series."""
        if not self.is_log.any() and not self.indices.any():
            return table
        values = self._logarithms(table)
        values -= self._season_of(table.axis.series, table.season_steps)
        return table.with_targets(values.astype(table.targets.dtype))

    def restore(self, predictions, series, steps):
        """Return predictions in the units of y.

        Parameters
        ----------
        predictions : ndarray of float of shape (n_predicted, n_steps, n_targets)
        series : ndarray of int of shape (n_predicted,)
        steps : ndarray of int of shape (n_predicted, n_steps)
            See `Table.season_steps`.
        """
        restored = predictions + self._season_of(series[:, np.newaxis], steps)
        is_log, means = self._by_step(series, predictions.shape)
        means = means[is_log]
        restored[is_log] = means * limited_exp(restored[is_log] / means - 1, means)
        return restored

    def errors(self, values, predictions, series):
        """Return values - predictions, of shape (n_predicted, n_steps, n_targets).

        The differences are on the scale on which intervals are made; values and
        predictions are in the units of y.
        """
        errors = values - predictions
        is_log, means = self._by_step(series, errors.shape)
        logs = np.log(values[is_log]) - np.log(predictions[is_log])
        errors[is_log] = means[is_log] * logs
        return errors

    def bounds(self, predictions, widths, series):
        """Return the bounds of intervals in the units of y.

        The prediction is never outside of them, even after rounding. Predictions are in
        the units of y; `widths`, half of each interval, are on the scale of `errors`.
        """
        is_log, means = self._by_step(series, predictions.shape)
        ends = predictions - widths, predictions + widths
        for end, width in zip(ends, (-widths, widths), strict=True):
            changes, inner = width[is_log] / means[is_log], predictions[is_log]
            end[is_log] = inner * limited_exp(changes, inner)
        return ends

    def _by_step(self, series, shape):
        """Return whether each prediction is of a logarithm, and the geometric mean."""
        is_log, means = self.is_log[series], self.means[series]
        return (
            np.broadcast_to(is_log[:, np.newaxis], shape),
            np.broadcast_to(means[:, np.newaxis], shape),
        )

    def _season_of(self, series, steps):
        """Return seasonal indices of shape (*steps.shape, n_targets)."""
        return self.indices[series, :, steps % self.season_length]

    def _logarithms(self, table):
        """Return the targets in float64, before any season is removed."""
        values = self.valid_targets(table)
        is_log, means = (of[table.axis.series] for of in (self.is_log, self.means))
        means = means[is_log]
        values[is_log] = means + means * np.log(values[is_log] / means)
        return values

    def valid_targets(self, table):
        """Return the targets in float64; those without a logarithm are replaced."""
        lowest = self.lowest[table.axis.series]
        values = table.targets.astype(np.float64)
        return np.where(self._without_logarithm(table), lowest, values)

    def _without_logarithm(self, table):
        """Return which targets, of shape (n_rows, n_targets), have no logarithm."""
        return ~(table.targets > 0) & self.is_log[table.axis.series]

    def check_positive(self, table):
        """Raise, or warn if logarithms are only "auto", if a value has no logarithm."""
        is_invalid = self._without_logarithm(table)
        if not is_invalid.any():
            return
        row, target = np.argwhere(is_invalid)[0]
        number = counted(int(is_invalid.sum()), "value")
        first = table.targets[row, target]
        message = (
            f"y must be above 0 where its logarithm is forecast, but {number} of y "
            f"{'is' if is_invalid.sum() == 1 else 'are'} not; the first is {first:g} "
            f"at {table.axis.name_row(row)}."
        )
        if self.log is True:
            raise ValueError(f"{message} Fit with log=False, or correct the values.")
        lowest = self.lowest[table.axis.series[row], target]
        warn_user(
            f"{message} It counts as {lowest:g}, the smallest value in fit. To use "
            "such values, fit again on all rows, or with log=False."
        )


def _rotate(indices, offsets):
    """Return the indices of each series, which begin some steps later."""
    season = indices.shape[1]
    steps = np.arange(season) + offsets[:, np.newaxis]
    return np.take_along_axis(indices, steps % season, axis=1)


def limited_exp(changes, values):
    """Return exp(changes) so that values * exp(changes) can be stored and squared.

    The values are positive. Factors are at least 1 where a change is not negative, and
    at most 1 where it is not positive.
    """
    return np.exp(np.clip(changes, *limits_of_change(values)))


def limits_of_change(values):
    """Return the smallest and the largest change of logarithms from some values."""
    logs = np.log(values)
    lowest = np.minimum(np.log(SMALLEST) - logs, 0)
    highest = np.maximum(np.log(LARGEST) - logs, 0)
    return lowest, highest


def raise_no_season(season):
    """Raise if seasonal indices are requested, but no series has any."""
    if season == 1:
        raise ValueError(
            "deseasonalize=True needs a season, but the index has no usual one of at "
            "most 100 steps. Set season_length to the number of steps in a season, "
            "such as 12 for months, or use deseasonalize='auto'."
        )
    raise ValueError(
        f"deseasonalize=True needs two seasons of {season} steps without gaps in at "
        "least one series. Without the effects of future_columns, this series must not "
        "be constant or repeat itself exactly. No series meets these conditions. Pass "
        "more rows, set season_length, or use deseasonalize='auto'."
    )
