"""Measure all forecasts and write the tables: ``python -m benchmarks.many``."""

import sys

from benchmarks import accuracy, rounds
from benchmarks.many import groups, tables
from benchmarks.many.contenders import CONTENDERS
from benchmarks.many.measuring import contenders_of, measure

PACKAGES = (
    *("numpy", "pandas", "scikit-learn", "skseq", "keras", "tensorflow"),
    *("statsforecast", "neuralforecast", "darts", "torch", "skforecast"),
)


def main(arguments=None):
    """Measure, save and print."""
    options = accuracy.parse_arguments(
        arguments,
        program="python -m benchmarks.many",
        description="Measure forecasts of many series.",
        data="a folder with a table for each group, see groups.py; "
        "by default a few series that ship with statsmodels",
        forecast="groups",
    )
    accuracy.run(
        options,
        name="many",
        forecast="groups",
        packages=PACKAGES,
        tables=tables,
        measure_all=measure_all,
    )


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


if __name__ == "__main__":
    sys.exit(main())
