"""Scripts for well-known sets of images, on a few made-up ones in the same files."""

from __future__ import annotations

import csv
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnspec

RNG = np.random.default_rng(0)
SPEC = """
data {
  %s
  scale(1/255)
  split(validation=4)
}
network {
  flatten
  dense(10, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  metrics = [accuracy]
  epochs = 2
  batch_size = 8
}
"""


def idx(array: np.ndarray) -> bytes:
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape)
    return head + array.tobytes()


def fashion_mnist(folder: Path) -> Path:
    folder.mkdir()
    for part, n in (("train", 20), ("t10k", 10)):
        x = RNG.integers(256, size=(n, 28, 28), dtype=np.uint8)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(x))
        y = np.arange(n, dtype=np.uint8) % 10
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(y))
    return folder / "t10k-images-idx3-ubyte"


def cifar10(folder: Path) -> Path:
    folder.mkdir()
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        rows = RNG.integers(256, size=(10, 3073), dtype=np.uint8)
        rows[:, 0] = range(10)
        (folder / f"{name}.bin").write_bytes(rows.tobytes())
    return folder / "test_batch.bin"


@pytest.mark.share(3)
@pytest.mark.parametrize(
    ("source", "write", "shape"),
    [
        ("fashion_mnist()", fashion_mnist, (28, 28)),
        ("cifar10()", cifar10, (32, 32, 3)),
        ("cifar10()\nreshape(1024, 3)", cifar10, (1024, 3)),
    ],
)
def test_a_script_trains_and_is_used(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    write,
    shape: tuple[int, ...],
) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)
    (tmp_path / "model.nn").write_text(SPEC % source)
    assert nnspec.load(tmp_path / "model.nn").input_shape == shape
    (tmp_path / "model.py").write_text(nnspec.compile(SPEC % source))
    samples = write(tmp_path / write.__name__)

    def run(*arguments: str | Path) -> str:
        command = [sys.executable, "model.py", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    printed = run("train", "--json", "--out", "out").splitlines()
    assert "val_accuracy" in json.loads(printed[0])
    results = json.loads(printed[-1])
    weights = ("--weights", "out/weights.npz")
    assert json.loads(run("evaluate", "--json", *weights)) == results
    rows = list(csv.reader(run("predict", samples, *weights).splitlines()))
    assert rows[0] == ["prediction", *(f"probability_{i}" for i in range(10))]
    right = [row[0] == str(i) for i, row in enumerate(rows[1:])]
    assert np.mean(right) == pytest.approx(results["test_accuracy"])
    run("gradcheck")
