"""Settings and fixtures of all tests."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import settings

from skseq._engine.native import kernels

# Modules that assert for the tests, so that a failure shows its values there too.
pytest.register_assert_rewrite(
    "invalid_inputs", "pipelines", "properties_of_experiments", "properties_of_rows"
)

# The same examples in every run, so that CI fails for a reason, never by luck.
settings.register_profile(
    "reproducible", derandomize=True, deadline=None, max_examples=25
)
settings.load_profile("reproducible")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the cases of a large family as slow, but for those that its marker keeps."""
    for item in items:
        marker = item.get_closest_marker("sample")
        # By its name, a case is in the same part wherever and with whatever it runs.
        if marker and crc32(item.name.encode()) % marker.args[0]:
            item.add_marker(pytest.mark.slow)


def pytest_report_header():
    """Show whether the tests run with the compiled kernel."""
    return f"native engine: {kernels.describe()}"


@pytest.fixture(params=["native", pytest.param("keras", marks=pytest.mark.slow)])
def engine(request):
    """Name of the engine to train with: native, and in the slow part Keras as well."""
    return request.param


@pytest.fixture(scope="session")
def demo():
    """Return the program of ``make demo`` as a module."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    script = Path(__file__).parents[1] / "examples" / "demo" / "forecast_table.py"
    spec = spec_from_file_location(script.stem, script)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    matplotlib.pyplot.close("all")
