"""Report a fit, and the tasks within it, to scikit-learn's callbacks."""

from contextlib import contextmanager


@contextmanager
def reported_fit(estimator, draft, X, y, sample_weight=None, *, max_subtasks=0):
    """Report the begin of a fit, and its end if it does not fail.

    Parameters
    ----------
    estimator : estimator with CallbackSupportMixin
    draft : estimator
        What has been learned when the fit ends.
    X, y, sample_weight : what ``fit`` was given
    max_subtasks : int, default=0

    Yields
    ------
    report : FitReport
    """
    metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
    call = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
    context = estimator._init_callback_context(max_subtasks=max_subtasks)
    context.call_on_fit_task_begin(**call)
    yield FitReport(context, call)
    context.call_on_fit_task_end(**call, reconstruction_attributes=lambda: vars(draft))


class FitReport:
    """Reports tasks of a fit, such as epochs, to scikit-learn's callbacks.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext
        Of the whole fit.
    call : dict
        The keyword arguments ``estimator``, ``X``, ``y`` and ``metadata``.
    """

    def __init__(self, context, call):
        self._context = context
        self._call = call

    def begin_task(self, name):
        """Report the begin of a task.

        Returns
        -------
        end : callable
            ``end(reconstruction_attributes)`` reports its end, and returns whether a
            callback asks to stop. The argument is a callable that returns the
            attributes of an estimator fitted so far.
        """
        task = self._context.subcontext(task_name=name)
        task.call_on_fit_task_begin(**self._call)

        def end(reconstruction_attributes):
            return task.call_on_fit_task_end(
                **self._call, reconstruction_attributes=reconstruction_attributes
            )

        return end
