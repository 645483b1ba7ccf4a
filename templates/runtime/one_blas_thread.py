import contextlib
import ctypes
import os
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np

# By these names OpenBLAS, MKL, BLIS and Accelerate are told how many threads they have:
BLAS = """scipy_openblas_set_num_threads64_ scipy_openblas_set_num_threads
openblas_set_num_threads64_ openblas_set_num_threads
MKL_Set_Num_Threads bli_thread_set_num_threads BLASSetThreading"""
BEFORE = list[int]()  # the numbers of threads to go back to
LOCKS = dict[int, Lock]()  # one for each process: a fork copies one as it is


@cache
def blas_library():
    """The library of NumPy's BLAS: its own file, or the one that is linked to it."""
    bundled = Path(np.__file__).parent.with_name("numpy.libs").glob("*openblas*")
    return ctypes.CDLL(str(next(bundled, np.linalg._umath_linalg.__file__)))


@cache
def blas_threads():
    """The functions that get and set the threads of NumPy's BLAS, if it has any."""
    library = blas_library()
    for name in BLAS.split():
        if hasattr(library, name):  # it has what it is linked to, too
            get = name.replace("Set_Num", "Get_Max").replace("Set", "Get")
            return library[get.replace("set", "get")], library[name]
    return (lambda: 1), (lambda number: None)


@contextlib.contextmanager
def one_blas_thread():
    """Within it, BLAS has one thread: threads of ours share the work.

    Its own wait for each other at full speed. Where another program takes a core, a
    product would take ten times as long.
    """
    get_threads, set_threads = blas_threads()
    lock = LOCKS.setdefault(os.getpid(), Lock())
    with lock:
        BEFORE.append(get_threads())
        set_threads(1)
    try:
        yield
    finally:
        with lock:  # the last one to leave takes what the first one found
            set_threads(BEFORE.pop())
