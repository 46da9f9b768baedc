"""Networks that are ready for use, of the architectures used last."""

import os
from functools import lru_cache

N_NETWORKS = 8
"""Networks that each cache holds.

A search needs one for each architecture that it compares at a time. One takes up to
seven times the memory of its weights with the native engine, some 11 MiB with Keras.
"""

_caches = []


class NetworkCache:
    """Networks made by a function, by the arguments that it was called with.

    The least recently used one is dropped where there are more than `N_NETWORKS`.

    Parameters
    ----------
    make : callable
        Its arguments must be hashable.
    """

    def __init__(self, make):
        self._cached = lru_cache(N_NETWORKS)(make)
        _caches.append(self)

    def __call__(self, *key):
        """Return the network for a key, made now if there is none."""
        return self._cached(*key)

    def clear(self):
        """Drop all networks."""
        self._cached.cache_clear()


def _clear_all():
    for cache in _caches:
        cache.clear()


if hasattr(os, "register_at_fork"):
    # In the child, since another thread of its parent may have been using a network.
    os.register_at_fork(after_in_child=_clear_all)
