"""Callbacks in trainings as processes: what they write, tell and resume."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from templates.runtime.reduce_lr_on_plateau import reduce_lr_on_plateau
from tests.scripts import load

SPEC = """
data {{
  spirals(samples=120, classes=2, noise=0.3)
  split(validation=0.3, test=0.2)
}}
network {{
  dense(16, tanh)
  dense(1, sigmoid)
}}
training {{
  loss = binary_crossentropy
  optimizer = adam(learning_rate={rate})
  metrics = [accuracy, auc, precision]
  epochs = 12
  {callbacks}
}}
"""
STOPPING = "early_stopping(patience=3, restore_best_weights=true)"


def write(folder: Path, *callbacks: str, rate: float = 0.1) -> Path:
    """A script with these callbacks."""
    path = folder / "model.py"
    path.write_text(
        nnspec.compile(SPEC.format(rate=rate, callbacks="\n  ".join(callbacks)))
    )
    return path


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", str(script), *arguments],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def trained(script: Path, *arguments: str) -> tuple[list[dict[str, float]], str]:
    """The rows of the history, and what is said on standard error."""
    done = run(script, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [row for row in rows if "epoch" in row], done.stderr


def weights(path: Path) -> dict[str, object]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name].tolist() for name in file.files}


def test_the_best_weights_are_restored_and_it_is_told(tmp_path: Path) -> None:
    best = 'checkpoint("best.npz", save_best_only=true)'
    script = write(tmp_path, STOPPING, best, 'checkpoint("last.npz")')
    rows, said = trained(script, "--out", "run")
    losses = [row["val_loss"] for row in rows]
    epoch = 1 + losses.index(min(losses))
    assert len(rows) == epoch + 3 < 12
    assert f"stopped early after epoch {len(rows)}\n" in said
    assert f"best weights of epoch {epoch} restored\n" in said

    folder = tmp_path / "run"
    assert weights(folder / "weights.npz") == weights(folder / "best.npz")
    assert weights(folder / "weights.npz") != weights(folder / "last.npz")
    done = run(script, "evaluate", "--weights", "run/best.npz", "--json")
    assert json.loads(done.stdout) == json.loads(
        run(script, "--json", "--out", "again").stdout.splitlines()[-1]
    )


def test_the_largest_accuracy_is_the_best(tmp_path: Path) -> None:
    stopping = "early_stopping(val_auc, patience=2, restore_best_weights=true)"
    rows, said = trained(write(tmp_path, stopping), "--out", "run")
    areas = [row["val_auc"] for row in rows]
    epoch = 1 + areas.index(max(areas))
    assert len(rows) == min(12, epoch + 2)
    assert f"best weights of epoch {epoch} restored\n" in said


def test_the_best_weights_are_restored_without_a_stop(tmp_path: Path) -> None:
    script = write(tmp_path, "early_stopping(patience=30, restore_best_weights=true)")
    rows, said = trained(script, "--out", "run")
    assert len(rows) == 12
    assert "stopped" not in said
    assert re.search(r"best weights of epoch \d+ restored\n", said)


def test_quiet_means_quiet(tmp_path: Path) -> None:
    done = run(write(tmp_path, STOPPING), "--quiet", "--out", "run")
    assert done.returncode == 0
    assert done.stdout == done.stderr == ""


ALL = (
    STOPPING,
    "reduce_lr_on_plateau(monitor=val_auc, patience=1, factor=0.5, cooldown=1)",
    'checkpoint("{epoch:02d}.npz", monitor=val_accuracy, save_best_only=true)',
    "terminate_on_nan",
    'csv_logger("log.csv", separator=";")',
)


@pytest.mark.share(3)
@pytest.mark.parametrize("epochs", [1, 2, 4, 6, 12])
def test_a_resumed_training_is_the_same_as_one_without_a_break(
    epochs: int, tmp_path: Path
) -> None:
    script = write(tmp_path, *ALL)
    whole, _ = trained(script, "--out", "whole")
    first, _ = trained(script, "--out", "parts", "--epochs", str(epochs))
    rest, _ = trained(script, "--out", "parts", "--resume")
    assert len(whole) < 12
    for a, b in zip(whole, first + rest, strict=True):
        assert a | {"seconds": 0} == b | {"seconds": 0}
    names = {path.name for path in (tmp_path / "whole").iterdir()}
    assert names == {path.name for path in (tmp_path / "parts").iterdir()}
    for name in sorted(names):
        a, b = (tmp_path / part / name for part in ("whole", "parts"))
        if name.endswith(".npz") and name != "checkpoint.npz":
            assert weights(a) == weights(b), name
    with open(tmp_path / "parts" / "log.csv") as file:
        logged = [float(row["epoch"]) for row in csv.DictReader(file, delimiter=";")]
    assert logged == list(range(1, len(whole) + 1))


def test_what_was_stopped_does_not_go_on(tmp_path: Path) -> None:
    script = write(tmp_path, STOPPING)
    trained(script, "--out", "run")
    before = (tmp_path / "run" / "history.csv").read_text()
    rows, said = trained(script, "--out", "run", "--resume", "--epochs", "50")
    assert rows == []
    assert "stopped early" in said
    assert (tmp_path / "run" / "history.csv").read_text() == before


def test_the_history_tells_the_rate_of_each_epoch(tmp_path: Path) -> None:
    script = write(tmp_path, "reduce_lr_on_plateau(patience=1, factor=0.5)")
    rows, _ = trained(script, "--out", "run")
    losses, rates = ([row[k] for row in rows] for k in ("val_loss", "learning_rate"))
    assert rates == [0.1, *reduce_lr_on_plateau(losses[:-1], 0.1, 0.5, 1)]
    assert len(set(rates)) > 2


def test_an_epoch_costs_the_same_however_many_there_were(tmp_path: Path) -> None:
    """Callbacks take what is new, and do not go through the history again."""
    seen = list[str]()

    class Row(dict[str, float]):
        def __getitem__(self, name: str) -> float:
            seen.append(name)
            return super().__getitem__(name)

    script = write(tmp_path, *(c for c in ALL if "csv_logger" not in c), rate=0.001)
    text = script.read_text().replace("patience=3", "patience=99")
    for old, new in (
        ("(options.until or options.epochs) + 1", "41"),
        ("state.history.append(row)", "row = Row(row); state.history.append(row)"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    module = load(text)
    vars(module)["Row"] = Row
    _, history = module.train()
    assert len(history) == 40
    assert len([name for name in seen if name.startswith("val_")]) == 3 * 40


def test_a_checkpoint_for_each_epoch(tmp_path: Path) -> None:
    names = 'checkpoint("{epoch:02d}-{val_accuracy:.2f}.npz")'
    rows, _ = trained(write(tmp_path, names), "--out", "run", "--epochs", "3")
    expected = [f"{row['epoch']:02d}-{row['val_accuracy']:.2f}.npz" for row in rows]
    found = [path.name for path in (tmp_path / "run").glob("0*.npz")]
    assert sorted(found) == expected


def test_a_log_is_begun_anew_or_goes_on(tmp_path: Path) -> None:
    script = write(tmp_path, 'csv_logger("log.csv")')
    for _ in range(2):
        trained(script, "--out", "run", "--epochs", "2", "--force")
    log = tmp_path / "run" / "log.csv"
    assert log.read_text() == (tmp_path / "run" / "history.csv").read_text()

    script = write(tmp_path, 'csv_logger("log.csv", append=true)')
    trained(script, "--out", "run", "--epochs", "2", "--force")
    lines = log.read_text().splitlines()
    assert [line[0] for line in lines] == ["e", "1", "2", "1", "2"]


def test_a_loss_that_is_not_finite_ends_the_training(tmp_path: Path) -> None:
    script = write(tmp_path, "terminate_on_nan", rate=3e38)
    rows, said = trained(script, "--out", "run")
    assert len(rows) < 12
    assert rows[-1]["loss"] is None  # JSON has no NaN
    assert all(np.isfinite(row["loss"]) for row in rows[:-1])
    assert f"stopped in epoch {len(rows)}, as the loss is " in said
    rest, _ = trained(script, "--out", "run", "--resume")
    assert rest == []


def test_a_loss_that_is_not_finite_can_be_an_error(tmp_path: Path) -> None:
    script = write(tmp_path, "terminate_on_nan(raise_error=true)", rate=3e38)
    done = run(script, "--out", "run")
    assert done.returncode == 3
    assert re.search(r"error: epoch \d+: the loss is (nan|inf); ", done.stderr)
    assert "Traceback" not in done.stderr


def test_ctrl_c_leaves_the_best_weights_behind(tmp_path: Path) -> None:
    best = 'checkpoint("best.npz", save_best_only=true)'
    long = "early_stopping(patience=1000000, restore_best_weights=true)"
    script = write(tmp_path, long, best)
    process = subprocess.Popen(
        [sys.executable, str(script), "--epochs", "1000000", "--out", "run"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "best weights of epoch" in said and "Traceback" not in said
    folder = tmp_path / "run"
    assert weights(folder / "weights.npz") == weights(folder / "best.npz")


NO_DATA = """
network {
  input(2)
  dense(1, sigmoid)
}
training {
  loss = binary_crossentropy
  metrics = [recall]
  epochs = 5
  %s
}
"""


@pytest.mark.parametrize(
    ("callback", "needs"),
    [
        ("early_stopping(patience=2)", True),
        ("reduce_lr_on_plateau(val_recall, patience=1)", True),
        ('checkpoint("{val_recall}.npz")', True),
        ('checkpoint("last.npz")', False),
        ("early_stopping(loss, patience=2)", False),
    ],
)
def test_a_part_that_only_the_data_lacks(
    callback: str, needs: bool, tmp_path: Path
) -> None:
    (tmp_path / "model.py").write_text(nnspec.compile(NO_DATA % callback))
    x, y = np.eye(2), np.array([0.0, 1.0])
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y)
    done = run(tmp_path / "model.py", "--data", "data.npz", "--out", "run")
    if not needs:
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 3
    name = callback.partition("(")[0]
    assert done.stderr == f"error: {name} needs x_validation and y_validation\n"
    assert not (tmp_path / "run").exists()
    np.savez(
        tmp_path / "data.npz", x_train=x, y_train=y, x_validation=x, y_validation=y
    )
    done = run(tmp_path / "model.py", "--data", "data.npz", "--out", "run")
    assert done.returncode == 0, done.stderr


def warnings(text: str) -> list[str]:
    analysis = check(Source("model.nn", text))
    assert analysis.model is not None
    return [finding.code for finding in analysis.diagnostics]


@pytest.mark.parametrize(
    ("callback", "acts"),
    [
        ("early_stopping(patience=4)", True),
        ("early_stopping(patience=5)", False),
        ("early_stopping(patience=5, restore_best_weights=true)", True),
        ("early_stopping(patience=2, start_from_epoch=2)", True),
        ("early_stopping(patience=2, start_from_epoch=3)", False),
        ("early_stopping(patience=5, baseline=0.1)", True),
        ("early_stopping(patience=6, baseline=0.1)", False),
        ("early_stopping(start_from_epoch=4)", False),
        ("reduce_lr_on_plateau(patience=3)", True),
        ("reduce_lr_on_plateau(patience=4)", False),
    ],
)
def test_a_patience_that_is_never_at_its_end(callback: str, acts: bool) -> None:
    assert warnings(NO_DATA % callback) == ([] if acts else ["patience-too-long"])


def test_nothing_of_callbacks_is_in_a_script_without_them() -> None:
    text = SPEC.format(rate=0.1, callbacks="")
    script = nnspec.compile(text)
    for word in ("run_callbacks", "s.stop", "s.rate", "s.best", "early_stopping"):
        assert word not in script
