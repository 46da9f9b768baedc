"""Which warnings the user has seen in one call of a search.

scikit-learn sets the filters of warnings anew in each task of a search, so that Python
shows the same warning in every fold. What was shown is therefore recorded here. The
refit on all rows, whose model is the one that predicts, shows a warning if the folds
did not show it.
"""

from multiprocessing import parent_process

from skseq._estimator.user_stack import is_of

REPEATING_MODULES = (
    "sklearn.model_selection",
    "sklearn.inspection",
    "sklearn.feature_selection",
    "sklearn.ensemble",
    "sklearn.multioutput",
    "sklearn.calibration",
    "skseq.model_selection",
    "skseq._forecasting.strategies.recursive",
    "skseq._forecasting.pipeline.from_origins",
)
"""Modules that fit or predict many times in one call of the user."""

NOTE = "<warnings shown by skseq>"
"""Key among a frame's local variables; no variable in its code can have this name."""

_of_tasks = {"config": None, "shown": {}}
"""What the tasks of scikit-learn's latest Parallel have shown in this process."""


def shown_in_call(frames):
    """Return the warnings shown in the user's call, as a dict to write into.

    It is stored in the frame of that call and ends with it; a reference to the frame,
    or its id, would outlive it. It is a new dict if no search or other repeating
    module is among the callers.
    """
    if not any(is_of(frame, REPEATING_MODULES) for frame in frames):
        return {}
    call = [frame for frame in frames if is_of(frame, ("sklearn", "skseq"))][-1]
    if call.f_code.co_qualname == "_FuncWrapper.__call__":
        return _shown_by_tasks(call.f_locals.get("config"))
    return call.f_locals.setdefault(NOTE, {})


def _shown_by_tasks(config):
    """Return the warnings shown by tasks in threads or in a worker process.

    In threads, all tasks of one call share the configuration. A worker process gets
    copies, so it does not know where a call begins and shows a warning once.
    """
    if parent_process() is None and config is not _of_tasks["config"]:
        _of_tasks.update(config=config, shown={})
    return _of_tasks["shown"]


def is_refit(frames):
    """Return whether a search is fitting its best candidate, after all folds."""
    repeating = [frame for frame in frames if is_of(frame, REPEATING_MODULES)]
    names = {frame.f_code.co_qualname for frame in repeating}
    return "BaseSearchCV.fit" in names and "_fit_and_score" not in names
