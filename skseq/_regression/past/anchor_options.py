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

    @property
    def requested(self):
        """Names of the parameters that are neither "auto" nor off."""
        names = []
        for name, value in vars(self).items():
            is_zero_weight = name == "linear_weight" and value == 0
            is_off = value is None or value is False or is_zero_weight
            if value != "auto" and not is_off:
                names.append(name)
        return names

    def check_none_requested(self, missing, remedy):
        """Raise if a parameter other than "auto" needs what is missing."""
        if self.requested:
            names = " and ".join(self.requested)
            raise ValueError(
                f"{names} cannot be applied without {missing}. {remedy}, or leave "
                f"{names} at 'auto'."
            )
