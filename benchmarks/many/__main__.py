"""Measure all forecasts and write the tables: ``python -m benchmarks.many``."""

import argparse
import sys
from pathlib import Path

from benchmarks import machine, rounds
from benchmarks.many import groups, tables
from benchmarks.many.contenders import CONTENDERS
from benchmarks.many.measuring import contenders_of, measure

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "many_results.json"
PAGES = ROOT / "docs" / "user_guide" / "many"
PACKAGES = (
    *("numpy", "pandas", "scikit-learn", "skseq", "keras", "tensorflow"),
    *("statsforecast", "neuralforecast", "darts", "torch", "skforecast"),
)


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.many", description="Measure forecasts of many series."
    )
    add = parser.add_argument
    add(
        "--data",
        type=lambda text: Path(text).resolve(),
        help="a folder with a table for each group, see groups.py; "
        "by default a few series that ship with statsmodels",
    )
    add(
        "--seeds",
        type=int,
        default=3,
        help="fits of each contender that depends on the seed (default: 3)",
    )
    add("--only", nargs="+", help="only groups whose names contain one of these")
    add("--contenders", nargs="+", help="only those whose names contain one of these")
    add("--render", action="store_true", help="do not measure; write the tables again")
    add(
        "--folder",
        type=Path,
        help="folder for results and tables; by default that of the documentation",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    """Measure, save and print. Other forecasts keep their earlier results."""
    options = parse_arguments(arguments)
    path, folder = RESULTS, PAGES
    if options.folder:
        path, folder = options.folder / "many_results.json", options.folder
    results = rounds.read(path) or {"groups": {}}
    if not options.render:
        results |= {"machine": machine.describe(PACKAGES), "seeds": options.seeds}
        measure_all(options, results, path)
        print("\n\n".join(tables.as_text(name, results) for name in tables.TABLES))
    write_pages(folder, results)
    print(f"Results: {path}\nTables: {folder}")


def measure_all(options, results, path):
    """Let the chosen contenders forecast the chosen groups."""
    chosen = rounds.containing(CONTENDERS, options.contenders)
    for name in rounds.containing(groups.names(options.data), options.only):
        group = groups.load(name, options.data)
        names = contenders_of(name, chosen, asked=bool(options.contenders))
        earlier = results["groups"].get(name, {})
        for line, result in measure(group, names, options.seeds, earlier, options.data):
            print(f"{name}, {line}", flush=True)
            results["groups"][name] = result
            rounds.write(path, results)


def write_pages(folder, results):
    """Write all tables."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables.TABLES:
        text = tables.as_rest(name, results)
        (folder / f"{name}.inc").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
