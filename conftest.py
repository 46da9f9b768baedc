"""Settings of all tests, including the examples of docstrings and of the guide."""

import sys
from importlib.util import find_spec

import pytest

# Where the packages of an extra are not installed, its doctests are left out.
has_onnx = find_spec("onnx") and find_spec("onnxruntime")
collect_ignore = [] if has_onnx else ["skseq/export/_to_onnx.py"]


def pytest_collection_modifyitems(items):
    """Run the pages of the guide first.

    Some take half a minute. At the end, one process would work and the others wait.
    """
    items.sort(key=lambda item: item.path.suffix != ".rst")


@pytest.fixture(autouse=True)
def close_figures():
    """Close the figures of a test; matplotlib warns of more than twenty."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
