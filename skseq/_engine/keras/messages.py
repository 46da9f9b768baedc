"""Hide messages of TensorFlow that users of skseq cannot act on."""

import logging
import os
import re
import tempfile
import threading
from contextlib import contextmanager

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
"""Environment variable that sets which messages TensorFlow prints."""

STARTUP_MESSAGE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog"
    rb"|[IW]\d{4} \d\d:\d\d:\d\d"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] "
    rb"|.*(oneDNN|cuda_|cuDNN|cuBLAS|cuFFT|cuInit)"
    rb"|To enable the following instructions"
)
"""Start of a line that only describes the hardware of this computer."""


@contextmanager
def no_startup_messages():
    """Hide the start-up messages of TensorFlow while the block imports it.

    Other output to stderr is printed at the end of the block. Users who have set the
    log level themselves see all messages of that level.
    """
    if LOG_LEVEL in os.environ:
        yield
        return
    os.environ[LOG_LEVEL] = "2"
    try:
        # TensorFlow prints some messages before it reads the log level. They go to file
        # descriptor 2 and not through sys.stderr.
        with _filtered_stderr():
            yield
    finally:
        del os.environ[LOG_LEVEL]


@contextmanager
def _filtered_stderr():
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
    """Hide the warnings of TensorFlow about frequent tracing in a block.

    A search over architectures has to trace many networks.
    """
    # Other threads may train models of the user, whose warnings must be shown.
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
