"""Whole scripts: whatever the number of threads, and whoever runs them, one result."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnspec
from tests.runtime.test_in_threads import in_a_child
from tests.scripts import load, spec

LOSS = "sparse_categorical_crossentropy"
END = "dense(5, softmax)"
#: Layers for samples of 400 values, and the precision; each has a product that is cut,
#: an update that is shared, or shares of batches.
NETWORKS = {
    "dense": ["dense(700, relu)", "dropout(0.2)", "dense(300, tanh)", END],
    "normalized": ["dense(700)", "batch_normalization", "activation(relu)", END],
    "convolutional": [
        "reshape(10, 10, 4)",
        "conv2d(8, 3, relu)",
        "batch_normalization",
        "dropout(0.2)",
        "flatten",
        "dense(500, relu)",
        END,
    ],
    "recurrent": ["reshape(20, 20)", "lstm(64)", END],
    "single pixels": [  # whole batches, as a layer has a seed of its own
        "reshape(10, 10, 4)",
        "conv2d(40, 1, relu)",
        "dropout(0.1, seed=1)",
        "flatten",
        END,
    ],
}
OPTIMIZERS = ["adam", "rmsprop", "sgd(momentum=0.9, clipnorm=1)", "lamb", "adafactor"]


def source(network: str, optimizer: str = "adam") -> str:
    """A spec of batches of 100 samples, with two epochs."""
    more = "batch_size = 100\n  epochs = 2"
    return spec(
        NETWORKS[network], shape="400", loss=LOSS, optimizer=optimizer, more=more,
        metrics="accuracy",
    )  # fmt: skip


def write(folder: Path, text: str) -> None:
    """The script and its data."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(360, 400)).astype(np.float32), rng.integers(5, size=360)
    arrays = {"x_train": x, "y_train": y, "x_test": x[::3], "y_test": y[::3]}
    arrays |= {"x_validation": x[::2], "y_validation": y[::2]}
    np.savez(folder / "data.npz", **arrays)  # type: ignore[arg-type]
    np.save(folder / "x.npy", x)
    (folder / "model.py").write_text(text, "utf-8")


def outputs(folder: Path, *command: str, threads: int) -> list[str]:
    """The digests of weights, and what a training, an evaluation, predictions print."""
    where = f"runs/{threads}"
    weights = f"{where}/weights.npz"
    found = []
    for arguments in (
        ["train", "--data", "data.npz", "--json", "--force", "--out", where],
        ["evaluate", "--data", "data.npz", "--json", "--weights", weights],
        ["predict", "x.npy", "--weights", weights],
    ):
        run = subprocess.run(
            [sys.executable, *command, *arguments, "--threads", str(threads)],
            cwd=folder,
            env={k: v for k, v in os.environ.items() if "_NUM_THREADS" not in k},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        found += [line.split(', "seconds"')[0] for line in run.stdout.splitlines()]
    with np.load(folder / weights) as file:
        found += [hashlib.sha256(file[name].tobytes()).hexdigest() for name in file]
    return found


@pytest.mark.share(3)
@pytest.mark.parametrize("network", NETWORKS)
def test_the_number_of_threads_changes_no_digit(network: str, tmp_path: Path) -> None:
    write(tmp_path, nnspec.compile(source(network)))
    one = outputs(tmp_path, "model.py", threads=1)
    for threads in (2, 3, 4):
        assert outputs(tmp_path, "model.py", threads=threads) == one


@pytest.mark.share(5)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nor_does_it_with_any_optimizer(optimizer: str, tmp_path: Path) -> None:
    text = nnspec.compile(source("dense", optimizer))
    write(tmp_path, text.replace("EPOCHS = 2", "EPOCHS = 1"))
    one = outputs(tmp_path, "model.py", threads=1)
    assert outputs(tmp_path, "model.py", threads=3) == one


SPARSE = """
data {
  csv("reviews.csv", "label")
  bag_of_words(vocabulary=3000)
}

network {
  dense(128, relu)
  dense(128, relu)
  dense(1, sigmoid)
}

training {
  loss = binary_crossentropy
  optimizer = adam
  epochs = 2
  batch_size = 512
}
"""


def test_nor_does_it_with_samples_that_are_mostly_0(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(3000)]
    rows = [
        f"{i % 2},{' '.join(rng.choice(words, size=30))} {' '.join(words[i : i + 3])}"
        for i in range(1200)
    ]
    (tmp_path / "reviews.csv").write_text("\n".join(["label,text", *rows]), "utf-8")
    (tmp_path / "model.nn").write_text(SPARSE, "utf-8")
    text = nnspec.compile(SPARSE)
    (tmp_path / "model.py").write_text(text, "utf-8")
    assert "    product(" in text
    found = []
    for threads in ("1", "2", "4"):
        command = [sys.executable, "model.py", "--quiet", "--threads", threads]
        subprocess.run(command, cwd=tmp_path, check=True)
        with np.load(tmp_path / "runs" / "model" / "weights.npz") as file:
            found.append({name: file[name].tobytes() for name in file})
    assert found[0] == found[1] == found[2]


@pytest.mark.share(2)
@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_imported_it_is_the_same_as_run(network: str, tmp_path: Path) -> None:
    write(tmp_path, nnspec.compile(source(network)))
    imports = "import numpy as np; np.ones((300, 300)) @ np.ones((300, 300))"
    code = f"{imports}; import sys, model; sys.exit(model.main())"
    run = outputs(tmp_path, "model.py", threads=2)
    assert outputs(tmp_path, "-c", code, threads=2) == run


@pytest.mark.parametrize("network", NETWORKS)
def test_an_import_changes_nothing(network: str, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(nnspec.compile(source(network)), "utf-8")
    code = """if True:
    import os, threading, numpy as np
    before = dict(os.environ), threading.enumerate()
    import model
    get_threads, set_threads = model.blas_threads()
    set_threads(3)
    assert (dict(os.environ), threading.enumerate()) == before
    with model.one_blas_thread():
        assert get_threads() == 1
    assert get_threads() == 3
    """
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=tmp_path, check=True)


# -- In one process --------------------------------------------------------------------


def module_of(network: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A script that takes three threads."""
    module = load(nnspec.compile(source(network)))
    monkeypatch.setattr(module, "THREADS", 3)
    return module


def predictions(module: ModuleType, x: Any) -> list[bytes]:
    """What a network with random weights makes of x."""
    w = module.views(np.random.default_rng(1).uniform(0, 0.1, module.PARAMETERS))
    return [a.p.tobytes() for _, a in module.forward_all(w, x)]


@pytest.mark.parametrize("network", NETWORKS)
def test_predictions_at_once_do_not_mix(
    network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(network, monkeypatch)
    inputs = np.random.default_rng(0).normal(size=(8, 130, 400))
    alone = [predictions(module, x) for x in inputs]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(4):
            assert [*pool.map(lambda x: predictions(module, x), inputs)] == alone


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("network", NETWORKS)
def test_a_process_that_was_forked_predicts_and_trains(
    network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(network, monkeypatch)
    write(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    x = np.random.default_rng(0).normal(size=(600, 400))

    def train(out: str) -> bytes:
        options = ["--data", "data.npz", "--quiet", "--epochs", "1", "--force"]
        options += ["--out", out]
        monkeypatch.setattr(sys, "argv", ["model.py", "train", *options])
        assert not module.main()
        with np.load(f"{out}/weights.npz") as file:
            return b"".join(file[name].tobytes() for name in file)

    before = predictions(module, x), train("parent")
    assert threading.active_count() > 1
    in_a_child(lambda: (predictions(module, x), train("child")) == before)
