"""The workloads: one file each, all with the same names.

- ``TITLE``: the title of the table;
- ``CONTENDERS``: name in the tables -> (required package, class in its file);
- ``COLUMNS``: the columns of the table;
- ``measure(name, quick)``: measure one contender once, in this process, and return
  plain numbers. ``quick`` makes everything tiny, to check that it runs; its numbers
  mean nothing.
"""

from dataclasses import dataclass
from importlib import import_module

FILES = {
    "W1": "small_fit",
    "W2": "grid_search",
    "W3": "large_fit",
    "W4": "prediction",
    "W5": "imports",
    "members": "members",
    "memory": "memory",
    "growth": "growth",
    "threads": "threads",
    "recursive": "recursive",
    "panel": "panel",
    "backtest": "backtest",
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key : str
        Key of the measured number.
    header : str
    over : str or None
        A contender. The column shows its number divided by that of each row.
    """

    key: str
    header: str
    over: str | None = None


def load(workload):
    """Import the file of a workload."""
    return import_module(f"{__name__}.{FILES[workload]}")
