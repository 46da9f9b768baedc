"""Warning categories of skseq, for ``warnings.filterwarnings``."""


class IncompleteWindowWarning(UserWarning):
    """Some windows have missing steps: little or nothing is known for these rows."""


class LaggedTargetWarning(UserWarning):
    """A column of X nearly holds the target's past, but it cannot be used as that.

    Also raised by :class:`~skseq.SequenceWindower` if X holds the target's newest known
    value, but no window does.

    Also raised for windows that were not cut by
    :class:`~skseq.SequenceWindower` and show the value to predict, or are not in the
    order of time.
    """


class SkillWarning(UserWarning):
    """A fitted network is less accurate than a naive forecast on the same windows."""


class RangeWarning(UserWarning):
    """The input of predict is far outside the range of the input in fit."""
