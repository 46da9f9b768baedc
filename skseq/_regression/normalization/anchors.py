"""The known value of the target that a network's output is added to."""

from numbers import Integral

from skseq._estimator.plurals import counted
from skseq._regression.past.naive_strategies import check_even, steps_back


def anchor_maps(affine, lagged_targets, from_rescaled):
    """Return the maps from the features that hold the targets' past to scaled targets.

    Parameters
    ----------
    affine : list of tuple (slope, intercept) or None
        From y's units to scaled targets, as `affine_maps` returns them.
    lagged_targets : tuple of LaggedTarget or None
    from_rescaled : list of tuple (slope, intercept) or None
        From features that are scaled as a target is before the network gets them, as
        `maps_from_rescaled` returns them.

    Returns
    -------
    maps : tuple of (slope, intercept) or None
        None for an output without past, or whose scaler prevents its use.
    """
    maps = []
    for output, (lagged, of_target) in enumerate(
        zip(lagged_targets, affine, strict=True)
    ):
        if lagged is None:
            maps.append(None)
        elif from_rescaled[output]:
            maps.append(from_rescaled[output])
        elif of_target is None:
            maps.append(None)
        else:
            slope, intercept = of_target
            maps.append((slope * lagged.slope, slope * lagged.intercept + intercept))
    return tuple(maps)


def anchor_step(lagged, time_steps, persistence):
    """Return the anchor's step in the window, counted from its end as -1, -2, ..."""
    if persistence is None:
        return None
    if not isinstance(persistence, Integral):
        return -1
    check_even(lagged, f"persistence={persistence}", "persistence='last'")
    lag = lagged.lag
    n_back = steps_back(lag, int(persistence))
    step = lag - n_back - 1
    if -step > time_steps:
        raise ValueError(
            f"persistence={persistence} needs the value {n_back} steps before the row, "
            f"but windows of {counted(time_steps, 'step')} that end "
            f"{counted(lag, 'step')} before the row do not contain it. Use "
            f"time_steps={-step} or more."
        )
    return step
