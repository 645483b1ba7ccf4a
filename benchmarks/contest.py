"""A network in nnspec and in its peers, a round of all after a round of all."""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import share
from benchmarks.child import Child, ChildError, run

NNSPEC = "nnspec"


@dataclass(frozen=True)
class Task:
    """What all train: the spec that nnspec compiles, and the files of the data.

    A file may lack its `.gz`. `peers` names those that take part. `steps` are those of
    an epoch where its figure is told by the step. It is the first samples only then, as
    many as these steps need; but with `characters`, of which a step takes so many, the
    spec takes less windows of the whole text.
    """

    name: str
    spec: str
    files: tuple[str, ...]
    peers: tuple[str, ...]
    batch_size: int
    epochs: int
    steps: int = 0
    characters: int = 0


MNIST = tuple(
    f"mnist/{part}-{kind}-ubyte.gz"
    for part in ("train", "t10k")
    for kind in ("images-idx3", "labels-idx1")
)
TEXT = ("tinyshakespeare.txt",)
TASKS = {
    "mnist": Task(
        "mnist",
        "examples/mnist_512.nn",
        MNIST,
        ("pytorch", "keras-jax", "keras-tensorflow", "scikit-learn"),
        batch_size=128,
        epochs=5,
    ),
    "imdb": Task(
        "imdb",
        "examples/imdb.nn",
        ("imdb/train.csv.gz", "imdb/test.csv.gz"),
        ("pytorch", "keras-jax", "keras-tensorflow"),
        batch_size=512,
        epochs=4,
    ),
    "convolutions": Task(
        "convolutions",
        "benchmarks/convolutions.nn",
        MNIST,
        ("pytorch", "pytorch-channels-last", "keras-jax", "keras-tensorflow"),
        batch_size=128,
        epochs=3,
        steps=100,
    ),
    "normalized": Task(
        "normalized",
        "benchmarks/normalized.nn",
        MNIST,
        ("pytorch", "pytorch-channels-last", "keras-jax", "keras-tensorflow"),
        batch_size=128,
        epochs=3,
        steps=100,
    ),
    "embedding": Task(
        "embedding",
        "examples/imdb_embedding.nn",
        ("imdb/train.csv.gz", "imdb/test.csv.gz"),
        ("pytorch", "keras-jax", "keras-tensorflow"),
        batch_size=128,
        epochs=5,
    ),
    "lstm": Task(
        "lstm",
        "benchmarks/lstm.nn",
        TEXT,
        ("pytorch", "keras-jax", "keras-tensorflow"),
        batch_size=64,
        epochs=3,
        steps=100,
        characters=64 * 64,
    ),
    "transformer": Task(
        "transformer",
        "benchmarks/transformer.nn",
        TEXT,
        ("pytorch",),
        batch_size=32,
        epochs=3,
        steps=100,
        characters=32 * 64,
    ),
}


@dataclass(frozen=True)
class Peer:
    """A framework: its title, its script, and the modules it cannot do without."""

    title: str
    script: str
    needs: tuple[str, ...]
    backend: str = ""
    options: tuple[str, ...] = ()


PEERS = {
    "pytorch": Peer("PyTorch", "pytorch", ("torch",)),
    "pytorch-channels-last": Peer(
        "PyTorch (channels last)", "pytorch", ("torch",), options=("--channels-last",)
    ),
    "keras-jax": Peer("Keras on JAX", "keras_fit", ("keras", "jax"), "jax"),
    "keras-tensorflow": Peer(
        "Keras on TensorFlow", "keras_fit", ("keras", "tensorflow"), "tensorflow"
    ),
    "scikit-learn": Peer("scikit-learn (adam)", "scikit_learn", ("sklearn",)),
}


@dataclass(frozen=True)
class Run:
    """One training: seconds of each epoch and of the process, bytes, a share, cores."""

    epochs: tuple[float, ...]
    process: float
    peak_memory: int
    test_accuracy: float
    others: float | None

    @property
    def epoch(self) -> float:
        """The median epoch, apart from the first: compilation may be in that one."""
        return statistics.median(self.epochs[1:])


