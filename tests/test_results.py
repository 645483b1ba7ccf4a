"""Results of trainings: where they go, what they say of themselves, what is told."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import nnspec
from tests.scripts import load
from tests.test_resume import options

SPEC = """
data {
  spirals(samples=150)
  standardize
  split(test=0.2)
}
network {
  dense(8, relu)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam
  metrics = [accuracy]
  epochs = 2
}
"""
HEAD = "net: 51 parameters, 120 training and 30 test samples\n"
ENDLESS = ("--epochs", "10000000")


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "net.py"
    path.write_text(nnspec.compile(SPEC, "net.nn"))
    return path


def run(
    script: Path, cwd: Path, *arguments: object, python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, str(script), *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def started(script: Path, cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    """A training of which an epoch is done."""
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(3):  # the head of the table, and two epochs
        process.stdout.readline()
    # Nobody else reads what it prints, and a pipe has an end.
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return process


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error."""
    assert done.returncode == 3, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ") and len(line) < 700
    return line


def about(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, object] = json.loads(archive.comment)
    return found


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


FILES = {"weights.npz", "checkpoint.npz", "history.csv", "curves.svg", "run.json"}


# -- Folders ---------------------------------------------------------------------------


def test_each_training_has_a_folder_of_its_own(script: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("net", "net-2", "net-3"), 1):
        done = run(script, tmp_path, "--seed", number)
        assert f"\nsaved to runs/{name}\n" in done.stderr, done.stderr
        assert ("to go on with the last: --resume" in done.stderr) is (number > 1)
        assert names(tmp_path / "runs" / name) == FILES
        assert about(tmp_path / "runs" / name / "weights.npz")["seed"] == number


def test_a_training_is_written_over_by_force_only(script: Path, tmp_path: Path) -> None:
    assert run(script, tmp_path, "--out", "r", "--seed", 1).returncode == 0
    weights = (tmp_path / "r" / "weights.npz").read_bytes()
    said = refused(run(script, tmp_path, "--out", "r"))
    assert said.endswith("r has a training: go on with --resume, or anew with --force")
    assert (tmp_path / "r" / "weights.npz").read_bytes() == weights
    (tmp_path / "r" / "checkpoint.npz").unlink()
    refused(run(script, tmp_path, "--out", "r"))
    refused(run(script, tmp_path, "--out", "r", "--resume"))
    assert (tmp_path / "r" / "weights.npz").read_bytes() == weights
    assert run(script, tmp_path, "--out", "r", "--force").returncode == 0
    assert about(tmp_path / "r" / "weights.npz")["seed"] == 0


def test_force_alone_is_for_the_first_folder(script: Path, tmp_path: Path) -> None:
    for seed in (1, 2, 3):
        run(script, tmp_path, "--seed", seed, *["--force"] * (seed > 1))
    assert names(tmp_path / "runs") == {"net"}
    assert about(tmp_path / "runs" / "net" / "weights.npz")["seed"] == 3


def test_the_newest_training_goes_on(script: Path, tmp_path: Path) -> None:
    for _ in range(3):
        run(script, tmp_path)
    newest = tmp_path / "runs" / "net-2" / "checkpoint.npz"
    os.utime(newest, (time.time() + 60,) * 2)
    (tmp_path / "runs" / "net-9000").mkdir()  # empty
    (tmp_path / "runs" / "net-4x").mkdir()
    done = run(script, tmp_path, "--resume", "--epochs", 3)
    assert "saved to runs/net-2\n" in done.stderr
    assert about(newest)["epoch"] == 3


def test_where_nothing_is_a_resumed_training_begins(
    script: Path, tmp_path: Path
) -> None:
    for out in ((), ("--out", "new")):
        done = run(script, tmp_path, "--resume", *out)
        folder = "new" if out else "runs/net"
        assert f"{folder}: nothing to go on with; a training begins\n" in done.stderr
        assert done.returncode == 0
        assert about(tmp_path / folder / "checkpoint.npz")["epoch"] == 2


