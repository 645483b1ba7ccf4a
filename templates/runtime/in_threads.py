import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

import numpy as np

from .usable_cores import usable_cores

_threads = os.environ.get("OMP_NUM_THREADS", "")
THREADS = max(1, int(_threads)) if _threads.isdecimal() else usable_cores()


@cache
def helpers(process, number):
    """Threads that wait for work; a process that was forked starts its own."""
    return ThreadPoolExecutor(number, initializer=np.seterr, initargs=["ignore"])


def in_threads(function, *arguments):
    """[*map(function, *arguments)], with helpers: each takes what is next.

    Nobody waits for one that has not begun: where cores are taken, fewer help.
    """
    jobs = [*enumerate(zip(*arguments))]
    results, left = [None] * len(jobs), deque([*jobs, *[None] * THREADS])

    def work():
        for i, job in iter(left.popleft, None):  # None is the end, one for each
            results[i] = function(*job)

    others = [
        helpers(os.getpid(), THREADS - 1).submit(work)
        for _ in range(min(THREADS, len(jobs)) - 1)
    ]
    try:
        work()
    finally:
        others = [other for other in others if not other.cancel()]
        wait(others)
    for other in others:
        other.result()  # raises what went wrong in it
    return results
