"""The origins whose forecasts are drawn."""

from contextlib import suppress

import numpy as np

from skseq._validation.numbers import listed


def choose_origins(table, origins):
    """List the forecasts to draw of one series and model, ascending in time.

    `table` contains their rows of ``backtest``, and `origins` is that of
    `BacktestDisplay.plot`. There is one part for each origin; if no origin has more
    than one step, all are one part, so that they can be drawn as one line.
    """
    parts = [part.sort_values("time") for _, part in table.groupby("origin")]
    word = origins if isinstance(origins, str) else None
    if word not in ("auto", "all"):
        parts = parts_at(parts, origins)
    if all(len(part) == 1 for part in parts):
        import pandas as pd

        return [pd.concat(parts)]
    return without_overlap(parts) if word == "auto" else parts


def parts_at(parts, origins):
    """Return the forecasts of the given origins."""
    import pandas as pd

    known = {part["origin"].iloc[0]: part for part in parts}
    # As an index, so that NumPy's dates become those of pandas.
    given = pd.Index(np.atleast_1d(np.asarray(origins, dtype=object)))
    wanted = [like_origin(origin, next(iter(known))) for origin in given]
    unknown = [origin for origin in wanted if origin not in known]
    if unknown or not wanted:
        got = str(unknown[0]) if unknown else "an empty list"
        shown = [str(origin) for origin in known]
        raise ValueError(
            'origins must be "auto", "all" or origins of the backtest; got '
            f"{got}. Choose from {listed(shown, most=10)}."
        )
    return [part for origin, part in known.items() if origin in wanted]


def like_origin(origin, known):
    """Convert text to the kind of an origin, such as a date, if it can be."""
    import pandas as pd

    with suppress(ValueError):  # text that is no date is not found among the origins
        match known if isinstance(origin, str) else None:
            case pd.Period():
                return pd.Period(origin, freq=known.freq)
            case pd.Timestamp():
                return pd.Timestamp(origin, tz=known.tz)
            case pd.Timedelta():
                return pd.Timedelta(origin)
    return origin


def without_overlap(parts):
    """Leave out forecasts that overlap with a later one; `parts` are in time order."""
    chosen = []
    for part in reversed(parts):
        if not chosen or part["time"].iloc[-1] < chosen[-1]["time"].iloc[0]:
            chosen.append(part)
    return chosen[::-1]
