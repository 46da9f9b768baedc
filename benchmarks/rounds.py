"""The order of the processes, and the results that are saved."""

import json
from pathlib import Path

from benchmarks import machine, process, workloads


def measure(workload, contenders, n_rounds, quick):
    """Measure all contenders in every round, one at a time.

    Returns
    -------
    result : dict
        ``machine``, ``rounds``, ``quick``, and ``runs``, which has for each contender
        the list of results of its processes.
    """
    runs = {name: [] for name in contenders}
    for number in range(1, n_rounds + 1):
        for name in contenders:
            result = process.run(workload, name, quick)
            progress = f"{workload} {number}/{n_rounds} {name}: {readable(result)}"
            print(progress, flush=True)
            runs[name].append(result)
    return {
        "machine": machine.describe(),
        "rounds": n_rounds,
        "quick": quick,
        "runs": runs,
    }


def readable(result):
    """Format the first four numbers in one line."""
    parts = [
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in result.items()
    ]
    return ", ".join(parts[:4])


def choose(workload, parts_of_names):
    """Return the contenders whose names contain one of the parts; all by default."""
    return containing(workloads.load(workload).CONTENDERS, parts_of_names)


def containing(names, parts):
    """Return the names that contain one of the parts; all without parts."""
    return [name for name in names if not parts or any(part in name for part in parts)]


def read(path):
    """Read the saved results, by workload."""
    path = Path(path)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path, results):
    """Write results as JSON."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    Path(path).write_text(text + "\n", encoding="utf-8")
