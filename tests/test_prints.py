"""What a training prints: its head, its lines, what went wrong, and how to go on."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import nnspec
from tests.test_results import SPEC, run, run_text

TABLE = "x,y,kind\n" + "".join(
    f"{i % 5},{i % 3},{kind}\n" for kind in ("ant", "bee", "cat") for i in range(20)
)
SORTED = """
data {
  csv("kinds.csv", target="kind")
  split(test=0.2)
}
network {
  input(2)
  dense(4, tanh)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam
  metrics = [accuracy, confusion_matrix]
  epochs = 2
}
"""
DIVERGING = """
data {
  blobs(samples=200)
}
network {
  dense(16, relu)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = sgd(1e20)
  metrics = [accuracy]
  epochs = 3
}
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "net.py"
    path.write_text(nnspec.compile(SPEC, "net.nn"))
    return path


def in_folder(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the script of SPEC where it lies."""
    path = tmp_path / "net.py"
    return run_text(path, nnspec.compile(SPEC, "net.nn"), tmp_path, *arguments)


# -- The head and the lines ------------------------------------------------------------


def test_a_training_tells_what_it_begins_with(script: Path, tmp_path: Path) -> None:
    done = run(script, tmp_path)
    head = "net: 51 parameters, 120 training and 30 test samples"
    assert done.stderr.splitlines()[0] == head
    for option in ("--quiet", "--json"):
        assert head not in run(script, tmp_path, option).stderr
    assert run(script, tmp_path, "--quiet").stdout == ""


def test_threads_are_told_where_there_are_some(tmp_path: Path) -> None:
    layers = "reshape(2, 1, 1)\n  conv2d(2, 1)\n  flatten"
    text = SPEC.replace("  dense(8, relu)", f"  {layers}\n  dense(8, relu)")
    for threads, words in ((1, "1 thread\n"), (3, "3 threads\n")):
        done = run_text(
            tmp_path / "net.py", nnspec.compile(text), tmp_path, "--threads", threads
        )
        assert f" samples, {words}" in done.stderr, done.stderr


def test_epochs_are_the_rows_of_a_table(tmp_path: Path) -> None:
    text = SPEC.replace("split(test=0.2)", "split(test=0.2, validation=0.2)")
    text = text.replace("epochs = 2", "epochs = 11")
    done = run_text(tmp_path / "net.py", nnspec.compile(text), tmp_path)
    head, *rows, last = done.stdout.splitlines()
    assert head.split() == [
        *("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
    ]
    for i, row in enumerate(rows, 1):
        number = r" +\d\.\d{4}"
        assert re.fullmatch(rf" +{i}/11({number}){{4}} +\d\.\d", row)
        ends = [found.end() for found in re.finditer(r"\S+", row)]
        assert ends == [found.end() for found in re.finditer(r"\S+", head)]
    assert re.fullmatch(r"test_loss \d\.\d{4}  test_accuracy \d\.\d{4}", last)
    assert len(rows) == 11 and len(head) <= 80
    # What goes on has a head, too.
    done = run(tmp_path / "net.py", tmp_path, "--resume", "--epochs", 12)
    assert [line.split()[0] for line in done.stdout.splitlines()[:2]] == [
        *("epoch", "12/12")
    ]


@pytest.mark.parametrize(
    ("optimizer", "more", "told"),
    [
        ("adam", "", False),
        ("adam(exponential_decay(0.01, 10, 0.5))", "", True),
        ("adam", "reduce_lr_on_plateau(loss)", True),
    ],
)
def test_the_learning_rate_is_told_where_it_changes(
    optimizer: str, more: str, told: bool, tmp_path: Path
) -> None:
    text = SPEC.replace("= adam", f"= {optimizer}\n  {more}")
    done = run_text(tmp_path / "net.py", nnspec.compile(text), tmp_path)
    lines = done.stdout.splitlines()[:3]
    assert ("learning_rate" in lines[0].split()) is told
    assert len({*map(len, lines)}) == 1 and len(lines[0]) <= 80
    history = (tmp_path / "runs" / "model" / "history.csv").read_text()
    assert "learning_rate" in history.splitlines()[0]


# -- Divergence ------------------------------------------------------------------------


def test_a_loss_that_is_no_number_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    text = nnspec.compile(DIVERGING, "net.nn")
    done = run_text(path, text, tmp_path)
    assert done.returncode == 0
    said = [line for line in done.stderr.splitlines() if "the loss is" in line]
    way_out = "lower learning_rate, standardize the data, or set clipnorm=1"
    assert len(said) == 1
    assert re.fullmatch(
        rf"epoch 1, batch \d+: the loss is (nan|inf); {way_out}", said[0]
    )
    assert "Warning" not in done.stderr
    end = "runs/net: some weights are NaN or infinite; train with a lower learning rate"
    assert done.stderr.splitlines()[-1] == end
    assert re.search(r"1/3 +nan +0\.\d{4}", done.stdout)
    # Nor does anything else warn of it.
    (tmp_path / "x.csv").write_text("1,2\n3,4\n")
    weights = ("--weights", "runs/net/weights.npz")
    for arguments in (["predict", "x.csv", *weights], ["gradcheck"]):
        done = run(path, tmp_path, *arguments, python=("-W", "error"))
        assert (done.returncode, "Warning" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("learning", ["sgd(0.1)", "sgd(1e20, clipnorm=1)"])
def test_the_ways_out_of_divergence(learning: str, tmp_path: Path) -> None:
    text = DIVERGING.replace("sgd(1e20)", learning)
    text = text.replace("1e20", "0.1")
    done = run_text(tmp_path / "net.py", nnspec.compile(text), tmp_path)
    assert "the loss is" not in done.stderr
    assert "to predict:" in done.stderr


# -- Classes ---------------------------------------------------------------------------


@pytest.mark.parametrize("way_out", ["", "stratify=true", "seed=0"])
def test_a_part_without_a_class_is_told(way_out: str, tmp_path: Path) -> None:
    (tmp_path / "kinds.csv").write_text(TABLE)
    text = SORTED.replace("test=0.2", f"test=0.2, {way_out}".removesuffix(", "))
    done = run_text(tmp_path / "net.py", nnspec.compile(text), tmp_path)
    said = "the test part has no sample of class `ant`, `bee`; "
    said += "write stratify=true or seed=0 in split\n"
    assert (said in done.stderr) is (not way_out), done.stderr
    assert ("has no sample" in done.stderr) is (not way_out)


def test_of_many_classes_a_few_are_named(tmp_path: Path) -> None:
    rows = [f"{i},{i},k{i % 7 if i < 22 else 6}\n" for i in range(28)]
    (tmp_path / "kinds.csv").write_text("x,y,kind\n" + "".join(rows))
    text = SORTED.replace("dense(3,", "dense(7,")
    done = run_text(tmp_path / "net.py", nnspec.compile(text), tmp_path)
    assert "of class `k0`, `k1`, `k2`, ...; write stratify=true or" in done.stderr


def test_a_confusion_matrix_has_names(tmp_path: Path) -> None:
    (tmp_path / "kinds.csv").write_text(TABLE)
    text = nnspec.compile(SORTED.replace("test=0.2", "test=0.2, seed=0"), "net.nn")
    trained = run_text(tmp_path / "net.py", text, tmp_path).stdout
    tested = run(tmp_path / "net.py", tmp_path, "evaluate", "--quiet")
    assert tested.stderr == "", "--quiet prints the result alone"
    assert trained.endswith(tested.stdout)
    _, legend, heads, *rows = tested.stdout.splitlines()
    assert (
        legend == "confusion matrix (rows: the true class, columns: the predicted one)"
    )
    assert heads.split() == ["ant", "bee", "cat"]
    assert [row.split()[0] for row in rows] == ["ant", "bee", "cat"]
    assert sum(int(cell) for row in rows for cell in row.split()[1:]) == 12
    found = json.loads(run(tmp_path / "net.py", tmp_path, "evaluate", "--json").stdout)
    cells = [[int(cell) for cell in row.split()[1:]] for row in rows]
    assert found["test_confusion_matrix"] == cells


# -- How to go on ----------------------------------------------------------------------


@pytest.mark.parametrize("given", [(), ("--out", "my run", "--seed", "3")])
def test_the_lines_at_the_end_work_as_they_are(
    given: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "FILE").write_text("0.1,0.2\n")
    done = in_folder(tmp_path, "--epochs", 1, *given)
    lines = done.stderr.splitlines()[-3:]
    assert [line.partition(":")[0] for line in lines] == [
        "to evaluate",
        "to predict",
        "to go on",
    ]
    for line in lines:
        python, *words = shlex.split(line.partition(": ")[2])
        assert (python, words[0]) == ("python", "net.py")
        again = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode == 0, again.stderr
    folder = "my run" if given else "runs/net"
    assert f"{folder}: goes on after epoch 1 of 2\n" in again.stderr
    assert len((tmp_path / folder / "history.csv").read_text().splitlines()) == 3


def test_the_newest_finished_run_is_taken(script: Path, tmp_path: Path) -> None:
    def taken() -> str:
        done = run(script, tmp_path, "evaluate")
        assert done.returncode == 0
        return done.stderr

    said = run(script, tmp_path, "evaluate").stderr
    assert said == (
        "error: there is no finished run in runs/net; give --weights FILE.npz\n"
    )
    for _ in range(2):
        run(script, tmp_path)
    name = "weights of runs/{}/weights.npz, the newest finished run\n"
    assert taken() == name.format("net-2")
    # One that was broken off is no finished one, and neither is another model's.
    folder = tmp_path / "runs" / "net-2"
    text = script.read_text().replace('state.about["finished"] = True', "pass")
    run_text(tmp_path / "net.py", text, tmp_path, "--out", folder, "--force")
    folder.with_name("net-x").mkdir()
    os.link(tmp_path / "runs/net/weights.npz", tmp_path / "runs/net-x/weights.npz")
    assert taken() == name.format("net")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a read-only folder")
def test_a_folder_that_cannot_be_written(script: Path, tmp_path: Path) -> None:
    done = run(script, tmp_path, "--out", "/proc/here")
    assert done.returncode == 3
    assert done.stderr == (
        "error: cannot write /proc/here: No such file or directory; try --out DIR\n"
    )


def test_a_reader_that_leaves_is_no_fault(script: Path, tmp_path: Path) -> None:
    line = shlex.join([sys.executable, str(script), "--epochs", "500"])
    done = subprocess.run(
        f"{line} | head -2",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(done.stdout.splitlines()) == 2
    assert "error" not in done.stderr and "Traceback" not in done.stderr


# -- Help ------------------------------------------------------------------------------


def test_help_has_defaults_and_names_what_is_mistyped(
    script: Path, tmp_path: Path
) -> None:
    text = " ".join(run(script, tmp_path, "train", "--help").stdout.split())
    for words in (
        "passes over the data (default: 2)",
        "samples per update (default: 32)",
        "print JSON objects, one a line",
    ):
        assert words in text, text
    done = run(script, tmp_path, "trian")
    assert done.returncode == 2
    for name in ("train", "evaluate", "predict", "gradcheck"):
        assert name in done.stderr.splitlines()[-1]
