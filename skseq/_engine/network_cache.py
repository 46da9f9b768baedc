"""A cache of networks, for the architectures used most recently."""

import os
from functools import lru_cache

# A search uses a few architectures at a time. A network takes up to seven times the
# memory of its weights with the native engine, and about 11 MiB with Keras.
N_NETWORKS = 8
"""Maximum number of networks in a cache."""


def cache_networks(make):
    """Cache what a function returns, for the arguments used most recently."""
    cached = lru_cache(N_NETWORKS)(make)
    if hasattr(os, "register_at_fork"):
        # Another thread of the parent may have been using a network during the fork.
        os.register_at_fork(after_in_child=cached.cache_clear)
    return cached
