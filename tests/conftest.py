"""The setting of all tests."""

import numpy_engine
import pytest
from hypothesis import settings

from skseq._engine import keras

# Modules that assert for the tests, so that a failure shows its values there too.
pytest.register_assert_rewrite(
    "properties_of_experiments", "properties_of_rows", "invalid_inputs"
)

# The same examples in every run, so that CI fails for a reason, never by luck.
settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")


@pytest.fixture
def small_engine(monkeypatch):
    """Train with NumPy, in this process and its threads."""
    monkeypatch.setattr(keras, "train", numpy_engine.train)
    monkeypatch.setattr(keras, "predict", numpy_engine.predict)


@pytest.fixture(params=["numpy", pytest.param("keras", marks=pytest.mark.slow)])
def engine(request):
    """Train with the small engine, and in the slow part with Keras as well."""
    if request.param == "numpy":
        request.getfixturevalue("small_engine")
