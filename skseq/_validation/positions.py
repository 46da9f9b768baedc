"""Find columns that users give by name or by position."""

from collections.abc import Hashable
from difflib import get_close_matches
from numbers import Integral

import numpy as np


def position_of(entry, labels):
    """Return the position of a column that is given by its name or its position.

    Integers are positions, as in scikit-learn's ColumnTransformer, even if labels are
    integers too; negative ones count from the end.

    Parameters
    ----------
    entry : object
    labels : list
        Labels of the columns.

    Returns
    -------
    position : int or None
        None if there is neither such a name nor such a position.
    """
    # True == 1, so a bool would be found among integer labels.
    if isinstance(entry, bool | np.bool_) or not isinstance(entry, Hashable):
        return None
    if isinstance(entry, Integral):
        is_position = -len(labels) <= entry < len(labels)
        return int(entry) % len(labels) if is_position else None
    return labels.index(entry) if entry in labels else None


def suggestion(entry, labels):
    """Suggest the label that is most like a name that was not found, as a sentence.

    Parameters
    ----------
    entry : object
    labels : list

    Returns
    -------
    sentence : str
        Empty if no label is like it; otherwise it ends with a space.
    """
    names = [label for label in labels if isinstance(label, str)]
    found = get_close_matches(entry, names, n=1) if isinstance(entry, str) else []
    return f"Did you mean {found[0]!r}? " if found else ""


def range_of_positions(labels):
    """Return a sentence that says which integers are positions of columns."""
    return f"Integers are positions, here 0 to {len(labels) - 1}. " if labels else ""
