"""The setting of all tests."""

import pytest
from hypothesis import settings

# Modules that assert for the tests, so that a failure shows its values there too.
pytest.register_assert_rewrite(
    "properties_of_experiments", "properties_of_rows", "refusals"
)

# The same examples in every run, so that CI fails for a reason, never by luck.
settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")
