"""From the rows of a series to windows: one window a row.

The index arithmetic stands in four pure functions: where rows lie (`place_rows`), the
table of steps they fill (`fill_steps`), the windows cut from it (`cut_windows`) and
which cells a call's windows reach (`reached_cells`). `SequenceWindower` adds what
scikit-learn and pandas need: checks, the history that ``fit`` hands on, the index.
"""

import warnings
import weakref
from numbers import Integral

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import check_no_bools
from skseq._estimator.versions import VersionedPickle
from skseq._series.grid import find_grid
from skseq._series.index import (
    as_plain,
    check_same_index,
    from_plain,
    is_pandas,
    time_index,
)
from skseq._series.lagged_target import find_target_at_its_row
from skseq._series.rounding import are_close
from skseq._series.windows import Windows
from skseq._validation.numbers import listed, position_of
from skseq._validation.tables import (
    DROP_OR_FILL,
    check_table,
    column_names,
    refuse_cells,
)
from skseq._validation.targets import check_target, refuse_other_length

INDEXES = {"history_index_", "_fitted_first_index"}
"""Attributes that hold a pandas index, or None."""

_told_of_lost_index = weakref.WeakSet()
"""Windowers that have warned already; kept outside so that transform changes none."""


def place_rows(positions, reach):
    """Move rows together across holes that no window can span.

    Parameters
    ----------
    positions : ndarray of int of shape (n_rows,)
        Strictly ascending step numbers.
    reach : int
        Steps from the first step of a window to its own row.

    Returns
    -------
    positions : ndarray of int of shape (n_rows,)
        From 0, neighbours at most ``reach + 1`` apart, shorter distances kept.
    """
    steps = np.minimum(np.diff(positions), reach + 1)
    return np.concatenate([[0], np.cumsum(steps)])


def fill_steps(rows, positions, *, first, last):
    """Lay rows out on every step from first to last; steps without a row are NaN.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
    positions : ndarray of int of shape (n_rows,)
    first, last : int

    Returns
    -------
    steps : ndarray of shape (last - first + 1, n_features)
    """
    steps = np.full((last - first + 1, rows.shape[1]), np.nan, dtype=rows.dtype)
    inside = positions >= first
    steps[positions[inside] - first] = rows[inside]
    return steps


def cut_windows(steps, *, time_steps, horizon, future):
    """Cut every window of a table of steps, without copying it.

    Window j belongs to step ``j + time_steps + horizon - 1``. Its columns hold the
    ``time_steps`` steps that end ``horizon`` steps before, those known ahead the ones
    that end at the step itself.

    Parameters
    ----------
    steps : ndarray of shape (n_steps, n_features)
    time_steps, horizon : int
    future : list of int
        Columns that are known ahead.

    Returns
    -------
    windows : read-only view of shape \
            (n_steps - time_steps - horizon + 1, time_steps, n_features)
    """
    aligned = steps[: len(steps) - horizon]
    if future and horizon:
        aligned = aligned.copy()
        aligned[:, future] = steps[horizon:, future]
    return sliding_window_view(aligned, time_steps, axis=0).transpose(0, 2, 1)


