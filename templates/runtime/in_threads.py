import contextlib
import os
import time
from collections import deque
from functools import cache, partial
from queue import SimpleQueue
from threading import Lock, Thread

import numpy as np

from .usable_cores import usable_cores

_threads = os.environ.get("OMP_NUM_THREADS", "")
THREADS = max(1, int(_threads)) if _threads.isdecimal() else usable_cores()


@cache
def helpers(process, number):
    """Where threads wait for calls; a process that was forked starts its own."""
    calls = SimpleQueue()

    @np.errstate(all="ignore")  # as where a training and a prediction begin
    def help_out():
        while True:
            with contextlib.suppress(BaseException):  # it is raised for who called
                calls.get()()

    for _ in range(number):
        Thread(target=help_out, daemon=True).start()
    return calls


def in_threads(function, *arguments):
    """[*map(function, *arguments)], with helpers: each takes what is next.

    Nobody waits for one that has not begun: where cores are taken, fewer help.
    """
    jobs = [*enumerate(zip(*arguments))]
    results, errors = [None] * len(jobs), []
    locks = [Lock() for _ in range(min(THREADS, len(jobs)) - 1)]
    left = deque([*jobs, *[None] * (1 + len(locks))])  # None is the end, for each

    def work(lock):
        if lock.acquire(blocking=False):  # else the caller has it: all is done
            try:
                while job := left.popleft():
                    results[job[0]] = function(*job[1])
            except BaseException as error:
                errors.append(error)
                raise
            finally:
                lock.release()

    try:
        for lock in locks:
            helpers(os.getpid(), THREADS - 1).put(partial(work, lock))
        work(Lock())
    finally:
        for lock in locks:  # to look again takes less time than to sleep and wake up
            if not any(lock.acquire(False) or time.sleep(0) for _ in range(100)):
                lock.acquire()
    if errors:
        raise errors[0]
    return results
