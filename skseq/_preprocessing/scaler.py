"""Min-max scaling in which the target and its lagged values share one scale."""

from copy import copy
from dataclasses import replace

import numpy as np
from sklearn.base import OneToOneFeatureMixin, TransformerMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import _num_samples, check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.failed_fits import noting_failure, warn_about_failed_refit
from skseq._estimator.parameters import CheckedParameters
from skseq._estimator.plurals import counted
from skseq._estimator.versions import VersionedPickle
from skseq._preprocessing.containers import in_chosen_container, in_container_of
from skseq._preprocessing.ranges import check_bounds, find_ranges
from skseq._preprocessing.target_columns import (
    check_target_given,
    choose_columns,
    find_lags,
    target_names,
)
from skseq._series.index import check_same_index
from skseq._series.origin import origin_of, with_origin
from skseq._series.passed_rows import with_passed_index
from skseq._series.row_steps import axis_of_rows
from skseq._validation.numbers import check_no_masks_or_dates
from skseq._validation.tables import check_table, column_names, has_text_names
from skseq._validation.targets import check_target, check_target_order
from skseq._validation.windows import (
    check_windows,
    is_three_dimensional,
    raise_other_dimensions,
)


class TargetAwareMinMaxScaler(
    CallbackSupportMixin,
    OneToOneFeatureMixin,
    TransformerMixin,
    VersionedPickle,
    CheckedParameters,
    auto_wrap_output_keys=None,
):
    """Scale each column by its range, and lagged values of the target by y's range.

    The smallest fitted value of a column is mapped to the lower bound, and the largest
    to the upper bound [1]_. Columns that hold lagged values of the target are scaled by
    the range of y instead, so that a value is scaled in the same way as input and as
    target. Use it as a Pipeline step on tables or windows, or as the
    ``target_scaler`` of a regressor.

    Parameters
    ----------
    feature_range : tuple (low, high), default=(0, 1)
        The bounds that the range of the fitted values is mapped onto.
    target_columns : "auto", list of str or int, dict or None, default="auto"
        Columns that hold the target, lagged or not. "auto" finds the columns that equal
        y at a lag of 0 to 24 steps, up to rounding. NaN is ignored, but at least half
        of the rows (and at least three) must be comparable, and y must vary in them. A
        list contains names; integers are positions. With several targets, a dict maps
        each column to the name or position of its target. With None, every column is
        scaled by its own range.
    clip : bool, default=False
        Clip the other columns of X to ``feature_range``. Target columns and targets are
        not clipped, so that predictions can leave the range of y in ``fit``.

    Attributes
    ----------
    data_min_, data_max_, data_range_ : ndarray of shape (n_features,)
        Smallest and largest value of each column of X in ``fit``, including target
        columns, and their difference.
    scale_, min_ : ndarray of shape (n_features,)
        ``transform`` returns ``X * scale_ + min_``, up to rounding. For target columns
        they are computed from y; ``scale_`` is 0 for constant columns.
    target_min_, target_max_ : ndarray of shape (n_targets,)
        Smallest and largest value of y. This and the next two attributes are None if
        ``fit`` got no y.
    target_scale_, target_offset_ : ndarray of shape (n_targets,)
        ``transform_target`` returns ``y * target_scale_ + target_offset_``, up to
        rounding.
    target_columns_ : dict
        Maps each target column to (target, lag), the lag in steps. Columns and targets
        are given by name, or by position if they have no name. The lag is None for a
        column that is listed in ``target_columns`` but does not equal its target at any
        lag.
    target_names_in_ : list
        Columns of y in their order; defined only when y is a frame.
    n_samples_seen_ : int
        Number of rows in ``fit``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X has string column names.
    n_dims_in_ : {2, 3}
        Number of dimensions of X in ``fit``: 2 for a table, 3 for windows.
    n_time_steps_in_ : int or None
        Number of steps in a window; None for a table.

    Raises
    ------
    ValueError
        In ``fit``: if ``feature_range`` is not low < high; if X or y holds infinity or
        absolute values above 1e150; if a column holds only NaN; if ``target_columns``
        are not in X or y, or given without y. Later: if a value would overflow when it
        is scaled; if targets are passed after a ``fit`` without y.

    See Also
    --------
    sklearn.preprocessing.MinMaxScaler : Scales every column by its own range.
    SequenceWindower : Cuts windows, before or after this step.

    Notes
    -----
    NaN is ignored in ``fit`` and stays NaN. In a constant column all values, even new
    ones, are mapped to the lower bound, and the inverse returns the constant. A range
    too small to divide by is constant.

    The smallest and the largest fitted value are mapped exactly in both directions (in
    float32, if float32 can represent the bounds exactly). The dtypes float32 and
    float64 are preserved; all others are converted to float64.

    A frame becomes a frame with the same index, unless ``set_output`` was called.

    If the index of X (or of y, if X has none) has gaps, lags are tried both in steps of
    time and in rows, so a column that was lagged before rows were dropped is still
    found. In windows the last step is compared, so lags count from the end of the
    window.

    References
    ----------
    .. [1] J. Han, M. Kamber and J. Pei, "Data Mining: Concepts and Techniques",
       3rd ed., Morgan Kaufmann, 2012, section 3.5.2 (min-max normalization).

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import TargetAwareMinMaxScaler
    >>> y = np.array([10.0, 20.0, 15.0, 30.0])
    >>> yesterday = np.array([np.nan, 10.0, 20.0, 15.0])
    >>> X = np.column_stack([yesterday, [1.0, 2.0, 3.0, 5.0]])
    >>> scaler = TargetAwareMinMaxScaler().fit(X, y)
    >>> scaler.target_columns_
    {0: (0, 1)}
    >>> scaler.transform(X)
    array([[ nan, 0.  ],
           [0.  , 0.25],
           [0.5 , 0.5 ],
           [0.25, 1.  ]])
    >>> scaler.transform_target(y)
    array([0.  , 0.5 , 0.25, 1.  ])
    >>> scaler.inverse_transform_target([0.25, 2.0])
    array([15., 50.])
    """

    _parameter_constraints = {
        "feature_range": [tuple, list],
        "target_columns": [StrOptions({"auto"}), list, tuple, dict, None],
        "clip": ["boolean"],
    }

    def __init__(self, feature_range=(0, 1), *, target_columns="auto", clip=False):
        self.feature_range = feature_range
        self.target_columns = target_columns
        self.clip = clip

    @noting_failure
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the range of each column and target.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or \
                array-like of shape (n_rows, time_steps, n_features)
            May contain NaN.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None

        Returns
        -------
        self : TargetAwareMinMaxScaler
        """
        self._learn(X, y)
        return self

    @noting_failure
    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None):
        """Learn the range of each column and target, and scale X.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or \
                array-like of shape (n_rows, time_steps, n_features)
            May contain NaN.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None

        Returns
        -------
        X_scaled : what ``transform`` returns
        """
        # X is checked only once, which takes longer than to scale a small table.
        return self._scale(X, self._learn(X, y))

    def transform(self, X):
        """Scale X.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or \
                array-like of shape (n_rows, time_steps, n_features)
            With as many dimensions as in ``fit``. NaN stays NaN.

        Returns
        -------
        X_scaled : of the shape of X
            A frame if X is a frame, the container chosen by ``set_output``, or an
            ndarray.

        Warns
        -----
        RangeWarning
            If a column that was constant in ``fit`` has another value; once for each
            fit.
        FitFailedWarning
            If the last ``fit`` failed.
        """
        check_is_fitted(self)
        warn_about_failed_refit(self)
        array = self._check(X, reset=False)
        self._fitted_ranges.warn_about_constants(array)
        return self._scale(X, array)

    def inverse_transform(self, X):
        """Undo ``transform``, except for clipping.

        Parameters
        ----------
        X : of a shape that ``transform`` returns

        Returns
        -------
        X_original : of the shape of X
            A frame if X is a frame, unless ``set_output(transform="default")`` was
            called; else an ndarray.
        """
        check_is_fitted(self)
        has_names = has_text_names(column_names(X))
        if has_names == hasattr(self, "feature_names_in_"):
            array = self._check(X, reset=False)
        else:
            # Earlier steps often drop column names, so names are not compared.
            check_no_masks_or_dates(X)
            nameless = copy(self)
            vars(nameless).pop("feature_names_in_", None)
            array = nameless._check(X.to_numpy() if has_names else X, reset=False)
        return in_container_of(self, X, self._fitted_ranges.unscale(array))

    def transform_target(self, y):
        """Scale y by its fitted range, just as its lagged values in X are scaled.

        Parameters
        ----------
        y : array-like of shape (n_rows,) or (n_rows, n_targets)

        Returns
        -------
        y_scaled : ndarray of the shape of y
        """
        targets, shape = self._check_again(y)
        return self._fitted_target_ranges.scale(targets).reshape(shape)

    def inverse_transform_target(self, y):
        """Undo ``transform_target``: convert scaled predictions to the units of y.

        Parameters
        ----------
        y : array-like of shape (n_rows,) or (n_rows, n_targets)

        Returns
        -------
        y_original : ndarray of the shape of y
        """
        targets, shape = self._check_again(y)
        return self._fitted_target_ranges.unscale(targets).reshape(shape)

    def set_output(self, *, transform=None):
        """Choose the container in which ``transform`` returns a table.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, default=None
            "default" returns an ndarray even for a frame. None changes nothing.

        Returns
        -------
        self : TargetAwareMinMaxScaler
        """
        # scikit-learn's own mechanism would try to convert windows to a frame as well.
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self

    def _learn(self, X, y):
        """Learn the ranges; return X as a float array."""
        X = with_passed_index(X)
        with drafted_fit(self, X, y) as (draft, _):
            bounds = check_bounds(self.feature_range)
            array = draft._check(X, reset=True)
            of_columns = find_ranges(array, bounds, column_names(X), owner="X")
            of_targets, columns = draft._learn_target(X, y, array, of_columns)
            draft._store(array, of_columns, of_targets, columns)
        return array

    def _scale(self, X, array):
        """Scale X, which has been converted to an array, in the container of X."""
        scaled = self._fitted_ranges.scale(array)
        if self.clip:
            clipped = scaled.clip(*self._fitted_ranges.bounds)
            scaled = np.where(self._fitted_is_target_column, scaled, clipped)
        if (origin := origin_of(X)) is not None:
            scaled = with_origin(scaled, origin)
        return in_chosen_container(self, X, scaled)

    def _check(self, X, *, reset):
        """Convert a table or windows to a float array of the same shape."""
        if is_three_dimensional(X):
            return np.asarray(check_windows(self, X, reset=reset))
        if not reset and self.n_dims_in_ == 3:
            raise_other_dimensions(self, np.ndim(X))
        return check_table(self, X, reset=reset, allow_nan=True)

    def _check_again(self, y):
        """Convert y to a table of the fitted targets; also return the shape of y."""
        check_is_fitted(self)
        if self._fitted_target_ranges is None:
            raise ValueError(
                f"This {type(self).__name__} was fitted without y, so it has no range "
                "of the target. Call fit(X, y)."
            )
        check_target_order(self, y, reset=False)
        targets = check_target(y, n_rows=_num_samples(y), estimator=self)
        table = targets.reshape(len(targets), -1)
        if table.shape[1] != len(self.target_min_):
            raise ValueError(
                "y must have the same targets as in fit; got "
                f"{counted(table.shape[1], 'target')}, but {type(self).__name__} was "
                f"fitted with {len(self.target_min_)}. Pass the same columns."
            )
        return table, targets.shape

    def _learn_target(self, X, y, array, of_columns):
        """Return the ranges of targets, or None, and a dict from `choose_columns`."""
        check_target_given(self.target_columns, y)
        if y is None:
            return None, {}
        check_same_index(X, y)
        targets = check_target(y, n_rows=len(array), estimator=self)
        check_target_order(self, y, reset=True)
        targets = targets.reshape(len(array), -1)
        of_targets = find_ranges(targets, of_columns.bounds, target_names(y), owner="y")
        if self.target_columns is None:
            return of_targets, {}
        rows = array if array.ndim == 2 else array[:, -1]
        lags = find_lags(rows, targets, axis_of_rows(X, y, len(rows)).step_numberings)
        labels = of_columns.labels, of_targets.labels
        return of_targets, choose_columns(self.target_columns, lags, *labels)

    def _store(self, array, of_columns, of_targets, columns):
        """Set the fitted attributes."""
        low, high = of_columns.low.copy(), of_columns.high.copy()
        for column, (target, _) in columns.items():
            low[column], high[column] = of_targets.low[target], of_targets.high[target]
        self._fitted_ranges = replace(of_columns, low=low, high=high)
        self._fitted_target_ranges = of_targets
        self._fitted_is_target_column = np.isin(np.arange(len(low)), list(columns))
        self.n_dims_in_ = array.ndim
        self.n_time_steps_in_ = array.shape[1] if array.ndim == 3 else None
        self.n_samples_seen_ = len(array)
        self.data_min_, self.data_max_ = of_columns.low, of_columns.high
        self.data_range_ = of_columns.high - of_columns.low
        self.scale_, self.min_ = self._fitted_ranges.factor_and_offset()
        self.target_min_ = self.target_max_ = None
        self.target_scale_ = self.target_offset_ = None
        if of_targets is not None:
            self.target_min_, self.target_max_ = of_targets.low, of_targets.high
            self.target_scale_, self.target_offset_ = of_targets.factor_and_offset()
        self.target_columns_ = {
            of_columns.labels[column]: (of_targets.labels[target], lag)
            for column, (target, lag) in sorted(columns.items())
        }

    def __sklearn_tags__(self):
        """Return tags: NaN and windows are valid; float dtypes are preserved."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
