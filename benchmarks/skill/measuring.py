"""Let contenders forecast series, and compute their errors."""

import time

import numpy as np

from benchmarks.skill.contenders import ALL, NAIVE
from benchmarks.tables import readable


def measure(series, names, seeds, earlier):
    """Let contenders forecast a series.

    Parameters
    ----------
    series : benchmarks.skill.series.Series
    names : list of str
        Of the contenders; the naive forecasts are always measured.
    seeds : int
        Fits of each contender that depends on the seed.
    earlier : dict
        The result of an earlier measurement; may be empty.

    Yields
    ------
    line : str
        A report on the last contender.
    result : dict
        ``season``, ``rows``, ``test_rows``, and ``rmse``, which has for each contender
        a list with one number for each seed.
    """
    rows = {
        "season": series.season,
        "rows": len(series.y),
        "test_rows": len(series.y) - series.n_train,
    }
    errors = dict(earlier.get("rmse", {}))
    for name in ALL:
        if name not in NAIVE and name not in names:
            continue
        start = time.perf_counter()
        contender = ALL[name]
        errors[name] = [
            rmse(series, contender.forecast(series, seed))
            for seed in range(seeds if contender.is_random else 1)
        ]
        seconds = time.perf_counter() - start
        result = rows | {"rmse": errors}
        shown = readable(ratio(result, name)) if len(errors) > 1 else "-"
        yield f"{name}: {shown} ({seconds:.1f} s)", result


def rmse(series, predictions):
    """Return the root of the mean squared error on the test rows."""
    actual = series.y.to_numpy(float)[series.n_train :]
    if predictions.shape != actual.shape:
        raise ValueError(f"got {predictions.shape} predictions for {actual.shape} rows")
    return root_mean_square(predictions - actual)


def root_mean_square(errors):
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean(np.square(errors))))


def best_naive(result, key="rmse"):
    """Return the most accurate naive forecast, and its error.

    Parameters
    ----------
    result : dict
    key : {"rmse", "rmse_of_steps"}
        Errors of forecasts of one step or of several.

    Returns
    -------
    name : str
    error : float
    """
    errors = {name: result[key][name][0] for name in NAIVE}
    name = min(errors, key=errors.get)
    return name, errors[name]


def ratio(result, name, key="rmse"):
    """Return a contender's mean error over its seeds, divided by the best naive one.

    None if it was not measured.
    """
    errors = result.get(key, {}).get(name)
    return float(np.mean(errors)) / best_naive(result, key)[1] if errors else None
