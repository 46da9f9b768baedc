"""Naive forecasts as a scikit-learn regressor on windows."""

from dataclasses import replace
from numbers import Integral

import numpy as np
from sklearn.base import _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import CheckedParameters
from skseq._estimator.plurals import counted
from skseq._estimator.versions import VersionedPickle
from skseq._regression.past.axis_order import describe_axis_order
from skseq._regression.past.lagged_features import (
    features_to_search,
    find_in_windows,
    find_known_pasts,
    make_lag_searches,
)
from skseq._regression.past.naive_strategies import (
    COUNT_STEPS,
    STRATEGIES,
    check_even,
    steps_needed,
    steps_used,
)
from skseq._regression.past.unusable_past import (
    describe_late_change,
    find_unscaled_constants,
)
from skseq._regression.rows.fill_values import mean_of_features
from skseq._regression.rows.first_rows import first_windows_of
from skseq._regression.rows.fit_rows import FitRows
from skseq._regression.rows.incomplete_windows import (
    check_windows_show_past,
    warn_about_incomplete,
)
from skseq._regression.rows.other_windower import warn_about_other_windower
from skseq._regression.rows.visible_features import check_target_not_in_windows
from skseq._regression.scoring import OrderedScoreMixin
from skseq._series.lagged_target import MAX_LAG
from skseq._series.origin import name_of_feature, origin_of
from skseq._series.window_array import as_windows
from skseq._validation.windows import check_windows


