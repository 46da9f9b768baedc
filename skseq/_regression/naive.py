"""Naive forecasts as a scikit-learn regressor on the same windows as the networks."""

from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import check_no_bools
from skseq._estimator.versions import VersionedPickle
from skseq._regression.fill_values import mean_of_features
from skseq._regression.lagged_features import (
    features_to_search,
    find_in_windows,
    searches_of_windows,
)
from skseq._regression.naive_strategies import STRATEGIES, steps_needed
from skseq._regression.scoring import OrderedScoreMixin
from skseq._regression.visible_features import check_target_not_visible
from skseq._series.index import check_same_index
from skseq._series.lagged_target import MAX_LAG
from skseq._series.row_steps import steps_of_windows
from skseq._series.windows import Windows
from skseq._validation.targets import (
    check_sample_weight,
    check_target,
    check_target_order,
)
from skseq._validation.windows import check_windows, is_three_dimensional


class NaiveRegressor(
    CallbackSupportMixin, OrderedScoreMixin, VersionedPickle, BaseEstimator
):
    """Regressor that predicts the target from its past values by a simple rule.

    A network is useful only where it is more accurate than these rules [1]_. They take
    the same windows as the networks, so both fit into the same Pipeline, search and
    table of scores. ``fit`` learns only where the target's past is: it looks for the
    feature that is y itself some steps before, scaled or not.

    Parameters
    ----------
    strategy : {"last", "seasonal", "drift", "seasonal_drift", "mean"}, default="last"
        What is predicted, from the target's values in the window:

        * "last": the last one;
        * "seasonal": the one a season before the row; where the window ends earlier,
          the fewest whole seasons before;
        * "drift": the last one, plus the mean change from step to step for each step
          to the row;
        * "seasonal_drift": the seasonal one, plus the mean change from season to season
          for each season back [2]_;
        * "mean": the mean of all.
    season_length : int, default=None
        Steps in a season, such as 12 for months. Only the two seasonal strategies need
        it; the others ignore it.
    target_feature : "auto", int or list of int, default="auto"
        Position of the feature that holds the target's past, one for each output.
        "auto" looks at all and takes, of those that suffice for the strategy, the one
        with the smallest lag.
    without_past : {"error", "mean"}, default="error"
        What to do where no feature holds the target's past: raise, or predict the mean
        of y in ``fit``, which needs none.

    Attributes
    ----------
    target_feature_ : ndarray of int of shape (n_outputs,)
        The feature that holds each target's past; -1 where none is used.
    lag_ : ndarray of int of shape (n_outputs,)
        Steps from the last step of the window to the row: the horizon, if the feature
        is y itself; 0 where no feature is used.
    slope_, intercept_ : ndarray of shape (n_outputs,)
        A target is ``slope_ * feature + intercept_``: 1 and 0 without scaling.
    constant_ : ndarray of shape (n_outputs,)
        What is always predicted: the value of a constant target, or the mean of a
        target whose past no feature holds. NaN where the strategy predicts.
    fill_values_ : ndarray of shape (`n_features_in_`,)
        What a feature is filled with where a whole window does not know it: its mean
        over the complete windows of ``fit``; without any, over the known steps.
    n_outputs_ : int
        Number of targets.
    target_names_in_ : list
        Columns of y in their order; defined only when y is a frame.
    n_features_in_ : int
    n_time_steps_in_ : int
        Steps of the fitted windows; 1 for a table.
    n_dims_in_ : {2, 3}
        Whether a table or windows were fitted.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X is a table with string column names.

    Raises
    ------
    ValueError
        In ``fit``: no feature holds the target's past, or only as it is at the row to
        predict; a seasonal strategy without ``season_length``; a window too short for
        the strategy.

    See Also
    --------
    sklearn.dummy.DummyRegressor : Looks at y alone.
    skseq.metrics.skill_score : Error of a forecast against that of naive ones.

    Notes
    -----
    A feature holds the target's past if, at the last step of the window, it is an
    increasing affine image of y, at one lag of at most half of the rows (and 1000), in
    all rows of weight, up to rounding. This needs rows in order, as every window does.

    Missing steps are filled from within the window before the strategy is applied, as
    the networks do it: by the latest known earlier step, leading ones by the earliest
    known. In warm-up rows a seasonal strategy thus repeats the first known value: leave
    rows that are not :meth:`~SequenceWindower.complete_windows` out of comparisons.

    A constant target does not show where its past is. Its value is predicted always.

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
        """Find the feature that holds the target's past, its lag and its scale.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            Windows, NaN at missing steps; or a table, which counts as windows of one
            step and must not hold NaN. Oldest row first.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        sample_weight : array-like of shape (n_rows,), default=None
            Rows of weight 0 are left out. The size of the others only matters for the
            mean of ``without_past="mean"``.

        Returns
        -------
        self : NaiveRegressor
        """
        with drafted_fit(self, X, y, sample_weight) as (draft, _):
            draft._fit(X, y, sample_weight)
        return self

    def _fit(self, X, y, sample_weight):
        """Check the input and learn; called on a draft."""
        check_no_bools(self)
        check_same_index(X, y)
        check_same_index(X, sample_weight, name="sample_weight")
        check_same_index(y, sample_weight, name="sample_weight", other="y")
        windows = check_windows(self, X, reset=True)
        targets = check_target(y, n_rows=len(windows), estimator=self)
        check_target_order(self, y, reset=True)
        weights = check_sample_weight(sample_weight, windows)
        is_seasonal = self.strategy.startswith("seasonal")
        if is_seasonal and self.season_length is None:
            raise ValueError(
                f"strategy={self.strategy!r} needs season_length, which is None. Give "
                "the number of steps in a season, such as season_length=12 for months."
            )
        # Later changes of the parameters wait for the next fit.
        season_length = self.season_length and int(self.season_length)
        self._fitted_strategy = self.strategy, season_length
        self.n_dims_in_ = 3 if is_three_dimensional(X) else 2
        self.n_time_steps_in_ = windows.shape[1]
        self._fitted_n_dims_of_y = targets.ndim
        targets = targets.reshape(len(targets), -1)
        self.n_outputs_ = targets.shape[1]
        windows = Windows.of(windows)
        self.fill_values_ = mean_of_features(windows[weights > 0])
        self._learn(windows, targets, weights, steps_of_windows(windows, X, y))

    def predict(self, X):
        """Predict one value, or one row of values, for every window.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            A missing step takes the latest known earlier step of its own window,
            leading ones the earliest known step, a feature that is missing in the
            whole window its ``fill_values_``.

        Returns
        -------
        y : ndarray of float64 of shape (n_rows,) or (n_rows, n_outputs)
            In the units of the fitted y.
        """
        check_is_fitted(self)
        windows = check_windows(self, X, reset=False)
        columns = np.tile(self.constant_, (len(windows), 1))
        for output in np.flatnonzero(np.isnan(self.constant_)):
            feature = self.target_feature_[[output]]
            past = windows[:, :, feature].astype(np.float64)
            filled = Windows.of(past).filled(self.fill_values_[feature])
            past = filled.cut()[:, :, 0]
            past = self.slope_[output] * past + self.intercept_[output]
            strategy, season_length = self._fitted_strategy
            forecast = STRATEGIES[strategy]
            columns[:, output] = forecast(past, self.lag_[output], season_length)
        return columns[:, 0] if self._fitted_n_dims_of_y == 1 else columns

    def _learn(self, windows, targets, weights, ways_to_count):
        """Find the past of each target, and set what predict needs."""
        known = weights > 0
        features_of_outputs = features_to_search(
            self.target_feature, self.n_features_in_, self.n_outputs_
        )
        searches = searches_of_windows(windows, known, ways_to_count)
        pasts, constants = [], []
        for target, features in zip(targets.T, features_of_outputs, strict=True):
            past, constant = None, target[known][0]
            if (target[known] != constant).any():
                found = find_in_windows(searches, target, features)
                past = self._choose(found) if found else None
                constant = np.nan
            if past is None and np.isnan(constant):
                if self.without_past == "error":
                    column = target[:, np.newaxis]
                    check_target_not_visible(
                        self, windows, column, known, ways_to_count
                    )
                    self._raise_without_past(target, features)
                constant = np.average(target, weights=weights / weights.max())
            pasts.append(past)
            constants.append(constant)
        self.target_feature_ = np.array([p.feature if p else -1 for p in pasts])
        self.lag_ = np.array([p.lag if p else 0 for p in pasts])
        self.slope_ = np.array([p.slope if p else 0.0 for p in pasts])
        self.intercept_ = np.array([p.intercept if p else 0.0 for p in pasts])
        self.constant_ = np.array(constants, dtype=np.float64)

    def _choose(self, found):
        """Take the smallest lag for which windows are long enough for the strategy."""
        n_steps = self.n_time_steps_in_
        strategy, season_length = self._fitted_strategy
        needed = [steps_needed(strategy, past.lag, season_length) for past in found]
        for past, n_needed in zip(found, needed, strict=True):
            if n_needed <= n_steps:
                return past
        season = ""
        if strategy.startswith("seasonal"):
            season = f" with season_length={season_length}"
        raise ValueError(
            f"strategy={strategy!r}{season} needs windows of at least {needed[0]} "
            f"steps here, where they end {found[0].lag} step(s) before their row, but "
            f"X has windows of {n_steps} step(s). Cut them with time_steps={needed[0]} "
            "or more, or take another strategy."
        )

    def _raise_without_past(self, target, features):
        """Raise because no feature holds a target's past, and say what to do."""
        n_lags = min(MAX_LAG, len(target) // 2)
        holds = "No feature of X holds"
        if len(features) == 1:
            holds = f"Feature {features[0]} of X does not hold"
        raise ValueError(
            f"{holds} the past of y, so there is nothing to apply "
            f"strategy={self.strategy!r} to: in {len(target)} rows, the last step of "
            f"the windows is y at none of the lags from 1 to {n_lags}, nor y scaled. "
            "Make y one of the columns of X, keep the rows in order and X's column on "
            "the scale of y (no logarithm of only one of them); or set "
            "without_past='mean' to predict the mean of y."
        )

    def __sklearn_tags__(self):
        """Say that windows and several targets are valid, and scores may be poor."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.target_tags.multi_output = True
        tags.regressor_tags.poor_score = True
        return tags
