"""Warning categories of skseq, for ``warnings.filterwarnings``."""


class IncompleteWindowWarning(UserWarning):
    """Some windows have missing steps, so little or nothing is known for these rows.

    Also raised if series are too short for a window, and if several calls with arrays
    are all assumed to follow the fitted rows directly.
    """


class LaggedTargetWarning(UserWarning):
    """A column of X nearly equals the target or its past.

    If it nearly equals the target's past, it is not used as such. If it nearly equals
    the value to predict or a later one, or is a function of it such as its logarithm,
    it leaks that value.

    Also raised by :class:`~skseq.SequenceWindower` if X contains the newest known value
    of the target, but no window does.

    Also raised for windows that were not cut by :class:`~skseq.SequenceWindower`, if
    they contain the value to predict or are not in time order.
    """


class SkillWarning(UserWarning):
    """A fitted network is less accurate than a naive forecast on the same windows.

    Also raised if the loss is not smallest where predictions equal the targets.
    """


class RangeWarning(UserWarning):
    """Values are far outside the range of the others.

    The input of ``predict`` is far outside its range in ``fit``; forecasts are far from
    all known values; or values of y seem to be wrong or in another unit than the
    others.
    """
