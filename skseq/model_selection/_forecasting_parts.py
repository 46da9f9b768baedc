"""The forecasters and windowers in an estimator, from which its origins follow."""

from numbers import Number

from skseq._preprocessing.windower import SequenceWindower


def forecasting_parts(estimator):
    """List the forecasters in an estimator, and the windowers outside of them.

    Parts are found in its parameters and, once it is fitted, in other attributes; of a
    fitted search, only in the best estimator.
    """
    forecasters, windowers, seen, waiting = [], [], set(), [estimator]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or isinstance(part, type):
            continue
        seen.add(id(part))
        if isinstance(part, list | tuple):
            # Lists of numbers, such as losses by epoch, may be long.
            waiting += [] if part and isinstance(part[0], Number) else part
        elif isinstance(part, dict):
            waiting += part.values()
        elif not callable(getattr(part, "fit", None)):
            continue
        elif callable(getattr(part, "forecast", None)):
            forecasters.append(part)
        elif isinstance(part, SequenceWindower):
            windowers.append(part)
        elif hasattr(part, "best_estimator_"):
            waiting.append(part.best_estimator_)
        else:
            waiting += getattr(part, "__dict__", {}).values()
    return forecasters, windowers


def is_forecaster(estimator):
    """Return whether an estimator, or the one that a search fits, has ``forecast``."""
    inner = getattr(estimator, "best_estimator_", None)
    if inner is None and hasattr(estimator, "refit"):  # an unfitted search
        inner = getattr(estimator, "estimator", None)
    return hasattr(estimator, "forecast") or hasattr(inner, "forecast")


def check_nested(estimator, coverage, refit):
    """Raise if arguments need methods that an estimator lacks.

    An ensemble of forecasters, for example, only has their ``predict``.
    """
    if is_forecaster(estimator):
        return
    forecasters, name = forecasting_parts(estimator)[0], type(estimator).__name__
    if coverage is not None:
        raise ValueError(
            f"coverage={coverage!r} needs an estimator with forecast, such as "
            f"SequenceForecaster(pipeline); {name} predicts no intervals."
        )
    if forecasters and refit > 1:
        raise ValueError(
            "refit above 1 needs an estimator with update, which gets the newer rows "
            f"between two fits, but {name} has none, so the "
            f"{type(forecasters[0]).__name__} in it would forecast from the last row "
            "of fit. Use refit=1, or pass the forecaster itself: steps such as a "
            "scaler can be part of the Pipeline that it fits."
        )
