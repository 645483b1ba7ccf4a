import contextlib
import math
import os
from pathlib import Path

from .input_error import InputError


def check_memory(path):
    """Check that there is more memory than a table has bytes, as far as is known."""
    size, memory = path.stat().st_size, memory_size()
    if size > memory:
        raise InputError(
            f"{path}: {size / 1e9:.1f} GB, and there are {memory / 1e9:.1f} GB of "
            "memory; write on_disk=true in csv(), or sample=10000 for a look"
        )


def memory_size():
    """Return the bytes of memory of the machine, or of the container."""
    size = math.inf
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(ValueError, OSError):  # a group of processes on Linux
        size = min(size, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return size
