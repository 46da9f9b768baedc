"""Time and memory of this process, as the operating system reports them.

Numbers that only Linux provides are None on other systems.
"""

import os
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

MIB = 2**20


class Clock:
    """Wall and CPU seconds of a block, with all threads of this process.

    Attributes
    ----------
    wall, cpu : float
    """

    def __init__(self):
        self.start()

    def start(self):
        """Start again from zero."""
        self._begin = time.perf_counter(), time.process_time()

    def stop(self):
        """Read the seconds since the start."""
        wall, cpu = self._begin
        self.wall = time.perf_counter() - wall
        self.cpu = time.process_time() - cpu

    def __enter__(self):
        """Start."""
        self.start()
        return self

    def __exit__(self, *_):
        """Stop."""
        self.stop()


class Laps:
    """Wall and CPU seconds from one call to the next.

    Attributes
    ----------
    wall, cpu : list of float
    """

    def __init__(self):
        self.wall, self.cpu = [], []
        self._clock = Clock()

    def __call__(self):
        """End a lap and begin the next."""
        self._clock.stop()
        self.wall.append(self._clock.wall)
        self.cpu.append(self._clock.cpu)
        self._clock.start()


class OtherLoad:
    """Number of cores that other processes used during a block.

    Attributes
    ----------
    cores : float or None
    """

    def __enter__(self):
        """Start."""
        self._clock = Clock()
        self._busy = busy_seconds()
        return self

    def __exit__(self, *_):
        """Stop."""
        self._clock.stop()
        self.cores = None
        if self._busy is not None:
            busy = busy_seconds() - self._busy
            self.cores = max(0.0, busy - self._clock.cpu) / self._clock.wall


def busy_seconds():
    """Return the CPU seconds of the whole machine since it started."""
    try:
        line = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    except FileNotFoundError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, line.split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def memory(which="VmRSS"):
    """Return the memory of this process in MiB: "VmRSS" (now) or "VmHWM" (peak)."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    amounts = dict(line.split(":", 1) for line in lines)
    return int(amounts[which].split()[0]) * 1024 / MIB


def forget_peak():
    """Let the peak of memory start again from now, where Linux allows it."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def allocated_by(function):
    """Call a function; return the most memory that it held at a time, in MiB."""
    tracemalloc.start()
    function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / MIB
