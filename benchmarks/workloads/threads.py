"""Threads: the epochs of W3 with more threads, and several fits at once.

The number of threads is at most the number of cores that this process may use.
"""

from concurrent.futures import ThreadPoolExecutor

from benchmarks.clocks import Clock, Laps
from benchmarks.contenders import load
from benchmarks.machine import count_cores
from benchmarks.series import make_noise
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "More threads"
CONTENDERS = {
    "torch": ("torch", "Torch"),
    "skseq, whole pipeline": ("skseq", "SkseqPipeline"),
}
BATCH_SIZES = (256, 1024)
N_THREADS = (1, 2, 4, 8, 16)
COLUMNS = [
    *(
        Column(f"batch {size}, threads {n}", f"batches of {size:,}, threads: {n}, s")
        for size in BATCH_SIZES
        for n in (1, 8, 16)
    ),
    *(Column(f"fits {n}", f"fits per second, at once: {n}") for n in (1, 2, 16)),
]


def measure(name, quick):
    """Time an epoch with each number of threads, and that many small fits at once."""
    make = load(*CONTENDERS[name])
    possible = [n for n in N_THREADS if n <= count_cores()]
    result = {}
    for batch_size in BATCH_SIZES:
        for n in possible:
            with make.limit_threads(n):
                seconds = epoch_seconds(make, batch_size, quick)
            result[f"batch {batch_size}, threads {n}"] = seconds
    # In each new thread PyTorch starts as many threads as there are cores.
    for n in possible if name != "torch" else []:
        result[f"fits {n}"] = fits_per_second(make, n, quick)
    return result


def epoch_seconds(make, batch_size, quick):
    """Return the time of an epoch of W3, the shorter of the second and third."""
    n_windows, time_steps = (500, 6) if quick else (20_000, 48)
    task = Task(time_steps, units=(64,), epochs=3, batch_size=batch_size)
    contender = make(task)
    X, y = contender.inputs(make_noise(n_windows + time_steps, n_features=8))
    laps = Laps()
    contender.fit(X, y, on_epoch=laps)
    return min(laps.wall[1:])


def fits_per_second(make, n_threads, quick):
    """Return the fits per second of several threads, each of which fits twice."""
    task = Task(12, units=(32,), epochs=2 if quick else 20, batch_size=32)
    contenders = [make(task) for _ in range(2 * n_threads)]
    X, y = contenders[0].inputs(make_noise(1000 + 12, n_features=4))
    contenders[0].fit(X, y)  # a first fit takes longer, so it is not timed
    with ThreadPoolExecutor(n_threads) as pool, Clock() as clock:
        list(pool.map(lambda contender: contender.fit(X, y), contenders))
    return len(contenders) / clock.wall
