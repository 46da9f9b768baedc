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
    """

    target_parameters: tuple[str, ...] = ()

    def changed_code(self, parameters):
        """Write code that uses the estimator of a fitted forecaster, changed.

        Parameters
        ----------
        parameters : str
            Arguments of ``set_params``.

        Returns
        -------
        code : str
        """
        changed = f"clone(forecaster.estimator_).set_params({parameters})"
        return (
            "pass the pipeline of the fitted forecaster, changed, to a new one: "
            f"{self._forecaster_code(changed)}"
        )

    def example_code(self, time_steps, *parameters):
        """Write code of a forecaster with another estimator, before a fit.

        Parameters
        ----------
        time_steps : int
            Steps of its windows.
        *parameters : str
            Other arguments of the forecaster.

        Returns
        -------
        code : str
        """
        return self._forecaster_code(example_pipeline(time_steps), *parameters)

    def _forecaster_code(self, *arguments):
        arguments = *arguments, *self.target_parameters, "..."
        return f"SequenceForecaster({', '.join(arguments)})"


def window_parameters(time_steps, n_series):
    """Write the parameters of a default estimator with windows of another length.

    Parameters
    ----------
    time_steps, n_series : int
    """
    parameters = f"window__time_steps={time_steps}"
    # Long windows of several series are read in patches, which may not divide others.
    return parameters if n_series == 1 else f"{parameters}, regress__patch_length=1"


def example_pipeline(time_steps=12):
    """Write code of an estimator that can be passed instead, before a fit.

    Parameters
    ----------
    time_steps : int, default=12
    """
    return (
        "Pipeline([('scale', TargetAwareMinMaxScaler()), ('window', "
        f"SequenceWindower({time_steps})), ('regress', LSTMRegressor())])"
    )
