"""SequenceForecaster: forecast the steps after the last known row."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import check_no_bools
from skseq._estimator.versions import VersionedPickle
from skseq._forecasting.calibration import collect_residuals, mean_changes
from skseq._forecasting.conformal import check_coverage
from skseq._forecasting.fitted_forecast import (
    STRATEGIES,
    continue_from,
    fit_forecast,
    predict_located,
)
from skseq._forecasting.reading import (
    check_columns_to_predict,
    read_first,
    read_newer,
)
from skseq._forecasting.results import as_intervals, as_predictions
from skseq._regression.scoring import OrderedScoreMixin


class SequenceForecaster(
    CallbackSupportMixin, OrderedScoreMixin, VersionedPickle, BaseEstimator
):
    """Forecast the steps after the last known row, with any pipeline of windows.

    ``fit`` takes the target, alone or with other columns, and adds the target's past to
    the columns that the pipeline gets. ``forecast`` continues from the end of the
    fitted rows, or after ``update`` from the end of newer rows, on the continued index.

    Parameters
    ----------
    estimator : estimator, default=None
        A Pipeline with a :class:`SequenceWindower` among its steps and any regressor at
        its end. Its windower gets the horizon and the future columns from here. By
        default: :class:`TargetAwareMinMaxScaler`, windows of 1.25 times the horizon and
        at least two seasons of the index (24 steps for months), and
        :class:`LSTMRegressor` with ``random_state=0``.
    horizon : int, default=1
        Number of steps to forecast. A direct forecaster predicts no more than these.
    strategy : {"direct", "recursive"}, default="direct"
        * "direct": one network predicts all steps up to the horizon at once;
        * "recursive": a network predicts one step, and each prediction becomes the last
          known value for the step after it. Forecasts any number of steps. Columns of X
          must be known in advance, except for a single step [1]_.
    future_columns : list of str or int, default=None
        Columns of X that are known in advance, such as the calendar or planned prices.
        All other columns are read up to the last known row. A name that X does not have
        is that of a column that a step of the pipeline makes.
    calibration_fraction : float, default=0.2
        Number of past forecasts that calibrate the intervals of ``coverage``, as a
        fraction of the number of rows. They are the latest ones whose values are known.

    Attributes
    ----------
    estimator_ : estimator
        The fitted clone. It predicts from tables that begin with the target.
    freq_ : pandas.DateOffset, int or None
        Frequency of the index: added to a label, it gives the next one. None for arrays
        and irregular labels.
    residuals_ : ndarray of shape (n_origins, n_steps, n_targets)
        Value - prediction of the forecasts that calibrate intervals; exists after the
        first forecast with ``coverage``.
    n_features_in_ : int
        Number of columns of X, or of y if there is no X.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Defined only when X (or y, if there is no X) has string column names.
    target_names_in_ : list
        Columns of y in their order; defined only when y is a frame.

    See Also
    --------
    SequenceWindower : Cuts the windows of the pipeline.
    NaiveRegressor : Naive forecasts, to use as the last step and compare with.

    Notes
    -----
    The past of the target is not searched for: its column and lag are known. It is the
    first column of the table that the pipeline gets; several targets are the first
    ones.

    A direct forecast of several steps has several outputs. For regressors of a single
    output use :class:`sklearn.multioutput.MultiOutputRegressor` or the recursive
    strategy.

    The rows given to ``fit`` are stored, because ``predict`` and intervals need them.

    Intervals are split-conformal [2]_: a clone is fitted on all but the latest rows,
    forecasts from every origin among these, and the errors of each step give the width
    of its intervals.

    References
    ----------
    .. [1] S. Ben Taieb et al., "A review and comparison of strategies for multi-step
       ahead time series forecasting based on the NN5 forecasting competition", Expert
       Systems with Applications 39(8), 2012, pp. 7067-7083.
    .. [2] J. Lei et al., "Distribution-free predictive inference for regression",
       Journal of the American Statistical Association 113(523), 2018, pp. 1094-1111.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import (
    ...     NaiveRegressor,
    ...     SequenceForecaster,
    ...     SequenceWindower,
    ...     TargetAwareMinMaxScaler,
    ... )
    >>> months = pd.date_range("2020-01-01", periods=36, freq="MS")
    >>> y = pd.Series(np.arange(36.0) % 12, index=months, name="sales")
    >>> pipe = make_pipeline(
    ...     TargetAwareMinMaxScaler(),
    ...     SequenceWindower(time_steps=12),
    ...     NaiveRegressor("seasonal", season_length=12),
    ... )
    >>> SequenceForecaster(pipe, horizon=3).fit(y).forecast()
    2023-01-01    0.0
    2023-02-01    1.0
    2023-03-01    2.0
    Freq: MS, Name: sales, dtype: float64
    """

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "horizon": [Interval(Integral, 1, None, closed="left")],
        "strategy": [StrOptions(set(STRATEGIES))],
        "future_columns": ["array-like", None],
        "calibration_fraction": [Interval(Real, 0, 1, closed="neither")],
    }

    def __init__(
        self,
        estimator=None,
        *,
        horizon=1,
        strategy="direct",
        future_columns=None,
        calibration_fraction=0.2,
    ):
        self.estimator = estimator
        self.horizon = horizon
        self.strategy = strategy
        self.future_columns = future_columns
        self.calibration_fraction = calibration_fraction

    # The estimator is validated by its own fit.
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None):
        """Fit a clone of the estimator, and store the rows to continue from.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            Columns beside the target, oldest row first. A column that is the target is
            not used twice. Without y, X is the target.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            The target: a Series or frame with an index of times, or an array. A
            two-level index (series, time) holds many series.

        Returns
        -------
        self : SequenceForecaster

        Raises
        ------
        ValueError
            If the estimator has no windower, a parameter or value is invalid, there are
            too few rows, or the index cannot be read as times.
        """
        with drafted_fit(self, X, y) as (draft, _):
            check_no_bools(self)
            X, y = (None, X) if y is None else (X, y)
            cells, layout = read_first(draft, X, y)
            draft._fitted_forecast = fit_forecast(self, cells, layout)
        return self

    def forecast(self, steps=None, X_future=None, coverage=None):
        """Forecast the steps after the last known row.

        Parameters
        ----------
        steps : int, default=None
            Number of steps; the horizon by default.
        X_future : table-like of shape (n_rows, n_columns), default=None
            The columns known in advance, of all steps to forecast; a direct forecaster
            needs them up to its horizon. A frame may have other rows and columns.
        coverage : float or list of float, default=None
            For each number between 0 and 1, an interval that holds about this part of
            the values.

        Returns
        -------
        forecast : Series, DataFrame or ndarray
            A Series named as y (a frame for several targets) on the continued index; of
            many series, that of the first, then that of the second. For arrays, an
            ndarray of shape (steps,) or (steps, n_targets). With ``coverage`` a frame
            with the columns "prediction", "lower_0.8", "upper_0.8" and so on; for
            several targets with the columns (target, "prediction") and so on.

        Raises
        ------
        ValueError
            If a direct forecaster is asked for more steps than its horizon, X_future
            lacks a column, a date or a value, or the index cannot be continued.
        """
        check_is_fitted(self)
        fitted = self._fitted_forecast  # read once: another thread may fit or update
        n_steps = check_steps(fitted.horizon if steps is None else steps)
        levels = [] if coverage is None else np.ravel(coverage).tolist()
        for level in levels:
            check_coverage(level)
        predictions, index = fitted.forecast(n_steps, X_future)
        if coverage is None:
            return as_predictions(predictions, index, fitted.layout)
        residuals = self._residuals_of(fitted, n_steps)
        changes = mean_changes(fitted.table, fitted.layout.n_targets)
        bounds = {c: residuals.widths(c, n_steps, changes) for c in levels}
        return as_intervals(predictions, bounds, index, fitted.layout)

    def update(self, X, y=None):
        """Take newer rows to continue from, without fitting again.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            The columns of ``fit``. Without y, X is the target, as in ``fit``.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None

        Returns
        -------
        self : SequenceForecaster

        Raises
        ------
        ValueError
            If rows do not follow the known ones, repeat them with other values, or hold
            a NaN. Nothing has changed then.
        """
        check_is_fitted(self)
        fitted = self._fitted_forecast
        X, y = (None, X) if y is None else (X, y)
        cells = read_newer(self, X, y, fitted.layout)
        self._fitted_forecast = continue_from(fitted, cells)
        return self

    def predict(self, X):
        """Predict rows: those after the known ones, and the known ones themselves.

        Rows after the last known row get the forecast from there, of which only the
        future columns of X are read. Known rows get a forecast from the rows before
        them, one step ahead (of a direct forecaster at the end of the data: as few
        steps ahead as there are rows for).

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            The columns of ``fit``; without X in ``fit``, any table or Series of these
            rows. The index says when the rows are. Rows without an index count as the
            known ones if they begin with the same values, and else follow them.

        Returns
        -------
        y_pred : ndarray of float64 of shape (n_rows,) or (n_rows, n_targets)

        Raises
        ------
        ValueError
            If a row is not known and does not follow the known ones, or lies more than
            the horizon of a direct forecaster ahead.
        """
        check_is_fitted(self)
        fitted = self._fitted_forecast
        X = check_columns_to_predict(self, X, fitted.layout)
        predictions = predict_located(fitted, X)
        return predictions[:, 0] if fitted.layout.target_ndim == 1 else predictions

    def score(self, X, y=None, sample_weight=None):
        """Return the coefficient of determination (R2) of the predictions.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            As in ``predict``.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            True values. Without y, X is the target.
        sample_weight : array-like of shape (n_rows,), default=None

        Returns
        -------
        score : float
            1 is best. Of several targets, the mean.
        """
        return super().score(X, X if y is None else y, sample_weight)

    @property
    def estimator_(self):
        """The fitted clone of the estimator."""
        check_is_fitted(self)
        return self._fitted_forecast.estimator

    @property
    def freq_(self):
        """Frequency of the index: added to a label, it gives the next one."""
        check_is_fitted(self)
        frequency = self._fitted_forecast.table.frequency
        return None if frequency is None else frequency.offset

    @property
    def residuals_(self):
        """Errors of the forecasts that calibrate intervals."""
        check_is_fitted(self)
        if "_fitted_residuals" not in vars(self):
            raise AttributeError(
                "residuals_ exists only after a forecast with intervals. Call "
                "forecast(coverage=0.8) first."
            )
        return self._fitted_residuals[1].values

    def _residuals_of(self, fitted, n_steps):
        """Return the residuals of at least so many steps, calibrated when first needed.

        They are those of the rows of ``fit``, whether rows were added since or not.
        """
        # With their table, so that another thread that fits makes them invalid.
        table, residuals = vars(self).get("_fitted_residuals", (None, None))
        if table is not fitted.fitted_table or residuals.values.shape[1] < n_steps:
            if fitted.can_forecast_horizon:
                n_steps = max(n_steps, fitted.horizon)
            residuals = collect_residuals(fitted, n_steps)
            self._fitted_residuals = fitted.fitted_table, residuals
        return residuals

    def __sklearn_is_fitted__(self):
        """Say whether there is something to forecast from."""
        return "_fitted_forecast" in vars(self)

    def __sklearn_tags__(self):
        """Declare that y may come alone, that several targets are valid, and more."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        tags.regressor_tags.poor_score = True
        return tags


def check_steps(steps):
    """Raise if a number of steps is not a whole number above 0."""
    if isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 1:
        raise ValueError(
            "steps must be a whole number of at least 1, or None for the horizon; got "
            f"{steps!r}. Pass the number of steps to forecast, such as 12."
        )
    return int(steps)
