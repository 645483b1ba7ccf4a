import ctypes
import platform
import re
from pathlib import Path

import numpy as np

from .one_blas_thread import blas_library, blas_threads


def machine():
    """What the last bits of results depend on: NumPy, the kernel of its BLAS, both.

    OpenBLAS chooses a kernel that fits the processor, and says which.
    """
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    name = blas_threads()[1].__name__.replace("set_num_threads", "get_config")
    if "get_config" in name:
        told = blas_library()[name]
        told.restype = ctypes.c_char_p
        blas = told().decode()
    cpus = Path("/proc/cpuinfo")  # Linux has it
    model = re.search("model name.*: (.*)", cpus.read_text() if cpus.exists() else "")
    processor = model[1] if model else platform.processor() or platform.machine()
    return {"numpy": np.__version__, "blas": blas, "processor": processor}
