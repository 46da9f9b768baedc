"""Series and tables for the tests of the scaler."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

FLOAT32 = st.floats(-(2.0**60), 2.0**60, width=32)
# Numbers below 1e-307 have fewer digits than the others.
FLOAT64 = st.floats(-1e150, 1e150, allow_subnormal=False)
BOUNDS = st.tuples(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
quick = settings(max_examples=25)


def tables(n_dims=2, elements=FLOAT64, dtype=np.float64):
    shapes = hnp.array_shapes(min_dims=n_dims, max_dims=n_dims, max_side=8)
    return hnp.arrays(dtype, shapes, elements=elements)


def walk(n=60, seed=0):
    """Return a target without two equal values."""
    return np.random.default_rng(seed).normal(size=n).cumsum()


def lag(y, shift):
    return np.concatenate([np.full(shift, np.nan), y[: len(y) - shift]])


def noise(n=60, seed=1):
    return np.random.default_rng(seed).normal(size=n)
