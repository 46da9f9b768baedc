"""Measure all forecasts and write the tables: ``python -m benchmarks.skill``."""

import sys

from benchmarks import accuracy, rounds
from benchmarks.skill import series, several_steps, tables
from benchmarks.skill.contenders import ALL
from benchmarks.skill.measuring import measure

PACKAGES = ("numpy", "scikit-learn", "skseq", "keras", "statsmodels")


def main(arguments=None):
    """Measure, save and print."""
    options = accuracy.parse_arguments(
        arguments,
        program="python -m benchmarks.skill",
        description="Measure the accuracy of forecasts.",
        data="a folder with more series, see series.py",
        forecast="series",
    )
    accuracy.run(
        options,
        name="skill",
        forecast="series",
        packages=PACKAGES,
        tables=tables,
        measure_all=measure_all,
    )


def measure_all(options, results, path):
    """Let the chosen contenders forecast the chosen series."""
    found = series.from_statsmodels()
    if options.data:
        found |= series.from_folder(options.data)
    names = rounds.containing(ALL, options.contenders)
    of_steps = rounds.containing(several_steps.CONTENDERS, options.contenders)
    for title in rounds.containing(found, options.only):
        earlier = results["series"].get(title, {})
        for line, result in measure(found[title], names, options.seeds, earlier):
            print(f"{title}, {line}", flush=True)
            results["series"][title] = earlier | result
            rounds.write(path, results)
        errors = earlier.get("rmse_of_steps", {})
        errors = several_steps.measure(found[title], of_steps, errors)
        results["series"][title]["rmse_of_steps"] = errors
        rounds.write(path, results)


if __name__ == "__main__":
    sys.exit(main())