def test_two_trainings_in_one_folder_are_told(script: Path, tmp_path: Path) -> None:
    process = started(script, tmp_path, "--out", "r", *ENDLESS)
    try:
        for more in (["--force"], ["--resume"]):
            said = refused(run(script, tmp_path, "--out", "r", *more))
            assert "another training writes to r; wait, or give another --out" in said
        # Without --out, it goes elsewhere.
        first = started(script, tmp_path, *ENDLESS)
        try:
            done = run(script, tmp_path)
            assert "\nsaved to runs/net-2\n" in done.stderr
        finally:
            first.kill()
            first.communicate()
    finally:
        process.kill()
        process.communicate()
    # A lock ends with its process, however that ends.
    assert (tmp_path / "r" / ".lock").exists()
    assert run(script, tmp_path, "--out", "r", "--force").returncode == 0
    assert names(tmp_path / "r") == FILES


def test_a_killed_training_leaves_no_litter_to_the_next(
    script: Path, tmp_path: Path
) -> None:
    run(script, tmp_path, "--out", "r")
    for name in (".weights.npz.123.part", ".curves.svg.4.part"):
        (tmp_path / "r" / name).write_bytes(b"half")
    assert run(script, tmp_path, "--out", "r", "--resume").returncode == 0
    assert names(tmp_path / "r") == FILES


