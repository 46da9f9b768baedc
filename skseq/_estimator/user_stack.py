"""Who called: the frames from our own code out to the user's, across threads."""

import sys
from threading import get_ident


def stack_of_user(frame):
    """List frames from the inside to the outside.

    A task of scikit-learn in a thread of joblib continues with the thread that waits
    for it, which contains the user's line.

    Parameters
    ----------
    frame : frame

    Returns
    -------
    frames : list of frame
    """
    frames = frames_from(frame)
    while (task := last_task(frames)) is not None:
        place = frames.index(task)
        waiting = find_waiting(task.f_locals.get("config"))
        # A task in the thread that waits for it has its caller in the stack already.
        if waiting is None or waiting in frames[place:]:
            break
        frames = frames[: place + 1] + frames_from(waiting)
    return frames


def frames_from(frame):
    """List a frame and all that called it in its thread."""
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def last_task(frames):
    """Return the outermost frame that is a task of scikit-learn's Parallel, or None."""
    return next((frame for frame in reversed(frames) if is_task(frame)), None)


def is_task(frame):
    """Return whether a frame runs a task of scikit-learn's Parallel."""
    return is_of(frame, ("sklearn.utils.parallel",)) and (
        frame.f_code.co_qualname == "_FuncWrapper.__call__"
    )


def find_waiting(config):
    """Find the call of scikit-learn's Parallel that made a task, in any thread.

    Parameters
    ----------
    config : dict
        The configuration that all tasks of one call share.

    Returns
    -------
    frame : frame or None
        None in a worker process.
    """
    tops = sys._current_frames()
    # A frame that refers to itself would stay alive, with all its callers.
    tops[get_ident()] = sys._getframe(1)
    for top in tops.values():
        for caller in frames_from(top):
            is_parallel = caller.f_code.co_qualname == "Parallel.__call__" and is_of(
                caller, ("sklearn.utils.parallel",)
            )
            if is_parallel and caller.f_locals.get("config") is config:
                return caller
    return None


def is_of(frame, packages):
    """Return whether a frame belongs to one of some packages or modules."""
    name = frame.f_globals.get("__name__", "")
    # A process that runs a module, as the workers of joblib do, hides its name.
    if name == "__main__" and frame.f_globals.get("__spec__"):
        name = frame.f_globals["__spec__"].name
    return any(name == p or name.startswith(f"{p}.") for p in packages)
