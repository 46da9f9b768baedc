"""The engines that bad input is tried with."""

import numpy_engine
import pytest

from skseq._engine import keras


@pytest.fixture
def small_engine(monkeypatch):
    """Train with NumPy."""
    monkeypatch.setattr(keras, "train", numpy_engine.train)
    monkeypatch.setattr(keras, "predict", numpy_engine.predict)


@pytest.fixture(params=["numpy", pytest.param("keras", marks=pytest.mark.slow)])
def engine(request):
    """Train with the small engine, and in the slow part with Keras as well."""
    if request.param == "numpy":
        request.getfixturevalue("small_engine")
