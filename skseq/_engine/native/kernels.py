"""Choice of what computes the steps of training: the compiled kernel, or NumPy.

The kernel is the extension module `_compiled`. It is missing if skseq was installed
without a C compiler. Then, or if the environment variable ``SKSEQ_PURE_NUMPY`` is set
to a value that is not empty, the NumPy code runs. Its results are the same up to
rounding.
"""

import os
from importlib import import_module

from skseq._engine.native.cells import CELLS


def load_kernel():
    """Import the compiled cells.

    Returns
    -------
    compiled_cells : module or None
        None if the kernel is missing or not wanted.
    """
    if os.environ.get("SKSEQ_PURE_NUMPY"):
        return None
    try:
        return import_module("skseq._engine.native.compiled_cells")
    # A kernel that was built with another SciPy may not load: Cython raises TypeError
    # if the arguments of a BLAS function differ.
    except (ImportError, TypeError):
        return None


kernel = load_kernel()
"""The module `compiled_cells`, or None. Read it here, because tests replace it."""


def cell_classes():
    """Return the class of each cell by name."""
    return CELLS if kernel is None else kernel.COMPILED_CELLS


def make_passes(network):
    """Return the compiled passes of a network, or None if NumPy computes them."""
    return None if kernel is None else kernel.make_passes(network)


def describe():
    """Say in one line whether the compiled kernel is used."""
    if kernel is None:
        return "NumPy; the compiled kernel is missing or SKSEQ_PURE_NUMPY is set"
    return f"compiled kernel, with vector instructions: {kernel.LEVELS[-1]}"
