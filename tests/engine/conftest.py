"""The implementations of the native engine, for tests that run with each of them."""

import pytest

from skseq._engine.native import kernels


@pytest.fixture(params=["compiled", "numpy"])
def implementation(request, monkeypatch):
    """Run the native engine with the compiled kernel, or with NumPy alone."""
    if request.param == "numpy":
        monkeypatch.setattr(kernels, "kernel", None)
    elif kernels.kernel is None:
        pytest.skip("the compiled kernel is missing")
    return request.param
