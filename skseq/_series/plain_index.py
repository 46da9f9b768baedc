"""Pickle a pandas index as plain arrays and names.

pandas' own pickles of an index also hold cached results, so that equal estimators would
have different files, and skops cannot read them.
"""

import numpy as np

from skseq._series.index import is_period


class WithPlainIndexes:
    """Pickle the attributes of a dataclass, each index among them as plain data."""

    def __getstate__(self):
        return {
            name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__
        }

    def __setstate__(self, state):
        # The attributes of a frozen dataclass cannot be assigned.
        vars(self).update({name: from_plain(value) for name, value in state.items()})


def to_plain(value):
    """Convert an index of times or numbers to a dict; return other values as is."""
    # Recognised by their attributes, so that pandas is not imported for other values.
    if not hasattr(value, "nlevels"):
        return value
    if is_period(value):
        kind, values, unit = "period", value.asi8, value.freqstr
    elif value.dtype.kind in "mM":
        kind, values, unit = value.dtype.kind, value.asi8, value.unit
    else:
        kind, values, unit = "number", value.to_numpy(), None
    if type(value).__name__ == "RangeIndex":  # a forecast continues it as a range
        kind = "range"
        values = np.array([value.start, value.stop, value.step])
    return {
        "index": kind,
        "values": np.array(values),
        "unit": unit,
        "zone": _plain_zone(getattr(value, "tz", None)),
        "name": value.name,
    }


def from_plain(value):
    """Undo `to_plain`."""
    if not (isinstance(value, dict) and "index" in value):
        return value
    import pandas as pd

    kind, values, name = value["index"], value["values"], value["name"]
    if kind == "range":
        return pd.RangeIndex(*values.tolist(), name=name)
    if kind == "period":
        return pd.PeriodIndex.from_ordinals(values, freq=value["unit"], name=name)
    if kind == "number":
        return pd.Index(values, name=name)
    index = pd.Index(values.view(f"{kind}8[{value['unit']}]"), name=name)
    # The values of an index with a time zone are in UTC.
    zone = value["zone"]
    return index if zone is None else index.tz_localize("UTC").tz_convert(zone)


def _plain_zone(zone):
    """Return the name of a time zone, or the zone itself if pandas needs more."""
    import pandas as pd

    if zone is None:
        return None
    try:
        is_known = pd.DatetimeTZDtype(tz=str(zone)).tz == zone
    except (TypeError, ValueError, KeyError):  # dateutil's zones have no name
        is_known = False
    return str(zone) if is_known else zone
