"""Several processes that MPI starts train as one does, bit for bit."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnspec
from tests.scripts import spec
from tests.test_docs import blocks

#: That of the venv of `make reach`, or of the system.
MPIRUN = shutil.which(
    "mpirun",
    path=os.pathsep.join([os.path.dirname(sys.executable), *os.get_exec_path()]),
)
if MPIRUN is None:
    pytest.skip("NO mpirun: `--mpi` IS NOT TESTED", allow_module_level=True)
pytest.importorskip("mpi4py", reason="NO mpi4py: `--mpi` IS NOT TESTED")

ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
}

DENSE = spec(
    [
        "dense(6, tanh, kernel_regularizer=l2(0.01))",
        "dropout(0.3)",
        "dense(5, tanh, trainable=false)",
        "gaussian_noise(0.1)",
        "dense(1, sigmoid)",
    ],
    loss="binary_crossentropy",
    optimizer="adam(0.02, global_clipnorm=0.5, use_ema=true)",
    metrics="accuracy, auc, precision",
    more="precision = float64\n  batch_size = 8\n  epochs = 4\n"
    "  class_weight = [0: 1.0, 1: 3.0]\n"
    "  early_stopping(val_auc, patience=1, mode=max, restore_best_weights=true)\n"
    "  reduce_lr_on_plateau(val_loss, patience=0)\n"
    '  csv_logger("log.csv")\n  checkpoint("{epoch}.npz")',
)
NORMALIZED = spec(
    [
        "reshape(3, 2, 1)",
        "conv2d(3, 2, padding=same, use_bias=false)",
        "batch_normalization(momentum=0.8)",
        "relu",
        "conv2d(2, 2)",
        "batch_normalization",
        "flatten",
        "dropout(0.2)",
        "dense(1, sigmoid)",
    ],
    loss="binary_crossentropy",
    optimizer="sgd(0.1, momentum=0.9, clipnorm=0.3)",
    metrics="accuracy, auc, confusion_matrix",
    more="precision = float64\n  batch_size = 8\n  epochs = 3",
)
SINGLE = spec(
    ["dense(40, relu)", "dropout(0.3)", "dense(1, sigmoid)"],
    loss="binary_crossentropy",
    optimizer="rmsprop(0.01)",
    metrics="accuracy",
    more="batch_size = 8\n  epochs = 4",
)
PLAIN = spec(
    ["dense(7, tanh)", "dense(1, sigmoid)"],
    loss="binary_crossentropy",
    optimizer="adam(0.02, clipnorm=0.2)",
    metrics="accuracy, auc",
    more="precision = float64\n  batch_size = 8\n  epochs = 3",
)
SEVERAL = """
network {
  input(6)
  dense(5, tanh) as both
  dense(1, sigmoid) as sold
  dense(2) from both as prices
  output(sold, prices)
}
training {
  loss = [sold: binary_crossentropy, prices: mse]
  metrics = [sold: [auc, accuracy], prices: [r2_score]]
  precision = float64
  batch_size = 8
  epochs = 3
}
"""


def prepare(folder: Path, source: str, ranks: int = 4) -> None:
    """Write the script, and data of 41 samples: the last batch has one of them."""
    rng = np.random.default_rng(0)
    (folder / "model.py").write_text(nnspec.compile(source, ranks=ranks), "utf-8")
    arrays = {}
    for part, count in (("train", 41), ("validation", 150), ("test", 70)):
        x, y = rng.normal(size=(count, 6)), rng.integers(2, size=count)
        arrays |= {f"x_{part}": x, f"y_{part}": y}
        if source is SEVERAL:
            arrays |= {f"y_{part}/sold": y, f"y_{part}/prices": x[:, :2] ** 2}
    np.savez(folder / "data.npz", **arrays)


def start(ranks: int, *words: str) -> list[str]:
    """The command that starts a script in so many processes."""
    alone = [sys.executable, "model.py", *words]
    return alone if ranks == 1 else [str(MPIRUN), "-n", str(ranks), *alone]


def run(folder: Path, ranks: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        start(ranks, *words),
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def train(folder: Path, ranks: int, *words: str, out: str = "") -> list[dict[str, Any]]:
    """Train in so many processes; return what is told of each epoch and the test."""
    out = out or f"run-{ranks}"
    done = run(folder, ranks, "--data", "data.npz", "--json", "--out", out, *words)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [{k: v for k, v in row.items() if k != "seconds"} for row in rows]


def weights(folder: Path, out: str) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    with np.load(folder / out / "weights.npz") as file:
        return dict(file)


def assert_equal(folder: Path, one: str, other: str) -> None:
    found, expected = weights(folder, one), weights(folder, other)
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].tobytes() == array.tobytes(), name


@pytest.mark.parametrize("source", [DENSE, NORMALIZED, SINGLE, SEVERAL])
def test_ranks_train_as_one_process_does(source: str, tmp_path: Path) -> None:
    prepare(tmp_path, source)
    alone = train(tmp_path, 1)
    assert len(alone) > 3 or source is DENSE
    for ranks in (2, 4):
        assert train(tmp_path, ranks) == alone
        assert_equal(tmp_path, f"run-{ranks}", "run-1")
        done = run(tmp_path, 1, "verify", f"run-{ranks}")
        assert done.returncode == 0, done.stdout
        assert done.stdout.endswith("the same bits\n")
    assert {p.name for p in tmp_path.iterdir()} == {
        "model.py", "data.npz", "run-1", "run-2", "run-4",
    }  # fmt: skip


@pytest.mark.parametrize("source", [PLAIN, NORMALIZED])
def test_three_ranks_round_otherwise(source: str, tmp_path: Path) -> None:
    prepare(tmp_path, source)
    for one, other in zip(train(tmp_path, 3), train(tmp_path, 1), strict=True):
        for name, value in other.items():
            np.testing.assert_allclose(one[name], value, 1e-12, err_msg=name)
    done = run(tmp_path, 1, "verify", "run-3")
    assert "3 processes, now" in done.stdout
    assert done.stdout.endswith("within 1e-06\n")


@pytest.mark.parametrize("source", [PLAIN, NORMALIZED])
def test_a_script_for_one_process_learns_the_same(source: str, tmp_path: Path) -> None:
    prepare(tmp_path, source, ranks=0)  # with four shares, too, where it has a conv2d
    alone = train(tmp_path, 1)
    prepare(tmp_path, source)
    for one, other in zip(train(tmp_path, 2), alone, strict=True):
        for name, value in other.items():
            np.testing.assert_allclose(one[name], value, 1e-12, err_msg=name)


def test_a_training_goes_on_in_another_number_of_processes(tmp_path: Path) -> None:
    prepare(tmp_path, NORMALIZED)
    whole = train(tmp_path, 1, "--epochs", "4", out="whole")
    train(tmp_path, 2, "--epochs", "2", out="parts")
    rest = train(tmp_path, 4, "--epochs", "4", "--resume", out="parts")
    assert rest == whole[2:]
    assert_equal(tmp_path, "parts", "whole")


def test_other_commands_run_in_one_process(tmp_path: Path) -> None:
    prepare(tmp_path, PLAIN)
    train(tmp_path, 2)
    for words in (
        ("evaluate", "--data", "data.npz", "--weights", "run-2/weights.npz"),
        ("gradcheck",),
        ("verify", "run-2"),
        ("--help",),
    ):
        done, alone = (run(tmp_path, ranks, *words) for ranks in (2, 1))
        assert done.returncode == alone.returncode == 0, done.stderr
        assert done.stdout == alone.stdout != ""


def faults(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What the script says of it; MPI says that processes have ended, too."""
    return [line for line in done.stderr.splitlines() if "error:" in line]


