"""Tables of results: errors divided by that of the best naive forecast."""

import numpy as np

from benchmarks.skill import several_steps
from benchmarks.skill.contenders import CONTENDERS, DEFAULT, NAIVE, SMOOTHING, VARIANTS
from benchmarks.skill.measuring import best_naive, ratio
from benchmarks.tables import csv_table, described, readable

REFERENCE = "revenue", "revenue, all columns"
"""The same series, without and with the other columns of its table."""

SHORT = {
    "LSTMRegressor()": "LSTM",
    "GRURegressor()": "GRU",
    "MLPRegressor": "MLP",
    "HistGradientBoosting": "boosting",
    several_steps.DEFAULT: "skseq",
    "deseasonalize=False": "with season",
    "strategy=recursive": "recursive",
}
"""Names that fit the header of a table with many columns."""

TIE_RATIO = 1.02
"""Errors with a smaller ratio are considered equal."""


def by_series(results):
    """Return a line for each series, then the means and the numbers of losses."""
    short = [SHORT.get(name, name) for name in CONTENDERS]
    lines = [["", "rows forecast", "season", "best naive forecast", *short]]
    counted = distinct_series(results)
    for name, result in counted.items():
        naive, error = best_naive(result)
        facts = f"{result['test_rows']} of {result['rows']}", str(result["season"])
        ratios = [ratio_text(ratio(result, one)) for one in CONTENDERS]
        lines.append([name, *facts, f"{naive}: {readable(error)}", *ratios])
    means = [ratio_text(geometric_mean(counted, one)) for one in CONTENDERS]
    losses = [n_above(counted, one) for one in CONTENDERS]
    lines.append(["**geometric mean**", "", "", "1", *means])
    lines.append(["**series above 1**", "", "", "", *losses])
    return lines


def by_variant(results):
    """Return a line for the default and for each variant of it."""
    counted = distinct_series(results)
    header = ["geometric mean", "series above 1", "series level with ETS, or better"]
    lines = [["", *header]]
    for name in (DEFAULT, *VARIANTS, SMOOTHING):
        numbers = [
            ratio_text(geometric_mean(counted, name)),
            n_above(counted, name),
            n_tied_or_better(counted, name),
        ]
        lines.append([name, *numbers])
    return lines


def by_steps(results):
    """Return a line for each series and the means, of forecasts of several steps."""
    key, names = "rmse_of_steps", [*several_steps.CONTENDERS][len(NAIVE) :]
    short = [SHORT.get(name, name) for name in names]
    lines = [["", "season", "best naive forecast", *short]]
    counted = {
        name: one for name, one in distinct_series(results).items() if key in one
    }
    for name, result in counted.items():
        naive, error = best_naive(result, key)
        ratios = [ratio_text(ratio(result, one, key)) for one in names]
        season = str(result["season"])
        lines.append([name, season, f"{naive}: {readable(error)}", *ratios])
    means = [ratio_text(geometric_mean(counted, one, key)) for one in names]
    losses = [n_above(counted, one, key) for one in names]
    lines.append(["**geometric mean**", "", "1", *means])
    lines.append(["**series above 1**", "", "", *losses])
    return lines


def in_millions(results):
    """Return the errors on the reference table, without and with its other columns."""
    both = [results.get(name) for name in REFERENCE]
    lines = [["RMSE in millions", "its own past", "all columns"]]
    for name in (*NAIVE, *CONTENDERS):
        errors = [result["rmse"].get(name) if result else None for result in both]
        lines.append([name, *map(in_million, errors)])
    return lines


def in_million(errors):
    """Format a mean error in millions, with its range if there are several."""
    if errors is None:
        return "-"
    text = f"{np.mean(errors) / 1e6:.2f}"
    if len(errors) == 1:
        return text
    return f"{text} ({min(errors) / 1e6:.2f} to {max(errors) / 1e6:.2f})"


def distinct_series(results):
    """Return the results of each series once."""
    return {name: one for name, one in results.items() if name != REFERENCE[1]}


def geometric_mean(results, name, key="rmse"):
    """Return the geometric mean of ratios; None if one was not measured."""
    ratios = [ratio(result, name, key) for result in results.values()]
    if not ratios or None in ratios:
        return None
    return float(np.exp(np.mean(np.log(ratios))))


def n_above(results, name, key="rmse"):
    """Count the series on which the best naive forecast is more accurate."""
    ratios = [ratio(result, name, key) for result in results.values()]
    return "-" if None in ratios else str(sum(round(one, 2) > 1 for one in ratios))


def n_tied_or_better(results, name):
    """Count the series on which a contender is about as accurate as ETS, or more."""
    pairs = [(ratio(one, name), ratio(one, SMOOTHING)) for one in results.values()]
    if any(None in pair for pair in pairs):
        return "-"
    return str(sum(mine <= TIE_RATIO * theirs for mine, theirs in pairs))


def ratio_text(value):
    """Format a ratio with two decimals."""
    return "-" if value is None else f"{value:.2f}"


TABLES = {
    "series": by_series,
    "variants": by_variant,
    "steps": by_steps,
    "reference": in_millions,
}


def as_rest(table, results):
    """Format a table for the documentation."""
    if not results.get("series"):
        return "*Not measured yet:* ``make bench-skill``.\n"
    # Forecasts of several steps do not depend on a seed.
    means = "Measured" if table == "steps" else f"Means of {results['seeds']} seeds"
    where = f"{means} on {described(results['machine'])}."
    return f"{csv_table(TABLES[table](results['series']))}\n\n{where}\n"


def as_text(table, results):
    """Format a table for the terminal."""
    lines = TABLES[table](results["series"])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        for line in lines
    )
