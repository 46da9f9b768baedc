"""SequenceForecaster: forecast the steps after the last known row."""

from numbers import Integral, Real

from sklearn.base import _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.draft import drafted_fit
from skseq._estimator.parameters import CheckedParameters
from skseq._estimator.versions import VersionedPickle
from skseq._forecasting.fit_forecast import fit_forecast
from skseq._forecasting.fitted_forecast import (
    check_true_values,
    continue_from,
    predict_located,
)
from skseq._forecasting.future.future_index import frame_of_index
from skseq._forecasting.future.future_warnings import warn_about_future_index
from skseq._forecasting.intervals.calibration import interval_bounds, residuals_of
from skseq._forecasting.intervals.conformal import read_coverage
from skseq._forecasting.known.reading import (
    check_columns_to_predict,
    check_steps,
    read_fit_input,
    read_update_input,
)
from skseq._forecasting.results import as_intervals, as_predictions
from skseq._forecasting.strategies.pipeline_fit import STRATEGIES
from skseq._regression.scoring import OrderedScoreMixin
from skseq._series.default_estimator_code import example_pipeline

COUNT = Interval(Integral, 1, None, closed="left")


class SequenceForecaster(
    CallbackSupportMixin, OrderedScoreMixin, VersionedPickle, CheckedParameters
):
    """Forecast the steps after the last known row, with any pipeline of windows.

    ``fit`` takes the target, alone or with other columns, and adds the target to the
    columns that the pipeline gets. ``forecast`` continues after the last fitted row or,
    after ``update``, after the last newer row.

    Parameters
    ----------
    estimator : estimator, default=None
        A Pipeline with a :class:`SequenceWindower` among its steps and any regressor as
        its last step. The forecaster sets the horizon and the future columns of the
        windower. The default is a Pipeline of :class:`TargetAwareMinMaxScaler`, windows
        of 1.25 times the horizon, at least two seasons (of up to 100 steps) and 12
        steps, shorter for short series, and :class:`LSTMRegressor` with
        ``random_state=0``. Several series of 5,000 or more rows get a larger network.
    horizon : int, default=1
        Number of steps to forecast. A direct forecaster predicts no more than these.
    strategy : {"direct", "recursive"}, default="direct"
        * "direct": one network predicts all steps up to the horizon at once;
        * "recursive": a network predicts one step, from the predictions of the steps
          before it. More than one step needs all columns of X in advance [1]_.
    future_columns : list of str or int, default=None
        Columns of X that are known in advance, such as planned prices; integers are
        positions. All other columns are read up to the last known row. Names that are
        not in X are columns that a step of the pipeline makes. A direct forecaster
        needs windows as long as the horizon to see them at all steps.
    calibration_fraction : float, default=0.2
        Number of origins whose forecast errors calibrate intervals, as a fraction of
        the number of rows: the latest ones for which all values are known.
    log : bool or "auto", default="auto"
        Whether to forecast the logarithm of the target, which must then stay above 0.
        "auto" does so if a positive series changes more at higher levels (by Box-Cox
        likelihood [3]_); for a single series, only if windows cannot show a season. A
        later value <= 0 counts as the smallest, with a warning.
    deseasonalize : bool or "auto", default="auto"
        Whether to subtract seasonal indices, shrunk according to their noise [4]_, from
        the target. They contain no effects of ``future_columns``. With several series,
        "auto" does so if changes are correlated with those a season earlier, and gives
        others their season if it fits; with one, if ``estimator`` is the default. A
        nonlinear ``target_scaler`` turns "auto" off for this and ``log``.
    season_length : int, "auto" or None, default="auto"
        Number of steps in a season. "auto" is a day, a week or a year, depending on the
        frequency of the index; without dates the lag at which changes repeat most
        clearly; at most 100 (set longer ones). None or 1 means no season.

    Attributes
    ----------
    estimator_ : estimator
        The fitted clone. It predicts from tables that begin with the target, after
        logarithm and without season.
    freq_ : pandas.DateOffset, int or None
        Added to a label, it gives the next. None for arrays and irregular labels.
    residuals_ : ndarray of shape (n_origins, n_steps, n_targets)
        Value - prediction of the forecasts that calibrated the latest intervals;
        defined after a forecast with ``coverage``.
    log_ : ndarray of bool of shape (n_series, n_targets)
        Which series are forecast as logarithms.
    deseasonalize_ : ndarray of bool of shape (n_series, n_targets)
        Which series have seasonal indices.
    season_length_ : int
        Steps in a season, 1 if there is none or all series are shorter.
    n_features_in_ : int
        Number of columns of X, or of y if there is no X.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names; defined only if all are strings.
    target_names_in_ : list
        Columns of y in their order; defined only when y is a frame.

    See Also
    --------
    SequenceWindower : Cuts the windows of the pipeline.
    NaiveRegressor : Naive forecasts, to use as the last step and compare with.

    Notes
    -----
    The pipeline gets a table whose first columns are the targets, and one output for
    each step of a direct forecast: for regressors of a single output use
    :class:`sklearn.multioutput.MultiOutputRegressor` or the recursive strategy. Steps
    after the windower are fitted to rows with known outputs. ``fit`` stores all rows.

    Intervals are split-conformal [2]_: the errors of forecasts of the latest rows, step
    by step, determine the widths. Rows of ``update`` are forecast by ``estimator_``,
    and rows of ``fit`` by a clone that is fitted without the latest.

    References
    ----------
    .. [1] S. Ben Taieb et al., "A review and comparison of strategies for multi-step
       ahead time series forecasting based on the NN5 forecasting competition", Expert
       Systems with Applications 39(8), 2012, pp. 7067-7083.
    .. [2] J. Lei et al., "Distribution-free predictive inference for regression",
       Journal of the American Statistical Association 113(523), 2018, pp. 1094-1111.
    .. [3] G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the
       Royal Statistical Society B 26(2), 1964, pp. 211-252.
    .. [4] D. M. Miller and D. Williams, "Shrinkage estimators of time series seasonal
       factors and their effect on forecasting accuracy", International Journal of
       Forecasting 19(4), 2003, pp. 669-684.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceForecaster
    >>> from skseq import SequenceWindower, TargetAwareMinMaxScaler
    >>> months = pd.date_range("2020-01-01", periods=36, freq="MS")
    >>> y = pd.Series(np.arange(36.0) % 12, index=months, name="sales")
    >>> naive = NaiveRegressor("seasonal", season_length=12)
    >>> pipe = make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(12), naive)
    >>> SequenceForecaster(pipe, horizon=3).fit(y).forecast()
    2023-01-01    0.0
    2023-02-01    1.0
    2023-03-01    2.0
    Freq: MS, Name: sales, dtype: float64
    """

    _example_estimators = {"estimator": example_pipeline()}
    _parameter_constraints = {
        "estimator": [HasMethods("fit"), None],
        "horizon": [COUNT],
        "strategy": [StrOptions(set(STRATEGIES))],
        "future_columns": ["array-like", None],
        "calibration_fraction": [Interval(Real, 0, 1, closed="neither")],
        "log": ["boolean", StrOptions({"auto"})],
        "deseasonalize": ["boolean", StrOptions({"auto"})],
        "season_length": [COUNT, StrOptions({"auto"}), None],
    }

    def __init__(
        self,
        estimator=None,
        *,
        horizon=1,
        strategy="direct",
        future_columns=None,
        calibration_fraction=0.2,
        log="auto",
        deseasonalize="auto",
        season_length="auto",
    ):
        self.estimator = estimator
        self.horizon = horizon
        self.strategy = strategy
        self.future_columns = future_columns
        self.calibration_fraction = calibration_fraction
        self.log = log
        self.deseasonalize = deseasonalize
        self.season_length = season_length

    # The estimator is validated by its own fit.
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None):
        """Fit a clone of the estimator, and store the rows to continue from.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            Columns other than the target, oldest row first; a Series is one column. If
            X contains y, it is used only once. Without y, all columns are forecast.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            The target: a Series or frame with an index of times, or an array. A
            two-level index (series, time) contains many series.

        Returns
        -------
        self : SequenceForecaster

        Raises
        ------
        ValueError
            If the estimator has no windower, a parameter or value is invalid, there are
            too few rows, or the index cannot be read as times.

        Warns
        -----
        UserWarning
            If windows shorter than the horizon leave out future values; if the index
            is irregular, has gaps or over 100 steps a day, or hours change.
        IncompleteWindowWarning, RangeWarning
            If gaps leave few rows or series are short; if values of y seem wrong.
        """
        with drafted_fit(self, X, y, max_subtasks=1) as (draft, report):
            cells, layout = read_fit_input(draft, X, y)
            fitted = fit_forecast(self, cells, layout, report)
            draft.log_ = fitted.transform.is_log
            draft.deseasonalize_ = fitted.transform.is_deseasonalized
            draft.season_length_ = fitted.transform.season_length
            draft._fitted_forecast = fitted
        return self

    def forecast(self, steps=None, X_future=None, coverage=None):
        """Forecast the steps after the last known row.

        Parameters
        ----------
        steps : int, default=None
            Number of steps; the horizon by default.
        X_future : table-like of shape (n_rows, n_columns), default=None
            Columns known in advance, for all steps (or up to the horizon, if direct);
            others are ignored. Its index, or an index alone, says which days are
            holidays.
        coverage : float or list of float, default=None
            Each is a number between 0 and 1, the fraction of values that the interval
            should contain.

        Returns
        -------
        forecast : Series, DataFrame or ndarray
            A Series with the name of y (a frame for several targets), whose index
            continues that of y, one series after the other. For arrays, an ndarray of
            shape (steps,) or (steps, n_targets). With ``coverage``, a frame with the
            columns "prediction", "lower_0.8", "upper_0.8" and so on; for several
            targets, with the columns (target, "prediction") and so on.

        Raises
        ------
        ValueError
            If a direct forecaster must forecast more steps than its horizon, X_future
            lacks a column, a date or a value, or the index cannot be continued.

        Warns
        -----
        UserWarning
            If X_future is not used, lacks a day or restarts from 0; if holidays or
            clock changes shift a season; if series are too short for intervals.
        IncompleteWindowWarning, RangeWarning
            If latest rows are missing; if their values or forecasts seem wrong.
        """
        check_is_fitted(self)
        fitted = self._fitted_forecast  # read once: another thread may fit or update
        n_steps = check_steps(fitted.horizon if steps is None else steps)
        levels = read_coverage(coverage)
        following = fitted.following_index(n_steps, X_future)
        X_future = frame_of_index(X_future)
        predictions, index = fitted.forecast(n_steps, X_future, following)
        warn_about_future_index(fitted, X_future, following, index)
        if coverage is None:
            return as_predictions(predictions, index, fitted.layout)
        residuals = residuals_of(self, fitted, n_steps)
        bounds = interval_bounds(fitted, residuals, predictions, levels)
        return as_intervals(predictions, bounds, index, fitted.layout)

    def update(self, X, y=None):
        """Append newer rows to forecast from, without fitting again.

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
            If there are no rows, or they do not follow the known rows, repeat known
            rows with other values, or contain NaN. The forecaster is then unchanged.

        Warns
        -----
        UserWarning, IncompleteWindowWarning
            If hours change, rows are at closed times, or steps are missing for good.
        """
        check_is_fitted(self)
        fitted = self._fitted_forecast
        cells = read_update_input(self, X, y, fitted.layout)
        self._fitted_forecast = continue_from(fitted, cells)
        return self

    def predict(self, X):
        """Predict rows after the known rows, and known rows.

        Rows after the last known row are forecast from it. Only the future columns of X
        are read; for a missing row, those of the row before are used. Known rows are
        predicted one step ahead. A direct forecaster predicts the last of them from
        further back, because each of its forecasts covers the whole horizon.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            The columns of ``fit``; if ``fit`` got no X, any table or Series with these
            rows. The index gives the times of the rows. Rows without an index count as
            the known rows if they begin with the same values, and otherwise follow.
            Where the known values repeat, as a calendar does, they follow, too.

        Returns
        -------
        y_pred : ndarray of float64 of shape (n_rows,) or (n_rows, n_targets)

        Raises
        ------
        ValueError
            If a row is neither known nor within the horizon after the known rows.

        Warns
        -----
        UserWarning
            If rows of X have the labels of known rows, but other values: those of
            another series, of later rows after ``reset_index``, or revised ones.
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
        y = X if y is None else y
        score = super().score(X, y, sample_weight)
        fitted = self._fitted_forecast
        check_true_values(fitted, check_columns_to_predict(self, X, fitted.layout), y)
        return score

    @property
    def estimator_(self):
        """The fitted clone of the estimator."""
        check_is_fitted(self)
        return self._fitted_forecast.estimator

    @property
    def freq_(self):
        """Frequency of the index: added to a label, it gives the next one."""
        check_is_fitted(self)
        return getattr(self._fitted_forecast.table.frequency, "offset", None)

    @property
    def residuals_(self):
        """Errors of the forecasts that calibrate intervals."""
        check_is_fitted(self)
        if "_fitted_residuals" in vars(self):
            return self._fitted_residuals[1].values
        raise AttributeError("residuals_ needs a call of forecast(coverage=0.8).")

    def __sklearn_is_fitted__(self):
        """Return whether the forecaster is fitted."""
        return "_fitted_forecast" in vars(self)

    def __sklearn_tags__(self):
        """Return tags: y is optional, and may have several columns."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        tags.regressor_tags.poor_score = True
        return tags
