"""A training, as a process: what it writes, tells, resumes and survives."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nnspec

SPEC = """
data {
  spirals(samples=300)
  standardize
  split(validation=0.2, test=0.2)
}
network {
  dense(16, relu)
  dropout(0.1)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam
  metrics = [accuracy]
  epochs = 4
}
"""


#: Weights that have no gradient, running means, and layers with seeds of their own.
STATEFUL = SPEC.replace(
    "dense(16, relu)",
    """dense(16, tanh, trainable=false)
  gaussian_noise(0.1, seed=3)
  dense(16, use_bias=false)
  batch_normalization(momentum=0.9)
  relu""",
).replace("dropout(0.1)", "dropout(0.1, seed=4)")


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "model.py"
    path.write_text(nnspec.compile(SPEC))
    return path


@pytest.fixture(scope="module")
def stateful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stateful") / "model.py"
    path.write_text(nnspec.compile(STATEFUL))
    return path


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(
        command, cwd=script.parent, capture_output=True, text=True, check=False
    )


def test_json_has_a_line_an_epoch_and_one_of_the_test_part(
    script: Path, tmp_path: Path
) -> None:
    done = run(script, "--json", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    *epochs, last = map(json.loads, done.stdout.splitlines())
    names = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    assert [list(row) for row in epochs] == [[*names, "learning_rate", "seconds"]] * 4
    assert [row["epoch"] for row in epochs] == [1, 2, 3, 4]
    assert list(last) == ["test_loss", "test_accuracy"]
    history = (tmp_path / "history.csv").read_text().splitlines()
    assert history[0] == ",".join([*names, "learning_rate", "seconds"])
    assert len(history) == 5
    files = {"weights.npz", "checkpoint.npz", "history.csv", "curves.svg", "run.json"}
    assert {path.name for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("spec", ["script", "stateful"])
def test_a_resumed_training_is_the_same_as_one_without_a_break(
    spec: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    script: Path = request.getfixturevalue(spec)
    whole, parts = str(tmp_path / "whole"), str(tmp_path / "parts")
    assert run(script, "--out", whole).returncode == 0
    assert run(script, "--out", parts, "--epochs", "2").returncode == 0
    assert run(script, "--out", parts, "--resume").returncode == 0
    a, b = (np.load(Path(folder) / "weights.npz") for folder in (whole, parts))
    assert a.files == b.files
    assert all(np.array_equal(a[name], b[name]) for name in a.files)


def test_running_means_and_weights_without_gradients_are_saved(
    stateful: Path, tmp_path: Path
) -> None:
    done = run(stateful, "--out", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as weights:
        assert weights["dense/kernel"].shape == (2, 16)
        assert not weights["dense/bias"].any()  # as it was at the start
        assert weights["batch_normalization/moving_mean"].any()
        assert (weights["batch_normalization/moving_variance"] != 1).all()
    command = ["evaluate", "--json", "--weights", str(tmp_path / "weights.npz")]
    assert run(stateful, *command).stdout == done.stdout.splitlines(True)[-1]
    assert run(stateful, "gradcheck").returncode == 0


def test_the_same_seed_gives_the_same_weights(script: Path, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run(script, "--out", str(tmp_path / name), "--seed", seed, "--epochs", "1")
    a, b, c = (np.load(tmp_path / name / "weights.npz") for name in "abc")
    assert np.array_equal(a["dense/kernel"], b["dense/kernel"])
    assert not np.array_equal(a["dense/kernel"], c["dense/kernel"])


def test_the_seed_settles_the_initial_weights(tmp_path: Path) -> None:
    still = tmp_path / "still.py"
    still.write_text(nnspec.compile(SPEC.replace("adam", "sgd(0.0)")))
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run(still, "--out", str(tmp_path / name), "--seed", seed, "--epochs", "1")
    a, b, c = (np.load(tmp_path / name / "weights.npz") for name in "abc")
    assert np.array_equal(a["dense/kernel"], b["dense/kernel"])
    assert not np.array_equal(a["dense/kernel"], c["dense/kernel"])


def test_initial_weights_are_where_a_training_begins(
    script: Path, tmp_path: Path
) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    run(script, "--out", first)
    more = ["--initial-weights", f"{first}/weights.npz", "--epochs", "1", "--json"]
    done = run(script, "--out", second, *more)
    start = json.loads(done.stdout.splitlines()[0])["loss"]
    begun = json.loads(run(script, "--json", "--epochs", "1").stdout.splitlines()[0])
    assert start < begun["loss"]


def test_layers_that_fit_are_taken_from_another_network(
    script: Path, tmp_path: Path
) -> None:
    run(script, "--out", str(tmp_path / "base"))
    begin = ["--initial-weights", str(tmp_path / "base" / "weights.npz")]
    other = tmp_path / "other.py"
    added = SPEC.replace("dense(3, softmax)", "dense(5, relu)\n  dense(3, softmax)")
    other.write_text(nnspec.compile(added.replace("adam", "sgd(0.0)")))
    refused = run(other, *begin)
    assert refused.returncode == 3
    assert "a weights.npz of this model, or add --partial" in refused.stderr
    done = run(other, *begin, "--partial", "--epochs", "1", "--out", "out")
    assert done.returncode == 0, done.stderr
    told = done.stderr.splitlines()
    assert told[:6] == [
        "dense/kernel    taken",
        "dense/bias      taken",
        "dense_1/kernel  not taken: (16, 3) in the file",
        "dense_1/bias    not taken: (3,) in the file",
        "dense_2/kernel  not taken: none in the file",
        "dense_2/bias    not taken: none in the file",
    ]
    base = np.load(tmp_path / "base" / "weights.npz")
    now = np.load(tmp_path / "out" / "weights.npz")
    assert np.array_equal(base["dense/kernel"], now["dense/kernel"])
    assert now["dense_1/kernel"].shape == (16, 5) and now["dense_1/kernel"].any()
    alone = run(other, "--partial")
    assert alone.returncode == 2 and "--initial-weights FILE" in alone.stderr


def test_ctrl_c_saves_what_was_learnt(script: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(script), "--epochs", "1000000"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()  # the first epoch is over
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors and "Traceback" not in errors
    assert np.load(tmp_path / "weights.npz")["dense/kernel"].shape == (2, 16)
    assert len((tmp_path / "history.csv").read_text().splitlines()) > 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--epochs", "0"], 2, "--epochs must be at least 1"),
        (["--batch-size", "-3"], 2, "--batch-size must be at least 1"),
        (["--seed", "-1"], 2, "--seed must be at least 0"),
        (["--threads", "x"], 2, "invalid int value"),
        (["--nonsense"], 2, "unrecognized arguments"),
        (["predict"], 2, "arguments are required: input"),
        (["--data", "none.npz"], 3, "none.npz: No such file"),
        (["--initial-weights", "none.npz"], 3, "none.npz: No such file"),
        (["--out", "/dev/null/x"], 3, "/dev/null/x"),
    ],
)
def test_bad_arguments(
    script: Path, arguments: list[str], code: int, message: str
) -> None:
    done = run(script, *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_it_imports_without_side_effects(script: Path, tmp_path: Path) -> None:
    code = "import os; before = dict(os.environ); import model; "
    code += "assert dict(os.environ) == before; assert os.listdir() == []"
    command = [sys.executable, "-B", "-c", code]
    path = {"PYTHONPATH": str(script.parent), "PATH": ""}
    done = subprocess.run(
        command, cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == done.stderr == ""
