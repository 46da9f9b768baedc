"""backtest: what an estimator would have predicted at earlier origins."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.parallel import Parallel, delayed

from skseq._estimator.parts import parts_of
from skseq._estimator.warnings import warn_user
from skseq._preprocessing.windower import SequenceWindower
from skseq.model_selection._backtest_rows import BacktestRows
from skseq.model_selection._copies_on_workers import copied_to_workers
from skseq.model_selection._fold_predictions import Fold
from skseq.model_selection._forecast_split import ForecastSplit
from skseq.model_selection._forecasting_parts import (
    check_nested,
    forecasting_parts,
    is_forecaster,
)
from skseq.model_selection._reported_backtest import (
    Backtest,
    clone_to_report,
    predict_reported,
)
from skseq.model_selection._tidy_table import tidy_table


@validate_params(
    {
        "refit": [Interval(Integral, 1, None, closed="left")],
        "coverage": [Real, "array-like", None],
        "n_jobs": [Integral, None],
    },
    prefer_skip_nested_validation=True,
)
def backtest(estimator, X=None, y=None, *, cv=5, refit=1, coverage=None, n_jobs=None):
    """Predict from earlier origins, as if the rows after each were not known yet.

    At each origin, a clone of the estimator is fitted on the rows up to the origin and
    predicts the rows that follow (evaluation on a rolling forecasting origin [1]_). Any
    error measure can be computed from the table that is returned, by step, series or
    origin.

    Parameters
    ----------
    estimator : estimator
        A forecaster, which has ``fit``, ``update`` and ``forecast``, makes a forecast
        from each origin. A search over a forecaster counts as a forecaster. Any other
        regressor or Pipeline predicts the test rows from their features. If it contains
        forecasters, as a VotingRegressor or TransformedTargetRegressor may, these
        predict from the last row of ``fit``; ``refit`` must then be 1.
    X : table-like of shape (n_rows, n_features), default=None
        With a two-level index (series, time), all series are split at the same time.
        None to use only the past of the target, with a forecaster, or with a Pipeline
        that contains a :class:`~skseq.SequenceWindower` and is then given y as X.
    y : array-like of shape (n_rows,) or (n_rows, n_targets)
        A one-dimensional X without y is the target.
    cv : int, splitter or iterable of (train, test), default=5
        Folds with an origin in time, such as :class:`ForecastSplit` or
        :class:`~sklearn.model_selection.TimeSeriesSplit` on one series. A number means
        ``ForecastSplit(cv, horizon=...)``, with the horizon of the estimator and the
        length of its windows.
    refit : int, default=1
        Fit at every `refit`-th origin. In between, a forecaster is updated with the
        newer rows (``update``), and a regressor gets them as the past of the test rows.
        If it is the number of folds, there is only one fit.
    coverage : float or list of float, default=None
        Coverage of prediction intervals, passed to ``forecast``.
    n_jobs : int, default=None
        Number of fits at the same time. The predictions do not depend on it, nor on the
        backend of joblib (loky, threading, dask).

        For callbacks that include nested estimators, such as ProgressBar, all fits of
        the backtest are one task.

    Returns
    -------
    table : pandas.DataFrame
        One row for each fold, series, time and target, with the columns

        - series: for a panel, its name;
        - origin: the last time that the prediction may use;
        - step: steps of time from the origin to the row, at the frequency of the index,
          which all series share: a holiday of one series is a step without a row;
        - time: label of the row, or its number if there is no index;
        - target: if there are several, its name;
        - y: the value that was observed;
        - prediction, and with `coverage` lower_0.8, upper_0.8 and so on; NaN if the
          forecast ends before the row.

        The name of a single target is ``table.attrs["target"]``.

    Raises
    ------
    TypeError
        If the estimator lacks ``fit``, or both ``forecast`` and ``predict``.
    ValueError
        If y is missing; if there are too few rows for all folds; if a fold has training
        rows that are not earlier than its test rows; if `coverage` is given for a
        regressor without ``forecast``, or `refit` for one that contains forecasters.
        Errors of the estimator name the origin.

    Warns
    -----
    UserWarning
        If some rows have no prediction.
    IncompleteWindowWarning
        If X lacks rows whose ``future_columns`` a forecast reads. Those of the row
        before are used instead.

    See Also
    --------
    ForecastSplit : The folds.
    skseq.metrics : Errors that can be compared between series.

    Notes
    -----
    The origin and step of a regressor are those of its windows. The window of a row
    ends ``horizon`` rows before it (``SequenceWindower(horizon=...)``), so with the
    default of 1 every row is predicted one step ahead, from the rows before it, even if
    these are in the test part. No origin is before the last training row. A regressor
    without a windower is assumed to predict one step ahead: pass only columns that are
    known one row earlier, such as lags.

    With ``ForecastSplit(n, horizon=1)`` and ``refit=n``, this is like
    :func:`~sklearn.model_selection.cross_val_predict` in time order: it makes one
    prediction for each of the last n rows, and none of them uses its row or a later
    row.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, section 5.10.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceWindower
    >>> from skseq.model_selection import ForecastSplit, backtest
    >>> months = pd.date_range("2024-01-01", periods=12, freq="MS")
    >>> y = pd.Series([3.0, 4, 6, 5, 8, 7, 9, 9, 11, 10, 14, 12], index=months)
    >>> pipe = make_pipeline(SequenceWindower(2, horizon=2), NaiveRegressor())
    >>> table = backtest(pipe, y=y, cv=ForecastSplit(2, horizon=2))
    >>> table
          origin  step       time     y  prediction
    0 2024-08-01     1 2024-09-01  11.0         9.0
    1 2024-08-01     2 2024-10-01  10.0         9.0
    2 2024-10-01     1 2024-11-01  14.0        11.0
    3 2024-10-01     2 2024-12-01  12.0        10.0

    The mean absolute error by step:

    >>> error = (table["y"] - table["prediction"]).abs()
    >>> table.assign(error=error).groupby("step")["error"].mean()
    step
    1    2.5
    2    1.5
    Name: error, dtype: float64
    """
    check_estimator_methods(estimator)
    check_nested(estimator, coverage, refit)
    rows = BacktestRows.of(X, y)
    folds = folds_of(cv, estimator, rows)
    if forecasting_parts(estimator)[0]:
        rows = rows.as_pandas()
    if not hasattr(estimator, "forecast"):
        check_has_features(estimator, rows)
        rows = rows.with_target_as_X()
    blocks = [folds[first : first + refit] for first in range(0, len(folds), refit)]
    # Each block fits a clone of the unfitted estimator. All start from the same random
    # state, so the order in which blocks are run does not matter.
    whole = Backtest.of(estimator)
    names = [name_of(block, rows) for block in blocks]
    with whole.reported(names) as contexts, copied_to_workers(rows):
        results = Parallel(n_jobs=n_jobs)(
            delayed(predict_reported)(
                whole, context, clone_to_report(estimator), rows, block, coverage
            )
            for context, block in zip(contexts, blocks, strict=True)
        )
    table = tidy_table(rows, [part for block in results for part in block])
    warn_about_unreached_rows(table)
    return table


def check_estimator_methods(estimator):
    """Raise if an estimator cannot be backtested."""
    has_methods = hasattr(estimator, "fit") and (
        hasattr(estimator, "forecast") or hasattr(estimator, "predict")
    )
    if isinstance(estimator, type) or not has_methods:
        raise TypeError(
            "backtest needs an estimator with fit, and with forecast or predict; got "
            f"{estimator!r}. Pass an object such as SequenceForecaster() or a Pipeline "
            "that ends in a regressor."
        )


def check_has_features(estimator, rows):
    """Raise if a regressor without windows would be given the target as its feature."""
    if rows.X is not None or is_forecaster(estimator):
        return
    forecasters, windowers = forecasting_parts(estimator)
    if not forecasters and not any(windower.horizon > 0 for windower in windowers):
        raise ValueError(
            f"X is None, but {type(estimator).__name__} has no SequenceWindower with a "
            "horizon of at least 1, so it would be given the values to predict. Pass "
            "X, for example with lags of y, or use a SequenceForecaster."
        )


def folds_of(cv, estimator, rows):
    """List the folds in time order."""
    table = rows.y if rows.X is None else rows.X
    if isinstance(cv, Integral):
        cv = default_split(cv, estimator)
    if isinstance(cv, str) or not (hasattr(cv, "split") or hasattr(cv, "__iter__")):
        raise ValueError(
            "cv must be a number of folds, a splitter such as ForecastSplit(5, "
            f"horizon=12), or pairs of training and test rows; got {cv!r}."
        )
    if isinstance(cv, ForecastSplit):
        pairs = cv._folds(rows.times, within_reach=False)
    else:
        pairs = cv.split(table, rows.y) if hasattr(cv, "split") else cv
    folds = [make_fold(rows, train, test) for train, test in pairs]
    if not folds:
        raise ValueError(f"cv must yield at least one fold; {cv!r} yielded none.")
    return sorted(folds, key=lambda fold: fold.origin)


def default_split(n_splits, estimator):
    """Make a split with the horizon of an estimator and the length of its windows."""
    forecasters, windowers = forecasting_parts(estimator)
    # The same parts as those of the horizons, such as candidates of a search.
    inner = [p for part in [*forecasters, *windowers] for p in parts_of(part)]
    lengths = [p.time_steps for p in inner if isinstance(p, SequenceWindower)]
    parts = forecasters or windowers
    # A forecaster of the user's own may wrap one that has the horizon.
    parts = [p if hasattr(p, "horizon") else getattr(p, "estimator", p) for p in parts]
    horizons = [getattr(part, "horizon", 1) for part in parts]
    horizon = max(min(horizons, default=1), 1)  # all can predict the shortest
    return ForecastSplit(
        n_splits, horizon=horizon, time_steps=max(lengths, default=None)
    )


def make_fold(rows, train, test):
    """Make a fold from positions, or from a mask, and find its origin."""
    numbers = np.arange(len(rows.times.steps))
    train, test = np.sort(numbers[train]), np.sort(numbers[test])
    steps = rows.times.steps
    if not len(train) or not len(test) or steps[train].max() >= steps[test].min():
        raise ValueError(
            "backtest needs folds whose training rows are all earlier than their test "
            f"rows; got a fold with {len(train)} training and {len(test)} test rows "
            "for which this is not true. Use ForecastSplit."
        )
    return Fold(int(steps[train].max()), train, test)


def name_of(block, rows):
    """Return what a progress bar calls a fit and the forecasts from it."""
    origin = str(rows.label_at(block[0].origin))
    return f"from {origin.removesuffix(' 00:00:00')}"  # midnight: rows have dates only


def warn_about_unreached_rows(table):
    """Warn if there are rows without a prediction."""
    missing = table["prediction"].isna()
    if missing.any():
        first = table[missing].iloc[0]
        of_series = f" of series {first['series']!r}" if "series" in table else ""
        warn_user(
            f"backtest has no prediction for {missing.sum()} of {len(table)} rows, the "
            f"first is {first['time']}{of_series} from the origin {first['origin']}. "
            "The forecast did not reach them: the series is too short, ended before "
            "the origin or lacks rows there, or it has rows at new times of the week. "
            "These predictions are NaN; to leave them out: "
            'table.dropna(subset=["prediction"]).'
        )
