"""Code in messages: an estimator to pass to a SequenceForecaster."""


def estimator_code(*steps):
    """Write the parameter ``estimator`` with a Pipeline.

    A forecaster without an estimator makes one, so messages cannot advise its user to
    change a parameter of a step.

    Parameters
    ----------
    *steps : str
        The code of each step.

    Returns
    -------
    code : str
    """
    return f"estimator=make_pipeline({', '.join(steps)})"
