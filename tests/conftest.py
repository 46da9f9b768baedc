"""The setting of all tests."""

from hypothesis import settings

# The same examples in every run, so that CI fails for a reason, never by luck.
settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")
