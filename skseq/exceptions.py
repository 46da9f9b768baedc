"""Warnings of skseq, to be caught or silenced by their class."""


class IncompleteWindowWarning(UserWarning):
    """Some windows have missing steps: little or nothing is known for these rows."""


class LaggedTargetWarning(UserWarning):
    """A column of X nearly holds the target's past, but it cannot be used as that."""


class SkillWarning(UserWarning):
    """A fitted network predicts worse than a naive rule that costs nothing."""


class RangeWarning(UserWarning):
    """Windows to predict from are far from all that the estimator was fitted on."""