def reached_cells(positions, *, time_steps, leads):
    """Say which cells of a table some window of its own rows reaches.

    Parameters
    ----------
    positions : ndarray of int of shape (n_rows,)
    time_steps : int
    leads : ndarray of int of shape (n_features,)
        How many steps before its row a column's window ends.

    Returns
    -------
    reached : ndarray of bool of shape (n_rows, n_features)
    """
    reached = np.empty((len(positions), len(leads)), dtype=bool)
    for lead in np.unique(leads):
        seen_from = positions + lead
        next_row = np.searchsorted(positions, seen_from)
        seen_by = np.append(positions, np.iinfo(np.int64).max)[next_row]
        within = seen_by - seen_from < time_steps
        reached[:, leads == lead] = within[:, np.newaxis]
    return reached


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
        Whether rows that follow the fitted ones see them. On a pandas index the index
        tells; rows without one (arrays, strings) are taken to follow, unless they
        begin with the first ``min(n_rows, time_steps + horizon)`` fitted rows. None:
        every call stands alone.
    gaps : {"auto", "ignore"}, default="auto"
        With "auto" a hole in a regular pandas index is missing steps. With "ignore",
        and where no regular step is found, rows count as consecutive.

    Attributes
    ----------
    step_ : int, pandas.Timedelta, pandas.DateOffset or None
        Distance between neighbouring rows in the index; None where rows count as
        consecutive.
    history_ : ndarray of shape (n_history, n_features)
        The last ``time_steps + horizon - 1`` rows of ``fit``; none with
        ``history=None``.
    history_index_ : pandas.Index of length n_history, or None
        Their labels; None where the index carries no time.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X has string column names.

    Raises
    ------
    ValueError
        In ``fit``: fewer rows than one complete window needs; NaN; an index that is
        unsorted, duplicated or other than y's; a column that is the target itself
        where the window would show it at the row to predict. In ``transform``: NaN
        that some window would reach, or an index of another kind than the fitted one
        or off its step.

    Warns
    -----
    UserWarning
        In ``transform``: if X has lost its index on the way, or overlaps the fitted
        rows with other values.

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
        """Learn the step of the index and remember the last rows.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            Oldest row first, without NaN.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            Looked at only to refuse columns that give it away; its index stands in
            where X has none.

        Returns
        -------
        self : SequenceWindower
        """
        with drafted_fit(self, X, y) as (draft, _):
            draft._learn(X, y)
        _told_of_lost_index.discard(self)
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
            rows, index = draft._learn(X, y)
        _told_of_lost_index.discard(self)
        return self._windows(rows, self._positions(index, len(rows)), n_before=0)

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
        index = self._call_index(X)
        before = self._rows_before(rows, index)
        labels = index
        if index is not None and len(before):
            labels = self.history_index_[: len(before)].append(index)
        positions = self._positions(labels, len(before) + len(rows))
        self._refuse_reached_nan(X, rows, positions[len(before) :])
        known = np.concatenate([self._in_dtype(before, rows.dtype), rows])
        return self._windows(known, positions, n_before=len(before))

    @property
    def step_(self):
        """Distance between neighbouring rows, as a user adds it to a label."""
        check_is_fitted(self)
        return None if self._fitted_grid is None else self._fitted_grid.as_offset()

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
        refuse_other_length(y, len(rows))
        # Small NumPy integers would overflow when they are added.
        time_steps, horizon = int(self.time_steps), int(self.horizon)
        self._refuse_too_few(rows, time_steps + horizon)
        future = self._column_positions(X)
        self._refuse_target_at_its_row(X, y, rows, future)
        index = time_index(X)
        if index is None and not is_pandas(X):
            index = time_index(y, name="y")
        grid = find_grid(index, warn=True) if self.gaps == "auto" else None
        n_first = time_steps + horizon
        n_history = n_first - 1 if self.history else 0
        tail = slice(len(rows) - n_history, len(rows))
        vars(self).update(
            _fitted_time_steps=time_steps,
            _fitted_horizon=horizon,
            _fitted_future=future,
            _fitted_grid=grid,
            _fitted_first_rows=rows[:n_first].copy(),
            _fitted_first_index=None if index is None else index[:n_first],
            history_=rows[tail].copy(),
            history_index_=None if index is None else index[tail],
        )
        return rows, index

    def _refuse_too_few(self, rows, needed):
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

    def _refuse_target_at_its_row(self, X, y, rows, future):
        """Raise for a column that is the target, where a window shows its own row."""
        visible = list(range(rows.shape[1])) if self.horizon == 0 else future
        if y is None or not visible:
            return
        targets = check_target(y, n_rows=len(rows), estimator=self)
        targets = targets.reshape(len(rows), -1)
        names = column_names(X)
        place = find_target_at_its_row(rows[:, visible], targets)
        if place is not None:
            column = visible[place]
            name = names[column] if names else column
            raise ValueError(
                f"Column {name!r} of X is the target itself (up to scale), and "
                "its window would show the very value to predict. Use horizon=1 "
                "or more and keep it out of future_columns, or drop the column."
            )

    def _call_index(self, X):
        """Return the index of X, held to the kind that ``fit`` saw."""
        index = time_index(X)
        fitted = self._fitted_first_index
        if fitted is None:
            return None
        if index is None:
            if self not in _told_of_lost_index:
                _told_of_lost_index.add(self)
                warnings.warn(
                    "SequenceWindower was fitted with an index, but X came without "
                    "one: its rows are placed as those of a plain array. Keep the "
                    'index with set_output(transform="pandas") on the steps before.',
                    UserWarning,
                    stacklevel=3,
                )
            return None
        if _index_kind(index) != _index_kind(fitted):
            raise ValueError(
                f"The index of X holds {_index_kind(index)}, but SequenceWindower was "
                f"fitted on {_index_kind(fitted)}, so the rows cannot be placed after "
                f"the fitted ones. Give X the same kind of index ({fitted[0]!r}, ...)."
            )
        zone = getattr(fitted, "tz", None)
        return index if zone is None else index.tz_convert(zone)

    def _rows_before(self, rows, index):
        """Return those of the remembered rows that come before the rows of a call."""
        if len(self.history_) == 0:
            return self.history_
        if index is None:
            n_same = min(len(rows), len(self._fitted_first_rows))
            is_fitted = are_close(rows[:n_same], self._fitted_first_rows[:n_same]).all()
            return self.history_[:0] if is_fitted else self.history_
        self._warn_of_other_values(rows, index)
        return self.history_[self.history_index_ < index[0]]

    def _in_dtype(self, before, dtype):
        """Round remembered rows to the dtype of the rows that follow."""
        with np.errstate(over="ignore"):
            rounded = before.astype(dtype)
        if np.isinf(rounded).any():
            raise ValueError(
                f"X is {dtype}, but the rows of fit before it hold values up to "
                f"{np.abs(before).max():.3g} in size, beyond that. Give X as float64."
            )
        return rounded

    def _warn_of_other_values(self, rows, index):
        """Warn if a label of the fitted rows now comes with other values."""
        for labels, values in (
            (self._fitted_first_index, self._fitted_first_rows),
            (self.history_index_, self.history_),
        ):
            found = index.get_indexer(labels)
            now, then = rows[found[found >= 0]], values[found >= 0]
            differs = ~are_close(now, then) & ~np.isnan(now)
            if differs.any():
                label = labels[found >= 0][differs.any(axis=1).argmax()]
                warnings.warn(
                    f"X has rows with the labels of fitted rows but other values (the "
                    f"first is {label}). If this is another series, give it an index "
                    "of its own, or fit a pipeline to it: history is handed on by "
                    "index.",
                    UserWarning,
                    stacklevel=4,
                )
                return

    def _positions(self, index, n_rows):
        """Return the step of each row, counted from the first."""
        reach = self._fitted_time_steps + self._fitted_horizon - 1
        if index is None or self._fitted_grid is None:
            return np.arange(n_rows)
        positions = self._fitted_grid.positions(index)
        if positions is None:
            # The other clock may count the same step: local days across summer time.
            other = self._fitted_grid.on_other_clock(index)
            positions = None if other is None else other.positions(index)
        if positions is None:
            raise ValueError(
                f"The index of X leaves the step of the fitted rows ({self.step_}), so "
                "its rows cannot be placed. Bring them onto the same step, or fit with "
                "gaps='ignore'."
            )
        return place_rows(positions, reach)

    def _refuse_reached_nan(self, X, rows, positions):
        missing = np.isnan(rows)
        if missing.any():
            leads = np.full(rows.shape[1], self._fitted_horizon)
            leads[self._fitted_future] = 0
            reached = reached_cells(
                positions, time_steps=self._fitted_time_steps, leads=leads
            )
            way_out = DROP_OR_FILL
            if self._fitted_horizon > 0:
                way_out += (
                    f". With horizon={self._fitted_horizon} only the last "
                    f"{self._fitted_horizon} "
                    "row(s) may be NaN, in columns that are not known ahead; to "
                    "forecast further, fit with a larger horizon"
                )
            illegal = missing & reached
            refuse_cells(self, X, rows, illegal, column_names(X), way_out)

    def _windows(self, rows, positions, *, n_before):
        """Cut the windows of all rows but the first ``n_before``."""
        own = positions[n_before:]
        first = own[0] - (self._fitted_time_steps + self._fitted_horizon - 1)
        windows = cut_windows(
            fill_steps(rows, positions, first=first, last=own[-1]),
            time_steps=self._fitted_time_steps,
            horizon=self._fitted_horizon,
            future=self._fitted_future,
        )
        return windows if len(windows) == len(own) else windows[own - own[0]]

    def __getstate__(self):
        """Write what an index holds, without what pandas remembers beside it."""
        state = super().__getstate__()
        return state | {name: as_plain(state[name]) for name in INDEXES & state.keys()}

    def __setstate__(self, state):
        """Make indexes of what they held."""
        plain = {name: from_plain(state[name]) for name in INDEXES & state.keys()}
        super().__setstate__(state | plain)

    def __sklearn_tags__(self):
        """Say that fitting is needed and floats are kept."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _index_kind(index):
    """Name what an index holds, in a word or two."""
    if hasattr(index, "to_timestamp"):
        return f"periods of {index.freqstr}"
    kind = {"M": "dates", "m": "time differences"}.get(index.dtype.kind, "numbers")
    return f"{kind} with a time zone" if getattr(index, "tz", None) else kind
