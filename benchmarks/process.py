"""Measure one workload and one contender once, in a new process.

``run`` starts the process, whose last printed line is the result as JSON.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks import workloads
from benchmarks.clocks import OtherLoad

ROOT = Path(__file__).parents[1]
TIME_LIMIT = 1800
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


def run(workload, contender, quick):
    """Measure in a new process and return the numbers.

    Returns
    -------
    result : dict
        The measured numbers and ``others_load``; or ``missing``, a package that is not
        installed; or ``failed``, the last line of the error.
    """
    package, _ = workloads.load(workload).CONTENDERS[contender]
    if find_spec(package) is None:
        return {"missing": package}
    return launch(["benchmarks.process", workload, contender, *["quick"] * quick])


def launch(arguments, time_limit=TIME_LIMIT):
    """Run a module in a new process; return the last line that it prints, from JSON.

    Parameters
    ----------
    arguments : list
        The name of the module, and its arguments.
    time_limit : float, default=1800
        In seconds.

    Returns
    -------
    result : dict
        Only ``failed``, the last line of the error, if the process failed.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not finished after {time_limit} s"}
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return {"failed": lines[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def main(workload, contender, quick=None):
    """Measure in this process and print the numbers."""
    with OtherLoad() as others:
        result = workloads.load(workload).measure(contender, quick is not None)
    print(json.dumps(result | {"others_load": others.cores}))


if __name__ == "__main__":
    main(*sys.argv[1:])
