"""The order of the processes, and the results that are saved."""

from benchmarks.many import process
from benchmarks.many.contenders import CONTENDERS
from benchmarks.many.groups import last_word
from benchmarks.tables import readable


def contenders_of(group, names, asked):
    """Return the contenders of a group.

    Parameters
    ----------
    group : str
        Its name.
    names : list of str
        Of the contenders.
    asked : bool
        Whether they were named on the command line, so that even slow ones are used.
    """
    frequency = last_word(group)
    return [
        name for name in names if asked or frequency not in CONTENDERS[name].too_slow
    ]


def facts(group):
    """Return what tables and means need to know of a group.

    Returns
    -------
    result : dict
        ``series`` (their number), ``horizon``, ``season``, ``scale_season``, ``values``
        (the number of known values) and ``runs``, which has for each contender a list
        with one result for each seed.
    """
    return {
        "series": len(group.series),
        "horizon": group.horizon,
        "season": group.frequency.season,
        "scale_season": group.frequency.scale_season,
        "values": len(group.train),
        "runs": {},
    }


def measure(group, names, seeds, earlier, folder=None):
    """Let contenders forecast a group, each seed in a new process.

    Parameters
    ----------
    group : Group
    names : list of str
        Of the contenders.
    seeds : int
        Fits of each contender that depends on the seed.
    earlier : dict
        The result of an earlier measurement; may be empty.
    folder : path or None
        See `groups.load`.

    Yields
    ------
    line : str
        A report on the last process.
    result : dict
        See `facts`.
    """
    result = facts(group)
    runs = result["runs"] = dict(earlier.get("runs", {}))
    for name in names:
        measured = []
        for seed in range(seeds if CONTENDERS[name].is_random else 1):
            run = process.run(group.name, name, seed, folder)
            measured.append(run)
            # Numbers of an environment that has the package are not lost.
            if "missing" not in run or name not in runs:
                runs[name] = list(measured)
            yield f"{name}, seed {seed}: {reported(run)}", result


def reported(run):
    """Format the most important numbers of a run, or why there are none."""
    if "smape" not in run:
        return ", ".join(f"{key}: {value}" for key, value in run.items())
    seconds = run["fit_wall"] + run["forecast_wall"]
    return (
        f"sMAPE {run['smape']:.2f}, MASE {run['mase']:.2f}, {readable(seconds)} s, "
        f"{readable(run['memory'])} MiB"
    )
