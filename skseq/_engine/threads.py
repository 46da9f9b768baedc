"""Hold BLAS to one thread while small products run, and give it back after.

The products of a recurrent step are too small to be shared between threads: waiting for
each other costs more than they save. The setting is global to the process, so the first
user makes it, the last one takes it back, and those in between only count.
"""

import os
import threading
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


class _Limit:
    """How many use the limit, and what held before the first."""

    def __init__(self):
        self.lock = threading.Lock()
        self.n_users = 0
        self.before = []


_limit = _Limit()


@cache
def _blas():
    """Find the BLAS libraries, once: it takes longer than a prediction."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


def _begin_anew():
    """Start with a free lock in a forked child, whatever its parent was doing."""
    _limit.__init__()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


@contextmanager
def one_blas_thread():
    """Run the block with one BLAS thread, from however many threads it is entered.

    Yields
    ------
    n_threads : int
        How many threads BLAS was allowed before: the block's share of the processor.
    """
    with _limit.lock:
        if _limit.n_users == 0:
            _limit.before = [(library, library.num_threads) for library in _blas()]
            for library in _blas():
                library.set_num_threads(1)
        _limit.n_users += 1
        n_threads = max((n for _, n in _limit.before), default=1)
        share = max(n_threads // _limit.n_users, 1)
    try:
        yield share
    finally:
        with _limit.lock:
            _limit.n_users -= 1
            if _limit.n_users == 0:
                for library, n_threads in _limit.before:
                    library.set_num_threads(n_threads)
