"""Measure one contender and one group once, in a new process.

``run`` starts the process, whose last printed line is the result as JSON.
"""

import json
import sys
from importlib.util import find_spec

from benchmarks import clocks
from benchmarks.many import groups, scores
from benchmarks.many.contenders import CONTENDERS
from benchmarks.process import launch

TIME_LIMIT = 7200


def run(group, contender, seed, folder=None):
    """Measure in a new process and return the numbers.

    Parameters
    ----------
    group, contender : str
        Names.
    seed : int
    folder : path or None
        See `groups.load`.

    Returns
    -------
    result : dict
        The result of `measure` and ``others_load``; or ``missing``, a package that is
        not installed; or ``failed``, the last line of the error.
    """
    package = CONTENDERS[contender].package
    if find_spec(package) is None:
        return {"missing": package}
    arguments = ["benchmarks.many.process", group, contender, str(seed)]
    return launch([*arguments, *([folder] if folder else [])], TIME_LIMIT)


def measure(group, contender, seed):
    """Fit and forecast in this process.

    Parameters
    ----------
    group : Group
    contender : Contender
    seed : int

    Returns
    -------
    result : dict
        The scores, ``fit_cpu``, ``fit_wall``, ``forecast_cpu``, ``forecast_wall`` in
        seconds, and ``memory``, the peak above that of the data and the imports in MiB.
    """
    model = contender.make(group, seed)
    clocks.forget_peak()
    before = clocks.memory()
    with clocks.Clock() as fit:
        model.fit()
    with clocks.Clock() as forecast:
        predicted = model.forecast()
    peak = clocks.memory("VmHWM")
    times = {"fit": fit, "forecast": forecast}
    return (
        scores.score(group, predicted)
        | {f"{name}_cpu": clock.cpu for name, clock in times.items()}
        | {f"{name}_wall": clock.wall for name, clock in times.items()}
        | {"memory": None if peak is None else peak - before}
    )


def main(name, contender, seed, folder=None):
    """Measure in this process and print the numbers."""
    group = groups.load(name, folder)
    with clocks.OtherLoad() as others:
        result = measure(group, CONTENDERS[contender], int(seed))
    print(json.dumps(result | {"others_load": others.cores}))


if __name__ == "__main__":
    main(*sys.argv[1:])
