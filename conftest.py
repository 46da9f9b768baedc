"""Settings of all tests, including the examples of docstrings and of the guide."""

import gc
import os
import sys
from importlib.util import find_spec

import pytest

# Threads of scikit-learn's trees wait without using the processor: with a process for
# each core, threads that wait in a loop take the cores from those that compute.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# Where the packages of an extra are not installed, its doctests are left out.
has_onnx = find_spec("onnx") and find_spec("onnxruntime")
collect_ignore = [] if has_onnx else ["skseq/export/_to_onnx.py"]


def pytest_collection_modifyitems(items):
    """Run the pages of the guide first.

    Some take half a minute. At the end, one process would work and the others wait.
    """
    items.sort(key=lambda item: item.path.suffix != ".rst")


def pytest_collection_finish():
    """Let the garbage collector skip what is loaded: it stays until the end.

    Tests and TensorFlow are nearly a million objects, and a collection visits them all.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def close_figures():
    """Close the figures of a test; matplotlib warns of more than twenty."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
