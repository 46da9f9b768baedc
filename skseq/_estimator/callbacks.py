"""Report a fit to scikit-learn's callbacks."""

from contextlib import contextmanager


@contextmanager
def reported_fit(estimator, X, y):
    """Tell scikit-learn's callbacks that a fit of one step begins and ends.

    Parameters
    ----------
    estimator : estimator with CallbackSupportMixin
    X, y : what ``fit`` was given
    """
    call = {"estimator": estimator, "X": X, "y": y, "metadata": {}}
    context = estimator._init_callback_context()
    context.call_on_fit_task_begin(**call)
    yield
    context.call_on_fit_task_end(**call, reconstruction_attributes=dict)
