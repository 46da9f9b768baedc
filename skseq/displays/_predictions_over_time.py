"""PredictionsOverTimeDisplay: actual and predicted values, row by row."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq._series.index import check_same_index, kind_of_labels
from skseq.displays._panels import Panels, choose_series, rows_of
from skseq.displays._style import ACTUAL, FORECAST, TRAINING, line_options, style_axes
from skseq.displays._target_values import true_and_predicted
from skseq.displays._time_scale import TimeScale
from skseq.displays._wrapped import complete_windows_of


class PredictionsOverTimeDisplay:
    """Plot of actual and predicted values over time, in training and test rows.

    Use :meth:`from_estimator` or :meth:`from_predictions` to make it. All parameters
    are stored as attributes.

    Parameters
    ----------
    y_true : pandas.Series of length n_rows
        Its index contains times or numbers, or (series, time).
    y_pred : pandas.Series of length n_rows
        With the same index. NaN is not drawn.
    is_test : ndarray of bool of shape (n_rows,)
        Which rows were not used for training.

    Attributes
    ----------
    ax_ : matplotlib Axes, or ndarray of them
        Of several series, one for each.
    figure_ : matplotlib Figure
    actual_line_, training_line_, test_line_ : matplotlib Line2D, None or list
        None if there are no such rows. Of several series, lists.
    split_line_ : matplotlib Line2D, None or list
        Vertical line at the first test row; None if there are no training rows.

    See Also
    --------
    ResidualsDisplay : Actual minus predicted values.
    sklearn.metrics.PredictionErrorDisplay : Actual against predicted values, without
        time.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.displays import PredictionsOverTimeDisplay
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(4), NaiveRegressor("drift"))
    >>> _ = pipe.fit(X[:160], y[:160])
    >>> display = PredictionsOverTimeDisplay.from_estimator(pipe, X, y, n_train=160)
    >>> display.is_test.sum()
    np.int64(42)
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, y_true, y_pred, is_test):
        self.y_true = y_true
        self.y_pred = y_pred
        self.is_test = is_test

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        y,
        *,
        n_train=None,
        test_start=None,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Predict all rows, and draw the predictions and the actual values.

        Predictions of training rows whose windows have missing steps, such as those of
        the first rows, are not drawn (NaN in ``y_pred``), because networks are not
        trained on these rows.

        Parameters
        ----------
        estimator : estimator
            A fitted regressor or Pipeline.
        X : table-like of shape (n_rows, n_features)
            Training rows and test rows, oldest first.
        y : array-like of shape (n_rows,) or (n_rows, n_targets)
        n_train, test_start, target, ax, **plot_options
            As in :meth:`from_predictions`.

        Returns
        -------
        display : PredictionsOverTimeDisplay
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_same_index(X, y)
        split = {"n_train": n_train, "test_start": test_start}
        display = cls._of_rows(y, estimator.predict(X), target, **split)
        if not display.is_test.all():
            is_drawn = display.is_test | complete_windows_of(estimator, X)
            display.y_pred = display.y_pred.where(is_drawn)
        return display.plot(ax, **plot_options)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_pred,
        *,
        n_train=None,
        test_start=None,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Draw predictions and actual values.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,) or (n_rows, n_targets)
            Oldest row first.
        y_pred : array-like of the shape of y_true
        n_train : int, default=None
            Number of training rows, of a single series. They are the first.
        test_start : label, default=None
            Label of the first test row, such as "2005-01-01"; of an array, its number.
            In a table of several series, all are split at this time. Without
            ``n_train`` and ``test_start``, all rows count as test rows.
        target : str or int, default=None
            The target to show if there are several.
        ax : matplotlib Axes, array of them, or None, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : PredictionsOverTimeDisplay

        Raises
        ------
        ValueError
            If the rows of y_true and y_pred differ, if both ``n_train`` and
            ``test_start`` are given, or if they do not fit the rows.
        """
        check_matplotlib_support(f"{cls.__name__}.from_predictions")
        split = {"n_train": n_train, "test_start": test_start}
        return cls._of_rows(y_true, y_pred, target, **split).plot(ax, **plot_options)

    @classmethod
    def _of_rows(cls, y_true, y_pred, target, **split):
        """Return the display of one target, not drawn yet."""
        true, (predicted,) = true_and_predicted(y_true, {"y_pred": y_pred}, target)
        is_test = find_test_rows(true.index, **split)
        return cls(y_true=true, y_pred=predicted, is_test=is_test)

    def plot(
        self,
        ax=None,
        *,
        series=None,
        actual_kwargs=None,
        training_kwargs=None,
        test_kwargs=None,
        split_kwargs=None,
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, array of them, or None, default=None
            Where to draw; of several series, one for each. By default a new figure.
        series : str, int or list, default=None
            Names of the series to show, each in its own panel. By default the first
            four.
        actual_kwargs, training_kwargs, test_kwargs : dict, default=None
            Options of ``Axes.plot``.
        split_kwargs : dict, default=None
            Options of ``Axes.axvline``, for the line at the first test row.

        Returns
        -------
        display : PredictionsOverTimeDisplay

        Raises
        ------
        ValueError
            If a series is unknown, or ``ax`` does not contain one Axes for each series.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        names, n_all = choose_series(self.y_true.index, series)
        panels = Panels.of(ax, len(names))
        table = self.y_true.to_frame("y_true")
        table["y_pred"], table["is_test"] = self.y_pred, self.is_test
        options = actual_kwargs, training_kwargs, test_kwargs, split_kwargs
        drawn = []
        for axes, name in zip(panels.axes, names, strict=True):
            rows = rows_of(table, name)
            scale = TimeScale.of(rows.index)
            drawn.append(draw_rows(axes, scale, rows, len(table), *options))
            style_axes(axes)
            scale.write_labels(axes)
        panels.add_titles(names, n_all)
        panels.add_value_label(self.y_true.name)
        return panels.finish(self, drawn)


def draw_rows(ax, scale, rows, n, actual, training, test, split):
    """Draw the rows of one series, and return what was drawn.

    The number n of rows of all series decides for all whether lines have markers.
    """
    positions = scale.positions(rows.index)
    is_test = rows["is_test"].to_numpy()
    shared = {"n": n, "linewidth": 1.2}
    style = line_options(actual, color=ACTUAL, label="actual", **shared)
    (actual_line,) = ax.plot(positions, rows["y_true"], **style)
    drawn = {"actual_line_": actual_line, "split_line_": None}
    if is_test.any() and not is_test.all():
        style = {"color": "0.6", "linestyle": "--", "linewidth": 1, **(split or {})}
        drawn["split_line_"] = ax.axvline(positions[is_test][0], **style)
    parts = {
        "training": (~is_test, training, TRAINING, "predicted, training rows"),
        "test": (is_test, test, FORECAST, "predicted, test rows"),
    }
    for key, (mask, options, color, label) in parts.items():
        line = None
        if mask.any():
            style = line_options(options, color=color, label=label, **shared)
            (line,) = ax.plot(positions[mask], rows["y_pred"][mask], **style)
        drawn[f"{key}_line_"] = line
    return drawn


def find_test_rows(index, n_train, test_start):
    """Return which rows are test rows, an ndarray of bool of shape (n_rows,)."""
    if n_train is not None and test_start is not None:
        raise ValueError(
            f"Only one of n_train={n_train!r} and test_start={test_start!r} can say "
            "where the test rows begin. Leave one of them out."
        )
    n_rows = len(index)
    if n_train is not None:
        if index.nlevels > 1:
            raise ValueError(
                f"n_train={n_train!r} counts the rows of a single series, but y_true "
                "has several. Pass the time of the first test rows as test_start."
            )
        if not isinstance(n_train, Integral) or not 0 <= n_train <= n_rows:
            raise ValueError(
                f"n_train must be a whole number between 0 and {n_rows}, the number of "
                f"rows; got {n_train!r}. Pass all rows, training rows first."
            )
        return np.arange(n_rows) >= n_train
    if test_start is None:
        return np.ones(n_rows, dtype=bool)
    times = index.get_level_values(-1)
    try:
        return np.asarray(times >= label_like(test_start, times), dtype=bool)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"test_start must be a label like those of the index, which contains "
            f"{kind_of_labels(times)}, such as {times[0]}; got {test_start!r}."
        ) from error


def label_like(label, times):
    """Convert text to the kind of label that an index of times holds."""
    import pandas as pd

    if isinstance(label, Real) and times.dtype.kind not in "iuf":
        raise TypeError("pandas would count nanoseconds")
    if isinstance(times, pd.PeriodIndex):
        return pd.Period(label, freq=times.freq)
    if isinstance(times, pd.TimedeltaIndex):
        return pd.Timedelta(label)
    if isinstance(times, pd.DatetimeIndex):
        stamp = pd.Timestamp(label)
        return stamp if stamp.tzinfo else stamp.tz_localize(times.tz)
    return label
