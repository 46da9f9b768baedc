"""Measure all forecasts and write the tables: ``python -m benchmarks.skill``."""

import argparse
import sys
from pathlib import Path

from benchmarks import machine, rounds
from benchmarks.skill import series, tables
from benchmarks.skill.contenders import ALL
from benchmarks.skill.measuring import measure

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "skill_results.json"
PAGES = ROOT / "docs" / "user_guide" / "skill"
PACKAGES = ("numpy", "scikit-learn", "skseq", "keras", "statsmodels")


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.skill", description="Measure the accuracy of forecasts."
    )
    add = parser.add_argument
    add("--data", type=Path, help="a folder with more series, see series.py")
    add(
        "--seeds",
        type=int,
        default=3,
        help="fits of each contender that depends on the seed (default: 3)",
    )
    add("--only", nargs="+", help="only series whose names contain one of these")
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
        path, folder = options.folder / "skill_results.json", options.folder
    results = rounds.read(path) or {"series": {}}
    if not options.render:
        results |= {"machine": machine.describe(PACKAGES), "seeds": options.seeds}
        measure_all(options, results, path)
        print("\n\n".join(tables.as_text(name, results) for name in tables.TABLES))
    write_pages(folder, results)
    print(f"Results: {path}\nTables: {folder}")


def measure_all(options, results, path):
    """Let the chosen contenders forecast the chosen series."""
    found = series.from_statsmodels()
    if options.data:
        found |= series.from_folder(options.data)
    names = rounds.containing(ALL, options.contenders)
    for title in rounds.containing(found, options.only):
        earlier = results["series"].get(title, {})
        for line, result in measure(found[title], names, options.seeds, earlier):
            print(f"{title}, {line}", flush=True)
            results["series"][title] = result
            rounds.write(path, results)


def write_pages(folder, results):
    """Write all tables."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables.TABLES:
        text = tables.as_rest(name, results)
        (folder / f"{name}.inc").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
