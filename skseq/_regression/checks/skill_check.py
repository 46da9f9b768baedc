"""Check whether a naive forecast is more accurate than the model; fit then warns."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._regression.linear.least_squares import is_like_least_squares
from skseq._regression.past.naive_strategies import (
    COUNT_STEPS,
    STRATEGIES,
    steps_needed,
)
from skseq._regression.targets.scaling import scale_targets
from skseq._series.series_index import first_rows
from skseq._series.target_origin import Target
from skseq._series.tolerance import rounding_of
from skseq.exceptions import SkillWarning

MIN_WINDOWS = 5
"""Fewer windows do not show which forecast is more accurate."""

MIN_INDEPENDENT = 3
"""Fewer independent forecasts do not show it either. The spread of one or two mean
errors says little about chance."""

MAX_TRAINING_WINDOWS = 2000
"""Number of training windows that are predicted again if none are held out: the latest
of each series, enough to compare, and few compared with the windows of all epochs."""

# Long windows of many rows take much memory.
WINDOWS_PER_BLOCK = 1024
"""Number of windows of which naive forecasts are made at once."""


@dataclass(frozen=True)
class Comparison:
    """Rows on which a model and naive forecasts are compared.

    Attributes
    ----------
    data : TrainingData
    numbers : ndarray of int of shape (n_windows,)
        The fitted rows that the windows belong to.
    is_held_out : bool
        Whether the model was not trained on them.
    """

    data: object
    numbers: np.ndarray
    is_held_out: bool


def check_skill_in_training(model, rows, training):
    """Warn if a naive forecast is more accurate even on windows of training.

    Such a model is hardly more accurate on other windows.
    """
    axis = rows.axis[rows.trainable]
    latest = axis.last(max(MAX_TRAINING_WINDOWS // axis.n_series, 1))
    data = training[latest]
    compared = Comparison(data, rows.trainable[latest], is_held_out=False)
    check_skill(model, rows, compared, model.predict_scaled(data.windows))


def check_skill(model, rows, compared, scaled):
    """Warn about the first output that a naive forecast predicts significantly better.

    What the model predicts is scaled, of shape (n_windows, n_outputs).
    """
    if len(compared.data) < MIN_WINDOWS or not compared.data.weights.any():
        return
    predictions = model.unscale(scaled)
    for outputs in steps_of_forecasts(model):
        if _warn_if_better(ErrorMeasure(model, outputs), rows, compared, predictions):
            return


def steps_of_forecasts(model):
    """List the outputs that are compared together: the steps of one forecast.

    Each of many steps would be another chance for a naive forecast to be better.
    Outputs whose past is in the same feature are steps of the same target.
    """
    groups = {}
    for output, lagged in enumerate(model.lagged_targets):
        key = ("alone", output) if lagged is None else lagged.feature
        groups.setdefault(key, []).append(output)
    return list(groups.values())


def naive_forecasts(model, rows, compared, output):
    """Forecast one output by each naive strategy that is possible.

    Returns
    -------
    forecasts : dict of str to ndarray of shape (n_windows,)
        In y's units; NaN where the past is unknown.
    """
    lagged = model.lagged_targets[output]
    if lagged is None:
        return _last_value_of_y(rows, compared, output)
    season = _season_length(model, rows)
    windows = rows.windows[compared.numbers]
    possible = {
        name: strategy
        for name, strategy in STRATEGIES.items()
        if (season is not None or not name.startswith("seasonal"))
        and (lagged.is_even or name not in COUNT_STEPS)
        and steps_needed(name, lagged.lag, season) <= windows.time_steps
    }
    forecasts = {name: np.empty(len(windows)) for name in possible}
    for start in range(0, len(windows), WINDOWS_PER_BLOCK):
        block = slice(start, start + WINDOWS_PER_BLOCK)
        past = windows[block].cut_feature(lagged.feature).astype(np.float64)
        past = lagged.slope * past + lagged.intercept
        for name, strategy in possible.items():
            forecasts[name][block] = strategy(past, lagged.lag, season)
    return forecasts


def _season_length(model, rows):
    """Return the number of steps in a season, or None if it is unknown."""
    persistence = model.anchor_options.persistence
    if isinstance(persistence, Integral):
        return int(persistence)
    default = rows.default_estimator
    return default.season_length if default and default.season_length > 1 else None


def _last_value_of_y(rows, compared, output):
    """Repeat the value of y at the end of each window, where the windower says when."""
    if rows.horizon < 1:  # not a forecast: the row's own features are known
        return {}
    earlier = rows.axis.rows_before(rows.horizon)[compared.numbers]
    is_known = (earlier >= 0) & rows.known[earlier]
    return {"last": np.where(is_known, rows.targets[earlier, output], np.nan)}


def _warn_if_better(measure, rows, compared, predictions):
    """Warn if a naive forecast of some outputs is more accurate; say whether it is."""
    model, outputs = measure.model, measure.outputs
    by_name = _errors_by_name(measure, rows, compared, predictions)
    if not by_name:
        return False
    best = min(by_name, key=lambda n: np.average(by_name[n][0], weights=by_name[n][2]))
    naive, own, weights = by_name[best]
    pasts = [model.lagged_targets[output] for output in outputs]
    n_steps = [past.lag if past else rows.horizon for past in pasts]
    if not is_more_accurate(naive, own, weights, max(1, *n_steps)):
        return False
    origin = rows.target_origin
    target = Target() if origin is None else origin.targets[outputs[0]]
    numbers = measure.describe(naive, own, weights, target, rows.axis.n_series)
    which = "held-out" if compared.is_held_out else "latest"
    even = "" if compared.is_held_out else ", although the network was trained on them"
    warn_user(
        f"The naive forecast {best!r} is more accurate{_describe(rows, outputs)} "
        f"({numbers}) on the {len(own)} {which} windows{even}. "
        f"{_advice(model, rows, outputs[0], best)}",
        SkillWarning,
    )
    return True


def _errors_by_name(measure, rows, compared, predictions):
    """Compute the errors of each naive forecast and of the model, where both are known.

    Returns
    -------
    by_name : dict of str to tuple of ndarray (naive errors, own errors, weights)
        The errors are means over the outputs.
    """
    model, outputs, weights = measure.model, measure.outputs, compared.data.weights
    targets = rows.targets[compared.numbers].astype(np.float64)
    predictions = measure.nearest_to_median(predictions)
    is_exact = np.abs(predictions - targets) <= _rounding_errors(rows, compared.numbers)
    predictions = np.where(is_exact, targets, predictions)
    own, naive, by_name = measure.errors(predictions, targets), {}, {}
    for output in outputs:
        for name, forecast in naive_forecasts(model, rows, compared, output).items():
            naive.setdefault(name, []).append(forecast)
    for name, forecasts in naive.items():
        # Windows may be too short for a strategy at the first of several steps.
        if len(forecasts) < len(outputs):
            continue
        # Other outputs, on which the loss may depend, are as the model predicts them.
        replaced = predictions.copy()
        replaced[:, outputs] = np.transpose(forecasts)
        known = ~np.isnan(replaced).any(axis=1) & (weights > 0)
        if known.sum() < MIN_WINDOWS:
            continue
        errors = measure.errors(replaced[known], targets[known])
        # A loss may be undefined for some forecasts, as a logarithm of a negative one.
        if np.isfinite([errors, own[known]]).all():
            by_name[name] = errors, own[known], weights[known]
    return by_name


def _rounding_errors(rows, numbers):
    """Return the largest errors that count as rounding, by the range of each series.

    'drift' extrapolates a straight line exactly, a network only up to the precision of
    its dtype. This difference does not matter. The shape is (n_windows, n_outputs).
    """
    known = rows.known
    series, targets = rows.axis.series[known], rows.targets[known].astype(np.float64)
    first = first_rows(series)
    width = np.zeros((rows.axis.n_series, targets.shape[1]))
    width[series[first]] = np.maximum.reduceat(targets, first)
    width[series[first]] -= np.minimum.reduceat(targets, first)
    return rounding_of(np.dtype(np.float32)) * width[rows.axis.series[numbers]]


def _describe(rows, outputs):
    """Return which of several targets was compared."""
    if len(outputs) == rows.targets.shape[1]:
        return ""
    if rows.target_origin is not None:
        return f" for {rows.target_origin.name_outputs(outputs)}"
    if len(outputs) > 1:
        return f" for outputs {outputs[0]} to {outputs[-1]}"
    return f" for output {outputs[0]}"


def _advice(model, rows, output, best):
    """Say what is likely to be more accurate, and how to get it."""
    if model.anchor_options.are_disabled:  # then the past is not searched
        return (
            "With normalization=None and persistence=None the network must learn the "
            "level of y. Make y a column of X, and leave one of these parameters at "
            "'auto', or train for more epochs."
        )
    if model.lagged_targets[output] is None:
        return (
            "The network does not see y's own past: make y a column of X, and "
            "transform both in the same way, such as with TargetAwareMinMaxScaler."
        )
    season = ""
    if best.startswith("seasonal"):
        season = f", season_length={_season_length(model, rows)}"
    naive = f"NaiveRegressor({best!r}{season})"
    if rows.default_estimator is not None:
        code = rows.default_estimator.changed_code(f"regress={naive}")
        return f"Try more rows, or {code}."
    return (
        f"Use {naive}, or try windows one step longer than a season, more rows, or "
        "fewer units."
    )


class ErrorMeasure:
    """Measures the errors of some outputs of y together, by the loss of the model.

    A naive forecast is one value, so of several quantiles the one nearest to the median
    is compared with it.
    """

    def __init__(self, model, outputs):
        self.model = model
        self.outputs = outputs
        self.loss = model.options.loss
        self.is_squared = is_like_least_squares(self.loss)
        # Far from the median, a single value cannot be accurate.
        distances = np.abs(np.subtract(model.architecture.quantiles or 0.5, 0.5))
        self.quantile = int(distances.argmin())

    def nearest_to_median(self, predictions):
        """Return the quantile nearest to the median of each output of y."""
        return predictions[:, self.quantile :: self.model.architecture.n_quantiles]

    def errors(self, predictions, targets):
        """Return the error of each row.

        Parameters
        ----------
        predictions, targets : ndarray of shape (n_rows, n_targets)
            In y's units.

        Returns
        -------
        errors : ndarray of shape (n_rows,)
            The loss, NaN or infinite where it is undefined; 0 if the loss is one
            number for all rows.
        """
        if self.is_squared:
            return np.square((predictions - targets)[:, self.outputs]).mean(axis=1)
        outputs = self.model.outputs_of_loss(self.outputs)
        n_quantiles = self.model.architecture.n_quantiles
        columns = [output * n_quantiles + self.quantile for output in outputs]
        scaler = self.model.target_scaler
        try:
            with np.errstate(all="ignore"):
                scaled = [scale_targets(scaler, v) for v in (targets, predictions)]
        except ValueError:  # undefined for a prediction, as a logarithm may be
            return np.full(len(targets), np.nan)
        losses = self.model.row_losses(*(v[:, outputs] for v in scaled), columns)
        return np.zeros(len(targets)) if losses is None else losses

    def describe(self, naive, own, weights, target, n_series):
        """Write the mean errors of a naive forecast and of the model for a `Target`."""
        of_target = "" if target.name == "y" else f" of {target.name}:"
        means = [float(np.average(e, weights=weights)) for e in (naive, own)]
        if self.is_squared:
            means = np.sqrt(means) / target.unit
            return self._compare("RMSE" + of_target, means, n_series)
        name = self.loss if isinstance(self.loss, str) else "loss"
        if quantiles := self.model.architecture.quantiles:
            name = f"pinball loss of the {quantiles[self.quantile]:g} quantile"
        numbers = self._compare(name + of_target, means, n_series)
        return numbers if n_series > 1 else f"{numbers}, of the scaled target"

    @staticmethod
    def _compare(name, errors, n_series):
        """Write both errors; of several series their ratio, as weights change units."""
        if n_series == 1:
            return "{} {:.4g} against {:.4g}".format(name, *errors)
        ratio = errors[0] / errors[1]
        return f"{name} {ratio:.4g} times as large, with series weighted as in training"


def is_more_accurate(errors, others, weights, n_steps=1):
    """Return whether errors are smaller than others, by more than chance.

    They must be smaller in the mean by more than the standard error of that mean
    (Diebold & Mariano 1995), which a few independent forecasts do not show.

    Parameters
    ----------
    errors, others, weights : ndarray of shape (n_windows,)
    n_steps : int, default=1
        Number of steps ahead of the last value that is forecast. Neighbouring forecasts
        share all but one step, so only one in ``n_steps`` counts as independent.
    """
    # Weighted first, so that large series do not make the spread of all large.
    gains = weights * (others - errors)
    gains = gains / (np.abs(gains).max() or 1)  # their squares may not fit into float64
    # A few windows with an outlier may decide the mean.
    if len(gains) < MIN_INDEPENDENT * n_steps or (gains < 0).sum() > (gains > 0).sum():
        return False
    return gains.mean() > np.sqrt(gains.var() * n_steps / len(gains))
