"""Min-max scaling in which the target and its own past share one scale.

The arithmetic stands in `skseq._preprocessing.ranges`, the search for the target's own
past in `skseq._series.past`, both on plain arrays; this adds what scikit-learn needs.
"""

from copy import copy
from dataclasses import replace

import numpy as np
from sklearn.base import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils._set_output import _get_container_adapter
from sklearn.utils.validation import _num_samples, check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import check_no_bools
from skseq._estimator.versions import VersionedPickle
from skseq._preprocessing.ranges import check_bounds, find_ranges
from skseq._series.index import check_same_index, is_pandas
from skseq._series.past import count_steps, find_past
from skseq._validation.numbers import check_no_masks_or_dates, listed, position_of
from skseq._validation.tables import check_table, column_names, has_text_names
from skseq._validation.targets import check_target
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
    BaseEstimator,
    auto_wrap_output_keys=None,
):
    """Scale each column by its range, and the target's own past by the target's.

    The smallest fitted value of a column goes to the lower bound, the largest to the
    upper one. Columns that hold earlier values of the target go by the range of y
    instead, so that one value means the same as input and as target. The class serves
    in two places: as a Pipeline step on tables or windows, and as the
    ``target_scaler`` of a regressor.

    Parameters
    ----------
    feature_range : tuple (low, high), default=(0, 1)
        What the fitted values are mapped onto.
    target_columns : "auto", list of str or int, dict or None, default="auto"
        Columns that hold the target's own past. "auto" takes those that are exactly y
        at one shift from 0 to 24 rows, NaN aside, where at least half of the rows (and
        three) can be compared and y varies on them. A list has names or positions;
        with several targets a dict gives each column the name or position of its
        target. With None every column goes by its own range.
    clip : bool, default=False
        Clip what ``transform`` returns to ``feature_range``. Targets are not clipped.

    Attributes
    ----------
    data_min_, data_max_, data_range_ : ndarray of shape (n_features,)
        Extremes of X in ``fit``, of target columns too, and their distance.
    scale_, min_ : ndarray of shape (n_features,)
        What is applied, up to rounding: ``X * scale_ + min_``. In target columns they
        come from y; ``scale_`` is 0 in constant columns.
    target_min_, target_max_ : ndarray of shape (n_targets,)
        Extremes of y; None without y, as are the next two.
    target_scale_, target_offset_ : ndarray of shape (n_targets,)
        What is applied to y, up to rounding: ``y * target_scale_ + target_offset_``.
    target_columns_ : dict
        Maps a column to its target and shift in rows. Columns and targets go by their
        names, without names by position. The shift is None where a named column is not
        exactly y at any.
    n_samples_seen_ : int
        Rows in ``fit``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X has string column names.
    n_dims_in_ : {2, 3}
        Whether ``fit`` saw a table or windows.
    n_time_steps_in_ : int or None
        Steps in a window; None for a table.

    Raises
    ------
    ValueError
        In ``fit``: a ``feature_range`` other than low < high; infinity; a column of NaN
        only; extremes too far apart for float64; ``target_columns`` that X or y does
        not have, or without y. Later: values too far from the fitted ones for the
        result to be finite; targets after a ``fit`` without y.

    See Also
    --------
    sklearn.preprocessing.MinMaxScaler : Does not look at y.
    SequenceWindower : Cuts windows, before this step or after it.

    Notes
    -----
    NaN is ignored in ``fit`` and stays NaN.

    A constant column carries no information: any value, a new one too, goes to the
    lower bound, and the inverse gives the constant back exactly. A range too small to
    divide by counts as constant.

    The fitted extremes are met exactly in both directions (in float32 if it can hold
    the bounds). float32 and float64 are kept, all else becomes float64.

    A frame gives a frame with the same index, unless ``set_output`` says otherwise.
    Windows give an array.

    If the index of X (or else of y) has holes, shifts are tried in steps of time as
    well as in rows: a lag computed before rows were dropped is still the target's past.
    In windows the last step is looked at, so shifts count from the window's end.

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

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the range of each column and target.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or \
                array-like of shape (n_rows, time_steps, n_features)
            NaN is legal in both.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None

        Returns
        -------
        self : TargetAwareMinMaxScaler
        """
        with drafted_fit(self, X, y) as (draft, _):
            check_no_bools(self)
            bounds = check_bounds(self.feature_range)
            array = draft._check(X, reset=True)
            own = find_ranges(array, bounds, column_names(X), owner="X")
            theirs, columns = draft._learn_target(X, y, array, own)
            draft._store(array, own, theirs, columns)
        return self

    def transform(self, X):
        """Scale X.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or \
                array-like of shape (n_rows, time_steps, n_features)
            Of as many dimensions as in ``fit``; NaN stays NaN.

        Returns
        -------
        X_scaled : of the shape of X
            A frame for a frame, or what ``set_output`` chose; else an ndarray.
        """
        check_is_fitted(self)
        scaled = self._fitted_ranges.scale(self._check(X, reset=False))
        if self.clip:
            scaled = scaled.clip(*self._fitted_ranges.bounds)
        adapter = _get_container_adapter("transform", self)
        if adapter is None or scaled.ndim == 3:
            return self._like(X, scaled)
        return adapter.create_container(scaled, X, self.get_feature_names_out)

    def inverse_transform(self, X):
        """Undo ``transform``, but for what it clipped.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or \
                array-like of shape (n_rows, time_steps, n_features)
            Scaled values.

        Returns
        -------
        X_original : of the shape of X
            A frame for a frame, unless ``set_output(transform="default")`` was called;
            else an ndarray.
        """
        check_is_fitted(self)
        has_names = has_text_names(column_names(X))
        if has_names == hasattr(self, "feature_names_in_"):
            array = self._check(X, reset=False)
        else:
            # Scaled values often lost their names on the way, which is no mistake.
            check_no_masks_or_dates(X)
            nameless = copy(self)
            vars(nameless).pop("feature_names_in_", None)
            array = nameless._check(X.to_numpy() if has_names else X, reset=False)
        return self._like(X, self._fitted_ranges.unscale(array))

    def transform_target(self, y):
        """Scale y by its fitted range, as its own past in X is scaled.

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
        """Undo ``transform_target``: turn scaled predictions into y's units.

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
            "default" is an ndarray, even for a frame; None changes nothing.

        Returns
        -------
        self : TargetAwareMinMaxScaler
        """
        # The inherited mechanism would try to make a frame of windows as well.
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self

    def _check(self, X, *, reset):
        """Turn a table or windows into a float array of the same shape."""
        if is_three_dimensional(X):
            return check_windows(self, X, reset=reset)
        if not reset and self.n_dims_in_ == 3:
            raise_other_dimensions(self, np.ndim(X))
        return check_table(self, X, reset=reset, allow_nan=True)

    def _check_again(self, y):
        """Turn y into a table of the fitted targets; return its shape too."""
        check_is_fitted(self)
        if self._fitted_target_ranges is None:
            raise ValueError(
                f"This {type(self).__name__} was fitted without y, so it does not know "
                "the range of the target. Fit it with fit(X, y)."
            )
        targets = check_target(y, n_rows=_num_samples(y), estimator=self)
        table = targets.reshape(len(targets), -1)
        if table.shape[1] != len(self.target_min_):
            raise ValueError(
                f"y has {table.shape[1]} target(s), but {type(self).__name__} was "
                f"fitted with {len(self.target_min_)}. Give the same targets as in fit."
            )
        return table, targets.shape

    def _learn_target(self, X, y, array, own):
        """Find the targets' ranges, and whose past each target column holds."""
        if y is None:
            if self.target_columns not in ("auto", None):
                raise ValueError(
                    "target_columns names columns to be scaled by the range of y, but "
                    "fit got no y. Call fit(X, y), or leave target_columns at 'auto'."
                )
            return None, {}
        check_same_index(X, y)
        targets = check_target(y, n_rows=len(array), estimator=self)
        targets = targets.reshape(len(array), -1)
        theirs = find_ranges(targets, own.bounds, target_names(y), owner="y")
        if self.target_columns is None:
            return theirs, {}
        rows = array if array.ndim == 2 else array[:, -1]
        shifts = find_past(rows, targets, count_steps(X, y, len(rows)))
        if self.target_columns == "auto":
            # Smallest shifts come first, so that they are written last.
            return theirs, {c: (t, shifts[c, t]) for c, t in reversed(shifts)}
        named = locate(self.target_columns, own.labels, theirs.labels)
        return theirs, {c: (t, shifts.get((c, t))) for c, t in named.items()}

    def _store(self, array, own, theirs, columns):
        """Set the fitted attributes, now that nothing can fail any more."""
        low, high = own.low.copy(), own.high.copy()
        for column, (target, _) in columns.items():
            low[column], high[column] = theirs.low[target], theirs.high[target]
        self._fitted_ranges = replace(own, low=low, high=high)
        self._fitted_target_ranges = theirs
        self.n_dims_in_ = array.ndim
        self.n_time_steps_in_ = array.shape[1] if array.ndim == 3 else None
        self.n_samples_seen_ = len(array)
        self.data_min_, self.data_max_ = own.low, own.high
        self.data_range_ = own.high - own.low
        self.scale_, self.min_ = self._fitted_ranges.factor_and_offset()
        self.target_min_ = self.target_max_ = None
        self.target_scale_ = self.target_offset_ = None
        if theirs is not None:
            self.target_min_, self.target_max_ = theirs.low, theirs.high
            self.target_scale_, self.target_offset_ = theirs.factor_and_offset()
        self.target_columns_ = {
            own.labels[column]: (theirs.labels[target], shift)
            for column, (target, shift) in sorted(columns.items())
        }

    def _like(self, X, array):
        """Put a table into a frame like X, unless the user chose arrays."""
        chosen = getattr(self, "_sklearn_output_config", {}).get("transform")
        if chosen == "default":
            return array
        if is_pandas(X):
            return type(X)(array, index=X.index, columns=X.columns)
        if type(X).__module__.partition(".")[0] == "polars":
            return type(X)(array, schema=X.columns, orient="row")
        return array

    def __sklearn_tags__(self):
        """Say that NaN and windows are legal, and that floats are kept."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def target_names(y):
    """Return the names of the targets, or None if they have none."""
    names = column_names(y) or [getattr(y, "name", None)]
    return names if all(name not in (None, "") for name in names) else None


def locate(target_columns, labels, targets):
    """Turn the columns that the user names into positions: {column: target}.

    Raises
    ------
    ValueError
        If a column or target is unknown, or if a list leaves the target open.
    """
    columns = _positions(target_columns, labels, owner="X")
    if isinstance(target_columns, dict):
        meant = _positions(list(target_columns.values()), targets, owner="y")
        located = dict(zip(columns, meant, strict=True))
        if len(located) < len(columns):
            raise ValueError(
                f"target_columns must name a column once; got {target_columns!r}, in "
                f"which a name and a position mean the same of {listed(labels)}."
            )
        return located
    if len(targets) > 1:
        raise ValueError(
            f"target_columns is a list, but y has {len(targets)} targets "
            f"({listed(targets)}), and it is open which of them a column holds. Give "
            "a dict that maps each column to its target."
        )
    return dict.fromkeys(columns, 0)


def _positions(entries, labels, *, owner):
    positions = [position_of(entry, labels) for entry in entries]
    unknown = [e for e, p in zip(entries, positions, strict=True) if p is None]
    if unknown:
        raise ValueError(
            f"target_columns names {listed(unknown)}, which {owner} does not have; it "
            f"has {listed(labels, most=20)}. Give these or positions. If names were "
            'lost on the way, set_output(transform="pandas") keeps them in a Pipeline.'
        )
    return positions
