"""Code in messages about the estimator that a forecaster makes by default.

Its user has not written the estimator, and cannot set a parameter of its steps.
"""


def changed_default_code(parameters):
    """Write code that uses the estimator of a fitted forecaster with other parameters.

    Parameters
    ----------
    parameters : str
        Arguments of ``set_params``.

    Returns
    -------
    code : str
    """
    return (
        "pass the pipeline of the fitted forecaster, changed, to a new one: "
        f"SequenceForecaster(clone(forecaster.estimator_).set_params({parameters}), "
        "...)"
    )


def window_parameters(time_steps, n_series):
    """Write the parameters of a default estimator with windows of another length.

    Parameters
    ----------
    time_steps, n_series : int
    """
    parameters = f"window__time_steps={time_steps}"
    # Long windows of several series are read in patches, which may not divide others.
    return parameters if n_series == 1 else f"{parameters}, regress__patch_length=1"


def example_code(time_steps=12):
    """Write code of an estimator that can be passed instead, before a fit.

    Parameters
    ----------
    time_steps : int, default=12
    """
    return (
        "Pipeline([('scale', TargetAwareMinMaxScaler()), ('window', "
        f"SequenceWindower({time_steps})), ('regress', LSTMRegressor())])"
    )
