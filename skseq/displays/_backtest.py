"""BacktestDisplay: forecasts from earlier origins, or their errors by step."""

from sklearn.metrics import mean_absolute_error
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq.displays._backtest_history import read_history, with_earlier_values
from skseq.displays._backtest_table import (
    as_backtest_table,
    rows_by_model,
    rows_to_compare,
)
from skseq.displays._bands import draw_bands, handles_of_bands
from skseq.displays._origins import choose_origins
from skseq.displays._panels import Panels, choose_names
from skseq.displays._style import ACTUAL, color_of, line_options, options_of, style_axes
from skseq.displays._time_scale import TimeScale, label_whole_numbers
from skseq.model_selection import backtest

MOST_WITH_ORIGINS = 30
"""Origins. The vertical lines of more would hide the forecasts."""


class BacktestDisplay:
    """Plot of the forecasts of a backtest, or of their errors by step.

    Use :meth:`from_estimator` or :meth:`from_predictions` to make it. All parameters
    are stored as attributes.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns of :func:`skseq.model_selection.backtest`, and the column "model"
        with the name of the model. There is a single target, which the column "target"
        may name.
    history : pandas.Series, default=None
        Values of the target, with an index of times, or (series, time). A few of those
        before the first forecast are drawn.

    Attributes
    ----------
    ax_ : matplotlib Axes, or ndarray of them
        With ``kind="forecasts"``, one for each series.
    figure_ : matplotlib Figure
    actual_line_ : matplotlib Line2D, or list
        Only with ``kind="forecasts"``, as the next three. With several series, lists.
    forecast_lines_ : dict, or list of dict
        From the name of each model to a list of Line2D: one for each origin, or a
        single one if each origin has one step.
    bands_ : dict, or list of dict
        From the name of each model to a list of dict of float to artist.
    origin_lines_ : list of Line2D, or list of lists
        Vertical lines at the origins.
    errors_ : pandas.DataFrame
        Only with ``kind="errors"``: the error of each step (index) and model (columns).
    error_lines_ : list of Line2D
        Only with ``kind="errors"``: one for each model.

    See Also
    --------
    SkillDisplay : Errors over all steps, compared with naive forecasts.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
    >>> from skseq.datasets import load_electrical_equipment
    >>> from skseq.displays import BacktestDisplay
    >>> from skseq.model_selection import ForecastSplit, backtest
    >>> y = load_electrical_equipment().target
    >>> years = ForecastSplit(4, horizon=12)
    >>> tables = {}
    >>> for strategy in ["seasonal", "last"]:
    ...     rule = NaiveRegressor(strategy, season_length=12)
    ...     pipe = make_pipeline(SequenceWindower(24), rule)
    ...     forecaster = SequenceForecaster(pipe, horizon=12)
    ...     tables[strategy] = backtest(forecaster, y=y, cv=years)
    >>> display = BacktestDisplay.from_predictions(tables["seasonal"])
    >>> plt.close(display.figure_)
    >>> display = BacktestDisplay.from_predictions(tables, kind="errors")
    >>> display.errors_.loc[[1, 12]].round(1)
    model  seasonal  last
    step
    1           3.0  12.8
    12          3.2   3.2
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, table, history=None):
        self.table = table
        self.history = history

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X=None,
        y=None,
        *,
        cv=5,
        refit=1,
        coverage=None,
        n_jobs=None,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Backtest an estimator, and draw the result.

        Parameters
        ----------
        estimator, X, y, cv, refit, coverage, n_jobs
            As in :func:`skseq.model_selection.backtest`.
        target, ax, **plot_options
            As in :meth:`from_predictions`.

        Returns
        -------
        display : BacktestDisplay
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        options = {"cv": cv, "refit": refit, "coverage": coverage, "n_jobs": n_jobs}
        table = as_backtest_table(backtest(estimator, X, y, **options), target)
        display = cls(table=table, history=read_history(X, y, target))
        return display.plot(ax, **plot_options)

    @classmethod
    def from_predictions(
        cls, tables, history=None, *, target=None, ax=None, **plot_options
    ):
        """Draw the result of a backtest, or of several.

        Parameters
        ----------
        tables : pandas.DataFrame or dict of str to DataFrame
            What :func:`skseq.model_selection.backtest` returned. For several models, a
            dict by their names, or ``pd.concat(tables, names=["model"])``.
        history : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
            All values of the target, of which a few before the first forecast are
            drawn.
        target : str or int, default=None
            The target to show if there are several.
        ax : matplotlib Axes, array of them, or None, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : BacktestDisplay

        Raises
        ------
        ValueError
            If the table is not one of ``backtest``, or `target` is needed or unknown.
        """
        check_matplotlib_support(f"{cls.__name__}.from_predictions")
        table = as_backtest_table(tables, target)
        if history is not None:
            history = read_history(None, history, target)
        return cls(table=table, history=history).plot(ax, **plot_options)

    def plot(
        self,
        ax=None,
        *,
        kind="forecasts",
        series=None,
        origins="auto",
        metric=mean_absolute_error,
        actual_kwargs=None,
        forecast_kwargs=None,
        interval_kwargs=None,
        origin_kwargs=None,
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, array of them, or None, default=None
            Where to draw; for the forecasts of several series, one for each. By default
            a new figure.
        kind : {"forecasts", "errors"}, default="forecasts"
            "forecasts" draws the forecasts of the origins over the actual values;
            "errors" draws the error by step, over all origins.
        series : str, int or list, default=None
            Names of the series. By default the forecasts of the first four are drawn,
            each in its own panel, and errors are means over all series.
        origins : "auto", "all", label or list of labels, default="auto"
            Whose forecasts to draw. "auto" chooses origins whose forecasts do not
            overlap, the latest first, and the figure says how many they are. The errors
            are always those of all origins.
        metric : callable, default=mean_absolute_error
            Takes (y_true, y_pred) and returns the error.
        actual_kwargs, forecast_kwargs : dict, default=None
            Options of ``Axes.plot``; those of the forecasts are also used for errors.
        interval_kwargs : dict, default=None
            Options of ``Axes.fill_between``.
        origin_kwargs : dict, default=None
            Options of ``Axes.axvline``.

        Returns
        -------
        display : BacktestDisplay

        Raises
        ------
        ValueError
            If a parameter is not valid, or ``ax`` does not contain one Axes for each
            panel. With ``kind="errors"`` also if the models were not backtested with
            the same ``cv``, or no prediction is known.

        Warns
        -----
        UserWarning
            With ``kind="errors"``, if rows are left out because only some of the models
            predict them.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if kind == "errors":
            return self._plot_errors(ax, series, metric, forecast_kwargs)
        if kind != "forecasts":
            raise ValueError(f'kind must be "forecasts" or "errors"; got {kind!r}.')
        known = series_of(self.table)
        names = choose_names(known, series)
        panels = Panels.of(ax, len(names))
        options = {
            "actual": actual_kwargs,
            "forecast": forecast_kwargs,
            "interval": interval_kwargs,
            "origin": origin_kwargs,
        }
        drawn, shown, of_all = [], set(), set()
        for axes, name in zip(panels.axes, names, strict=True):
            rows = self.table
            if name is not None:
                rows = rows[rows["series"] == name]
            by_model = rows_by_model(rows).items()
            parts = {model: choose_origins(part, origins) for model, part in by_model}
            actual = rows.drop_duplicates("time").set_index("time")["y"].sort_index()
            n_steps = rows["step"].max()
            actual = with_earlier_values(actual, self.history, name, n_steps)
            drawn.append(draw_forecasts(axes, actual, rows, parts, options))
            shown |= {o for p in parts.values() for one in p for o in one["origin"]}
            of_all |= set(rows["origin"])
            style_axes(axes)
        n_origins = (len(shown), len(of_all), "origins")
        panels.add_titles(names, len(known), parts=[n_origins])
        name = self.table.attrs.get("target", "y")
        panels.add_value_label(self.table.get("target", [name])[0])
        keys = handles_of_bands(self.table) if self.table["model"].nunique() > 1 else []
        return panels.finish(self, drawn, [*panels.labelled(), *keys])

    def _plot_errors(self, ax, series, metric, options):
        """Draw the error of each step, a line for each model."""
        table = self.table
        if series is not None:
            names = choose_names(series_of(table), series)
            table = table[table["series"].isin(names)]
        by_model = rows_to_compare(table)
        self.errors_ = errors_by_step(by_model, metric)
        panels = Panels.of(ax, 1)
        (axes,) = panels.axes
        lines = []
        for number, (model, errors) in enumerate(self.errors_.items()):
            style = {"color": color_of(number), "label": str(model)}
            style = line_options(options, n=len(errors), **style)
            lines.extend(axes.plot(errors.index, errors, **style))
        name = getattr(metric, "__name__", "error").replace("_", " ")
        axes.set(xlabel="step", ylabel=name)
        axes.set_ylim(bottom=0)
        label_whole_numbers(axes.xaxis)
        style_axes(axes)
        return panels.finish(self, [{"error_lines_": lines}])


def series_of(table):
    """List the names of the series; empty if there is a single one without a name."""
    return list(table["series"].unique()) if "series" in table else []


def errors_by_step(by_model, metric):
    """Return the error of each step and model; for several series, the mean."""
    import pandas as pd

    errors = {}
    for model, rows in by_model.items():
        by = ["series", "step"] if "series" in rows else ["step"]
        each = rows.groupby(by, sort=False)[["y", "prediction"]].apply(
            lambda part: float(metric(part["y"], part["prediction"]))
        )
        errors[model] = each.groupby(level="step").mean()
    return pd.DataFrame(errors).rename_axis(columns="model")


def draw_forecasts(ax, actual, rows, by_model, options):
    """Draw the actual values of one series, and the forecasts of each model."""
    import pandas as pd

    scale = TimeScale.of(actual.index, pd.Index(rows["origin"]))
    style = line_options(options["actual"], n=len(actual), color=ACTUAL, label="actual")
    (actual_line,) = ax.plot(scale.positions(actual.index), actual, **style)
    drawn = {"actual_line_": actual_line, "forecast_lines_": {}, "bands_": {}}
    shown = set()
    for number, (model, parts) in enumerate(by_model.items()):
        # Forecasts of one step are one line, whose origins are not marked.
        shown |= {p["origin"].iloc[0] for p in parts if p["origin"].nunique() == 1}
        style = {"label": str(model), "color": color_of(number)}
        is_alone = len(by_model) == 1
        lines, bands = draw_model(ax, scale, parts, options, is_alone=is_alone, **style)
        drawn["forecast_lines_"][model], drawn["bands_"][model] = lines, bands
    drawn["origin_lines_"] = draw_origins(ax, scale, sorted(shown), options["origin"])
    scale.write_labels(ax)
    return drawn


def draw_model(ax, scale, parts, options, *, label, color, is_alone):
    """Draw the forecasts of one model; only the first has an entry in the legend.

    `parts` are the forecasts of each origin. The bands of several models may overlap.
    """
    import pandas as pd

    lines, bands = [], []
    for number, part in enumerate(parts):
        positions = scale.positions(pd.Index(part["time"]))
        style = {"color": color, "label": label if number == 0 else None}
        style = line_options(options["forecast"], n=len(part), **style)
        lines.extend(ax.plot(positions, part["prediction"], **style))
        is_labelled = is_alone and number == 0
        style = {"is_labelled": is_labelled, "color": color, "overlap": not is_alone}
        bands.append(draw_bands(ax, positions, part, options["interval"], **style))
    return lines, bands


def draw_origins(ax, scale, origins, options):
    """Draw a vertical line at each origin, unless there are too many."""
    if not 0 < len(origins) <= MOST_WITH_ORIGINS:
        return []
    import pandas as pd

    shared = {"color": "0.75", "linewidth": 1, "linestyle": "--", "zorder": 1}
    lines = []
    for position in scale.positions(pd.Index(origins)):
        style = options_of(options, **shared, label=None if lines else "origin")
        lines.append(ax.axvline(position, **style))
    return lines
