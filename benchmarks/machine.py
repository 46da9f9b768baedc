"""Describe the machine and the versions that the numbers were measured with."""

import os
import platform
import subprocess
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    *("numpy", "scikit-learn", "skseq", "tensorflow", "keras", "scikeras"),
    *("pandas", "skforecast", "darts", "torch", "jax"),
)


def describe(packages=PACKAGES):
    """Return the machine, the versions and the day as a dict."""
    return {
        "date": date.today().isoformat(),
        "cores": count_cores(),
        "cpu": cpu_model(),
        "system": platform.system(),
        "python": platform.python_version(),
        "commit": commit(),
        "versions": {name: version_of(name) for name in packages},
    }


def count_cores():
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def cpu_model():
    """Return the model name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return platform.processor() or platform.machine()
    models = [line.split(":", 1)[1] for line in lines if line.startswith("model name")]
    return models[0].strip() if models else platform.machine()


def commit():
    """Return the current commit, with a "+" if skseq has uncommitted changes."""
    changes = git("status", "--porcelain", "--", "skseq")
    return git("rev-parse", "--short", "HEAD") + ("+" if changes else "")


def git(*words):
    """Return the output of a git command; an empty string without a repository."""
    here = Path(__file__).parents[1]
    try:
        done = subprocess.run(
            ["git", *words], cwd=here, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def version_of(package):
    """Return the installed version, or None if the package is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
