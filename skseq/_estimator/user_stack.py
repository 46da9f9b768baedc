"""The callers: the frames from our own code out to the user's line."""

from traceback import walk_stack

SKIPPED_PACKAGES = (
    *("skseq", "sklearn", "joblib"),
    *("contextlib", "concurrent", "multiprocessing", "runpy", "threading"),
)
"""Packages between the user's line and ours: a pipeline or a search calls fit, perhaps
in a thread or a process, and contextlib runs our context managers."""


def frames_from(frame):
    """List a frame and its callers in the same thread, the innermost first."""
    return [caller for caller, _ in walk_stack(frame)]


def line_of_user(frames):
    """Return the frame to point to: the user's, else our method that was called."""
    for frame in frames:
        if not is_of(frame, SKIPPED_PACKAGES):
            return frame
    return [frame for frame in frames if is_of(frame, ("skseq",))][-1]


def is_of(frame, packages):
    """Return whether a frame belongs to one of some packages or modules."""
    name = frame.f_globals.get("__name__", "")
    # A process that runs a module, as the workers of joblib do, hides its name.
    if name == "__main__" and frame.f_globals.get("__spec__"):
        name = frame.f_globals["__spec__"].name
    return any(name == p or name.startswith(f"{p}.") for p in packages)
