"""The command line that the benchmarks of accuracy share."""

import argparse
from pathlib import Path

from benchmarks import machine, rounds

ROOT = Path(__file__).parents[1]


def parse_arguments(arguments, *, program, description, data, forecast):
    """Read the command line.

    Parameters
    ----------
    arguments : list of str or None
    program, description : str
    data : str
        What the folder of ``--data`` contains.
    forecast : str
        What is forecast: "series" or "groups".
    """
    parser = argparse.ArgumentParser(program, description=description)
    add = parser.add_argument
    add("--data", type=lambda text: Path(text).resolve(), help=data)
    add(
        "--seeds",
        type=int,
        default=3,
        help="fits of each contender that depends on the seed (default: 3)",
    )
    add("--only", nargs="+", help=f"only {forecast} whose names contain one of these")
    add("--contenders", nargs="+", help="only those whose names contain one of these")
    add("--render", action="store_true", help="do not measure; write the tables again")
    add(
        "--folder",
        type=Path,
        help="folder for results and tables; by default that of the documentation",
    )
    return parser.parse_args(arguments)


def run(options, *, name, forecast, packages, tables, measure_all):
    """Measure, save and print. Other forecasts keep their earlier results.

    Parameters
    ----------
    options : argparse.Namespace
    name : str
        Of the file of results, and of the folder of tables.
    forecast : str
        See `parse_arguments`.
    packages : tuple of str
        Those whose versions are saved.
    tables : module
        With ``TABLES``, ``as_text`` and ``as_rest``.
    measure_all : callable
        ``measure_all(options, results, path)`` measures and saves.
    """
    path = ROOT / "benchmarks" / f"{name}_results.json"
    folder = ROOT / "docs" / "user_guide" / name
    if options.folder:
        path, folder = options.folder / path.name, options.folder
    results = rounds.read(path) or {forecast: {}}
    if not options.render:
        results |= {"machine": machine.describe(packages), "seeds": options.seeds}
        measure_all(options, results, path)
        print("\n\n".join(tables.as_text(table, results) for table in tables.TABLES))
    write_pages(folder, results, tables)
    print(f"Results: {path}\nTables: {folder}")


def write_pages(folder, results, tables):
    """Write all tables."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables.TABLES:
        text = tables.as_rest(name, results)
        (folder / f"{name}.inc").write_text(text, encoding="utf-8")
