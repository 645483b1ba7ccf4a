"""The benchmark gives every contender the same work, and reads its figures right."""

from __future__ import annotations

import ast
import dataclasses
import gzip
import json
import re
import subprocess
from argparse import Namespace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnspec
from benchmarks import __main__ as command_line
from benchmarks import busy, child, contest, ranks, reading, report, serving, share
from benchmarks.peers import mnist
from benchmarks.peers.task import task as peers_task
from benchmarks.updates.script import load as load_script

KINDS = ("images-idx3", "labels-idx1")


def idx(array: np.ndarray) -> bytes:
    """An array of bytes as an IDX file."""
    sizes = np.array(array.shape, ">u4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """MNIST made of noise: 300 images to train, packed, and 10 for the test, not."""
    rng, folder = np.random.default_rng(0), tmp_path / "whole"
    (folder / "mnist").mkdir(parents=True)
    for part, n in (("train", 300), ("t10k", 10)):
        images = rng.integers(256, size=(n, 28, 28), dtype=np.uint8)
        labels = rng.integers(10, size=n, dtype=np.uint8)
        for kind, array in zip(KINDS, (images, labels), strict=True):
            file = folder / "mnist" / f"{part}-{kind}-ubyte"
            if part == "train":
                file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                file.write_bytes(idx(array))
    return folder


def layers_of(spec: str) -> list[tuple[object, ...]]:
    """The layers of a spec after `input`: the name, and the numbers that follow it."""
    (network,) = re.findall(r"network \{(.*?)\n\}", spec, re.DOTALL)
    numbers = r"[\d._]+(?:, [\d._]+)*"
    found = re.findall(rf"^  (\w+)(?:\(({numbers}))?", network, re.MULTILINE)
    return [
        (name, *map(ast.literal_eval, sizes.split(", "))) if sizes else (name,)
        for name, sizes in found
        if name != "input"
    ]


def script_of(name: str, folder: Path) -> ModuleType:
    """What nnspec makes of the spec of a task."""
    spec, path = child.ROOT / contest.TASKS[name].spec, folder / f"{name}.py"
    path.write_text(nnspec.compile(spec.read_text("utf-8"), spec.name), "utf-8")
    return load_script(path)


@pytest.mark.parametrize("task", contest.TASKS.values(), ids=contest.TASKS)
def test_peers_train_what_the_spec_says(task: contest.Task, tmp_path: Path) -> None:
    peers, script = peers_task(task.name), script_of(task.name, tmp_path)
    spec = (child.ROOT / task.spec).read_text("utf-8")
    assert [*peers.layers] == layers_of(spec)
    assert peers.learning_rate == script.LEARNING_RATE
    assert callable(getattr(script, peers.optimizer))
    assert task.batch_size == script.BATCH_SIZE
    assert task.epochs == script.EPOCHS


@pytest.mark.parametrize("task", ["convolutions", "normalized"])
def test_the_convolutions_are_those_of_the_example(task: str) -> None:
    example = child.ROOT / "examples" / f"mnist_{task}.nn"
    ours = child.ROOT / contest.TASKS[task].spec
    network = layers_of(ours.read_text("utf-8"))
    assert network == layers_of(example.read_text("utf-8"))


def test_a_share_is_the_first_samples_and_the_whole_test(
    data_dir: Path, tmp_path: Path
) -> None:
    """nnspec's script and the peers read the same arrays of it."""
    folder = share.cut(contest.MNIST, data_dir, tmp_path / "share", 256)
    whole, peers = mnist.load(data_dir), mnist.load(folder)
    script = script_of("convolutions", tmp_path)
    ours = script.load_data(Namespace(data=None, data_dir=folder))
    assert ours.keys() == peers.keys()
    for part, rows in {"train": slice(256), "test": slice(None)}.items():
        for found, theirs, all_of_them in zip(
            ours[part], peers[part], whole[part], strict=True
        ):
            assert found.dtype == theirs.dtype
            assert np.array_equal(theirs, all_of_them[rows])
            assert np.allclose(found, theirs, rtol=1e-6)


@pytest.mark.parametrize("task", ["lstm", "transformer"])
def test_a_text_has_the_same_windows_for_all(task: str, tmp_path: Path) -> None:
    text = "to be or not to be\n" * 400 + "that is the question"
    (tmp_path / "tinyshakespeare.txt").write_text(f"question has\n{text}", "utf-8")
    script, peers = script_of(task, tmp_path), peers_task(task).load(tmp_path)
    ours, _ = script.load_data(Namespace(data=None, data_dir=tmp_path))
    assert ours.keys() == peers.keys()
    for part, arrays in ours.items():
        for found, theirs in zip(arrays, peers[part], strict=True):
            assert np.array_equal(found, theirs)


def test_a_pace_of_characters_is_told() -> None:
    runs = {contest.NNSPEC: [run_of((9.0, 4.0, 6.0), 20.0, 200_000_000)]}
    found = contest.Contest("lstm", 100, runs, {}, {}, characters=4096)
    assert "| 50.0 ms, 81,920 characters/s " in report.contest_table(found)


def test_a_share_of_files_that_have_it_not(data_dir: Path, tmp_path: Path) -> None:
    train = data_dir / "mnist" / "train-images-idx3-ubyte.gz"
    with pytest.raises(share.ShareError, match=r"images.*does not have 301 samples"):
        share.cut(contest.MNIST, data_dir, tmp_path / "more", 301)
    for number, broken in enumerate((b"no gzip", train.read_bytes()[:99], b"")):
        train.write_bytes(broken)
        with pytest.raises(share.ShareError, match=r"images.*get it anew"):
            share.cut(contest.MNIST, data_dir, tmp_path / str(number), 256)


def test_every_contender_gets_the_same_work(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data, epochs and batches are one; who is first changes."""
    task = contest.Task("convolutions", "a.nn", contest.MNIST, (), 128, 3, steps=2)
    commands: list[list[str]] = []

    def run(command: list[str], env: dict[str, str] | None = None) -> child.Child:
        commands.append(command)
        last = {"epochs": [9.0, 0.5, 0.25], "test_accuracy": 0.9}
        return child.Child(json.dumps(last), 10.0, 10**8, None)

    monkeypatch.setattr(contest, "run", run)
    monkeypatch.setattr(contest, "_needs", lambda name: ())
    names = [contest.NNSPEC, "pytorch", "pytorch-channels-last", "keras-jax"]
    result = contest.hold(task, names, 2, data_dir, tmp_path)
    compiling, *trainings = commands
    assert "compile" in compiling
    assert len(trainings) == 2 * len(names)
    for command in trainings:
        given = dict(pairwise(command))
        assert (given["--epochs"], given["--batch-size"]) == ("3", "128")
        assert len(mnist.load(Path(given["--data-dir"]))["train"][0]) == 2 * 128
    assert ["--channels-last" in command for command in trainings].count(True) == 2
    outs = [command[command.index("--out") + 1] for command in trainings]
    assert [Path(out).name for out in outs] == [*names, *names[1:], names[0]]
    assert [len(runs) for runs in result.runs.values()] == [2] * len(names)


def run_of(epochs: tuple[float, ...], process: float, memory: int) -> contest.Run:
    """A training, with an accuracy."""
    return contest.Run(epochs, process, memory, 0.98, 0.0)


def test_a_step_is_a_share_of_an_epoch_but_the_first() -> None:
    found = contest.Contest("convolutions", 100, {}, {}, {})
    found.runs = {
        contest.NNSPEC: [run_of((9.0, 4.0, 6.0), 20.0, 200_000_000)],
        "pytorch-channels-last": [run_of((8.0, 7.0, 8.0), 30.0, 500_000_000)],
    }
    rows = report.contest_table(found).splitlines()
    header, _, ours, theirs = ([cell.strip() for cell in r.split("|")] for r in rows)
    assert header[2] == "step"
    assert ours[1:6] == ["nnspec", "50.0 ms", "1", "9.000 s", "20.00 s"]
    assert theirs[1:4] == ["PyTorch (channels last)", "75.0 ms", "1.50 (1.50..1.50)"]
    assert theirs[7:9] == ["500 MB", "2.50 (2.50..2.50)"]
    assert [goal.met for goal in report.contest_goals(found)] == [True]


def test_without_steps_the_figure_is_the_epoch() -> None:
    runs = {contest.NNSPEC: [run_of((9.0, 4.0, 6.0), 20.0, 200_000_000)]}
    header, _, ours = report.contest_table(
        contest.Contest("mnist", 0, runs, {}, {})
    ).splitlines()
    assert "| epoch " in header
    assert "| 5.000 s " in ours


@pytest.mark.parametrize(
    ("only", "tasks"),
    [
        ([], []),
        (["nnspec"], [*contest.TASKS]),
        (["scikit-learn"], ["mnist"]),
        (["pytorch-channels-last"], ["convolutions", "normalized"]),
        (["imdb", "pytorch"], ["imdb"]),
    ],
)
def test_a_contender_runs_where_it_takes_part(only: list[str], tasks: list) -> None:
    found = command_line._tasks(Namespace(only=only))
    assert [task.name for task in found] == tasks


def test_nobody_has_chosen_threads_or_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in child.CHOSEN:
        monkeypatch.setenv(name, "1")
    asked = "import json, os; print(json.dumps([*os.environ]))"
    assert not {*json.loads(child.run(["-c", asked]).stdout)} & {*child.CHOSEN}


def test_busy_loops_end_with_what_they_are_beside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = list[subprocess.Popen[bytes]]()

    def noted(*args: Any, start: Any = subprocess.Popen, **more: Any) -> Any:
        started.append(start(*args, **more))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    with pytest.raises(MemoryError), busy.loops(2):
        assert [loop.poll() for loop in started] == [None, None]
        raise MemoryError
    assert None not in [loop.returncode for loop in started]


def test_loops_of_our_own_are_no_reason_to_measure_again() -> None:
    run = contest.Run((1.0, 1.0), 3.0, 1, 0.9, others=2.0)
    assert "MEASURE AGAIN" in report.noise([run])
    assert report.noise([run], 2).endswith("with 2 loops of our own.")


# -- Serving ---------------------------------------------------------------------------


@pytest.mark.thorough
def test_who_serves_has_the_same_weights(tmp_path: Path) -> None:
    served = serving.hold([serving.NNSPEC, "scikit-learn"], 1, tmp_path)
    assert not served.failed
    assert [len(runs) for runs in served.runs.values()] == [1, 1]
    for (run,) in served.runs.values():
        assert 0 < run.p50 <= run.p99
        assert run.first > 0
        assert sum(run.outputs) == pytest.approx(1, abs=1e-5)
    ours, theirs = served.installed.values()
    assert 20e6 < ours < theirs
    assert report.serving_table(served).count("\n") == 3
    served.runs["scikit-learn"].append(
        dataclasses.replace(served.runs["scikit-learn"][0], outputs=(0.1,) * 10)
    )
    with pytest.raises(child.ChildError, match="scikit-learn predicts"):
        serving._compare("scikit-learn", served)


# -- Tables ----------------------------------------------------------------------------


def test_tables_are_read_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By nnspec alone here; whoever reads something else is out."""
    monkeypatch.setattr(reading, "PANDAS", reading.NNSPEC)
    monkeypatch.setattr(reading.importlib.util, "find_spec", lambda name: name)
    found = reading.hold(1, tmp_path, 200_000)
    assert not found.failed
    for name, width in (("numbers", 19), ("texts", 14)):
        ours = found.runs[name][reading.NNSPEC][0]
        lines = (tmp_path / f"{name}.csv").read_text("utf-8").splitlines()
        cells = [line.split(",") for line in lines[1:]]
        assert ours.processor > 0
        assert len(ours.read) == 2 + 2 * width
        assert ours.read[0] == len(cells)
        total = sum(float(row[-1]) for row in cells)
        assert ours.read[1] == pytest.approx(total, abs=1e-3)
        first = np.array([row[0] for row in cells], float)
        scaled = (first - first.mean()) / first.std()
        assert ours.read[2] == pytest.approx(scaled[0], abs=1e-5)
    other = dataclasses.replace(ours, read=(1.0,))
    runs = {reading.NNSPEC: [other, ours]}
    monkeypatch.setattr(reading, "PANDAS", "pandas")
    reading._compare("texts", {**runs, "pandas": [other, ours]})
    with pytest.raises(child.ChildError, match="pandas reads"):
        reading._compare("texts", {**runs, "pandas": [other]})


def test_goals_of_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def runs(processor: float, memory: int) -> list[reading.Reading]:
        return [reading.Reading(processor, memory, (), 0.0)]

    both = {"nnspec": runs(3.0, 300_000_000), "pandas": runs(1.0, 200_000_000)}
    found = reading.Readings({"numbers": both, "texts": both})
    assert [goal.met for goal in report.reading_goals(found)] == [False, True] * 2
    assert report.reading_table(found).splitlines()[2].split("|")[1:-1] == [
        " numbers, nnspec ",
        " 3.0 s     ",
        " 3.00 (3.00..3.00) ",
        " 300 MB      ",
        " 1.50 (1.50..1.50) ",
    ]
    monkeypatch.setattr(reading.importlib.util, "find_spec", lambda _: None)
    without = reading.hold(1, tmp_path)
    assert without.skipped == "not installed: pandas"
    assert [goal.met for goal in report.reading_goals(without)] == [None] * 4


# -- Processes -------------------------------------------------------------------------


def test_processes_on_paper() -> None:
    one = ranks.on_paper(10.0, 2.0, 400, 1, 100.0, 0.5)
    assert one == 10.0
    # (10 - 2) / 4 + 2, then 2 * 3/4 * 400 / 100, and 2 * 3 pieces that wait.
    assert ranks.on_paper(10.0, 2.0, 400, 4, 100.0, 0.5) == 2 + 2 + 6 + 3


def test_without_mpi_no_processes_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranks.shutil, "which", lambda *_, **__: None)
    assert ranks.hold("mnist", 1, tmp_path, tmp_path).skipped


def test_a_table_of_processes() -> None:
    run = contest.Run((9.0, 4.0, 4.0), 20.0, 1, 0.9, 0.0)
    two = dataclasses.replace(run, epochs=(5.0, 2.0, 2.0))
    runs = {ranks.ALONE: [run], ranks.THREADS: [run], ranks.RANKS: [two]}
    shared = ranks.Shared("mnist", 2, 100, 0.001, 4_000_000, runs)
    *_, threads, processes = report.ranks_table(shared).splitlines()
    assert re.split(r" *\| *", threads)[1:4] == [
        "2 threads",
        "40.00 ms",
        "1.00 (1.00..1.00)",
    ]
    assert re.split(r" *\| *", processes)[1:4] == [
        "2 processes",
        "20.00 ms",
        "2.00 (2.00..2.00)",
    ]
    *_, slow, fast = report.paper_table(shared).splitlines()
    assert re.split(r" *\| *", slow)[1:3] == ["10 Gbit/s", "1.7"]
    assert re.split(r" *\| *", fast)[1:3] == ["100 Gbit/s", "1.9"]


@pytest.mark.parametrize(
    ("name", "step", "update", "parameters"),
    [
        ("mnist_512", 3.8e-3, 0.67e-3, 407_050),
        ("mnist_convolutions", 190e-3, 2.6e-3, 1_199_882),
    ],
)
def test_the_page_on_many_machines_reckons_right(
    name: str, step: float, update: float, parameters: int
) -> None:
    page = (child.ROOT / "docs" / "many-machines.md").read_text("utf-8")
    rows = re.findall(rf"^\| `{name}`, (\d+ Gbit/s) .*? \|(.*)\|$", page, re.MULTILINE)
    assert [network for network, _ in rows] == [*report.NETWORKS]
    for network, cells in rows:
        told = [float(cell) for cell in cells.split("|")]
        times = [
            step
            / ranks.on_paper(step, update, 4 * parameters, p, *report.NETWORKS[network])
            for p in report.ON_PAPER
        ]
        assert told == [round(value, 1) for value in times]
