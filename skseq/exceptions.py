"""Warning categories of skseq, for ``warnings.filterwarnings``."""


class SkillWarning(UserWarning):
    """A fitted network is less accurate than a naive rule on held-out windows."""


class RangeWarning(UserWarning):
    """The input of predict is far outside the range of the input in fit."""
