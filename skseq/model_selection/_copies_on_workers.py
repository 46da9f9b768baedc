"""Send data to the workers of a cluster once, before the tasks that use it."""

from contextlib import contextmanager

from joblib.parallel import get_active_backend


@contextmanager
def copied_to_workers(data):
    """Send an argument of the tasks in the block to all workers, if dask runs them.

    By itself, joblib would send it with every task, or to a single worker, whose death
    would then end all tasks.
    """
    backend, _ = get_active_backend()
    if not hasattr(backend, "data_futures"):
        yield
        return
    # In this dict, joblib looks up what to replace in the arguments of tasks.
    futures = backend.data_futures
    # hash=False, as in joblib: the data of another call must not be shared.
    [futures[id(data)]] = backend.client.scatter([data], broadcast=True, hash=False)
    try:
        yield
    finally:
        del futures[id(data)]
