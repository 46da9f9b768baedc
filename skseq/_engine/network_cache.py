"""A cache of networks, for the architectures used most recently."""

import os
from functools import lru_cache

# A search uses a few architectures at a time. A network takes up to seven times the
# memory of its weights with the native engine, and about 11 MiB with Keras.
N_NETWORKS = 8
"""Maximum number of networks in a cache."""

_caches = []


class NetworkCache:
    """Calls a function that makes a network, and caches what it returns by arguments.

    The cache drops the least recently used network if it has more than `N_NETWORKS`.

    Parameters
    ----------
    make : callable
        Its arguments must be hashable.
    """

    def __init__(self, make):
        self._cached = lru_cache(N_NETWORKS)(make)
        _caches.append(self)

    def __call__(self, *key):
        """Return the network for some arguments; make it if it is not cached."""
        return self._cached(*key)

    def clear(self):
        """Drop all networks."""
        self._cached.cache_clear()


def _clear_all():
    for cache in _caches:
        cache.clear()


if hasattr(os, "register_at_fork"):
    # Another thread of the parent may have been using a network during the fork.
    os.register_at_fork(after_in_child=_clear_all)
