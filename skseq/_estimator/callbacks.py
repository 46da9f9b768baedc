"""Report a fit and its tasks to scikit-learn's callbacks."""

from contextlib import contextmanager

from sklearn.callback._base import AutoPropagatedCallback


@contextmanager
def reported_fit(estimator, draft, X, y, sample_weight, max_subtasks):
    """Report the start of a fit, and its end unless it fails; see `drafted_fit`.

    A fit without tasks inside another fit, such as that of a step of a Pipeline, is
    reported by the outer fit alone. A second report would only add a line to the
    progress bar.
    """
    if max_subtasks == 0 and is_reported_by_outer_fit(estimator):
        yield None
        return
    metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
    call = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
    context = estimator._init_callback_context(max_subtasks=max_subtasks)
    context.call_on_fit_task_begin(**call)
    yield FitReport(context, call)
    # Not in a finally block: a failed fit must not be reported as ended.
    context.call_on_fit_task_end(**call, reconstruction_attributes=lambda: vars(draft))


def is_reported_by_outer_fit(estimator):
    """Return whether an outer fit reports a fit, to all callbacks of the estimator."""
    callbacks = vars(estimator).get("_skl_callbacks", ())
    return hasattr(estimator, "_parent_callback_ctx") and all(
        isinstance(callback, AutoPropagatedCallback) for callback in callbacks
    )


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

    @contextmanager
    def nested_task(self, name, max_subtasks):
        """Report a task; yield a FitReport for its own tasks, such as epochs."""
        task = self._context.subcontext(task_name=name, max_subtasks=max_subtasks)
        task.call_on_fit_task_begin(**self._call)
        yield FitReport(task, self._call)
        task.call_on_fit_task_end(**self._call)

    @contextmanager
    def inner_fit(self, estimator, name):
        """Report the fit of another estimator, and pass the callbacks on to it."""
        task = self._context.subcontext(task_name=name)
        with task.propagate_callback_context(estimator):
            task.call_on_fit_task_begin(**self._call)
            yield
            task.call_on_fit_task_end(**self._call)
