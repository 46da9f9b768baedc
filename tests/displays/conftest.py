"""Figures without a window, closed before and after each test."""

import pytest


@pytest.fixture(autouse=True)
def plt():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.close("all")  # examples in docstrings leave theirs open
    yield pyplot
    pyplot.close("all")
