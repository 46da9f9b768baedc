"""Networks that are kept ready for use, up to a number that users may set."""

import os
from functools import lru_cache
from numbers import Integral

_setting = {"size": 8}
"""How many networks each engine keeps; it outlasts the loading of an engine."""

_caches = []


class NetworkCache:
    """What a function made for the arguments that it was last called with.

    The least recently used is let go where there are too many.

    Parameters
    ----------
    make : callable
    """

    def __init__(self, make):
        self._make = make
        self.resize(_setting["size"])
        _caches.append(self)

    def __call__(self, *key):
        """Return what was made for a key, made now if need be."""
        return self._cached(*key)

    def resize(self, size):
        """Start anew with another size."""
        self._cached = lru_cache(size)(self._make)


def set_predictor_cache_size(size):
    """Set how many fitted networks each engine keeps ready to predict with.

    A network that is kept answers without being laid out (native) or traced (Keras)
    again. Natively it takes up to seven times the memory of its weights, with Keras
    some 11 MiB more. Each engine keeps 8 unless this is called; those kept so far are
    let go.

    The Keras engine keeps as many architectures ready to train, too, each with as many
    networks as were trained at once.

    Parameters
    ----------
    size : int
        0 keeps none.

    Raises
    ------
    ValueError
        If size is no whole number of at least 0.

    Examples
    --------
    >>> from skseq import set_predictor_cache_size
    >>> set_predictor_cache_size(32)
    >>> set_predictor_cache_size(8)
    """
    is_count = isinstance(size, Integral) and not isinstance(size, bool)
    if not is_count or size < 0:
        raise ValueError(f"size must be a whole number of at least 0; got {size!r}.")
    _setting["size"] = int(size)
    for cache in _caches:
        cache.resize(_setting["size"])


def _begin_anew():
    """Let all go in a forked child: its parent may have been using one."""
    for cache in _caches:
        cache._cached.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
