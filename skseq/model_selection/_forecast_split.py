"""ForecastSplit: training parts up to an origin in time, and test parts after it."""

from numbers import Integral

import numpy as np
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils._param_validation import Interval, validate_parameter_constraints

from skseq.model_selection._row_times import read_times

COUNT = Interval(Integral, 1, None, closed="left")


class ForecastSplit(BaseCrossValidator):
    """Split a table into rows up to an origin and the rows to forecast from there.

    The test part of each fold is the next `horizon` steps of time after the origin.
    The last test part ends with the last row; origins are `step` steps apart. This is
    the evaluation on a rolling forecasting origin [1]_. Unlike
    :class:`~sklearn.model_selection.TimeSeriesSplit`, which counts rows, it counts
    time: many series in a table with a two-level index (series, time) are split at the
    same time, whatever the order of their rows.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds.
    horizon : int, default=1
        Steps of time in a test part: how far ahead to forecast.
    time_steps : int, default=None
        Length of the windows. With it, each training part has at least
        ``time_steps + horizon`` rows of one series: a window and all steps to forecast.
    gap : int, default=0
        Steps of time left out between the training part and the test part. A forecaster
        must then forecast ``gap + horizon`` steps. A search does not know the rows of
        the gap, so with business days or opening hours, a gap that is as long as a
        holiday counts as one; ``backtest`` knows them.
    step : int, default=None
        Steps of time from one origin to the next. None means `horizon`, so that no row
        is in two test parts.
    max_train_size : int, default=None
        Longest training part, in steps of time (sliding window). None means all earlier
        rows (expanding window).

    See Also
    --------
    backtest : What an estimator would have predicted in each test part.
    make_step_scorer : Score one step of the horizon in a search.

    Notes
    -----
    Steps are those of the frequency of the index: business days, months, opening hours.
    Steps without a row count. Without a frequency, or without an index of times, each
    time that occurs is a step. If no row is at an origin, the last time before it that
    has rows is the origin, once. Origins are skipped if their test part would have no
    row, or if their training part would be too short for a window.

    A series that begins after the origin is in neither part, because nothing is known
    about it. A series without rows in the test part is in the training part only.

    Where rows are missing just before the test part, its last rows may be more than
    ``gap + horizon`` steps after the last known row of their series. ``split`` leaves
    these out, because a direct forecaster cannot predict them, and scikit-learn cannot
    score a part if one of its predictions is missing. The table of :func:`backtest`
    contains them.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, section 5.10.

    Examples
    --------
    >>> import pandas as pd
    >>> from skseq.model_selection import ForecastSplit
    >>> months = pd.date_range("2024-01-01", periods=8, freq="MS")
    >>> y = pd.Series(range(8), index=months)
    >>> for train, test in ForecastSplit(2, horizon=3).split(y):
    ...     print(train, test)
    [0 1] [2 3 4]
    [0 1 2 3 4] [5 6 7]

    Two series of different lengths are split at the same months:

    >>> panel = pd.concat({"north": y, "south": y[4:]})
    >>> for train, test in ForecastSplit(2, horizon=3).split(panel):
    ...     print(train, test)
    [0 1] [2 3 4]
    [0 1 2 3 4 8] [ 5  6  7  9 10 11]
    """

    _parameter_constraints = {
        "n_splits": [COUNT],
        "horizon": [COUNT],
        "time_steps": [COUNT, None],
        "gap": [Interval(Integral, 0, None, closed="left")],
        "step": [COUNT, None],
        "max_train_size": [COUNT, None],
    }

    def __init__(
        self,
        n_splits=5,
        *,
        horizon=1,
        time_steps=None,
        gap=0,
        step=None,
        max_train_size=None,
    ):
        self.n_splits = n_splits
        self.horizon = horizon
        self.time_steps = time_steps
        self.gap = gap
        self.step = step
        self.max_train_size = max_train_size

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object, default=None
            Ignored.

        Returns
        -------
        n_splits : int
        """
        return self._checked().n_splits

    def split(self, X, y=None, groups=None):
        """Return the positions of the rows of each fold, earliest origin first.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or (n_rows,)
            Times are read from its index, or from that of y. If neither has an index of
            times, rows are counted.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
        groups : object, default=None
            Ignored: series are named by the index.

        Returns
        -------
        folds : iterator of (train, test)
            Two ascending arrays of positions.

        Raises
        ------
        ValueError
            If a parameter is invalid, if the rows of a series are not in order of time,
            or if there are too few rows for all folds; the message says how many steps
            of time are needed.
        """
        return iter(self._folds(read_times(X, y), within_reach=True))

    def _folds(self, times, *, within_reach):
        """List the folds, earliest origin first.

        With `within_reach`, test rows are left out that are more than ``gap + horizon``
        steps after the last training row of their series.
        """
        split = self._checked()
        folds = split._latest_folds(times, within_reach)
        if len(folds) < split.n_splits:
            split._raise_too_short(times, len(folds))
        return folds[::-1]

    def _checked(self):
        """Check the parameters; return a copy in which they are Python integers."""
        parameters = {name: getattr(self, name) for name in self._parameter_constraints}
        validate_parameter_constraints(
            self._parameter_constraints, parameters, "ForecastSplit"
        )
        if self.max_train_size is not None and self.max_train_size < self._n_needed:
            raise ValueError(
                f"max_train_size={self.max_train_size} is too small for a window and "
                f"the steps to forecast: time_steps + horizon = {self.time_steps} + "
                f"{self.horizon} = {self._n_needed}. Use max_train_size="
                f"{self._n_needed} or more."
            )
        # Sums of NumPy integers such as int8 would overflow.
        return ForecastSplit(**{n: v and int(v) for n, v in parameters.items()})

    @property
    def _n_needed(self):
        """Rows that the longest series of a training part must have."""
        return 1 if self.time_steps is None else self.time_steps + self.horizon

    @property
    def _distance(self):
        return self.horizon if self.step is None else self.step

    def _latest_folds(self, times, within_reach):
        """List at most `n_splits` folds, latest first."""
        occurring = np.unique(times.steps)
        folds = []
        latest = int(occurring[-1]) - self.gap - self.horizon
        while len(folds) < self.n_splits and latest >= occurring[0]:
            origin = int(
                occurring[np.searchsorted(occurring, latest, side="right") - 1]
            )
            train, test = self._fold(times, origin, latest + self.gap + self.horizon)
            if within_reach:
                test = test[self._is_within_reach(times, origin, test)]
            lengths = np.bincount(times.series[train], minlength=1)
            if len(test) and lengths.max() >= self._n_needed:
                folds.append((train, test))
            # Without a row at `latest`, steps down to the origin give the same fold.
            latest -= ((latest - origin) // self._distance + 1) * self._distance
        return folds

    def _fold(self, times, origin, last):
        longest = self.max_train_size
        before = -np.inf if longest is None else origin - longest
        train = times.between(before, origin)
        test = times.between(origin + self.gap, last)
        # Nothing is known of a series that begins after the origin.
        is_known = np.isin(times.series[test], times.series[train])
        return train, test[is_known]

    def _is_within_reach(self, times, origin, test):
        # Without a frequency, steps are numbers of times that occur in other series.
        if times.frequency is None:
            return np.ones(len(test), dtype=bool)
        last = times.last_rows_until(origin)[times.series[test]]
        n_ahead = times.steps[test] - times.steps[last]
        return n_ahead <= self.gap + self.horizon

    def _raise_too_short(self, times, n_found):
        train = "1 step of training"
        if self.time_steps is not None:
            train = (
                f"time_steps + horizon = {self.time_steps} + {self.horizon} steps of "
                "training"
            )
        between = (self.n_splits - 1) * self._distance
        needed = self._n_needed + self.gap + self.horizon + between
        found = int(np.ptp(times.steps)) + 1
        raise ValueError(
            f"{self!r} needs a table of at least {needed} steps of time: {train}, "
            f"gap={self.gap}, horizon={self.horizon} and {between} steps from the "
            f"first origin to the last. Got {found} steps with {len(times.steps)} "
            f"rows, which contain {n_found} of the {self.n_splits} folds. Use fewer "
            "splits, a smaller horizon, step or gap, or more rows."
        )