class NaiveRegressor(
    CallbackSupportMixin, OrderedScoreMixin, VersionedPickle, CheckedParameters
):
    """Naive forecast: a simple rule on the target's values in each window.

    A network is useful only if it is more accurate than these rules [1]_. They use the
    same windows as the networks, so they work in the same Pipelines, searches and
    comparisons. ``fit`` only finds the target's past: the feature that equals y some
    steps earlier, scaled or not.

    Parameters
    ----------
    strategy : {"last", "seasonal", "drift", "seasonal_drift", "mean"}, default="last"
        How to predict from the target's values in the window:

        * "last": the last value;
        * "seasonal": the value one season before the row; if the window ends earlier
          than that, the smallest number of whole seasons before the row that the window
          contains;
        * "drift": the last value, plus the mean change per step times the number of
          steps to the row;
        * "seasonal_drift": the seasonal value, plus the mean change per season times
          the number of seasons to the row [2]_;
        * "mean": the mean of all values.
    season_length : int, default=None
        Number of steps in a season, such as 12 for monthly data. Required by the two
        seasonal strategies; the others ignore it.
    target_feature : "auto", int or list of int, default="auto"
        Index of the feature that contains the target's past; a list has one for each
        output. "auto" searches all features and uses the one with the smallest lag for
        which the windows are long enough.
    without_past : {"error", "mean"}, default="error"
        What to do if no feature holds the target's past: raise an error, or predict the
        mean of y in ``fit``.

    Attributes
    ----------
    target_feature_ : ndarray of int of shape (`n_outputs_`,)
        Index of the feature that holds the target's past, for each output; -1 if none
        is used.
    lag_ : ndarray of int of shape (`n_outputs_`,)
        Steps from the last step of a window to the row that it predicts; 0 if no
        feature is used. Equals the horizon if the feature is y itself.
    slope_, intercept_ : ndarray of shape (`n_outputs_`,)
        The target is ``slope_ * feature + intercept_``; 1 and 0 if it is not scaled.
    constant_ : ndarray of shape (`n_outputs_`,)
        The value that is predicted for every window: that of a constant target, or the
        mean of a target whose past is not found. NaN if the strategy is used instead.
    fill_values_ : ndarray of shape (`n_features_in_`,)
        Mean of each feature over the complete windows of ``fit``, or over all known
        steps if no window is complete. It replaces a feature that is missing in an
        entire window.
    n_outputs_ : int
        Number of targets.
    target_names_in_ : list
        Columns of y in their order; defined only when y is a frame.
    n_features_in_ : int
        Number of features.
    n_time_steps_in_ : int
        Number of steps in a window; 1 if ``fit`` was given a table.
    n_dims_in_ : {2, 3}
        Number of dimensions of X in ``fit``: 2 for a table, 3 for windows.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if X in ``fit`` was a table whose column names are all strings.

    See Also
    --------
    sklearn.dummy.DummyRegressor : Predicts from y alone, without windows.
    skseq.metrics.skill_score : Compares a forecast with naive forecasts.

    Notes
    -----
    A feature contains the target's past if its values at the last steps of the windows
    equal an increasing affine function of y at one lag, in all rows with a weight above
    0, up to rounding. The lag is at most half of the number of rows, and at most 1000.
    The rows must be in the order of time.

    Missing steps are filled within each window before the strategy is applied, as for
    the networks: with the latest known value before them; at the start of a window,
    with the first known value. The first rows of a series have incomplete windows, in
    which a seasonal strategy repeats the first known value. To compare forecasts, use
    only rows with :meth:`~SequenceWindower.complete_windows`.

    The past of a constant target cannot be found. Its constant value is predicted.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, section 5.2.
    .. [2] M. O'Hara-Wild, R. Hyndman and E. Wang, "fable: Forecasting Models for Tidy
       Time Series", R package, ``SNAIVE(y ~ drift())``.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler
    >>> y = np.array([10.0, 20.0, 15.0, 12.0, 22.0, 17.0, 14.0, 24.0, 19.0])
    >>> X = y.reshape(-1, 1)
    >>> pipe = make_pipeline(
    ...     TargetAwareMinMaxScaler(), SequenceWindower(time_steps=4), NaiveRegressor()
    ... )
    >>> pipe.fit(X[:6], y[:6]).predict(X[6:])
    array([17., 14., 24.])
    >>> seasonal = NaiveRegressor("seasonal", season_length=3)
    >>> pipe.set_params(naiveregressor=seasonal)
    Pipeline(...)
    >>> pipe.fit(X[:6], y[:6]).predict(X[6:])
    array([12., 22., 17.])
    >>> pipe[-1].lag_
    array([1])
    """

    _parameter_constraints = {
        "strategy": [StrOptions(set(STRATEGIES))],
        "season_length": [Interval(Integral, 1, None, closed="left"), None],
        "target_feature": [StrOptions({"auto"}), Integral, list, tuple],
        "without_past": [StrOptions({"error", "mean"})],
    }

    def __init__(
        self,
        strategy="last",
        *,
        season_length=None,
        target_feature="auto",
        without_past="error",
    ):
        self.strategy = strategy
        self.season_length = season_length
        self.target_feature = target_feature
        self.without_past = without_past

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Find the feature that contains the target's past, its lag and its scale.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            Windows, NaN at missing steps; or a table, which is read as windows of one
            step and must not contain NaN. Oldest row first.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            Targets, not scaled.
        sample_weight : array-like of shape (n_rows,), default=None
            Rows of weight 0 are left out. Otherwise the weights matter only for the
            mean of ``without_past="mean"``.

        Returns
        -------
        self : NaiveRegressor

        Raises
        ------
        ValueError
            If no feature contains the target's past, if all windows have gaps, so
            that it is not found, or if a feature equals y at the row to predict; if a
            seasonal strategy has no ``season_length``; or if the windows are too short
            for the strategy.
        """
        with drafted_fit(self, X, y, sample_weight) as (draft, _):
            draft._fit(X, y, sample_weight)
        return self

    def _fit(self, X, y, sample_weight):
        """Check the input and find the target's past; called on a draft."""
        rows = FitRows.of(self, X, y, sample_weight)
        is_seasonal = self.strategy.startswith("seasonal")
        if is_seasonal and self.season_length is None:
            raise ValueError(
                f"strategy={self.strategy!r} needs season_length, which is None. Give "
                "the number of steps in a season, such as season_length=12 for months."
            )
        # Stored, so that set_params takes effect only at the next fit.
        season_length = self.season_length and int(self.season_length)
        self._fitted_strategy = self.strategy, season_length
        self._fitted_target_shape = rows.target_shape
        self.n_outputs_ = rows.targets.shape[1]
        self._fitted_windower_id = rows.origin and rows.origin.fit_id
        self._fitted_first_windows = first_windows_of(rows)
        self.fill_values_ = mean_of_features(rows.windows[rows.known])
        self._learn(rows)

    def predict(self, X):
        """Predict one value, or one row of values, for every window.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            Windows or a table, as in ``fit``. A missing step is filled with the latest
            known value before it in its window; at the start of a window, with the
            first known value. A feature that is missing in an entire window is filled
            with its value in ``fill_values_``.

        Returns
        -------
        y_pred : ndarray of float64 of shape (n_rows,) or (n_rows, n_outputs)
            Predictions in the units of y.

        Warns
        -----
        IncompleteWindowWarning
            If steps that the strategy uses are missing, and earlier rows could fill
            them.
        FitFailedWarning
            If the windows come from a windower that was fitted on other rows.
        """
        check_is_fitted(self)
        origin = origin_of(X)
        windows = as_windows(check_windows(self, X, reset=False))
        warn_about_other_windower(self._fitted_windower_id, origin)
        self._warn_about_incomplete(windows, origin)
        columns = np.tile(self.constant_, (len(windows), 1))
        for output in np.flatnonzero(np.isnan(self.constant_)):
            feature = self.target_feature_[[output]]
            series = windows.series[:, feature].astype(np.float64)
            alone = replace(windows, series=series)
            past = alone.filled(self.fill_values_[feature]).cut_feature(0)
            past = self.slope_[output] * past + self.intercept_[output]
            strategy, season_length = self._fitted_strategy
            forecast = STRATEGIES[strategy]
            columns[:, output] = forecast(past, self.lag_[output], season_length)
        return columns.reshape(-1, *self._fitted_target_shape)

    def _warn_about_incomplete(self, windows, origin):
        """Warn about missing steps that the forecast is made from."""
        outputs = np.flatnonzero(np.isnan(self.constant_))
        if not len(outputs):
            return
        strategy, season_length = self._fitted_strategy
        is_missing = np.zeros(len(windows), dtype=bool)
        for output in outputs:
            past = windows.series[:, self.target_feature_[output]]
            lag = self.lag_[output]
            for step in steps_used(strategy, windows.time_steps, lag, season_length):
                is_missing |= np.isnan(past[windows.starts + step])
        features = self.target_feature_[outputs]
        first_windows = self._fitted_first_windows
        warn_about_incomplete(windows, origin, first_windows, features, is_missing)

    def _learn(self, rows):
        """Find the past of each target and set the attributes that predict needs."""
        targets, weights, known = rows.targets, rows.weights, rows.known
        features_of_outputs = features_to_search(
            self.target_feature, self.n_features_in_, self.n_outputs_
        )
        searches = make_lag_searches(rows)
        known_pasts = [[]] * self.n_outputs_
        if rows.target_origin is not None:
            known_pasts = find_known_pasts(searches, rows, features_of_outputs)
            if not any(known_pasts):
                known_pasts = find_unscaled_constants(rows)
        pasts, constants = [], []
        for output, features in enumerate(features_of_outputs):
            target, found = targets[:, output], known_pasts[output]
            lagged, constant = None, target[known][0]
            # One step of a forecast may be constant in few rows, and others vary.
            if found or (target[known] != constant).any():
                if rows.target_origin is None:
                    found = find_in_windows(searches, target, features)
                lagged = self._choose(found) if found else None
                constant = np.nan
            if lagged is None and np.isnan(constant):
                if self.without_past == "error":
                    column = target[:, np.newaxis]
                    check_target_not_in_windows(self, replace(rows, targets=column))
                    check_windows_show_past(rows, self.strategy)
                    if axis_order := describe_axis_order(rows, target):
                        raise ValueError(axis_order)
                    self._raise_without_past(rows, output, features)
                # Weights of at most 1, so that no product with them overflows.
                constant = np.average(target, weights=weights / weights.max())
            pasts.append(lagged)
            constants.append(constant)
        self.target_feature_ = np.array([p.feature if p else -1 for p in pasts])
        self.lag_ = np.array([p.lag if p else 0 for p in pasts])
        self.slope_ = np.array([p.slope if p else 0.0 for p in pasts])
        self.intercept_ = np.array([p.intercept if p else 0.0 for p in pasts])
        self.constant_ = np.array(constants, dtype=np.float64)

    def _choose(self, found):
        """Choose the smallest lag for which the windows are long enough."""
        n_steps = self.n_time_steps_in_
        strategy, season_length = self._fitted_strategy
        if strategy in COUNT_STEPS:
            check_even(found[0], f"strategy={strategy!r}", "strategy='last'")
        needed = [steps_needed(strategy, one.lag, season_length) for one in found]
        for lagged, n_needed in zip(found, needed, strict=True):
            if n_needed <= n_steps:
                return lagged
        season = ""
        if strategy.startswith("seasonal"):
            season = f" with season_length={season_length}"
        raise ValueError(
            f"strategy={strategy!r}{season} needs windows of at least {needed[0]} "
            f"steps here, because they end {counted(found[0].lag, 'step')} before the "
            f"row to predict, but X has windows of {counted(n_steps, 'step')}. Cut "
            f"them with time_steps={needed[0]} or more, or use another strategy."
        )

    def _raise_without_past(self, rows, output, features):
        """Raise an error that says why no feature contains a target's past."""
        text = rows.target_origin and describe_late_change(rows, output)
        if text:
            raise ValueError(f"{text} Or set without_past='mean'.")
        n_lags = min(MAX_LAG, len(rows.targets) // 2)
        contains = "No feature of X contains"
        if len(features) == 1:
            contains = f"{name_of_feature(features[0], rows.columns)} does not contain"
        raise ValueError(
            f"{contains} the past of y, which strategy={self.strategy!r} needs: in "
            f"{len(rows.targets)} rows, the last steps of the windows equal y, scaled "
            f"or not, at none of the lags from 1 to {n_lags}. Make y one of the "
            "columns of X, keep the rows in order and transform both X and y or "
            "neither (such as with a logarithm); or set without_past='mean' to predict "
            "the mean of y."
        )

    def __sklearn_tags__(self):
        """Declare that windows and several targets are valid and scores may be poor."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.target_tags.multi_output = True
        tags.regressor_tags.poor_score = True
        return tags
