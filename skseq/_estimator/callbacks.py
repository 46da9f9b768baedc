"""Report a fit and its tasks to scikit-learn's callbacks."""

from contextlib import contextmanager


@contextmanager
def reported_fit(estimator, draft, X, y, sample_weight=None, *, max_subtasks=0):
    """Report the start of a fit, and its end unless it fails.

    Parameters
    ----------
    estimator : estimator with CallbackSupportMixin
    draft : estimator
        Holds the fitted attributes when the fit ends.
    X, y, sample_weight : what ``fit`` was given
    max_subtasks : int, default=0
        Number of tasks of this fit, such as epochs, at most.

    Yields
    ------
    report : FitReport
    """
    metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
    call = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
    context = estimator._init_callback_context(max_subtasks=max_subtasks)
    context.call_on_fit_task_begin(**call)
    yield FitReport(context, call)
    # Not in a finally block: a failed fit must not be reported as ended.
    context.call_on_fit_task_end(**call, reconstruction_attributes=lambda: vars(draft))


class FitReport:
    """Reports the tasks of a fit, such as epochs, to scikit-learn's callbacks.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext
        Context of the whole fit.
    call : dict
        The keyword arguments ``estimator``, ``X``, ``y`` and ``metadata``.
    """

    def __init__(self, context, call):
        self._context = context
        self._call = call

    def begin_task(self, name):
        """Report the start of a task.

        Returns
        -------
        end : callable
            ``end(reconstruction_attributes)`` reports the end of the task and returns
            whether a callback requests to stop. The argument is a callable that returns
            the attributes of the estimator as fitted so far.
        """
        task = self._context.subcontext(task_name=name)
        task.call_on_fit_task_begin(**self._call)

        def end(reconstruction_attributes):
            return task.call_on_fit_task_end(
                **self._call, reconstruction_attributes=reconstruction_attributes
            )

        return end
