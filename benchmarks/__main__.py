"""Measure everything and write the tables: ``python -m benchmarks``."""

import argparse
import sys
from pathlib import Path

from benchmarks import picture, rounds, tables
from benchmarks.workloads import FILES

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PAGES = ROOT / "docs" / "user_guide" / "speed"
UNPUBLISHED = ROOT / "build" / "benchmarks"


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description="Measure speed and memory."
    )
    add = parser.add_argument
    add("--rounds", type=int, default=5, help="rounds of processes (default: 5)")
    add("--only", nargs="+", choices=FILES, default=list(FILES), help="workloads")
    add("--contenders", nargs="+", help="only those whose names contain one of these")
    add(
        "--quick", action="store_true", help="tiny sizes, to check that everything runs"
    )
    add("--render", action="store_true", help="do not measure; write the tables again")
    add(
        "--folder",
        type=Path,
        help="folder for results and tables. The default is that of the documentation, "
        "or build/benchmarks with --quick or --contenders",
    )
    return parser.parse_args(arguments)


def output_paths(options):
    """Return the path of the results and the folder of the tables."""
    if options.folder is None and not (options.quick or options.contenders):
        return RESULTS, PAGES
    folder = options.folder or UNPUBLISHED
    return folder / "results.json", folder


def main(arguments=None):
    """Measure, save and print. Other workloads keep their earlier results."""
    options = parse_arguments(arguments)
    path, folder = output_paths(options)
    results = rounds.read(path)
    for workload in [] if options.render else options.only:
        contenders = rounds.choose(workload, options.contenders)
        if not contenders:
            continue
        result = rounds.measure(workload, contenders, options.rounds, options.quick)
        results[workload] = result
        rounds.write(path, results)
        print(f"\n{tables.as_text(workload, result)}\n")
    write_pages(folder, results)
    print(f"Results: {path}\nTables: {folder}")
    return any(has_failed(result) for result in results.values())


def write_pages(folder, results):
    """Write a table for each workload, and the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for workload in FILES:
        text = tables.as_rest(workload, results.get(workload))
        if workload in picture.FIGURES and workload in results:
            figure = picture.FIGURES[workload](results[workload])
            figure.savefig(folder / f"{workload}.png", dpi=150)
            text = f"{picture.DIRECTIVES[workload]}\n{text}"
        (folder / f"{workload}.inc").write_text(text, encoding="utf-8")


def has_failed(result):
    """Return whether a process of a workload failed."""
    return any("failed" in run for runs in result["runs"].values() for run in runs)


if __name__ == "__main__":
    sys.exit(main())