def test_what_is_wrong_everywhere_is_told_once(tmp_path: Path) -> None:
    prepare(tmp_path, PLAIN)
    done = run(tmp_path, 4, "--data", "none.npz")
    assert done.returncode
    assert len(faults(done)) == 1
    assert faults(done)[0].startswith("error: none.npz: No such file")
    done = run(tmp_path, 2, "--epochs", "0")
    assert done.returncode
    assert done.stderr.count("--epochs must be at least 1") == 1


def run_both(
    folder: Path, first: tuple[str, ...], other: tuple[str, ...]
) -> subprocess.CompletedProcess[str]:
    """Start two processes, each with options of its own."""
    command = [str(MPIRUN), "-n", "1", *start(1, *first), ":"]
    return subprocess.run(
        [*command, "-n", "1", *start(1, *other)],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_one_that_dies_ends_all(tmp_path: Path) -> None:
    prepare(tmp_path, PLAIN)
    words = ("--data", "data.npz", "--epochs", "1000000")
    done = run_both(tmp_path, words, ("--data", "none.npz"))
    assert done.returncode
    assert [line.partition("; ")[0] for line in faults(done)] == [
        "rank 1: error: none.npz: No such file or directory"
    ]


def test_all_have_the_same_data(tmp_path: Path) -> None:
    prepare(tmp_path, PLAIN)
    with np.load(tmp_path / "data.npz") as file:
        fewer = {name: array[:30] for name, array in file.items()}
    np.savez(tmp_path / "fewer.npz", **fewer)
    done = run_both(tmp_path, ("--data", "data.npz"), ("--data", "fewer.npz"))
    assert done.returncode
    assert faults(done) == [
        "rank 1: error: train samples is 30 here, 41 for rank 0; "
        "give each process the same"
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves(number: int, tmp_path: Path) -> None:
    prepare(tmp_path, NORMALIZED)
    words = ("--data", "data.npz", "--epochs", "1000000", "--json", "--out", "run-2")
    with subprocess.Popen(
        start(2, *words), cwd=tmp_path, env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout
        assert json.loads(process.stdout.readline())["epoch"] == 1
        time.sleep(0.2)
        process.send_signal(number)
        process.communicate(timeout=60)  # Open MPI passes on no more words
    assert process.returncode
    assert weights(tmp_path, "run-2")["dense/kernel"].any()
    about = json.loads((tmp_path / "run-2" / "run.json").read_text())
    assert about["epoch"] >= 1
    assert not about["finished"]
    assert about["ranks"] == 2


def test_more_processes_than_shares(tmp_path: Path) -> None:
    prepare(tmp_path, PLAIN, ranks=2)
    done = run(tmp_path, 3, "--data", "data.npz")
    assert done.returncode
    (fault,) = faults(done)
    assert "start at most 2, or compile it with `--mpi 3`" in fault


def test_the_page_on_many_machines(tmp_path: Path) -> None:
    first, then = (
        block
        for block in blocks("sh")
        if block.page == "docs/many-machines.md" and block.note in ("test", "mpi")
    )
    path = os.pathsep.join([os.path.dirname(sys.executable), *os.get_exec_path()])
    done = subprocess.run(
        ["sh", "-ec", first.text + then.text],
        cwd=tmp_path, env=ENVIRONMENT | {"PATH": path},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the same bits" in done.stdout
    assert "goes on after epoch 30 of 40" in done.stderr
