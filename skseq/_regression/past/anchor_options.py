"""The parameters that need the past of targets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AnchorOptions:
    """The parameters that set normalization, anchors and the linear forecast.

    An anchor is the known value of the target that the network's output is added to.
    """

    normalization: str | None
    persistence: str | int | None
    target_feature: str | int | tuple
    linear_weight: str | float
    window_statistics: str | bool

    @classmethod
    def from_estimator(cls, estimator):
        """Copy the parameters of an estimator."""
        target_feature = estimator.target_feature
        if isinstance(target_feature, list):  # the user may change it after fit
            target_feature = tuple(target_feature)
        statistics = estimator.window_statistics
        return cls(
            estimator.normalization,
            estimator.persistence,
            target_feature,
            estimator.linear_weight,
            statistics if isinstance(statistics, str) else bool(statistics),
        )

    @property
    def are_disabled(self):
        """Whether both normalization and persistence are None."""
        return self.normalization is None and self.persistence is None

    def check_none_requested(self, missing, remedy):
        """Raise if a parameter that is neither "auto" nor off needs what is missing."""
        requested = []
        for name, value in vars(self).items():
            is_off = value is None or value is False
            is_off |= name == "linear_weight" and value == 0
            if value != "auto" and not is_off:
                requested.append(name)
        if requested:
            names = " and ".join(requested)
            raise ValueError(
                f"{names} cannot be applied without {missing}. {remedy}, or leave "
                f"{names} at 'auto'."
            )
