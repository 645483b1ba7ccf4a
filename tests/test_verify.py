"""A run says what it is of; `verify` finds whether training again gives the same."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import nnspec
from templates.runtime.compare_runs import difference
from templates.runtime.run_facts import run_facts
from templates.runtime.sha256_of import sha256_of
from templates.runtime.sha256_within import sha256_within
from tests.scripts import load
from tests.test_results import ENDLESS, names, refused, run, started

SPEC = """
data {
  csv("points.csv", target="kind")
  split(validation=0.2, test=0.2)
}
network {
  input(3)
  dense(8, relu)
  dropout(0.1)
  dense(2, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam(0.01)
  metrics = [accuracy, confusion_matrix]
  epochs = 4
  batch_size = 16
  seed = 3
}
"""
SAME = "4 epochs trained again, weights, history and test values: the same bits\n"


def points(seed: int) -> str:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(150, 3)).tolist()
    lines = (f"{a},{b},{c},{int(a * b > c)}\n" for a, b, c in rows)
    return "".join(["a,b,c,kind\n", *lines])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a script, its data, and a run in `first`."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "points.csv").write_text(points(0))
    (folder / "net.py").write_text(nnspec.compile(SPEC, "net.nn"))
    done = run(folder / "net.py", folder, "--out", "first")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def there(trained: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return shutil.copytree(trained, tmp_path / "copy")


def verify(
    folder: Path, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "net.py", "verify", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | environment,
    )


def told(folder: Path) -> dict[str, object]:
    text = (folder / "run.json").read_text()
    found: dict[str, object] = json.loads(text, parse_constant=pytest.fail)
    return found


def test_a_run_says_what_it_is_of(trained: Path) -> None:
    found = told(trained / "first")
    assert found["script"] == sha256_of(trained / "net.py")
    assert found["weights"] == sha256_of(trained / "first" / "weights.npz")
    assert found["data"] == {"points.csv": sha256_of(trained / "points.csv")}
    assert hashlib.sha256(SPEC.encode()).hexdigest().startswith(str(found["spec"]))
    options = {"epochs": 4, "batch_size": 16, "seed": 3, "partial": False}
    others = dict.fromkeys(("data", "data_dir", "initial_weights"))
    assert found["options"] == options | others
    assert found["numpy"] == np.__version__
    assert found["processor"] and found["blas"]
    assert (found["epoch"], found["finished"], found["resumed"]) == (4, True, [])
    test = found["test"]
    assert isinstance(test, dict)
    assert [*test] == ["test_loss", "test_accuracy", "test_confusion_matrix"]


def test_training_again_gives_the_same_bits(trained: Path) -> None:
    before = names(trained)
    done = verify(trained, "first", "--threads", 1)
    assert (done.returncode, done.stdout, done.stderr) == (0, SAME, "")
    assert names(trained) == before


def test_another_kernel_is_within_the_tolerance(trained: Path) -> None:
    if "OpenBLAS" not in str(told(trained / "first")["blas"]):
        pytest.skip("another BLAS")
    done = verify(trained, "first", OPENBLAS_CORETYPE="Prescott")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("blas: ")
    assert done.stdout.endswith("and test values: within 0.01\n")


def test_a_run_may_be_elsewhere_with_its_data(there: Path) -> None:
    (there / "data").mkdir()
    (there / "points.csv").rename(there / "data" / "points.csv")
    assert "no such file" in refused(verify(there, "first"))
    assert verify(there, "first", "--data-dir", "data").stdout == SAME


def change_weight(folder: Path) -> None:
    with np.load(folder / "weights.npz") as file:
        arrays = dict(file)
    arrays["dense/bias"][3] = np.nextafter(arrays["dense/bias"][3], np.float32(9))
    np.savez(folder / "weights.npz", **arrays)  # type: ignore[arg-type]


def change_history(folder: Path) -> None:
    path = folder / "history.csv"
    *rows, last = path.read_text().splitlines()
    first, second, *cells = last.split(",")
    second = repr(float(second) + 1e-12)
    path.write_text("\n".join([*rows, ",".join([first, second, *cells]), ""]))


def change_seconds(folder: Path) -> None:
    path = folder / "history.csv"
    rows = path.read_text().splitlines()
    path.write_text("".join(f"{row.rpartition(',')[0]},9\n" for row in rows))
    path.write_text(
        path.read_text().replace("learning_rate,9", "learning_rate,seconds")
    )


def change_test(folder: Path) -> None:
    path = folder / "run.json"
    path.write_text(
        path.read_text().replace('"test_accuracy": 0', '"test_accuracy": 1')
    )


def remove_weight(folder: Path) -> None:
    with np.load(folder / "weights.npz") as file:
        arrays = dict(file)
    arrays["dense/more"] = arrays.pop("dense/bias")
    np.savez(folder / "weights.npz", **arrays)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (change_weight, "dense/bias: differs by "),
        (change_history, "history of loss: differs by "),
        (change_test, "test_accuracy: differs by "),
        (remove_weight, "dense/more: (8,), now not there"),
    ],
)
def test_a_difference_is_found_and_named(
    change: Callable[[Path], None], name: str, there: Path
) -> None:
    change(there / "first")
    done = verify(there, "first")
    assert done.returncode == 1, done.stdout
    first, last = done.stdout.splitlines()
    assert first.startswith(name)
    assert last.endswith("DIFFER")


def test_seconds_may_differ(there: Path) -> None:
    change_seconds(there / "first")
    assert verify(there, "first").stdout == SAME


def change_data(folder: Path) -> None:
    text = (folder / "points.csv").read_text()
    (folder / "points.csv").write_text(text.replace("1\n", "0\n", 1))


def change_script(folder: Path) -> None:
    text = (folder / "net.py").read_text()
    (folder / "net.py").write_text(text.replace("0.01", "0.02", 1))


def no_json(folder: Path) -> None:
    (folder / "first" / "run.json").write_text("{")


def other_json(folder: Path) -> None:
    (folder / "first" / "run.json").write_text("[]")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (change_data, "is not of these data: points.csv"),
        (change_script, "this script is not the one that trained it"),
        (no_json, "name the folder of a training"),
        (other_json, "name the folder of a training"),
        (lambda folder: shutil.rmtree(folder / "first"), "No such file"),
    ],
)
def test_what_is_of_something_else_is_refused(
    change: Callable[[Path], None], why: str, there: Path
) -> None:
    change(there)
    assert why in refused(verify(there, "first"))


def test_a_run_begins_with_the_weights_that_it_had(there: Path) -> None:
    shutil.copy(there / "first" / "weights.npz", there / "begin.npz")
    given = ("--out", "second", "--epochs", "2", "--initial-weights", "begin.npz")
    done = run(there / "net.py", there, *given)
    assert done.returncode == 0, done.stderr
    assert told(there / "second")["initial_weights"] == sha256_of(there / "begin.npz")
    assert verify(there, "second").returncode == 0
    partly = ("--out", "third", "--initial-weights", "begin.npz", "--partial")
    assert run(there / "net.py", there, *partly).returncode == 0
    assert verify(there, "third").stdout == SAME
    change_weight(there / "first")
    shutil.copy(there / "first" / "weights.npz", there / "begin.npz")
    assert "has other --initial-weights" in refused(verify(there, "second"))


def test_a_resumed_run_is_trained_in_one_go(there: Path) -> None:
    script = there / "net.py"
    process = started(script, there, "--out", "second", "--epochs", "100000")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    epoch = told(there / "second")["epoch"]
    assert isinstance(epoch, int)
    given = ("--out", "second", "--epochs", epoch + 2, "--resume")
    done = run(script, there, *given)
    assert done.returncode == 0, done.stderr
    (before,) = told(there / "second")["resumed"]  # type: ignore[misc]
    assert before["epochs"] == 100000 and 0 < before["epoch"] <= epoch
    end = "trained again, weights, history and test values: the same bits\n"
    assert verify(there, "second").stdout == f"{epoch + 2} epochs {end}"


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_is_compared_up_to_its_last_epoch(
    number: str, there: Path
) -> None:
    process = started(there / "net.py", there, "--out", "second", *ENDLESS)
    process.send_signal(getattr(signal, number))
    process.communicate(timeout=60)
    found = told(there / "second")
    assert found["finished"] is False
    assert found["test"] is None
    done = verify(there, "second")
    what = "weights, history" if found["whole"] else "history"
    end = f"{found['epoch']} epochs trained again, {what}: the same bits\n"
    assert (done.returncode, done.stdout) == (0, end)
    change_history(there / "second")
    assert verify(there, "second").returncode == 1


def test_data_given_in_python_are_not_there_any_more(
    there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(there)
    module = load((there / "net.py").read_text())
    rows = [{"a": i % 7, "b": i % 5, "c": i % 3} for i in range(40)]
    part = rows, [str(i % 2) for i in range(40)]
    module.train({"train": part}, out="second", epochs=1)
    assert told(there / "second")["data"] is None
    (there / "second" / "run.json").write_text(
        (there / "second" / "run.json")
        .read_text()
        .replace('"script": null', f'"script": "{sha256_of(there / "net.py")}"')
    )
    assert "its data were given in Python" in refused(verify(there, "second"))


def test_a_run_of_the_command_is_verified_by_it(there: Path) -> None:
    (there / "net.nn").write_text(SPEC)
    command = [sys.executable, "-m", "nnspec", "run", "net.nn"]
    own = os.environ | {"XDG_CACHE_HOME": str(there), "PYTHONPATH": os.getcwd()}
    for words, out in ((["--quiet"], ""), (["verify", "runs/net"], SAME)):
        done = subprocess.run(
            [*command, *words], cwd=there, env=own, text=True, check=True, stdout=-1
        )
        assert done.stdout == out


# -- Parts -----------------------------------------------------------------------------


def test_the_hash_of_a_folder_is_that_of_names_and_contents(tmp_path: Path) -> None:
    def make(**files: str) -> str:
        shutil.rmtree(tmp_path / "f", ignore_errors=True)
        for name, text in files.items():
            (tmp_path / "f" / name[0]).mkdir(parents=True, exist_ok=True)
            (tmp_path / "f" / name[0] / name).write_text(text)
        return sha256_within(tmp_path / "f")

    found = {make(a="1", b="2"), make(a="2", b="1"), make(a="1"), make(b="1", ab="2")}
    assert len(found) == 4
    assert make(a="1", b="2") == make(b="2", a="1")
    assert sha256_within(tmp_path / "f" / "a" / "a") == hashlib.sha256(b"1").hexdigest()


def test_files_are_hashed_whatever_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"1")
    options = SimpleNamespace(
        **dict.fromkeys(("epochs", "batch_size", "seed", "data_dir", "partial")),
        **{"initial_weights": None, "data": None, "files": []},
    )
    assert run_facts(options, path, sha256_of)["data"] == {}
    options.data = path
    assert run_facts(options, path, sha256_of)["data"] == {str(path): sha256_of(path)}
    options.files = None
    assert run_facts(options, path, sha256_of)["data"] is None


@pytest.mark.parametrize(
    ("one", "other", "tolerance", "said"),
    [
        ([1.0, np.nan], [1.0, np.nan], 0.0, ""),
        ([1.0], [np.nextafter(1.0, 2)], 0.0, "differs by 2.2e-16, may by 0.0e+00"),
        ([0.5], [0.509], 0.01, ""),
        ([0.5], [0.511], 0.01, "differs by 1.1e-02, may by 1.0e-02"),
        ([200.0, 1.0], [200.0, 2.9], 0.01, ""),
        ([1.0], [np.nan], 0.01, "differs by nan, may by 1.0e-02"),
        ([1.0], [1.0, 1.0], 0.01, "(1,), now (2,)"),
        (["a"], ["b"], 0.01, "other texts"),
    ],
)
def test_arrays_differ_by_more_than_they_may(
    one: list[object], other: list[object], tolerance: float, said: str
) -> None:
    assert difference(np.array(one), np.array(other), tolerance) == said
