"""What is measured: one file a workload, all of the same shape.

- ``TITLE``: a few words for the head of its table;
- ``CONTENDERS``: name in the tables -> (package that is needed, what of it);
- ``COLUMNS``: what the tables show;
- ``measure(name, quick)``: measure one contender once, in a process of its own, and
  return plain numbers. ``quick`` makes everything tiny: it shows that all runs, the
  numbers mean nothing.
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
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key : str
        Which of the measured numbers.
    header : str
    over : str or None
        A contender; its number is divided by the number of the row's contender.
    """

    key: str
    header: str
    over: str | None = None


def load(workload):
    """Import the file of a workload."""
    return import_module(f"{__name__}.{FILES[workload]}")