@dataclass
class Contest:
    """The runs of each contender at a task, and why some have none.

    `steps` are those of an epoch, 0 where the epoch itself is the figure; each takes so
    many `characters`, if it is of a text.
    """

    task: str
    steps: int
    runs: dict[str, list[Run]]
    skipped: dict[str, str]
    failed: dict[str, str]
    characters: int = 0


def hold(
    task: Task, names: list[str], rounds: int, data_dir: Path, folder: Path
) -> Contest:
    """Train with each of the contenders in each round; `folder` is for their files.

    Each round starts with another one, so that nobody always follows the same.
    """
    contest = Contest(task.name, task.steps, {}, {}, {}, task.characters)
    if task.steps and not task.characters:
        samples = task.steps * task.batch_size
        data_dir = share.cut(task.files, data_dir, folder / "data", samples)
    for name in names:
        missing = [m for m in _needs(name) if importlib.util.find_spec(m) is None]
        if missing:
            contest.skipped[name] = f"not installed: {', '.join(missing)}"
            _tell(f"{name} is skipped; {contest.skipped[name]}")
        elif _ready(task, name, contest, folder):
            contest.runs[name] = []
    for number in range(rounds):
        running = list(contest.runs)
        first = number % len(running) if running else 0
        for name in running[first:] + running[:first]:
            try:
                result = _train(task, name, data_dir, folder)
            except ChildError as error:
                _fail(name, error, contest)
                continue
            contest.runs[name].append(result)
            _tell(
                f"{task.name}, round {number + 1}/{rounds}: {name}: "
                f"{result.epoch:.3f} s an epoch, "
                f"{result.process:.2f} s in all"
            )
    return contest


def _needs(name: str) -> tuple[str, ...]:
    return PEERS[name].needs if name in PEERS else ("lark", "jinja2", "numpy")


def _ready(task: Task, name: str, contest: Contest, folder: Path) -> bool:
    """Compile nnspec's script, once: it is the trainings that are compared."""
    (folder / name).mkdir()
    if name == NNSPEC:
        try:
            run(["-m", "nnspec", "compile", task.spec, "-o", str(_script(folder))])
        except ChildError as error:
            _fail(name, error, contest)
            return False
    return True


def _script(folder: Path) -> Path:
    return folder / "script.py"


def _train(task: Task, name: str, data_dir: Path, folder: Path) -> Run:
    out = str(folder / name)
    options = ["--data-dir", str(data_dir), "--out", out]
    options += ["--epochs", str(task.epochs), "--batch-size", str(task.batch_size)]
    if name == NNSPEC:
        return result(
            run([str(_script(folder)), "train", "--json", "--force", *options])
        )
    peer = PEERS[name]
    # Keras writes its settings to the home folder unless it is told where else.
    env = {"KERAS_BACKEND": peer.backend, "KERAS_HOME": out} if peer.backend else {}
    command = ["-m", f"benchmarks.peers.{peer.script}", task.name]
    return result(run([*command, *options, *peer.options], env))


def result(child: Child) -> Run:
    """What a training printed; lines of epochs come from nnspec's script alone."""
    try:
        *rows, last = map(json.loads, child.stdout.splitlines())
        epochs = [row["seconds"] for row in rows] or last["epochs"]
        accuracy = last["test_accuracy"]
    except (ValueError, KeyError) as error:
        end = child.stdout[-200:]
        raise ChildError(f"no line of results at the end: {end!r}") from error
    return Run(tuple(epochs), child.seconds, child.peak_memory, accuracy, child.others)


def _fail(name: str, error: ChildError, contest: Contest) -> None:
    """A contender that failed is out, with the runs that it has."""
    contest.runs.pop(name, None)
    contest.failed[name] = str(error)
    _tell(f"{name} failed: {error}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
