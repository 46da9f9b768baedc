"""SkillDisplay: errors of forecasts, compared with those of naive forecasts."""

from sklearn.metrics import mean_absolute_error
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq._series.index import check_same_index
from skseq._validation.numbers import listed
from skseq.displays._backtest_table import as_backtest_table, rows_to_compare
from skseq.displays._panels import Panels
from skseq.displays._style import (
    ACTUAL,
    FORECAST,
    LETTERS_IN_AN_INCH,
    format_of_decimals,
    options_of,
    style_axes,
    with_minus,
)
from skseq.displays._target_values import true_and_predicted
from skseq.metrics import skill_score
from skseq.metrics._checks import check_forecasts
from skseq.metrics._skill import errors_of

WIDTH, HEIGHT_OF_BAR = 7.0, 0.45
"""Inches."""


class SkillDisplay:
    """Bars of the errors of forecasts and of naive forecasts of the same rows.

    The skill, 1 - error / error of the best naive forecast, is written next to each
    forecast: above 0, it is more accurate than the naive forecasts. Use
    :meth:`from_estimator`, :meth:`from_predictions` or :meth:`from_backtest` to make
    the display. All parameters are stored as attributes.

    Parameters
    ----------
    errors : dict of str to float
        Errors of the forecasts.
    naive_errors : dict of str to float
        Errors of the naive forecasts.
    skills : dict of str to float
        Skills of the forecasts.
    metric_name : str, default="error"

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    forecast_bars_, naive_bars_ : matplotlib BarContainer
    best_naive_line_ : matplotlib Line2D
        At the smallest error of a naive forecast.
    texts_ : list of matplotlib Text

    See Also
    --------
    skseq.metrics.skill_score : The skill.
    skseq.NaiveRegressor : Makes naive forecasts from the same windows.

    Notes
    -----
    With several series, an error is the mean over the series. A skill is the mean of
    their skills, in which series with large values count no more than others.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from skseq.displays import SkillDisplay
    >>> y_true, y_pred = [13, 17, 12], [12, 16, 12]
    >>> naive = {"last": [10, 13, 17], "season": [12, 14, 12]}
    >>> display = SkillDisplay.from_predictions(y_true, y_pred, naive)
    >>> display.skills
    {'forecast': 0.5}
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, errors, naive_errors, skills, metric_name="error"):
        self.errors = errors
        self.naive_errors = naive_errors
        self.skills = skills
        self.metric_name = metric_name

    @classmethod
    def from_estimator(
        cls,
        estimators,
        X,
        y,
        *,
        naive,
        metric=mean_absolute_error,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Predict with fitted estimators, and draw their errors.

        Parameters
        ----------
        estimators : estimator or dict of str to estimator
            Fitted.
        X : table-like of shape (n_rows, n_features)
            Test rows.
        y : array-like of shape (n_rows,) or (n_rows, n_targets)
        naive : estimator or dict of str to estimator
            Fitted naive forecasts, such as the same Pipeline with a
            :class:`~skseq.NaiveRegressor` as its last step.
        metric, target, ax, **plot_options
            As in :meth:`from_predictions`.

        Returns
        -------
        display : SkillDisplay
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_same_index(X, y)
        predictions = [
            {name: one.predict(X) for name, one in as_dict(group, default).items()}
            for group, default in ((estimators, "forecast"), (naive, "naive"))
        ]
        options = {"metric": metric, "target": target, "ax": ax, **plot_options}
        return cls.from_predictions(y, *predictions, **options)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_pred,
        y_naive,
        *,
        metric=mean_absolute_error,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Draw the errors of forecasts and of naive forecasts.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,) or (n_rows, n_targets)
        y_pred : array-like of the shape of y_true, or dict of str to array-like
            One forecast, or several by name.
        y_naive : array-like of the shape of y_true, or dict of str to array-like
            One naive forecast, or several by name.
        metric : callable, default=mean_absolute_error
            As in :func:`skseq.metrics.skill_score`.
        target : str or int, default=None
            The target to compare if there are several.
        ax : matplotlib Axes, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : SkillDisplay

        Raises
        ------
        ValueError
            If rows differ, a value is not finite, two forecasts have the same name, or
            the metric does not return errors.
        """
        check_matplotlib_support(f"{cls.__name__}.from_predictions")
        forecasts, naive = as_dict(y_pred, "forecast"), as_dict(y_naive, "naive")
        check_names(forecasts, naive)
        named = {f"the forecast {n!r}": v for n, v in (forecasts | naive).items()}
        true, predicted = true_and_predicted(y_true, named, target)
        predicted = dict(zip(forecasts | naive, predicted, strict=True))
        errors = {n: mean_error(true, p, metric, n) for n, p in predicted.items()}
        y_naive = {n: predicted[n] for n in naive}
        display = cls(
            errors={n: errors[n] for n in forecasts},
            naive_errors={n: errors[n] for n in naive},
            skills={
                n: skill_score(true, predicted[n], y_naive, metric=metric)
                for n in forecasts
            },
            metric_name=getattr(metric, "__name__", "error").replace("_", " "),
        )
        return display.plot(ax, **plot_options)

    @classmethod
    def from_backtest(
        cls,
        tables,
        naive,
        *,
        metric=mean_absolute_error,
        target=None,
        ax=None,
        **plot_options,
    ):
        """Draw the errors in backtests of several models on the same folds.

        Parameters
        ----------
        tables : dict of str to pandas.DataFrame, or DataFrame
            What :func:`skseq.model_selection.backtest` returned for each model, by
            name, or ``pd.concat(tables, names=["model"])``. Rows that a model does not
            predict (NaN) are left out of all models.
        naive : str or list of str
            Which of the models are naive forecasts.
        metric, target, ax, **plot_options
            As in :meth:`from_predictions`.

        Returns
        -------
        display : SkillDisplay

        Raises
        ------
        ValueError
            If the tables have different rows, no row is predicted by all models,
            ``naive`` is not in them, or all models are naive.

        Warns
        -----
        UserWarning
            If rows are left out because only some of the models predict them.
        """
        check_matplotlib_support(f"{cls.__name__}.from_backtest")
        table = as_backtest_table(tables, target)
        by_model = rows_to_compare(table)
        naive = [naive] if isinstance(naive, str) else list(naive)
        unknown = [name for name in naive if name not in by_model]
        if unknown or not naive or len(naive) == len(by_model):
            raise ValueError(
                "naive must name some of the models, but not all; got "
                f"{listed(naive, most=10) or 'an empty list'}. Choose from "
                f"{listed(list(by_model), most=10)}."
            )
        predictions = {n: in_series(rows, "prediction") for n, rows in by_model.items()}
        y_naive = {name: predictions.pop(name) for name in naive}
        y_true = in_series(next(iter(by_model.values())), "y")
        options = {"metric": metric, "ax": ax, **plot_options}
        return cls.from_predictions(y_true, predictions, y_naive, **options)

    def plot(
        self,
        ax=None,
        *,
        forecast_kwargs=None,
        naive_kwargs=None,
        text_kwargs=None,
        line_kwargs=None,
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            By default a new figure.
        forecast_kwargs, naive_kwargs : dict, default=None
            Options of ``Axes.barh``.
        text_kwargs : dict, default=None
            Options of ``Axes.annotate``, for the numbers next to the bars.
        line_kwargs : dict, default=None
            Options of ``Axes.axvline``, for the line at the best naive forecast.

        Returns
        -------
        display : SkillDisplay
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        names = [*self.errors, *self.naive_errors]
        errors = [*self.errors.values(), *self.naive_errors.values()]
        panels = Panels.of(ax, 1, size=(WIDTH, 1.2 + HEIGHT_OF_BAR * len(names)))
        (axes,) = panels.axes
        drawn, heights, n = {}, range(len(names)), len(self.errors)
        for group, bars, color, label, options in (
            ("forecast", slice(n), FORECAST, "forecast", forecast_kwargs),
            ("naive", slice(n, None), "0.65", "naive forecast", naive_kwargs),
        ):
            style = options_of(options, height=0.7, color=color, label=label)
            drawn[f"{group}_bars_"] = axes.barh(heights[bars], errors[bars], **style)
        style = {"color": ACTUAL, "linestyle": "--", "linewidth": 1, "zorder": 2}
        style = options_of(line_kwargs, **style)
        drawn["best_naive_line_"] = axes.axvline(min(errors[n:]), **style)
        drawn["texts_"] = self._write(axes, names, errors, text_kwargs)
        axes.set_yticks(heights, names)
        axes.invert_yaxis()
        leave_room(axes, drawn["texts_"], max(errors))
        axes.set_xlabel(self.metric_name)
        style_axes(axes, grid="x")
        return panels.finish(self, [drawn])

    def _write(self, ax, names, errors, options):
        """Write the errors, and the skill of forecasts, in a column beside the bars.

        Beside the longest bar, because the line at the best naive forecast would touch
        numbers at the end of shorter ones.
        """
        smallest = min((error for error in errors if error > 0), default=1.0)
        form, texts = format_of_decimals(smallest, max(errors)), []
        style = options_of(options, va="center", color="0.2")
        place = {"xytext": (8, 0), "textcoords": "offset points"}
        for height, (name, error) in enumerate(zip(names, errors, strict=True)):
            skill = f"  (skill {self.skills[name]:.2f})" if name in self.skills else ""
            text = with_minus(f"{error:{form}}{skill}")
            texts.append(ax.annotate(text, (max(errors), height), **place, **style))
        return texts


def leave_room(ax, texts, largest):
    """Extend the horizontal axis so that texts beside the longest bar fit inside."""
    letters = max(len(text.get_text()) for text in texts)
    inches = letters / LETTERS_IN_AN_INCH + 0.2  # the space on both sides
    width = ax.get_position().width * ax.figure.get_figwidth()
    # In narrow Axes, bars have half of the width, and texts go beyond the end.
    ax.set_xlim(0, (largest or 1.0) / max(0.5, 1 - inches / width))


def as_dict(group, name):
    """Return forecasts by name; a single one gets a name."""
    return dict(group) if isinstance(group, dict) else {name: group}


def check_names(forecasts, naive):
    """Raise if there is no forecast of a kind, or two have the same name."""
    for kind, group in (("y_pred", forecasts), ("y_naive", naive)):
        if not group:
            raise ValueError(
                f"{kind} must contain at least one forecast; got an empty dict. Pass "
                "the predictions of a model."
            )
    doubled = [name for name in forecasts if name in naive]
    if doubled:
        raise ValueError(
            "Forecasts and naive forecasts must have different names, but both contain "
            f"{doubled[0]!r}. Rename one of them."
        )


def mean_error(true, forecast, metric, name):
    """Return the error of a forecast; with several series, the mean over them."""
    forecasts = {f"the forecast {name!r}": forecast}
    y_true, (y_pred,), average = check_forecasts(
        true, forecasts, None, "uniform_average"
    )
    return average(
        lambda rows, weights, _: errors_of(metric, y_true[rows], y_pred[rows], weights)
    )


def in_series(rows, column):
    """Return a column of a backtest, whose index names the series if there are any."""
    import pandas as pd

    index = None
    if "series" in rows:
        # The rows of each series are numbered, because origins repeat their times.
        numbers = rows.groupby("series").cumcount()
        index = pd.MultiIndex.from_arrays([rows["series"], numbers])
    return pd.Series(rows[column].to_numpy(), index=index)
