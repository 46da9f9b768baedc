"""Code in messages about the estimator that a forecaster makes by default.

Its user has not written the estimator, and cannot set a parameter of its steps.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DefaultEstimator:
    """Writes code that replaces the estimator which a forecaster made by default.

    Attributes
    ----------
    target_parameters : tuple of str
        Arguments with which a forecaster that gets an estimator transforms the target
        in the same way, such as "log=True".
    patch_length : int, default=1
        Patch length of its network.
    season_length : int, default=1
        Number of steps in a season, 1 if there is none.
    """

    target_parameters: tuple[str, ...] = ()
    patch_length: int = 1
    season_length: int = 1

    def changed_code(self, parameters):
        """Write code that changes the estimator of a fitted forecaster by parameters.

        These are arguments of ``set_params``, as code.
        """
        changed = f"clone(forecaster.estimator_).set_params({parameters})"
        return (
            "change a copy of the fitted pipeline and pass it to a new forecaster: "
            f"{self._forecaster_code(changed)}"
        )

    def shorter_windows_code(self, time_steps):
        """Write code that uses the estimator with windows of fewer steps."""
        parameters = f"window__time_steps={time_steps}"
        if self.patch_length > 1:  # which may not divide shorter windows
            parameters += ", regress__patch_length=1"
        return self.changed_code(parameters)

    def example_code(self, time_steps, *parameters):
        """Write code of a forecaster with another estimator, before a fit.

        The parameters are other arguments of the forecaster, as code.
        """
        return self._forecaster_code(example_pipeline(time_steps), *parameters)

    def _forecaster_code(self, *arguments):
        arguments = *arguments, *self.target_parameters, "..."
        return f"SequenceForecaster({', '.join(arguments)})"


def example_pipeline(time_steps=12):
    """Write code of an estimator that can be passed instead, before a fit."""
    return (
        "Pipeline([('scale', TargetAwareMinMaxScaler()), ('window', "
        f"SequenceWindower({time_steps})), ('regress', LSTMRegressor())])"
    )
