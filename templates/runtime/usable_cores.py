import contextlib
import os
import re
from pathlib import Path


def usable_cores(root="/"):
    """How many cores this process may use: by its affinity, and a container's quota."""
    every = range(os.cpu_count() or 1)
    cores = len(getattr(os, "sched_getaffinity", lambda _: every)(0))
    files = ("cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us")  # of cgroups 2 and 1
    with contextlib.suppress(OSError, ValueError):  # only Linux has groups
        for line in Path(root, "proc/self/cgroup").read_text().splitlines():
            _, kind, group = line.split(":", 2)
            folder = Path(root, "sys/fs/cgroup", kind, group.strip("/"))
            for path in (folder, *folder.parents):
                there = [path / name for name in files if (path / name).exists()]
                text = " ".join(file.read_text().strip() for file in there)
                if limit := re.fullmatch(r"(\d+) (\d+)", text):  # or "max", or -1
                    cores = min(cores, max(1, round(int(limit[1]) / int(limit[2]))))
    return cores