def test_without_data_no_folder_stays(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    done = run_text(
        path, nnspec.compile(SPEC), tmp_path, "--data", "none.npz", "--out", "r"
    )
    assert done.returncode == 3
    assert not (tmp_path / "r").exists()


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_is_tried_before_the_first_epoch(script: Path, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir(mode=0o500)
    done = run(script, tmp_path, "--out", "r")
    refused(done)
    assert done.stdout == ""


# -- Signals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)]
)
def test_signals_save_what_was_learnt(
    number: str, code: int, script: Path, tmp_path: Path
) -> None:
    process = started(script, tmp_path, "--out", "r", *ENDLESS)
    for _ in range(5):  # a storm of them
        process.send_signal(getattr(signal, number))
        time.sleep(0.01)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    again = f"python {script} --out r --resume --epochs 10000000"
    assert said == f"{HEAD}saved to r\nto go on: {again}\ninterrupted\n"
    assert names(tmp_path / "r") == FILES
    rows = (tmp_path / "r" / "history.csv").read_text().splitlines()
    assert about(tmp_path / "r" / "weights.npz")["epoch"] == len(rows) - 1
    assert "finished" not in about(tmp_path / "r" / "weights.npz")
    done = run(script, tmp_path, "--out", "r", "--resume", "--epochs", len(rows) + 1)
    assert done.returncode == 0
    assert about(tmp_path / "r" / "weights.npz")["finished"] is True


def test_ignored_signals_stay_ignored(script: Path, tmp_path: Path) -> None:
    """As `nohup` wants it."""
    code = "import signal, runpy, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    code += "sys.argv = ['net.py', '--out', 'r', '--epochs', '10000000']; "
    code += f"runpy.run_path({str(script)!r}, run_name='__main__')"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    for _ in range(5):
        assert process.stdout.readline()
    process.kill()
    process.communicate()


def test_an_interrupt_in_the_first_epoch_touches_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "net.py"
    text = nnspec.compile(SPEC, "net.nn")
    line = "        forward(state.w, a)\n"
    assert text.count(line) == 1
    slow = line + "        print('batch', flush=True)\n        time.sleep(5)\n"
    assert run_text(path, text, tmp_path, "--out", "r").returncode == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "r").iterdir()}
    path.write_text(text.replace(line, slow))
    for out in ("r", "new"):
        process = subprocess.Popen(
            [sys.executable, str(path), "--out", out, "--force"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "batch\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (130, f"{HEAD}interrupted\n")
    assert {p.name: p.read_bytes() for p in (tmp_path / "r").iterdir()} == before
    assert not (tmp_path / "new").exists()


def run_text(
    path: Path, text: str, cwd: Path, *arguments: object
) -> subprocess.CompletedProcess[str]:
    path.write_text(text)
    return run(path, cwd, *arguments)


# -- What files are of -----------------------------------------------------------------


def test_files_say_what_they_are_of(script: Path, tmp_path: Path) -> None:
    run(script, tmp_path, "--out", "r", "--seed", 7)
    said = about(tmp_path / "r" / "weights.npz")
    assert said["model"] == "net"
    assert said["nnspec"] == nnspec.__version__
    assert said["network"] == "input(2), dense(8, relu), dense(3, softmax)"
    assert said["transforms"] == "standardize"
    assert (said["seed"], said["epoch"], said["finished"]) == (7, 2, True)
    with np.load(tmp_path / "r" / "weights.npz") as file:
        assert json.loads(file.zip.comment) == said
        assert set(file.files) == {
            *(
                f"{layer}/{w}"
                for layer in ("dense", "dense_1")
                for w in ("kernel", "bias")
            ),
            *(name for name in file.files if name.startswith("data/")),
        }


def test_weights_of_another_network_are_refused_by_name(
    script: Path, tmp_path: Path
) -> None:
    run(script, tmp_path, "--out", "r")
    (tmp_path / "x.csv").write_text("0,0\n1,2\n")
    other = tmp_path / "other.py"
    commands = (["predict", "x.csv"], ["evaluate"])
    for old, new, named in (
        ("relu", "tanh", "network"),
        ("  standardize\n", "  scale(2)\n  standardize\n", "transforms"),
    ):
        text = nnspec.compile(SPEC.replace(old, new, 1), "net.nn")
        for command in commands:
            done = run_text(
                other, text, tmp_path, *command, "--weights", "r/weights.npz"
            )
            assert f"it was trained with {named} " in refused(done)
        # Weights to begin with may be of any network that has such weights.
        start = ["--initial-weights", "r/weights.npz", "--out", f"from-{named}"]
        assert run_text(other, text, tmp_path, *start).returncode == 0
    # So may those that do not say what they are of.
    with np.load(tmp_path / "r" / "weights.npz") as file:
        np.savez(tmp_path / "plain.npz", **file)
    for command in commands:
        done = run_text(other, text, tmp_path, *command, "--weights", "plain.npz")
        assert done.returncode == 0, done.stderr


def test_what_matters_in_training_only_does_not_matter_to_weights(
    script: Path, tmp_path: Path
) -> None:
    run(script, tmp_path, "--out", "r")
    layers = (
        "dense(units=8, activation=relu, kernel_regularizer=l2(0.1))\n"
        "  dropout(0.5)\n  gaussian_noise(1)"
    )
    spec = SPEC.replace("dense(8, relu)", layers).replace("adam", "sgd")
    done = run_text(
        tmp_path / "other.py",
        nnspec.compile(spec),
        tmp_path,
        *("evaluate", "--weights", "r/weights.npz"),
    )
    assert done.returncode == 0, done.stderr


def test_weights_that_are_not_finite_are_told(script: Path, tmp_path: Path) -> None:
    text = nnspec.compile(SPEC.replace("adam", "sgd(1e38)"), "net.nn")
    done = run_text(tmp_path / "net.py", text, tmp_path, "--quiet", "--out", "r")
    assert "r: some weights are NaN or infinite; train with a lower" in done.stderr
    (tmp_path / "x.csv").write_text("0,0\n1,2\n")
    for command in (["predict", "x.csv"], ["evaluate"]):
        done = run(script, tmp_path, *command, "--weights", "r/weights.npz")
        assert "r/weights.npz: some weights are NaN or infinite" in done.stderr
        assert done.returncode == 0
    done = run(script, tmp_path, "--out", "fine")
    assert "NaN" not in done.stderr


# -- Odd files -------------------------------------------------------------------------

HISTORIES: list[object] = [
    "{",
    "[" * 100_000,
    None,
    7,
    np.nan,
    1j,
    [],
    [1.0],
    [[1.0]],
    [["a"] * 5],
    np.full((2, 5), "1"),
    np.full((2, 5), 1j),
    np.zeros((0, 5)),
    np.zeros((2, 4)),
    np.zeros((2, 5, 1)),
]
STEPS: list[object] = [-5, 0, "x", None, [], {}, float("nan"), float("inf"), 1]
ABOUTS = ["", "{", "[" * 100_000, "[]", "7", "null", '"x"', "{}", '{"step": 8}', "\xff"]


def crafted(path: Path, comment: bytes, **changed: object) -> None:
    """Write a checkpoint anew, with something odd in it."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays |= {name.replace("__", "/"): np.array(a) for name, a in changed.items()}
    arrays = {k: a for k, a in arrays.items() if a.dtype != object}
    np.savez(path, **arrays)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = comment


def odd_checkpoints() -> Iterator[tuple[str, dict[str, object]]]:
    for history in HISTORIES:
        yield "", {"training__history": history}
    for slots in ("x", None, 1.0, [1.0], np.full((2, 51), "x"), np.ones((2, 51)) * 1j):
        yield "", {"training__slots": slots}
    for weight in (np.full((2, 8), "x"), np.ones((2, 8)) * 1j, 1.0, np.ones((8, 2))):
        yield "", {"dense__kernel": weight}
    yield "", {"other__kernel": 1.0}


@pytest.fixture(scope="module")
def trained(script: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    assert run(script, folder, "--out", "r").returncode == 0
    return folder / "r" / "checkpoint.npz"


def resumed_in_process(script: Path, out: Path) -> str:
    """What a resumed training is refused with."""
    module = load(script.read_text())
    with pytest.raises(module.InputError) as fault:
        module.run_train(options(module, out, epochs=5, resume=True))
    return str(fault.value)


@pytest.mark.parametrize("case", [*odd_checkpoints()], ids=range(26))
def test_odd_checkpoints_are_one_line(
    case: tuple[str, dict[str, object]], trained: Path, script: Path, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(trained.read_bytes())
    with zipfile.ZipFile(path) as archive:
        comment = archive.comment
    crafted(path, comment, **case[1])
    said = resumed_in_process(script, tmp_path)
    assert "\n" not in said and str(path) in said and len(said) < 700


@pytest.mark.parametrize("comment", [*ABOUTS, *STEPS], ids=range(19))
def test_odd_comments_of_checkpoints_are_one_line(
    comment: object, trained: Path, script: Path, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(trained.read_bytes())
    said = json.dumps(about(path) | {"step": comment}).encode()
    if comment in ABOUTS:
        said = str(comment).encode("latin-1")[:60_000]
    crafted(path, said)
    said = resumed_in_process(script, tmp_path)
    assert "\n" not in said and str(path) in said and len(said) < 700


def test_odd_weights_are_one_line(script: Path, tmp_path: Path, trained: Path) -> None:
    (tmp_path / "x.csv").write_text("0,0\n1,2\n")
    path = tmp_path / "weights.npz"
    for changed in (
        {"data__mean": "x"},
        {"dense__kernel": "x"},
        {"dense__kernel": np.ones((2, 8)) * 1j},
    ):
        path.write_bytes(trained.with_name("weights.npz").read_bytes())
        crafted(path, b"", **changed)
        for command in (["predict", "x.csv"], ["evaluate"]):
            refused(run(script, tmp_path, *command, "--weights", path))
    # The names in an archive may be anything.
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x\x1b[31m" * 1000 + ".npy", b"none")
    assert "\x1b" not in refused(run(script, tmp_path, "evaluate", "--weights", path))


# -- Other places to write to ----------------------------------------------------------


def test_predictions_go_to_devices_pipes_and_links(
    script: Path, tmp_path: Path
) -> None:
    run(script, tmp_path, "--out", "r")
    (tmp_path / "x.csv").write_text("0,0\n1,2\n")
    command = ["predict", "x.csv", "--weights", "r/weights.npz", "--output"]
    plain = run(script, tmp_path, *command[:-1]).stdout
    assert plain.count("\n") == 3

    assert run(script, tmp_path, *command, "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()
    assert run(script, tmp_path, *command, "/dev/stdout").stdout == plain
    for how, before in ((">>", "as it was\n"), (">", "")):  # as the shell asks
        (tmp_path / "to").write_text("as it was\n")
        line = [sys.executable, str(script), *command, "/dev/stdout"]
        line = ["sh", "-c", f"{shlex.join(line)} {how} to"]
        subprocess.run(line, cwd=tmp_path, check=True)
        assert (tmp_path / "to").read_text() == before + plain
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(
        ["cat", "pipe"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as cat:
        assert run(script, tmp_path, *command, "pipe").returncode == 0
        assert cat.communicate(timeout=60)[0] == plain
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link").symlink_to("real.csv")
    assert run(script, tmp_path, *command, "link").returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real.csv").read_text() == plain
    for odd in (".", "r", "none/p.csv"):
        refused(run(script, tmp_path, *command, odd))
    assert "part" not in "".join(names(tmp_path) | names(tmp_path / "r"))


def test_docstrings_are_not_needed(script: Path, tmp_path: Path) -> None:
    done = run(script, tmp_path, "--quiet", "--out", "r", python=("-OO",))
    assert done.returncode == 0, done.stderr
    done = run(script, tmp_path, "--help", python=("-OO",))
    assert done.returncode == 0 and "evaluate" in done.stdout
