"""ResidualsDisplay: errors of predictions over time, and their autocorrelation."""

from numbers import Integral

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq._series.index import check_same_index
from skseq.displays._autocorrelation import autocorrelation, white_noise_bound
from skseq.displays._panels import Panels, choose_series, rows_of
from skseq.displays._style import (
    ACTUAL,
    HEIGHT,
    TRAINING,
    WIDTH,
    line_options,
    options_of,
    style_axes,
)
from skseq.displays._target_values import true_and_predicted
from skseq.displays._time_scale import TimeScale, label_whole_numbers

KINDS = "both", "time", "autocorrelation"

ATTRIBUTES = "residuals_line_", "autocorrelation_", "autocorrelation_bars_", "band_"


class ResidualsDisplay:
    """Plot of residuals over time, and of their autocorrelation.

    A residual is the actual minus the predicted value. If one-step predictions use all
    information in the past of the series, their residuals are white noise: about 95 %
    of the autocorrelations are inside the band [1]_. Use :meth:`from_estimator` or
    :meth:`from_predictions` to make the display. All parameters are stored as
    attributes.

    Parameters
    ----------
    residuals : pandas.Series of length n_rows
        Its index holds times or numbers, or (series, time). Rows with NaN are left out.

    Attributes
    ----------
    ax_ : matplotlib Axes, or ndarray of them
        Of each series the residuals, then the autocorrelation.
    figure_ : matplotlib Figure
    residuals_line_ : matplotlib Line2D, None or list
    autocorrelation_ : ndarray of shape (n_lags,), None or list of ndarray
        At the lags from 1. None with ``kind="time"``. Of several series, lists.
    autocorrelation_bars_ : matplotlib LineCollection, None or list
    band_ : matplotlib artist, None or list
        Where 95 % of the autocorrelations of white noise are.

    See Also
    --------
    PredictionsOverTimeDisplay : Actual and predicted values.

    Notes
    -----
    The errors of predictions several steps ahead are autocorrelated even if the
    predictions are the best possible, because they have unknown steps in common. Show
    the residuals of one-step predictions.

    Steps without a row are missing, and lags are counted in steps of time.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, sections 2.9 and 5.3.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.displays import ResidualsDisplay
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(4), NaiveRegressor("last"))
    >>> _ = pipe.fit(X[:160], y[:160])
    >>> display = ResidualsDisplay.from_estimator(pipe, X[160:], y[160:])
    >>> round(float(display.autocorrelation_[0]), 2)  # changes persist
    0.76
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, residuals):
        self.residuals = residuals

    @classmethod
    def from_estimator(cls, estimator, X, y, *, target=None, ax=None, **plot_options):
        """Predict rows, and draw the residuals.

        Parameters
        ----------
        estimator : estimator
            A fitted regressor or Pipeline.
        X : table-like of shape (n_rows, n_features)
            Oldest row first. Do not pass training rows, because their residuals are too
            small.
        y : array-like of shape (n_rows,) or (n_rows, n_targets)
        target, ax, **plot_options
            As in :meth:`from_predictions`.

        Returns
        -------
        display : ResidualsDisplay
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_same_index(X, y)
        return cls.from_predictions(
            y, estimator.predict(X), target=target, ax=ax, **plot_options
        )

    @classmethod
    def from_predictions(cls, y_true, y_pred, *, target=None, ax=None, **plot_options):
        """Draw the residuals of predictions.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,) or (n_rows, n_targets)
            Oldest row first.
        y_pred : array-like of the shape of y_true
        target : str or int, default=None
            The target to show if there are several.
        ax : matplotlib Axes, array of them, or None, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : ResidualsDisplay

        Raises
        ------
        ValueError
            If the rows of y_true and y_pred differ, or are not in order of time.
        """
        check_matplotlib_support(f"{cls.__name__}.from_predictions")
        true, (predicted,) = true_and_predicted(y_true, {"y_pred": y_pred}, target)
        return cls(residuals=true - predicted).plot(ax, **plot_options)

    def plot(
        self,
        ax=None,
        *,
        kind="both",
        series=None,
        n_lags="auto",
        residuals_kwargs=None,
        bar_kwargs=None,
        band_kwargs=None,
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, array of them, or None, default=None
            Where to draw; two for each series with ``kind="both"``. By default a new
            figure.
        kind : {"both", "time", "autocorrelation"}, default="both"
        series : str, int or list, default=None
            Names of the series to show. By default the first four.
        n_lags : int or "auto", default="auto"
            Number of lags. "auto" is 10 times the decimal logarithm of the number of
            rows, but less than half of the rows.
        residuals_kwargs : dict, default=None
            Options of ``Axes.plot``.
        bar_kwargs : dict, default=None
            Options of ``Axes.vlines``.
        band_kwargs : dict, default=None
            Options of ``Axes.axhspan``.

        Returns
        -------
        display : ResidualsDisplay

        Raises
        ------
        ValueError
            If a parameter is not valid, or a series has fewer than three residuals.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if kind not in KINDS:
            raise ValueError(
                f"kind must be one of {', '.join(map(repr, KINDS))}; got {kind!r}."
            )
        names, n_all = choose_series(self.residuals.index, series)
        kinds = KINDS[1:] if kind == "both" else (kind,)
        size = (WIDTH, 0.8 * HEIGHT) if len(names) == 1 else None
        panels = Panels.of(ax, len(kinds) * len(names), size=size)
        axes = iter(panels.axes)
        drawn = []
        for name in names:
            values = rows_of(self.residuals, name).dropna()
            check_enough(values, name)
            of_series = dict.fromkeys(ATTRIBUTES)
            if "time" in kinds:
                of_series |= draw_residuals(next(axes), values, residuals_kwargs)
            if "autocorrelation" in kinds:
                n = number_of_lags(n_lags, len(values))
                of_series |= draw_lags(next(axes), values, n, bar_kwargs, band_kwargs)
            drawn.append(of_series)
        panels.add_titles(names, n_all)
        return panels.finish(self, drawn)


def check_enough(values, name):
    """Raise if there are too few residuals for an autocorrelation."""
    if len(values) < 3:
        of_series = "" if name is None else f" of series {name!r}"
        raise ValueError(
            f"The residuals{of_series} must have at least 3 values that are not NaN; "
            f"got {len(values)}. Predict more rows."
        )


def number_of_lags(n_lags, n_rows):
    """Return how many lags are shown."""
    if isinstance(n_lags, str) and n_lags == "auto":
        return max(1, min(int(10 * np.log10(n_rows)), (n_rows - 1) // 2))
    if not isinstance(n_lags, Integral) or not 1 <= n_lags < n_rows:
        raise ValueError(
            f'n_lags must be "auto" or a number from 1 to {n_rows - 1}, because there '
            f"are {n_rows} residuals; got {n_lags!r}."
        )
    return int(n_lags)


def draw_residuals(ax, values, options):
    """Draw residuals over time, with a line at 0."""
    ax.axhline(0, color="0.6", linewidth=1)
    style = line_options(options, n=len(values), color=TRAINING, linewidth=1)
    scale = TimeScale.of(values.index)
    (line,) = ax.plot(scale.positions(values.index), values, **style)
    style_axes(ax)
    scale.write_labels(ax)
    ax.set_ylabel("actual - predicted")
    return {"residuals_line_": line}


def draw_lags(ax, values, n_lags, bar_options, band_options):
    """Draw the autocorrelation at each lag, and the band for white noise."""
    correlations = autocorrelation(values, n_lags)
    bound = white_noise_bound(len(values))
    lags = np.arange(1, n_lags + 1)
    label = "95 % of white noise"
    style = options_of(band_options, color=ACTUAL, alpha=0.12, linewidth=0, label=label)
    band = ax.axhspan(-bound, bound, **style)
    ax.axhline(0, color="0.6", linewidth=1)
    style = options_of(bar_options, color=TRAINING, linewidth=2)
    bars = ax.vlines(lags, 0, correlations, **style)
    style_axes(ax)
    label_whole_numbers(ax.xaxis)
    limit = 1.15 * np.nanmax(np.abs([bound, *correlations]))
    ax.set(xlabel="lag (steps)", ylabel="autocorrelation", ylim=(-limit, limit))
    drawn = {"autocorrelation_bars_": bars, "band_": band}
    return drawn | {"autocorrelation_": correlations}
