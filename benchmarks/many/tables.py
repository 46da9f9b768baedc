"""Tables of results: a line for each contender, a column for each group."""

from functools import partial
from itertools import groupby
from statistics import mean, median

from benchmarks.many.contenders import CONTENDERS, INTERVALS
from benchmarks.many.groups import family, ordered
from benchmarks.tables import MISSING, counted, csv_table, described, readable


def sizes(groups):
    """Return a line for each group: its series and what is forecast."""
    header = ["", "series", "known values", "steps to forecast", "season"]
    keys = ("series", "values", "horizon", "season")
    lines = [
        [title(name), *(f"{groups[name][key]:,}" for key in keys)]
        for name in ordered(groups)
    ]
    return [header, *lines]


def by_contender(groups, cell, names=CONTENDERS):
    """Return a line for each measured contender.

    Parameters
    ----------
    groups : dict
    cell : callable
        Takes a list of groups and the name of a contender, which was measured in all of
        them; returns a text.
    names : iterable of str, default=CONTENDERS
    """
    columns = {title(name): [groups[name]] for name in ordered(groups)}
    columns |= families(groups)
    lines = [["", *columns]]
    for name in names:
        if not any(name in group["runs"] for group in groups.values()):
            continue
        cells = [text_of(column, name, cell) for column in columns.values()]
        if package := missing_package(groups, name):
            cells = [f"{package} is not installed", *[""] * (len(columns) - 1)]
        lines.append([name, *cells])
    return lines


def text_of(column, name, cell):
    """Format what was measured in all groups of a column, or say that it failed."""
    runs = [run for group in column for run in group["runs"].get(name, [])]
    if any("failed" in run for run in runs):
        return "failed"
    is_measured = all(measured(group, name) for group in column)
    return cell(column, name) if is_measured else MISSING


def families(groups):
    """Return the lists of groups whose names differ only in the last word, by title.

    Groups that have no others are left out.
    """
    joined = {of: list(names) for of, names in groupby(ordered(groups), key=family)}
    return {
        f"{title(of)}, all": [groups[name] for name in names]
        for of, names in joined.items()
        if len(names) > 1
    }


def title(name):
    """Format the name of a group: "M3 yearly" for "m3_yearly"."""
    first, *words = name.split("_")
    return " ".join([first.upper() if len(first) < 3 else first, *words])


def missing_package(groups, name):
    """Return the package that a contender lacked in all groups, or None."""
    runs = [run for group in groups.values() for run in group["runs"].get(name, [])]
    packages = {run.get("missing") for run in runs}
    return packages.pop() if len(packages) == 1 else None


def measured(group, name):
    """Return the results of a contender that are numbers, one for each seed."""
    return [run for run in group["runs"].get(name, []) if "smape" in run]


def with_range(key, n_decimals=2):
    """Return a function that formats the mean of an error, and its range over seeds.

    In several groups it is the mean over all their series.
    """

    def cell(groups, name):
        values = means_by_seed(groups, name, key)
        text = f"{mean(values):.{n_decimals}f}"
        if len(values) == 1:
            return text
        low, high = (f"{edge(values):.{n_decimals}f}" for edge in (min, max))
        return f"{text} ({low} to {high})"

    return cell


def means_by_seed(groups, name, key):
    """Return means over the series of some groups, one for each seed.

    Only seeds that were measured in all groups are used.
    """
    values = [[run[key] for run in measured(group, name)] for group in groups]
    sizes = [group["series"] for group in groups]
    return [
        sum(size * value for size, value in zip(sizes, of_seed, strict=True))
        / sum(sizes)
        for of_seed in zip(*values, strict=False)
    ]


def with_coverage(groups, name):
    """Format the coverage of intervals, and their mean scaled score."""
    coverage = mean(means_by_seed(groups, name, "coverage"))
    return f"{100 * coverage:.1f} %, {mean(means_by_seed(groups, name, 'msis')):.1f}"


def parts_of_seconds(groups, name):
    """Format the CPU seconds of fit and forecast, each the sum over groups."""
    parts = [seconds_of(groups, name, f"{part}_cpu") for part in ("fit", "forecast")]
    return " + ".join(readable(part, n_digits=2) for part in parts)


def seconds_on_clock(groups, name):
    """Format the seconds of fit and forecast on the clock, the sum over groups."""
    parts = [seconds_of(groups, name, f"{part}_wall") for part in ("fit", "forecast")]
    return readable(sum(parts), n_digits=2)


def seconds_of(groups, name, key):
    """Return the median over seeds, summed over groups."""
    return sum(median(run[key] for run in measured(group, name)) for group in groups)


def peak_of_memory(groups, name):
    """Format the peak of memory, the largest of all groups."""
    peaks = [run["memory"] for group in groups for run in measured(group, name)]
    return MISSING if None in peaks else f"{max(peaks):,.0f}"


def errors(key):
    """Return a function that makes the lines of a table of errors."""
    # The predictions of both contenders of skseq are the same.
    names = [name for name in CONTENDERS if name != INTERVALS]
    return partial(by_contender, cell=with_range(key), names=names)


def intervals(groups):
    """Return a line for each contender that forecasts intervals."""
    names = [
        name
        for name, contender in CONTENDERS.items()
        if contender.options.get("intervals")
    ]
    return by_contender(groups, with_coverage, names)


TABLES = {
    "groups": sizes,
    "smape": errors("smape"),
    "mase": errors("mase"),
    "intervals": intervals,
    "cpu": partial(by_contender, cell=parts_of_seconds),
    "wall": partial(by_contender, cell=seconds_on_clock),
    "memory": partial(by_contender, cell=peak_of_memory),
}


def as_rest(table, results):
    """Format a table for the documentation."""
    lines = TABLES[table](results["groups"])
    if len(lines) == 1:  # only the header
        return "*Not measured yet:* ``make bench-many``.\n"
    if table != "groups":  # the first table of the page says how all were measured
        return f"{csv_table(lines)}\n"
    runs = [runs for one in results["groups"].values() for runs in one["runs"].values()]
    seeds = counted(max(map(len, runs)), "seed")
    where = (
        f"Means over up to {seeds} (times: medians) on {described(results['machine'])}."
    )
    return f"{csv_table(lines)}\n\n{where}\n"


def as_text(table, results):
    """Format a table for the terminal."""
    lines = TABLES[table](results["groups"])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        for line in lines
    )
    return f"{table}\n{body}"
