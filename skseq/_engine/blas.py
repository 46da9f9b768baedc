"""Hold BLAS to one thread while small products run, and give it back after.

The products of a recurrent step are too small to be shared between threads: waiting for
each other costs more than they save. The setting is global to the process, so the first
user makes it, the last one takes it back, and those in between only count.
"""

import os
import threading
from contextlib import contextmanager, suppress
from functools import cache

from threadpoolctl import ThreadpoolController


def run_alone(lock, function, *args):
    """Run a function with a lock held, and let go of the lock in any case.

    Leaving a ``with`` may be interrupted before the lock is free, and the next to ask
    for it would wait forever.

    Parameters
    ----------
    lock : threading.RLock
    function : callable
    *args
    """
    try:
        try:
            lock.acquire()
            return function(*args)
        finally:
            _free(lock)
    finally:
        _free(lock)  # if an interrupt came before the first could


def _free(lock):
    with suppress(RuntimeError):  # it is free
        lock.release()


class _Limit:
    """Who uses the limit, and what held before the first."""

    def __init__(self):
        self.lock = threading.RLock()
        self.users = set()
        self.before = []


_limit = _Limit()


@cache
def _blas():
    """Find the BLAS libraries, once: it takes longer than a prediction."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


def _begin_anew():
    """Start with a free lock in a forked child, whatever its parent was doing."""
    _restore()
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
    user = object()
    try:
        try:
            yield run_alone(_limit.lock, _enter, user)
        finally:
            run_alone(_limit.lock, _leave, user)
    finally:  # makes up for an interrupt of the first, else does nothing
        run_alone(_limit.lock, _leave, user)


def _enter(user):
    if not _limit.users:
        _limit.before = [(library, library.num_threads) for library in _blas()]
    _limit.users.add(user)
    for library in _blas():
        library.set_num_threads(1)
    n_threads = max((n for _, n in _limit.before), default=1)
    return max(n_threads // len(_limit.users), 1)


def _leave(user):
    _limit.users.discard(user)
    if not _limit.users:
        _restore()


def _restore():
    for library, n_threads in _limit.before:
        library.set_num_threads(n_threads)
