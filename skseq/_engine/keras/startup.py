"""Start TensorFlow: without its messages, and not in a forked process."""

import os
import sys

from skseq._engine.keras.messages import no_startup_messages

_is_forked = False
"""Whether this process was forked from one in which TensorFlow had run."""


def start_tensorflow():
    """Import TensorFlow and Keras, if need be, or raise where they would hang.

    Raises
    ------
    RuntimeError
        In a process that was forked from one in which TensorFlow had run, for this
        package or for anyone else.
    """
    if _is_forked:
        raise RuntimeError(
            "This process was forked from one that had used TensorFlow, whose threads "
            "do not survive a fork: Keras would hang. Start processes with joblib's "
            "'loky' (its default) or multiprocessing's 'spawn', or use "
            "engine='native', which may be forked."
        )
    if "keras" not in sys.modules or "tensorflow" not in sys.modules:
        with no_startup_messages():
            import keras  # noqa: F401
            import tensorflow as tf

            tf.config.list_physical_devices()  # else it prints what is wrong later


def finds_gpu():
    """Return whether TensorFlow can be used in this process and finds a GPU."""
    try:
        start_tensorflow()
        import tensorflow as tf
    except (ImportError, RuntimeError):  # a broken installation, or a forked process
        return False
    return bool(tf.config.list_physical_devices("GPU"))


def _note_fork():
    """Remember, in a forked child, whether its parent had used TensorFlow."""
    global _is_forked  # noqa: PLW0603 - a fact about this process
    # Importing TensorFlow does no harm: it starts threads for the first computation.
    # No public function tells, and those of tf.config would start the threads.
    eager = sys.modules.get("tensorflow.python.eager.context")
    context = getattr(eager, "_context", None)
    if context is not None and getattr(context, "_initialized", True):
        _is_forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)
