"""TensorFlow does not survive a fork: say so instead of hanging."""

import os

_user = None
"""The process in which TensorFlow has run for us."""


def refuse_after_fork():
    """Raise in a fork of a process that has used TensorFlow: its threads are gone."""
    global _user  # noqa: PLW0603 - what is asked is which process this module is in
    _user = _user or os.getpid()
    if _user != os.getpid():
        raise RuntimeError(
            "This process was forked from one that had used TensorFlow, whose threads "
            "do not survive a fork: Keras would hang. Start processes with joblib's "
            "'loky' (its default) or multiprocessing's 'spawn', or use "
            "engine='native', which may be forked."
        )
