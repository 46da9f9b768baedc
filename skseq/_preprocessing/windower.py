"""SequenceWindower: cut the window of every row of a series."""

from numbers import Integral

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.failed_fits import noting_failure, warn_about_failed_refit
from skseq._estimator.parameters import CheckedParameters
from skseq._estimator.versions import VersionedPickle
from skseq._preprocessing.future_columns import positions_of_future_columns
from skseq._preprocessing.history import FittedRows, RowsWithHistory
from skseq._preprocessing.lag_checks import check_lags
from skseq._preprocessing.missing_cells import (
    check_no_nan,
    check_no_nan_in_windows,
)
from skseq._preprocessing.numbered_rows import are_numbered, count_as_array
from skseq._preprocessing.series_lengths import check_enough_rows
from skseq._series.axis import TimeAxis
from skseq._series.cutting import cut_windows, insert_missing_steps, shorten_gaps
from skseq._series.index import check_same_index, is_pandas
from skseq._series.origin import WindowOrigin, with_origin
from skseq._series.passed_rows import with_passed_index
from skseq._series.resampled_rows import warn_about_resampled_rows
from skseq._series.window_array import as_windows, select_windows
from skseq._validation.tables import check_table
from skseq._validation.targets import check_same_length


class SequenceWindower(
    CallbackSupportMixin,
    TransformerMixin,
    VersionedPickle,
    CheckedParameters,
    auto_wrap_output_keys=None,
):
    """Cut one window per row: the rows that the prediction for that row may use.

    X and the windows have the same number of rows, so y needs no change, and a plain
    scikit-learn Pipeline works with every splitter, search and scorer. The window of
    row ``i`` contains the rows ``i - horizon - time_steps + 1`` to ``i - horizon``;
    missing steps are NaN. The last rows of ``fit`` (the history) are put before rows
    that follow them in time, so the first row of a test set has a complete window [1]_.

    Parameters
    ----------
    time_steps : int, default=3
        Number of steps in a window.
    horizon : int, default=1
        Steps from the end of the window to the row it belongs to. With 1, the window
        ends one row before its row (forecasting). With 0, it includes the row
        (regression on current inputs).
    future_columns : list of str or int, default=None
        Columns known in advance, such as the calendar or planned prices. Their window
        ends at the row itself, whatever the horizon. To give names, X must be a frame;
        integers are positions, even in a frame with integers as names.
    history : {"auto"} or None, default="auto"
        With "auto", windows of rows that follow the fitted rows contain the last fitted
        rows. The pandas index determines which rows follow. Rows without an index of
        times (arrays, or an index of text) are assumed to follow, unless they begin
        with the first ``time_steps + horizon`` fitted rows (or more, if these are all
        equal). With None, each call is independent: windows contain only rows of the
        same call, and those of its first rows are incomplete, without a warning.
    gaps : {"auto", "ignore"}, default="auto"
        With "auto", steps of the frequency of the index that have no row are missing
        steps. Nights and weekends outside opening hours or business days are not
        missing steps, and neither are whole days that may be holidays. With "ignore",
        or if no frequency is found, rows count as consecutive.

    Attributes
    ----------
    freq_ : pandas.DateOffset, int or None
        Frequency of the index: added to a label, it gives the next one. If opening
        hours are not the same whole hours on each day, it is the step within the
        opening hours; added to the last label of a day, it gives a time after closing.
        None if rows count as consecutive, and for the rare frequencies that have no
        pandas offset.
    last_rows_ : ndarray of shape (n_last, n_features)
        The history: the last ``time_steps + horizon - 1`` rows of ``fit``. Empty with
        ``history=None``.
    last_index_ : pandas.Index of length n_last, or None
        Labels of the history; None if X has no index of times.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X has string column names.

    Raises
    ------
    ValueError
        In ``fit``: if all series have fewer rows than one complete window needs; if X
        contains NaN; if the index is unsorted, has duplicates, differs from that of y,
        or has a few labels that do not match the frequency of the others; if a column
        equals the target of the same row or a later row (up to scale, which may be
        negative), so that a window would contain the value to predict. In
        ``transform``: if a window would contain a NaN of X; if the index is of another
        kind than in ``fit``, does not match its frequency, or does not name the series.
        In both: if the index has the levels (time, series).

    Warns
    -----
    IncompleteWindowWarning
        In ``fit``: if some series have fewer rows than one complete window needs. In
        ``transform``: if the index has no frequency and there is a gap, before the
        first row or later, that is much longer than the distances in ``fit``; if
        several calls without an index cannot all follow the fitted rows.
    FitFailedWarning
        In ``transform``: if the last ``fit`` failed.
    LaggedTargetWarning
        In ``fit``: if a column is nearly the target of the same row or a later row and
        windows contain it; if X contains a newer past value of y than the windows, as
        after a shift of y; if many rows without an index occur several times, as if
        drawn at random.
    RangeWarning
        In ``fit``: if values of y seem to be wrong, or in another unit than later ones;
        if scaling leaves little of a column, because of one far value or of series at
        very different levels.
    UserWarning
        In ``fit``: if the index holds text that looks like dates, intervals of dates,
        integers or floats with gaps, or irregular dates; if a series lacks the
        frequency of the others; if its levels look like (year, month) or, by their
        names, (time, series); if opening hours in the index move by an hour, as in UTC
        when clocks change, or days or hours change for good. In ``transform``: if an
        earlier step dropped the index, if X has the labels of fitted rows with
        different values or NaN, or if it has a row at a time of the week that had none
        in ``fit``.

    See Also
    --------
    LSTMRegressor : Learns from the windows.
    TargetAwareMinMaxScaler : Scales the rows or the windows.

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

    One more row gives the window of the next forecast. Its values are not used:

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

    @noting_failure
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Find the frequency of the index and store the last rows.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            Oldest row first, without NaN. With a two-level index (series, time), the
            rows of different series may be in any order.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            Used only to check that windows contain the newest known value of y and do
            not contain the value to predict. Its index is used if X has none.

        Returns
        -------
        self : SequenceWindower
        """
        with drafted_fit(self, X, y) as (draft, _):
            draft._learn(X, y)
        return self

    @noting_failure
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
        has_no_past, are_fitted = np.ones(axis.n_series, bool), np.ones(len(rows), bool)
        known = RowsWithHistory(rows, axis, 0, has_no_past, are_fitted, ~are_fitted)
        return self._windows_of_call(known, is_checked=y is not None)

    def transform(self, X):
        """Return the window of every row.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            NaN is valid only in cells that are in no window: with ``horizon=1``, in the
            last row of a series, except for ``future_columns``.

        Returns
        -------
        windows : ndarray of shape (n_rows, time_steps, n_features)
            NaN at missing steps. Read-only if it is a view of one table. Windows of
            several series are a `WindowArray`, which can be used like an ndarray.
        """
        check_is_fitted(self)
        warn_about_failed_refit(self)
        fitted = self._fitted_rows.last_labels  # None if the rows of fit had none
        X = X if fitted is None else with_passed_index(X, fitted)
        rows = check_table(self, X, reset=False, allow_nan=True)
        is_array = count_as_array(self, X, rows, self._fitted_rows)
        axis = TimeAxis.of(
            rows if is_array else X, gaps="ignore", n_rows=len(rows), in_fit=False
        )
        known = self._fitted_rows.put_before(rows, axis)
        check_no_nan_in_windows(self, X, rows, known)
        # After the check, because NaN in a window is an error whatever the labels are.
        self._fitted_rows.warn_about_fitted_labels(known)
        return self._windows_of_call(known)

    @property
    def freq_(self):
        """Frequency of the index: added to a label, it gives the next one."""
        check_is_fitted(self)
        frequency = self._fitted_rows.frequency
        return None if frequency is None else frequency.offset

    @property
    def last_rows_(self):
        """The last rows of ``fit``."""
        check_is_fitted(self)
        return self._fitted_rows.last_rows

    @property
    def last_index_(self):
        """Labels of the last rows of ``fit``."""
        check_is_fitted(self)
        return self._fitted_rows.last_labels

    def complete_windows(self, X):
        """Return which rows have a window without a missing step.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            The input of ``transform``.

        Returns
        -------
        complete : ndarray of bool of shape (n_rows,)
        """
        # From `transform`, because windows may be completed by the history.
        return as_windows(self.transform(X)).are_complete()

    def set_output(self, *, transform=None):
        """Note what earlier steps of a Pipeline return; windows are always an array.

        With "pandas", rows that are numbered from 0 in ``fit`` and in ``transform``
        count as rows of arrays, because an earlier step may have numbered them. Only
        if they have the values of the first fitted rows do their numbers count.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, default=None

        Returns
        -------
        self : SequenceWindower
        """
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self

    def _learn(self, X, y):
        """Check the rows and store what later calls need."""
        X = with_passed_index(X)
        rows = check_table(self, X, reset=True, allow_nan=True)
        check_no_nan(self, X, rows)
        is_numbered = are_numbered(self, X)
        # y has an index of its own if an earlier step has numbered the rows of X.
        is_array = is_numbered and is_pandas(y) and not y.index.equals(X.index)
        indexed = rows if is_array else X
        check_same_index(indexed, y)
        check_same_length(y, len(rows))
        # NumPy integers such as int8 would overflow when they are added.
        time_steps, horizon = int(self.time_steps), int(self.horizon)
        axis = TimeAxis.of(indexed, y, gaps=self.gaps, warn=True, n_rows=len(rows))
        check_enough_rows(self, axis, y)
        future = positions_of_future_columns(self, X)
        check_lags(self, X, y, rows, future, axis)
        warn_about_resampled_rows(rows, axis)
        self._fitted_time_steps, self._fitted_horizon = time_steps, horizon
        self._fitted_future = future
        n_first = time_steps + horizon
        self._fitted_rows = FittedRows.of(
            rows,
            axis,
            n_first=n_first,
            n_last=n_first - 1 if self.history else 0,
            gaps=self.gaps,
            are_numbered=is_numbered,
        )
        return rows, axis

    @property
    def _span(self):
        """Steps from the first step of a window to the row it belongs to."""
        return self._fitted_time_steps + self._fitted_horizon - 1

    def _windows_of_call(self, known, *, is_checked=False):
        """Cut the windows of the rows of a call, and note where they come from."""
        order = known.axis.by_series
        numbers = np.empty(len(order), dtype=np.intp)
        numbers[order] = shorten_gaps(known.axis.joined_steps[order], self._span)
        windows = cut_windows(
            insert_missing_steps(
                known.rows, numbers, first=-self._span, last=numbers.max()
            ),
            time_steps=self._fitted_time_steps,
            horizon=self._fitted_horizon,
            future=self._fitted_future,
        )
        windows = select_windows(windows, numbers[known.n_before :], known.axis_of_call)
        origin = WindowOrigin(
            f"{self._fitted_rows.fit_id}, horizon={self._fitted_horizon}",
            known.axis_of_call,
            known.begin_before(self._span),
            known.are_unavoidable(self._span),
            known.are_fitted,
            known.are_new,
            self._span,
            np.asarray(self._fitted_future, dtype=np.intp),
            getattr(self, "feature_names_in_", None),
            is_checked,
        )
        return with_origin(windows, origin)

    def __sklearn_tags__(self):
        """Return tags: float dtypes are preserved."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
