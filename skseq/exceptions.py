"""Warning categories of skseq, for ``warnings.filterwarnings``."""


class IncompleteWindowWarning(UserWarning):
    """Some windows have missing steps: little or nothing is known for these rows."""


class LaggedTargetWarning(UserWarning):
    """A column of X nearly holds the target's past, but it cannot be used as that."""


class SkillWarning(UserWarning):
    """A fitted network is less accurate than a naive rule on held-out windows."""


class RangeWarning(UserWarning):
    """The input of predict is far outside the range of the input in fit."""
