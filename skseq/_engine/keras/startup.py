"""Start TensorFlow: not in a forked process, and without its start-up messages."""

import os
import re
import sys
import tempfile
from contextlib import contextmanager, nullcontext

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
"""The environment variable that says which messages TensorFlow prints."""

STARTUP_MESSAGE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog"
    rb"|[IW]\d{4} \d\d:\d\d:\d\d"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] "
    rb"|.*(oneDNN|cuda_|cuDNN|cuBLAS|cuFFT|cuInit)"
    rb"|To enable the following instructions"
)
"""How a line begins that says nothing but what this computer has or lacks."""

_is_forked = False
"""Whether this process was forked from one in which TensorFlow had run."""


def start_tensorflow():
    """Load TensorFlow and Keras, if need be, or raise if they would hang.

    Raises
    ------
    RuntimeError
        In a process that was forked from one in which TensorFlow had run, for us or
        for anyone else.
    """
    if _is_forked:
        raise RuntimeError(
            "This process was forked from one that had used TensorFlow, whose threads "
            "do not survive a fork: Keras would hang. Start processes with joblib's "
            "'loky' (its default) or multiprocessing's 'spawn', or use "
            "engine='native', which may be forked."
        )
    if "keras" not in sys.modules or "tensorflow" not in sys.modules:
        # Users who set a log level asked for the messages, or have silenced them.
        with nullcontext() if LOG_LEVEL in os.environ else _without_messages():
            import keras  # noqa: F401
            import tensorflow as tf

            tf.config.list_physical_devices()  # prints what is wrong with CUDA, once


@contextmanager
def _without_messages():
    """Hold back TensorFlow's start-up messages; print the rest at the end.

    Most obey the environment variable, but those printed before TensorFlow's logging
    is ready go straight to file descriptor 2, whatever ``sys.stderr`` is.
    """
    os.environ[LOG_LEVEL] = "2"
    try:
        stderr = os.dup(2)
    except OSError:  # it is closed
        stderr = None
    try:
        if stderr is None:
            yield
            return
        with tempfile.TemporaryFile() as messages:
            os.dup2(messages.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(stderr, 2)
                os.close(stderr)
                messages.seek(0)
                for line in messages:
                    if not STARTUP_MESSAGE.match(line):
                        os.write(2, line)
    finally:
        del os.environ[LOG_LEVEL]


def _note_fork():
    """Remember, in a forked child, whether its parent had used TensorFlow."""
    global _is_forked  # noqa: PLW0603 - a fact about this process
    # Loaded is not used: TensorFlow starts its threads with the first computation. No
    # public function tells, and asking tf.config would start them.
    eager = sys.modules.get("tensorflow.python.eager.context")
    context = getattr(eager, "_context", None)
    if context is not None and getattr(context, "_initialized", True):
        _is_forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)
