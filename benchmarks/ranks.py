"""A training in one process, and in as many as there are cores, which MPI starts."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks import contest, share
from benchmarks.child import ChildError, run

TASKS = ("mnist", "convolutions")
ALONE, THREADS, RANKS = "one thread", "threads", "processes"
#: Open MPI starts no more than it sees cores, and nothing as root, unless it is told.
ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
}


@dataclasses.dataclass
class Shared:
    """The trainings of a task, each way in each round, or why there are none.

    `steps` are those of an epoch. `update` is the time of an update by one thread, in
    seconds, and `message` the bytes that a process sends in a step.
    """

    task: str
    cores: int
    steps: int = 0
    update: float = 0.0
    message: int = 0
    runs: dict[str, list[contest.Run]] = dataclasses.field(default_factory=dict)
    skipped: str = ""
    failed: str = ""


def hold(name: str, rounds: int, data_dir: Path, folder: Path) -> Shared:
    """Train a task with one thread, with threads and with processes, in each round."""
    shared, task = Shared(name, os.cpu_count() or 1), contest.TASKS[name]
    starter = shutil.which(
        "mpirun",
        path=os.pathsep.join([os.path.dirname(sys.executable), *os.get_exec_path()]),
    )
    if starter is None or importlib.util.find_spec("mpi4py") is None:
        shared.skipped = "there is no mpirun, or no mpi4py"
        return shared
    steps = task.steps or 60_000 // task.batch_size
    samples = steps * task.batch_size
    data_dir = share.cut(task.files, data_dir, folder / "data", samples)
    shared.steps, shared.runs = steps, {ALONE: [], THREADS: [], RANKS: []}
    cores, script = str(shared.cores), folder / "script.py"
    ways: dict[str, tuple[list[str], list[str], list[str]]] = {
        ALONE: ([], [], ["--threads", "1"]),
        THREADS: ([], [], ["--threads", cores]),
        RANKS: ([starter, "-n", cores], ["--mpi", cores], ["--threads", "1"]),
    }
    try:
        for number in range(rounds):
            for way in [*ways][:: (-1) ** number]:
                start, words, more = ways[way]
                words = [task.spec, *words, "-o", str(script)]
                run(["-m", "nnspec", "compile", *words])
                train = [str(script), "--json", "--force", "--out", str(folder / "out")]
                train += ["--data-dir", str(data_dir), "--epochs", str(task.epochs)]
                child = run([*train, *more], ENVIRONMENT, start)
                shared.runs[way].append(contest.result(child))
                seconds = shared.runs[way][-1].epoch
                print(
                    f"{name}, round {number + 1}/{rounds}: {way}: {seconds:.3f} s an "
                    "epoch",
                    file=sys.stderr,
                    flush=True,
                )
        _update(task.spec, script, shared)
    except ChildError as error:
        shared.failed = str(error)
        print(f"{name} failed: {error}", file=sys.stderr)
    return shared


def _update(spec: str, script: Path, shared: Shared) -> None:
    """Time the update of a task by one thread, which processes do not share."""
    run(["-m", "nnspec", "compile", spec, "-o", str(script)])
    name = "rmsprop" if shared.task == "mnist" else "adam"
    command = ["-m", "benchmarks.updates.script", str(script), name]
    told = json.loads(run(command, {"OMP_NUM_THREADS": "1"}).stdout)
    shared.update, shared.message = told["seconds"], 4 * told["parameters"]


def on_paper(
    step: float, update: float, message: int, ranks: int, rate: float, latency: float
) -> float:
    """The seconds of a step in so many processes, of which `step` takes one.

    All but the update is shared. Adding up takes two halves, in each of which a process
    sends and receives (ranks - 1) / ranks of the message, in as many pieces: `rate` are
    bytes a second, `latency` are the seconds that a piece takes before its first byte.
    """
    others = ranks - 1
    sending = 2 * others / ranks * message / rate + 2 * others * latency
    return (step - update) / ranks + update + sending
