"""Data that the tests of pipelines share."""

import pytest
from pipelines import N_TEST, N_TRAIN, make_months, split


@pytest.fixture
def frames():
    """Rows to fit and the rows that follow, as frames on months."""
    return split(*make_months(N_TRAIN + N_TEST))


@pytest.fixture
def arrays():
    """The same rows as arrays."""
    X, y = make_months(N_TRAIN + N_TEST)
    return split(X.to_numpy(), y.to_numpy())


@pytest.fixture(params=["frames", "arrays"])
def data(request):
    """The rows in either container."""
    return request.getfixturevalue(request.param)
