"""One command in a process of its own: what it printed, how long, how much memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROC_STAT = Path("/proc/stat")
# The unit of ru_maxrss: bytes on macOS, kibibytes elsewhere.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


class ChildError(Exception):
    """A command that failed, with the end of what it said."""


@dataclass(frozen=True)
class Child:
    """A command that ran to its end; `others`: cores that were busy with other things.

    Others slow down some more than others: threads that spin while they wait for one
    that is not running, those of OpenBLAS and OpenMP, suffer most.
    """

    stdout: str
    seconds: float
    peak_memory: int
    others: float | None  # None where no /proc/stat tells


#: What a user may have chosen for OpenBLAS, and how many threads there are. Here nobody
#: has, for any contender: not all of them would heed it.
CHOSEN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS")
CHOSEN += ("OMP_NUM_THREADS", "MKL_NUM_THREADS")


def run(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    starter: Sequence[str] = (),
) -> Child:
    """Run `python COMMAND` at the top of the repository; `env` adds variables.

    A `starter` is the command that starts it.

    Raises `ChildError` if it does not exit with 0.
    """
    # Files, as a full pipe would stop a child that nobody reads from. The memory that
    # Linux tells of a child is at least that of its parent, so this process imports
    # nothing large.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        busy_before, began = _busy(), time.perf_counter()
        process = subprocess.Popen(
            [*starter, sys.executable, *command],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if k not in CHOSEN} | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        seconds, busy = time.perf_counter() - began, _busy()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        stdout, stderr = out.read().decode(), err.read().decode(errors="replace")
    if process.returncode:
        said = "\n".join(stderr.strip().splitlines()[-5:])
        line = " ".join(["python", *command])
        raise ChildError(f"`{line}` exited with {process.returncode}:\n{said}")
    others = None
    if busy is not None and busy_before is not None:
        own = usage.ru_utime + usage.ru_stime
        others = max(busy - busy_before - own, 0.0) / seconds
    return Child(stdout, seconds, usage.ru_maxrss * MAXRSS_UNIT, others)


def _busy() -> float | None:
    """Seconds that all cores have worked since the start, where there is /proc/stat.

    It counts user, nice, system, idle, iowait, irq, softirq and steal.
    """
    if not PROC_STAT.exists():
        return None
    ticks = [int(field) for field in PROC_STAT.read_text().split("\n")[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
