"""Messages of TensorFlow that users of this package can do nothing about."""

import logging
import os
import re
import tempfile
import threading
from contextlib import contextmanager

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
"""The environment variable that says which messages TensorFlow prints."""

STARTUP_MESSAGE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog"
    rb"|[IW]\d{4} \d\d:\d\d:\d\d"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] "
    rb"|.*(oneDNN|cuda_|cuDNN|cuBLAS|cuFFT|cuInit)"
    rb"|To enable the following instructions"
)
"""The beginning of a line that only says what this computer has or lacks."""


@contextmanager
def no_startup_messages():
    """Import TensorFlow in the block without its start-up messages.

    Whatever else is printed meanwhile is printed at the end. Users who have set the
    log level see the messages that they asked for.
    """
    if LOG_LEVEL in os.environ:
        yield
        return
    os.environ[LOG_LEVEL] = "2"
    try:
        # Not all messages obey the log level. Those printed before TensorFlow's logging
        # is ready go straight to file descriptor 2, whatever sys.stderr is.
        with _held_back_stderr():
            yield
    finally:
        del os.environ[LOG_LEVEL]


@contextmanager
def _held_back_stderr():
    try:
        stderr = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    with tempfile.TemporaryFile() as lines:
        os.dup2(lines.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            lines.seek(0)
            for line in lines:
                if not STARTUP_MESSAGE.match(line):
                    os.write(2, line)


@contextmanager
def no_retracing_warnings():
    """Run a block without TensorFlow's warnings of frequent tracing.

    A search over architectures traces one network after the other, as it must.
    """
    thread = threading.get_ident()

    def is_shown(record):
        is_ours = record.thread == thread
        return not (
            is_ours and "triggered tf.function retracing" in record.getMessage()
        )

    logger = logging.getLogger("tensorflow")
    logger.addFilter(is_shown)
    try:
        yield
    finally:
        logger.removeFilter(is_shown)
