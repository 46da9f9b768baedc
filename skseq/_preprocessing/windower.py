"""SequenceWindower: give every row of a series its window."""

from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import check_no_bools
from skseq._estimator.versions import VersionedPickle
from skseq._preprocessing.history import FittedRows
from skseq._preprocessing.visible_targets import check_target_not_visible
from skseq._series.axis import TimeAxis, check_single_series
from skseq._series.index import check_same_index
from skseq._series.origin import WindowOrigin, note_origin
from skseq._series.windows import Windows
from skseq._series.windows_of_rows import (
    cut_windows,
    fill_steps,
    place_rows,
    reached_cells,
)
from skseq._validation.numbers import listed, position_of
from skseq._validation.tables import (
    DROP_OR_FILL_ROWS,
    check_cells,
    check_table,
    column_names,
)
from skseq._validation.targets import check_same_length


class SequenceWindower(
    CallbackSupportMixin,
    TransformerMixin,
    VersionedPickle,
    BaseEstimator,
    auto_wrap_output_keys=None,
):
    """Give every row of a series the window of rows that its prediction may see.

    Rows in = rows out, so y stays in step with X in a stock Pipeline and in every
    splitter, search and scorer. The window of row ``i`` holds the rows
    ``i - horizon - time_steps + 1`` to ``i - horizon``; steps that are not known are
    NaN. Rows that follow the fitted ones find their past: the last rows of ``fit`` are
    put before them, at their place in time.

    Parameters
    ----------
    time_steps : int, default=3
        Steps in a window.
    horizon : int, default=1
        Steps from the end of the window to the row it belongs to. 1 forecasts: the row
        itself is not seen. 0 includes the row: regression on current inputs.
    future_columns : list of str or int, default=None
        Columns known ahead (calendar, planned prices): their window ends at the row
        itself, whatever the horizon. Names need a frame; numbers are positions.
    history : {"auto"} or None, default="auto"
        Whether rows that follow the fitted ones see them. The pandas index says which
        do. Rows without one (arrays, text) are taken to follow, unless they begin with
        the first ``time_steps + horizon`` fitted rows (or more, where these are all
        alike). None: every call stands alone.
    gaps : {"auto", "ignore"}, default="auto"
        With "auto" a gap in a pandas index with a frequency is missing steps; nights,
        weekends and holidays of an index with opening hours or business days are no
        gap. With "ignore", and where no frequency is found, rows count as consecutive.

    Attributes
    ----------
    freq_ : pandas.DateOffset, int or None
        Frequency of the index: added to a label, it gives the next one. Where rows lie
        in opening hours, it is the step within them. None where rows count as
        consecutive, and for the rare frequencies that pandas has no offset for.
    last_rows_ : ndarray of shape (n_last, n_features)
        The last ``time_steps + horizon - 1`` rows of ``fit``, which rows that follow
        can see; none with ``history=None``.
    last_index_ : pandas.Index of length n_last, or None
        Their times; None where the index carries no time.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X has string column names.

    Raises
    ------
    ValueError
        In ``fit``: fewer rows than one complete window needs; NaN; an index that is
        unsorted, duplicated or other than y's, or of which a few labels are off the
        frequency of all others; a column that is the target itself where the window
        would show it at the row to predict. In ``transform``: NaN that some window
        would reach, or an index of another kind than the fitted one or off its
        frequency. In both: more than one series.

    Warns
    -----
    UserWarning
        In ``fit``: if the index is text that looks like dates, integers that do not
        count evenly, or dates with a frequency of which most steps have no row. In
        ``transform``: if X has lost its index on the way, or overlaps the fitted rows
        with other values.

    See Also
    --------
    LSTMRegressor : Learns from the windows.
    TargetAwareMinMaxScaler : Scales before or after.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, section 5.10.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import SequenceWindower
    >>> X = np.arange(5.0).reshape(-1, 1)
    >>> windower = SequenceWindower(time_steps=2).fit(X)
    >>> windower.transform(X)[:, :, 0]
    array([[nan, nan],
           [nan,  0.],
           [ 0.,  1.],
           [ 1.,  2.],
           [ 2.,  3.]])

    One row more gives the window of the next forecast; what it holds is not seen:

    >>> windower.transform([[np.nan]])[:, :, 0]
    array([[3., 4.]])
    """

    _parameter_constraints = {
        "time_steps": [Interval(Integral, 1, None, closed="left")],
        "horizon": [Interval(Integral, 0, None, closed="left")],
        "future_columns": ["array-like", None],
        "history": [StrOptions({"auto"}), None],
        "gaps": [StrOptions({"auto", "ignore"})],
    }

    def __init__(
        self,
        time_steps=3,
        *,
        horizon=1,
        future_columns=None,
        history="auto",
        gaps="auto",
    ):
        self.time_steps = time_steps
        self.horizon = horizon
        self.future_columns = future_columns
        self.history = history
        self.gaps = gaps

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the frequency of the index and remember the last rows.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            Oldest row first, without NaN. A two-level index (series, time) may hold
            one series.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            Used only to refuse columns that give it away. Its index is used where X has
            none.

        Returns
        -------
        self : SequenceWindower
        """
        with drafted_fit(self, X, y) as (draft, _):
            draft._learn(X, y)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None):
        """Fit to the rows and return their windows.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None

        Returns
        -------
        windows : ndarray of shape (n_rows, time_steps, n_features)
        """
        with drafted_fit(self, X, y) as (draft, _):
            rows, axis = draft._learn(X, y)
        positions = self._positions(axis.steps)
        windows = self._windows(rows, positions, n_before=0)
        return self._with_origin(windows, rows, axis.labels, positions, n_before=0)

    def transform(self, X):
        """Return the window of every row.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            NaN is legal only where no window reaches: with ``horizon=1``, in the
            columns of the last row that are not known ahead.

        Returns
        -------
        windows : ndarray of shape (n_rows, time_steps, n_features)
            NaN at missing steps. Read-only where it is a view of one table.
        """
        check_is_fitted(self)
        rows = check_table(self, X, reset=False, allow_nan=True)
        axis = TimeAxis.of(X, gaps="ignore", n_rows=len(rows))
        check_single_series(axis, self)
        known, steps, n_before = self._fitted_rows.put_before(rows, axis)
        positions = self._positions(steps)
        self._check_reached_nan(X, rows, positions[n_before:])
        windows = self._windows(known, positions, n_before=n_before)
        return self._with_origin(windows, rows, axis.labels, positions, n_before)

    @property
    def freq_(self):
        """Frequency of the index: added to a label, it gives the next one."""
        check_is_fitted(self)
        frequency = self._fitted_rows.frequency
        return None if frequency is None else frequency.offset

    @property
    def step_(self):
        """The same as ``freq_``."""
        return self.freq_

    @property
    def last_rows_(self):
        """The last rows of ``fit``."""
        check_is_fitted(self)
        return self._fitted_rows.last_rows

    @property
    def last_index_(self):
        """Times of the last rows of ``fit``."""
        check_is_fitted(self)
        return self._fitted_rows.last_labels

    def complete_windows(self, X):
        """Say which rows have a window without a missing step.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            What ``transform`` would get.

        Returns
        -------
        complete : ndarray of bool of shape (n_rows,)
        """
        return Windows.of(self.transform(X)).are_complete()

    def set_output(self, *, transform=None):
        """Accept the setting of a whole Pipeline; windows are 3-D and stay an array.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, default=None

        Returns
        -------
        self : SequenceWindower
        """
        return self

    def _learn(self, X, y):
        """Check the rows and keep what later calls need."""
        check_no_bools(self)
        rows = check_table(self, X, reset=True)
        check_same_index(X, y)
        check_same_length(y, len(rows))
        # Small NumPy integers would overflow when they are added.
        time_steps, horizon = int(self.time_steps), int(self.horizon)
        self._check_enough_rows(rows, time_steps + horizon)
        future = self._column_positions(X)
        axis = TimeAxis.of(X, y, gaps=self.gaps, warn=True, n_rows=len(rows))
        check_single_series(axis, self)
        check_target_not_visible(self, X, y, rows, future, axis.steps)
        self._fitted_time_steps, self._fitted_horizon = time_steps, horizon
        self._fitted_future = future
        n_first = time_steps + horizon
        self._fitted_rows = FittedRows.of(
            rows, axis, n_first=n_first, n_last=n_first - 1 if self.history else 0
        )
        return rows, axis

    def _check_enough_rows(self, rows, needed):
        if len(rows) < needed:
            raise ValueError(
                f"SequenceWindower(time_steps={self.time_steps}, "
                f"horizon={self.horizon}) needs at least {needed} rows in fit, the sum "
                f"of the two, but got {len(rows)} (n_samples={len(rows)}). Give more "
                "rows, or take a smaller time_steps."
            )

    def _column_positions(self, X):
        """Turn ``future_columns`` into positions."""
        if self.future_columns is None:
            return []
        if getattr(self.future_columns, "ndim", 1) != 1:
            raise ValueError(
                "future_columns must be a list of names or positions; got "
                f"{self.future_columns!r} of {self.future_columns.ndim} dimension(s). "
                "Give a list, such as ['month']."
            )
        labels = column_names(X) or list(range(self.n_features_in_))
        columns = list(self.future_columns)
        positions = [position_of(column, labels) for column in columns]
        if None in positions:
            unknown = columns[positions.index(None)]
            raise ValueError(
                f"future_columns names {unknown!r}, but X has the columns "
                f"{listed(labels, most=20)}. If names were lost on the way, "
                'set_output(transform="pandas") on the steps before keeps them.'
            )
        return positions

    def _positions(self, steps):
        """Place rows on the steps of a table without holes too wide for a window."""
        reach = self._fitted_time_steps + self._fitted_horizon - 1
        return place_rows(steps, reach)

    def _check_reached_nan(self, X, rows, positions):
        """Raise if some window reaches a cell that is NaN."""
        missing = np.isnan(rows)
        if not missing.any():
            return
        lags = np.full(rows.shape[1], self._fitted_horizon)
        lags[self._fitted_future] = 0
        reached = reached_cells(
            positions, time_steps=self._fitted_time_steps, lags=lags
        )
        remedy = DROP_OR_FILL_ROWS
        if self._fitted_horizon > 0:
            remedy += (
                f". With horizon={self._fitted_horizon} only the last "
                f"{self._fitted_horizon} row(s) may be NaN, in columns that are not "
                "known ahead; to forecast further, fit with a larger horizon"
            )
        check_cells(self, X, rows, missing & reached, column_names(X), remedy)

    def _with_origin(self, windows, rows, labels, positions, n_before):
        """Note beside the windows what the regressor needs to warn of missing steps."""
        n_needed = self._fitted_time_steps + self._fitted_horizon - 1
        steps = positions[n_before:]
        has_no_past = n_before == 0 and (
            self.history is None or self._fitted_rows.begins_with_fitted(rows, labels)
        )
        is_unavoidable = has_no_past & (steps - steps[0] < n_needed)
        fit_id = self._fitted_rows.fit_id
        note_origin(
            windows, WindowOrigin(fit_id, labels, is_unavoidable, steps, n_needed)
        )
        return windows

    def _windows(self, rows, positions, *, n_before):
        """Cut the windows of all rows but the first ``n_before``."""
        called = positions[n_before:]
        first = called[0] - (self._fitted_time_steps + self._fitted_horizon - 1)
        windows = cut_windows(
            fill_steps(rows, positions, first=first, last=called[-1]),
            time_steps=self._fitted_time_steps,
            horizon=self._fitted_horizon,
            future=self._fitted_future,
        )
        if len(windows) == len(called):
            return windows  # a view; the windows of steps without a row are no rows
        return windows[called - called[0]]

    def __sklearn_tags__(self):
        """Say that fitting is needed and floats are kept."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
