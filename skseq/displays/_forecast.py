"""ForecastDisplay: the known values of a series, and the forecast after them."""

from numbers import Integral

from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq._estimator.plurals import counted
from skseq._series.index import kind_of_labels
from skseq.displays._bands import draw_bands
from skseq.displays._forecast_table import as_forecast_table, names_of_targets
from skseq.displays._panels import Panels, choose_series, rows_of
from skseq.displays._style import ACTUAL, FORECAST, line_options, style_axes
from skseq.displays._target_values import as_series, has_times, place_of
from skseq.displays._time_scale import TimeScale
from skseq.displays._wrapped import forecaster_in, known_values

ROWS_FOR_EACH_STEP = 4
"""Known rows to show for each step of the forecast, so that its season and trend can be
compared with what came before."""

FEWEST_ROWS = 24

STYLES = {
    "history": {"color": ACTUAL, "label": "history"},
    "y_true": {"color": ACTUAL, "label": "actual", "linestyle": ":"},
    "forecast": {"color": FORECAST, "label": "forecast"},
}


class ForecastDisplay:
    """Plot of a forecast, with prediction intervals, after the known values.

    Use :meth:`from_estimator` or :meth:`from_predictions` to make it. All parameters
    are stored as attributes.

    Parameters
    ----------
    forecast : pandas.DataFrame of n_steps rows
        The column "prediction", and for each prediction interval the columns of its
        bounds, such as "lower_0.8" and "upper_0.8". The index holds times, or (series,
        time).
    history : pandas.Series of length n_rows, default=None
        The known values, with an index of the same kind.
    y_true : pandas.Series, default=None
        Values that were observed later. Earlier rows are not drawn.

    Attributes
    ----------
    ax_ : matplotlib Axes, or ndarray of them
        Of several series, one for each.
    figure_ : matplotlib Figure
    forecast_line_, history_line_, y_true_line_ : matplotlib Line2D, None or list
        None if there are no such values. Of several series, lists.
    bands_ : dict of float to matplotlib artist, or list of dict
        The band of each coverage.

    See Also
    --------
    BacktestDisplay : Forecasts from earlier origins.

    Notes
    -----
    If a series varies more at higher levels, intervals of later steps may be too
    narrow: try ``log=True``; see :ref:`growing-series`.

    A period is shown at its start. Dates with a time zone are labelled in that zone.
    Figures made by this class have a "constrained" layout.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
    >>> from skseq.datasets import load_electrical_equipment
    >>> from skseq.displays import ForecastDisplay
    >>> y = load_electrical_equipment().target
    >>> seasonal = NaiveRegressor("seasonal", season_length=12)
    >>> pipe = make_pipeline(SequenceWindower(time_steps=24), seasonal)
    >>> forecaster = SequenceForecaster(pipe, horizon=12).fit(y[:-12])
    >>> display = ForecastDisplay.from_estimator(
    ...     forecaster, coverage=[0.8, 0.95], y_true=y[-12:]
    ... )
    >>> display.ax_.set_ylabel("turnover")
    Text(...)
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, forecast, history=None, y_true=None):
        self.forecast = forecast
        self.history = history
        self.y_true = y_true

    @classmethod
    def from_estimator(
        cls,
        forecaster,
        steps=None,
        X_future=None,
        coverage=None,
        *,
        y_true=None,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Forecast, and draw the forecast after the known values.

        Parameters
        ----------
        forecaster : SequenceForecaster
            Fitted. A search over a forecaster is valid, too.
        steps, X_future, coverage
            Passed to :meth:`skseq.SequenceForecaster.forecast`.
        y_true, target, ax, **plot_options
            As in :meth:`from_predictions`.

        Returns
        -------
        display : ForecastDisplay

        Raises
        ------
        TypeError
            If the estimator is not a SequenceForecaster.
        ValueError
            If there are several targets and `target` is not one of them, or a parameter
            is not valid.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        forecaster = forecaster_in(forecaster, cls)
        forecast = forecaster.forecast(steps, X_future=X_future, coverage=coverage)
        history = known_values(forecaster)
        options = {"target": target, "ax": ax, **plot_options}
        return cls.from_predictions(forecast, history, y_true=y_true, **options)

    @classmethod
    def from_predictions(
        cls,
        forecast,
        history=None,
        *,
        y_true=None,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Draw a forecast after the known values.

        Parameters
        ----------
        forecast : Series, DataFrame or ndarray of shape (n_steps,)
            What :meth:`skseq.SequenceForecaster.forecast` returned, or predictions of
            any model.
        history : array-like of shape (n_rows,), default=None
            The known values.
        y_true : array-like of shape (n_later,), default=None
            Values that were observed later; with an index of times also all values,
            of which the later ones are drawn. Without one, they follow the last row
            of the history.
        target : str or int, default=None
            The target to show if there are several.
        ax : matplotlib Axes, array of them, or None, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : ForecastDisplay

        Raises
        ------
        ValueError
            If there are several targets and `target` is not one of them, or an index is
            not in order of time.
        """
        check_matplotlib_support(f"{cls.__name__}.from_predictions")
        names = names_of_targets(history, forecast)
        if history is not None:
            place = place_of(target, history, names)
            history = as_series(history, "history", target=place)
        forecast = as_forecast_table(
            forecast, history, place_of(target, forecast, names)
        )
        if history is not None:
            check_same_kind(history, forecast, "history")
        if y_true is not None:
            y_true = as_later_values(y_true, forecast, place_of(target, y_true, names))
        display = cls(forecast=forecast, history=history, y_true=y_true)
        return display.plot(ax, **plot_options)

    def plot(
        self,
        ax=None,
        *,
        series=None,
        n_history="auto",
        forecast_kwargs=None,
        interval_kwargs=None,
        history_kwargs=None,
        y_true_kwargs=None,
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, array of them, or None, default=None
            Where to draw; of several series, one for each. By default a new figure.
        series : str, int or list, default=None
            Names of the series to show, each in its own panel. By default the first
            four.
        n_history : int, "auto" or None, default="auto"
            Number of known rows to show of each series, the latest. "auto" shows four
            for each step of the forecast, and at least 24. None shows all.
        forecast_kwargs, history_kwargs, y_true_kwargs : dict, default=None
            Options of ``Axes.plot``, such as the colour.
        interval_kwargs : dict, default=None
            Options of ``Axes.fill_between``.

        Returns
        -------
        display : ForecastDisplay

        Raises
        ------
        ValueError
            If a series is unknown, ``n_history`` is not a number, or ``ax`` does not
            contain one Axes for each series.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        names, n_all = choose_series(self.forecast.index, series)
        panels = Panels.of(ax, len(names))
        options = {
            "forecast": forecast_kwargs,
            "history": history_kwargs,
            "y_true": y_true_kwargs,
        }
        drawn = []
        for axes, name in zip(panels.axes, names, strict=True):
            forecast = rows_of(self.forecast, name)
            values = self._values_to_draw(name, forecast, n_history)
            scale = TimeScale.of(forecast.index, *(v.index for v in values.values()))
            lines = draw_lines(axes, scale, values, options)
            positions = scale.positions(forecast.index)
            bands = draw_bands(
                axes, positions, forecast, interval_kwargs, color=FORECAST
            )
            drawn.append({"bands_": bands, **lines})
            style_axes(axes)
            scale.write_labels(axes)
        panels.add_titles(names, n_all)
        panels.add_value_label(getattr(self.history, "name", None))
        return panels.finish(self, drawn)

    def _values_to_draw(self, name, forecast, n_history):
        """Return the history, later values and forecast of one series, if known."""
        values = {}
        if self.history is not None:
            history = rows_of(self.history, name)
            values["history"] = last_rows(history, n_history, len(forecast))
        if self.y_true is not None:
            later = rows_of(self.y_true, name)
            later = later_rows(later, forecast, values.get("history", ()))
            if len(later):
                values["y_true"] = later
        return values | {"forecast": forecast["prediction"]}


def draw_lines(ax, scale, values, options):
    """Draw a line of each kind of values; None where there are none."""
    lines = dict.fromkeys(f"{kind}_line_" for kind in STYLES)
    for kind, column in values.items():
        # A line that is shorter than the forecast has markers only if that has them.
        n = max(len(column), len(values["forecast"])) if len(column) > 1 else 1
        style = line_options(options[kind], n=n, **STYLES[kind])
        positions = scale.positions(column.index)
        (lines[f"{kind}_line_"],) = ax.plot(positions, column, **style)
    return lines


def last_rows(history, n_history, n_steps):
    """Return the latest known rows, as many as are to be shown."""
    if n_history is None:
        return history
    if isinstance(n_history, str) and n_history == "auto":
        n_history = max(FEWEST_ROWS, ROWS_FOR_EACH_STEP * n_steps)
    if not isinstance(n_history, Integral) or n_history < 1:
        raise ValueError(
            'n_history must be a number of rows of at least 1, "auto", or None for all '
            f"rows; got {n_history!r}."
        )
    return history.iloc[-n_history:]


def later_rows(y_true, forecast, history):
    """Return the rows of y_true from the first step forecast or after the history.

    So all rows of a series can be passed as y_true.
    """
    is_later = y_true.index >= forecast.index[0]
    if len(history):
        is_later |= y_true.index > history.index[-1]
    return y_true[is_later]


def as_later_values(y_true, forecast, target):
    """Convert later values to a Series; arrays begin at the first step forecast."""
    later = as_series(y_true, "y_true", target=target)
    if has_times(y_true):
        check_same_kind(later, forecast, "y_true")
        return later
    if len(later) > len(forecast):
        raise ValueError(
            "y_true has no index, so its rows are those of the forecast, but it has "
            f"{len(later)} rows and the forecast {counted(len(forecast), 'step')}. "
            f"Pass y_true[:{len(forecast)}], or a Series with an index of times."
        )
    later.index = forecast.index[: len(later)]
    return later


def check_same_kind(values, forecast, name):
    """Raise if values and forecast cannot be shown on one time axis."""
    one, other = (
        f"{kind_of_labels(i.get_level_values(-1))} ({counted(i.nlevels, 'level')})"
        for i in (values.index, forecast.index)
    )
    if one != other:
        raise ValueError(
            f"{name} and the forecast must have indexes of the same kind; got {one} "
            f"and {other}. Give both an index of times."
        )
