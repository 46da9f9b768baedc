"""Threads that share the parts of some work, with results in a fixed order.

Which thread computes which part may vary, but results are collected one after another
in the order of the parts. Sums are therefore rounded in the same way for any number of
threads.
"""

from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from threading import Condition, local

from skseq._engine.blas import limit_blas

# An interrupt that comes just before a wait, or on Windows during it, is handled after
# the wait.
SECONDS_PER_WAIT = 0.3
"""Maximum time of a wait, after which another one begins."""


class StoppedError(Exception):
    """Raised in a thread whose result is not needed, because another one failed."""


_current = local()


def stop_if_failed():
    """Raise `StoppedError` if another thread has failed or has been interrupted.

    Loops that may take long call it, so that nobody waits for the rest of a part.
    """
    work = getattr(_current, "work", None)
    if work is not None and work.has_failed:
        raise StoppedError


class WorkerThreads:
    """The calling thread and helpers that start when they are first needed.

    Use it as a context; at its end the helpers end. Exceptions leave none behind.

    Parameters
    ----------
    count : callable
        Returns how many threads may currently compute, the calling one included.
    """

    def __init__(self, count):
        self._count = count
        self._pool = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._pool:
            self._pool.shutdown()

    def run(self, n_parts, compute, collect=None):
        """Compute all parts.

        Parameters
        ----------
        n_parts : int
        compute : callable
            Called with the number of a worker and the number of a part. At any time,
            each worker computes one part at most, so it may have buffers of its own.
        collect : callable, optional
            Called with the same numbers after ``compute``, in the order of the parts
            and never by two threads at the same time.
        """
        n_workers = min(n_parts, self._count())
        if n_workers <= 1:
            for part in range(n_parts):
                compute(0, part)
                if collect:
                    collect(0, part)
            return
        work = _Work(n_parts, compute, collect)
        if self._pool is None:
            # It starts a thread only when it needs one more, so this limits nothing.
            self._pool = ThreadPoolExecutor(1000, initializer=limit_blas)
        helpers = []
        try:
            for worker in range(1, n_workers):
                # NumPy stores its error settings in the context, which threads do not
                # inherit.
                job = partial(copy_context().run, work.compute_parts, worker)
                try:
                    helpers.append(self._pool.submit(job))
                except RuntimeError:
                    # No thread may start once the interpreter shuts down, or beyond a
                    # limit of the system. Fewer threads compute the same.
                    break
            work.compute_parts(0)
            wait_for(helpers)
        except BaseException:
            # An interrupt reaches this thread only, and must stop all.
            work.stop()
            raise
        finally:
            # Until the helpers are done, they write to buffers that the caller reads.
            wait_for(helpers)
        for helper in helpers:
            helper.result()


def wait_for(futures):
    """Wait until futures are done."""
    while wait(futures, SECONDS_PER_WAIT).not_done:
        pass


class _Work:
    """What the threads of one call of `WorkerThreads.run` share."""

    def __init__(self, n_parts, compute, collect):
        self.parts = iter(range(n_parts))  # next() of it is atomic
        self.compute = compute
        self.collect = collect
        self.n_collected = 0
        self.has_failed = False
        self.changed = Condition()

    def compute_parts(self, worker):
        """Compute one part after another until none is left or a thread has failed."""
        # A job whose thread could not start stays in the queue of the pool, where
        # another thread may find it after a failure.
        if self.has_failed:
            return
        # A signal handler may predict while its thread computes a part.
        outer, _current.work = getattr(_current, "work", None), self
        try:
            for part in self.parts:
                self.compute(worker, part)
                if self.collect:
                    self._collect_in_turn(worker, part)
                stop_if_failed()
        except StoppedError:
            return
        except BaseException:
            self.stop()
            raise
        finally:
            _current.work = outer

    def stop(self):
        """Let all threads return, the waiting ones at once."""
        with self.changed:
            self.has_failed = True
            self.changed.notify_all()

    def _collect_in_turn(self, worker, part):
        """Wait until all parts before this one have been collected; collect it."""
        # Parts are handed out in order, so the first one that is missing is being
        # computed by a thread that does not wait.
        with self.changed:
            while self.n_collected != part and not self.has_failed:
                self.changed.wait(SECONDS_PER_WAIT)
            if self.has_failed:
                return
            self.collect(worker, part)
            self.n_collected += 1
            self.changed.notify_all()
