"""Threads share parts, collect them in order, and end whatever happens."""

import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from skseq._engine.native.threads import WorkerThreads, stop_if_failed


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def workers(n_threads):
    return WorkerThreads(lambda: n_threads)


@pytest.mark.parametrize("n_threads", [1, 2, 3, 8])
@pytest.mark.parametrize("n_parts", [0, 1, 2, 7, 40])
def test_parts_are_computed_once_and_collected_in_order(n_threads, n_parts):
    waits = np.random.default_rng(n_parts).random(n_parts) / 1000
    computed, collected, busy = [], [], set()

    def compute(worker, part):
        assert worker < n_threads
        assert worker not in busy
        busy.add(worker)
        time.sleep(waits[part])
        computed.append((worker, part))
        busy.remove(worker)

    with workers(n_threads) as running:
        for _ in range(2):
            computed.clear()
            collected.clear()
            running.run(n_parts, compute, lambda *numbers: collected.append(numbers))
            assert sorted(part for _, part in computed) == list(range(n_parts))
            assert [part for _, part in collected] == list(range(n_parts))
            assert sorted(collected) == sorted(computed)


def test_slow_parts_do_not_hold_up_all_others():
    seen = set()
    all_are_running = threading.Barrier(4)

    def compute(worker, part):
        all_are_running.wait(timeout=10)
        seen.add(threading.get_ident())

    with workers(4) as running:
        running.run(4, compute)
    assert len(seen) == 4


def test_the_number_of_threads_may_change_between_runs():
    counts = iter([1, 3, 2])
    with WorkerThreads(lambda: next(counts)) as running:
        for n_threads in (1, 3, 2):
            seen = set()
            together = threading.Barrier(n_threads)

            def compute(worker, part, together=together, seen=seen):
                together.wait(timeout=10)
                seen.add(worker)

            running.run(n_threads, compute)
            assert seen == set(range(n_threads))


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("broken_part", [0, 1, 5])
@pytest.mark.parametrize("where", ["compute", "collect"])
def test_the_first_error_stops_all_threads(kind, broken_part, where):
    computed = []

    def fail(place, part):
        if (place, part) == (where, broken_part):
            raise kind("broken")

    def compute(worker, part):
        time.sleep(0.001)
        computed.append(part)
        fail("compute", part)

    def run():
        with workers(3) as running:
            running.run(1000, compute, lambda worker, part: fail("collect", part))

    with pytest.raises(kind, match="broken"):
        run()
    assert len(computed) < 100


def test_threads_inherit_the_error_settings():
    def compute(worker, part):
        np.float32(1e30) * np.float32(1e30)

    with np.errstate(over="ignore"), workers(2) as running:
        running.run(20, compute)
    with (
        np.errstate(over="raise"),
        workers(2) as running,
        pytest.raises(FloatingPointError),
    ):
        running.run(20, compute)


@pytest.mark.parametrize("broken_part", [0, 1])
def test_a_failure_ends_the_long_part_of_another_thread(broken_part):
    def compute(worker, part):
        if part == broken_part:
            time.sleep(0.01)
            raise KeyboardInterrupt
        for _ in range(10_000):
            time.sleep(0.001)
            stop_if_failed()

    def run():
        with workers(3) as running:
            running.run(3, compute)

    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        run()
    assert time.perf_counter() - start < 5  # of the 10 seconds of the other parts
    stop_if_failed()  # outside of any work nothing has failed


@pytest.fixture
def default_interrupts():
    """Handle interrupts as usual; shells let background programs ignore them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="has no pthread_kill")
@pytest.mark.usefixtures("default_interrupts")
def test_an_interrupt_while_the_others_finish_ends_their_parts():
    helper_computes = threading.Event()
    main = threading.main_thread()
    sent_at = []

    def compute(worker, part):
        if threading.current_thread() is main:
            helper_computes.wait(60)
            return
        helper_computes.set()
        for _ in range(10_000):
            time.sleep(0.001)
            stop_if_failed()

    def interrupt():
        helper_computes.wait(60)
        time.sleep(0.1)
        sent_at.append(time.perf_counter())
        signal.pthread_kill(main.ident, signal.SIGINT)

    def run():
        with workers(2) as running:
            running.run(2, compute)

    sender = threading.Thread(target=interrupt)
    sender.start()
    with pytest.raises(KeyboardInterrupt):
        run()
    assert time.perf_counter() - sent_at[0] < 5
    sender.join()


@pytest.mark.parametrize("n_started", [0, 1, 2])
@pytest.mark.parametrize("n_threads", [2, 4])
def test_fewer_threads_compute_all_parts_if_no_more_can_start(
    monkeypatch, n_started, n_threads
):
    left = iter(range(n_started))
    start = threading.Thread.start

    def start_some(thread):
        if next(left, None) is None:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_some)
    with workers(n_threads) as running:
        for _ in range(3):  # jobs that have found no thread do not disturb later runs
            computed, collected = [], []

            def compute(worker, part, computed=computed):
                time.sleep(0.001)
                computed.append(part)

            def collect(worker, part, collected=collected):
                collected.append(part)

            running.run(20, compute, collect)
            assert sorted(computed) == collected == list(range(20))


def test_an_error_of_a_part_is_raised_once_no_thread_can_start(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    def compute(worker, part):
        raise RuntimeError("broken")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with workers(3) as running, pytest.raises(RuntimeError, match="broken"):
        running.run(5, compute)


ONCE_THE_INTERPRETER_ENDS = {
    "atexit": "atexit.register(compute)",
    "thread": "threading.Thread(target=after_main).start()",
}


@pytest.mark.parametrize("when", ONCE_THE_INTERPRETER_ENDS)
def test_all_parts_are_computed_once_the_interpreter_ends(when):
    code = f"""
import atexit, threading
from skseq._engine.native.threads import WorkerThreads
def compute():
    parts = []
    with WorkerThreads(lambda: 3) as workers:
        workers.run(9, lambda worker, part: parts.append(part))
    print(sorted(parts))
def after_main():
    threading.main_thread().join()
    compute()
{ONCE_THE_INTERPRETER_ENDS[when]}
"""
    output = subprocess.check_output([sys.executable, "-c", code], timeout=60)
    assert output.decode().strip() == str(list(range(9)))
