"""What scikit-learn's callbacks see of a backtest."""

from contextlib import contextmanager

from sklearn.base import BaseEstimator, clone
from sklearn.callback import CallbackSupportMixin
from sklearn.callback._base import AutoPropagatedCallback
from sklearn.callback._callback_support import callback_management_context

from skseq.model_selection._fold_predictions import predict_block


class Backtest(CallbackSupportMixin, BaseEstimator):
    """The estimator that callbacks get for the tasks of a backtest."""

    @classmethod
    def of(cls, estimator):
        """Take over the callbacks that also follow nested estimators.

        With ProgressBar, for example, all fits are then shown as parts of one task.
        """
        return cls().set_callbacks(*filter(is_for_nested, callbacks_of(estimator)))

    @contextmanager
    def reported(self, names):
        """Report the tasks of a backtest to callbacks; yield a context for each.

        The contexts are made before the tasks begin, because they cannot change while
        they are sent to other processes.
        """
        with callback_management_context(self):
            root = self._init_callback_context(
                "backtest", max_subtasks=len(names), sequential_subtasks=False
            )
            root.call_on_fit_task_begin(estimator=self)
            yield [
                root.subcontext(task_name=name, task_id=number)
                for number, name in enumerate(names)
            ]
            root.call_on_fit_task_end(estimator=self)


def is_for_nested(callback):
    """Return whether a callback on an estimator also follows estimators in it."""
    return isinstance(callback, AutoPropagatedCallback)


def callbacks_of(estimator):
    """List the callbacks of an estimator."""
    return getattr(estimator, "_skl_callbacks", [])


def clone_to_report(estimator):
    """Clone an estimator, without the callbacks that a Backtest takes over."""
    cloned = clone(estimator)
    if callbacks_of(cloned):
        cloned.set_callbacks(*(c for c in callbacks_of(cloned) if not is_for_nested(c)))
    return cloned


def predict_reported(caller, context, estimator, *args):
    """Run `predict_block` and report it to callbacks."""
    with context.propagate_callback_context(estimator):
        context.call_on_fit_task_begin(estimator=caller)
        predictions = predict_block(estimator, *args)
    context.call_on_fit_task_end(estimator=caller)
    return predictions
