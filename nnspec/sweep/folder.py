"""The folder of a sweep, in which one is at work at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


@contextmanager
def held(folder: Path, tell: Callable[[], None]) -> Iterator[tuple[int, ...]]:
    """Lock a folder, waiting for who has it; give the descriptors that hold the lock.

    A trial inherits them. So where a sweep alone was killed, the next one waits until
    its trials have heard of that, which is when their epoch ends. `tell` is called
    before it waits. Some systems have no such lock, and some disks: there is none then.
    """
    try:
        import fcntl  # noqa: PLC0415 -- Windows has none
    except ImportError:
        yield ()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            _lock(fcntl, descriptor, tell)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def _lock(fcntl: Any, descriptor: int, tell: Callable[[], None]) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell()
        fcntl.flock(descriptor, fcntl.LOCK_EX)
