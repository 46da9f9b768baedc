"""Import TensorFlow without its messages, unless this process was forked from it."""

import os
import sys

from skseq._engine.keras.messages import no_startup_messages

_is_forked = False
"""Whether this process was forked from one in which TensorFlow had run."""


def start_tensorflow():
    """Import TensorFlow and Keras if necessary.

    Raises
    ------
    RuntimeError
        In a process that was forked from one in which TensorFlow had run, for skseq or
        for other code: Keras would hang.
    """
    if _is_forked:
        raise RuntimeError(
            "This process was forked from one that had used TensorFlow. The threads of "
            "TensorFlow do not exist after a fork, so Keras would hang. Start "
            "processes with 'loky' in joblib (the default) or 'spawn' in "
            "multiprocessing, or use engine='native', which works after a fork."
        )
    if "keras" not in sys.modules or "tensorflow" not in sys.modules:
        with no_startup_messages():
            import keras  # noqa: F401
            import tensorflow as tf

            # Otherwise TensorFlow prints its messages about GPUs at the first use.
            tf.config.list_physical_devices()


def finds_gpu():
    """Return whether TensorFlow can be used in this process and finds a GPU."""
    try:
        start_tensorflow()
        import tensorflow as tf
    except (ImportError, RuntimeError):  # a broken installation, or a forked process
        return False
    return bool(tf.config.list_physical_devices("GPU"))


def _note_fork():
    """Record in a forked child whether its parent had used TensorFlow."""
    global _is_forked  # noqa: PLW0603 - a fact about this process
    # An import alone is harmless: TensorFlow starts threads at the first computation.
    # No public function says whether it has, and those of tf.config start the threads.
    eager = sys.modules.get("tensorflow.python.eager.context")
    context = getattr(eager, "_context", None)
    if context is not None and getattr(context, "_initialized", True):
        _is_forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)
