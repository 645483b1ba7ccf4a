"""Large tables, read by nnspec's script and by pandas until the first epoch."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.child import ChildError, run

NNSPEC, PANDAS = "nnspec", "pandas"
#: The tables; each has a spec of its name beside this file.
TABLES = ("numbers", "texts")
SIZE = 100_000_000  # bytes
#: How far apart what two have read may be: deviations are summed up in other orders.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Reading:
    """The figures of one process: seconds of the processor, bytes, some of the data."""

    processor: float
    memory: int
    read: tuple[float, ...]
    others: float | None


@dataclass
class Readings:
    """The processes of each contender at each table, or why there are none."""

    runs: dict[str, dict[str, list[Reading]]] = field(default_factory=dict)
    skipped: str = ""
    failed: str = ""


def hold(rounds: int, folder: Path, size: int = SIZE) -> Readings:
    """Read each table by both in each round; `folder` is for tables and scripts."""
    if importlib.util.find_spec(PANDAS) is None:
        return Readings(skipped=f"not installed: {PANDAS}")
    found = Readings({table: {NNSPEC: [], PANDAS: []} for table in TABLES})
    try:
        run(["-m", "benchmarks.readers.tables", str(folder), str(size)])
        for table in TABLES:
            script = str(folder / f"{table}_model.py")
            run(["-m", "nnspec", "compile", f"benchmarks/{table}.nn", "-o", script])
        for number in range(rounds):
            for table, runs in found.runs.items():
                for name in (NNSPEC, PANDAS)[:: 1 - 2 * (number % 2)]:
                    runs[name].append(_read(table, name, folder))
                _compare(table, runs)
            print(f"round {number + 1}/{rounds} of tables", file=sys.stderr, flush=True)
    except ChildError as error:
        found.failed = str(error)
        print(f"reading tables failed: {error}", file=sys.stderr)
    return found


def _read(table: str, name: str, folder: Path) -> Reading:
    command = ["-m", "benchmarks.readers.frame", str(folder / f"{table}.csv")]
    if name == NNSPEC:
        script = str(folder / f"{table}_model.py")
        command = ["-m", "benchmarks.readers.script", script, str(folder)]
    child = run(command)
    try:
        told = json.loads(child.stdout)
        read = tuple(told["read"])
        return Reading(told["processor"], child.peak_memory, read, child.others)
    except (ValueError, TypeError, KeyError) as error:
        raise ChildError(f"no line of results: {child.stdout[-200:]!r}") from error


def _compare(table: str, runs: dict[str, list[Reading]]) -> None:
    """Both must have read the same."""
    ours, theirs = (runs[name][-1].read for name in (NNSPEC, PANDAS))
    if len(ours) != len(theirs) or any(
        not math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for a, b in zip(ours, theirs, strict=True)
    ):
        raise ChildError(f"pandas reads {theirs} of {table}, nnspec {ours}")
