"""The scale in which the target is forecast: its logarithm, without its season."""

from dataclasses import dataclass

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting.log_choice import choose_log
from skseq._forecasting.seasonal_indices import seasonal_indices


@dataclass(frozen=True, eq=False)
class TargetTransform:
    """Logarithm and seasonal indices, as learned from the rows of a fit.

    Attributes
    ----------
    log : ndarray of bool of shape (n_targets,)
        Whether the logarithm of a target is forecast.
    indices : ndarray of float of shape (n_series, n_targets, season)
        Subtracted from the target, or from its logarithm. The first one is that of the
        first row of the series.
    deseasonalize : bool or "auto"
        The parameter of the forecaster.
    """

    log: np.ndarray
    indices: np.ndarray
    deseasonalize: bool | str

    @classmethod
    def of(cls, table, n_targets, log, deseasonalize, season):
        """Learn the transformation of the targets of a table.

        Parameters
        ----------
        table : Table
        n_targets : int
        log : bool, "auto" or ndarray of bool of shape (n_targets,)
        deseasonalize : bool or "auto"
        season : int
            Number of steps in a season, 1 if there is none.

        Raises
        ------
        ValueError
            If the logarithm of a value does not exist, or if no series has enough rows
            for the seasonal indices that must be computed.
        """
        logs = choose_log(log, table, n_targets, season)
        shape = (table.axis.n_series, n_targets, season)
        transform = cls(logs, np.zeros(shape), deseasonalize)
        values = transform._logarithms(table)
        if season == 1 or deseasonalize is False:
            return transform
        test = deseasonalize == "auto"
        indices = [seasonal_indices(v, table, season, test=test) for v in values.T]
        return cls(logs, np.stack(indices, axis=1), deseasonalize)

    def learn_again(self, table):
        """Compute the seasonal indices from other rows; the logarithm stays.

        The errors of forecasts can be compared only in one scale.
        """
        n_targets, season = len(self.log), self.season_length
        return self.of(table, n_targets, self.log, self.deseasonalize, season)

    @property
    def season_length(self):
        """Number of steps in a season, 1 if there is none."""
        return self.indices.shape[2]

    @property
    def is_deseasonalized(self):
        """Whether a series has seasonal indices, shape (n_series, n_targets)."""
        return (self.indices != 0).any(axis=2)

    def apply(self, table):
        """Transform the targets of a table.

        Parameters
        ----------
        table : Table
            With the first rows of each series.

        Returns
        -------
        table : Table
        """
        if not self.log.any() and not self.indices.any():
            return table
        values = self._logarithms(table)
        values -= self.season_of(table.axis.series, table.steps_in_series)
        dtype = table.targets(len(self.log)).dtype
        return table.with_targets(values.astype(dtype))

    def season_of(self, series, steps):
        """Return the seasonal indices of some rows.

        Parameters
        ----------
        series, steps : ndarray of int of the same shape
            Number of the series, and of the steps from its first row.

        Returns
        -------
        indices : ndarray of float of shape (*shape, n_targets)
            0 for a series that was not learned.
        """
        n_series, n_targets, season = self.indices.shape
        padded = np.concatenate([self.indices, np.zeros((1, n_targets, season))])
        return padded[np.minimum(series, n_series), :, steps % season]

    def restore(self, predictions, series, steps):
        """Return predictions in the units of y.

        Parameters
        ----------
        predictions : ndarray of float of shape (n_predicted, n_steps, n_targets)
        series : ndarray of int of shape (n_predicted,)
        steps : ndarray of int of shape (n_predicted, n_steps)
            Number of steps from the first row of the series.

        Returns
        -------
        predictions : ndarray of float of the same shape
        """
        series = np.broadcast_to(series[:, np.newaxis], steps.shape)
        restored = predictions + self.season_of(series, steps)
        restored[..., self.log] = np.exp(restored[..., self.log])
        return restored

    def errors(self, values, predictions):
        """Return values - predictions in the scale in which intervals are made.

        Parameters
        ----------
        values, predictions : ndarray of float of shape (..., n_targets)
            In the units of y.
        """
        errors = values - predictions
        log = self.log
        errors[..., log] = np.log(values[..., log]) - np.log(predictions[..., log])
        return errors

    def bounds(self, predictions, lower, upper):
        """Return the ends of intervals in the units of y.

        Parameters
        ----------
        predictions : ndarray of float of shape (n_series, n_steps, n_targets)
            In the units of y.
        lower, upper : ndarray of float of the same shape
            Widths in the scale of `errors`.

        Returns
        -------
        ends : pair of ndarray
            In order about the prediction, also after rounding.
        """
        ends = predictions - lower, predictions + upper
        for end, width in zip(ends, (-lower, upper), strict=True):
            factor = np.exp(width[..., self.log])
            end[..., self.log] = predictions[..., self.log] * factor
        return ends

    def _logarithms(self, table):
        """Return the targets, as logarithms where these are forecast, in float64."""
        values = table.targets(len(self.log)).astype(np.float64)
        for target in np.flatnonzero(self.log):
            check_positive(values[:, target], table)
        values[:, self.log] = np.log(values[:, self.log])
        return values


def check_positive(values, table):
    """Raise if a value has no logarithm."""
    invalid = np.flatnonzero(~(values > 0))
    if len(invalid):
        row = invalid[0]
        raise ValueError(
            "The logarithm of the target is forecast, so y must be above 0, but "
            f"{counted(len(invalid), 'value')} of y are not; the first is "
            f"{values[row]:g} in {table.axis.name_row(row)}. Fit with log=False, or "
            "correct the values."
        )
