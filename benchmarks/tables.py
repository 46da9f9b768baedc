"""Tables of results: medians over rounds, and ratios of medians."""

import re
from statistics import median

from benchmarks import workloads

MISSING = "-"
"""The cell of a number that was not measured."""


def rows(workload, result):
    """Return the table of a workload: the header, then a line for each contender."""
    columns = workloads.load(workload).COLUMNS
    lines = [["", *(column.header for column in columns), "load of others, cores"]]
    for name, runs in result["runs"].items():
        if problem := find_problem(runs):
            lines.append([name, problem, *[""] * len(columns)])
            continue
        cells = [cell(column, name, result["runs"]) for column in columns]
        lines.append([name, *cells, maximum(runs, "others_load")])
    return lines


def find_problem(runs):
    """Return why there are no numbers, or None if there are."""
    for run in runs:
        if "missing" in run:
            return f"{run['missing']} is not installed"
    return "failed" if all("failed" in run for run in runs) else None


def cell(column, name, runs):
    """Format the median of a contender, or the ratio of another's median to it."""
    value = median_of(runs[name], column.key)
    if column.over is None:
        return readable(value)
    other = median_of(runs.get(column.over, []), column.key)
    if not isinstance(value, float) or not isinstance(other, float) or value <= 0:
        return MISSING
    return f"{readable(other / value, n_digits=2)} x"


def median_of(runs, key):
    """Return the median of a measured number, or None if it was not measured."""
    values = [run[key] for run in runs if run.get(key) is not None]
    if not values:
        return None
    if isinstance(values[0], bool):
        return any(values)
    return float(median(values))


def maximum(runs, key):
    """Format the maximum of a measured number."""
    values = [run[key] for run in runs if run.get(key) is not None]
    return readable(max(values, default=None), n_digits=2)


def readable(value, n_digits=3):
    """Format a number with its significant digits."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{float(f'{value:.{n_digits}g}'):.{n_digits + 6}f}".rstrip("0").rstrip(".")


def conditions(result):
    """Return a sentence that says where and when this was measured."""
    rounds = counted(result["rounds"], "round")
    values = f"Medians of {rounds}" if result["rounds"] > 1 else "Measured once,"
    return f"{values} on {described(result['machine'])}."


def described(here):
    """Format the date, the machine and the versions."""
    versions = here["versions"].items()
    packages = ", ".join(f"{name} {number}" for name, number in versions if number)
    return (
        f"{here['date']}, commit {here['commit'] or 'unknown'}; "
        f"{counted(here['cores'], 'core')}, {here['cpu']}, {here['system']}; "
        f"Python {here['python']}, {packages}"
    )


def counted(number, noun):
    """Format a count and a noun, in singular or plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_rest(workload, result):
    """Format a table for the documentation."""
    if result is None:
        return f'*Not measured yet:* ``make bench ARGS="--only {workload}"``.\n'
    measured = {
        name: runs
        for name, runs in result["runs"].items()
        if not any("missing" in run for run in runs)
    }
    lines = rows(workload, result | {"runs": measured})
    return f"{csv_table(lines)}\n\n{conditions(result)}\n"


def csv_table(lines):
    """Format lines as a csv-table; the first one is the header.

    The class makes its font smaller, so that many columns fit the page.
    """
    header, *lines = map(quoted, lines)
    body = "\n".join(f"   {line}" for line in lines)
    return f".. csv-table::\n   :class: numbers\n   :header: {header}\n\n{body}"


def quoted(line):
    """Format a line of a csv-table."""
    return ", ".join(f'"{unbroken(text)}"' for text in line)


def unbroken(text):
    """Let a narrow column break a cell only between two numbers."""
    if text == MISSING:
        return rf"\{text}"  # else it is the bullet of an empty list
    dash = "\N{EN DASH}\N{WORD JOINER}"
    text = re.sub(r"\((\S+) to (\S+)\)", f"(\\1{dash}\\2)", text)
    return re.sub(r"(?<=\d) (?=[+x%])|(?<=\+) |(?<=CPU) ", "\N{NO-BREAK SPACE}", text)


def as_text(workload, result):
    """Format a table for the terminal, transposed: a line for each column."""
    lines = rows(workload, result)
    widths = [max(len(text) for text in line) for line in lines]
    turned = zip(*lines, strict=True)
    body = [
        "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True))
        for line in turned
    ]
    return "\n".join([workloads.load(workload).TITLE, *body, conditions(result)])
