"""What the peers share: MNIST as arrays, and the line of results."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np

EPOCHS = 5
BATCH_SIZE = 128
LEARNING_RATE = 1e-3
HIDDEN = 512
CLASSES = 10


def find(data_dir: Path, name: str) -> Path:
    """A file of MNIST, packed or not; `FileNotFoundError` if it is not there."""
    plain = data_dir / "mnist" / name
    for path in (plain.with_name(f"{name}.gz"), plain):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{plain}, nor {plain.name}.gz")


def load(data_dir: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Of "train" or "t10k": images (N, 784) from 0 to 1 in float32, labels (N,)."""
    images = _idx(find(data_dir, f"{part}-images-idx3-ubyte"))
    labels = _idx(find(data_dir, f"{part}-labels-idx1-ubyte"))
    x = np.multiply(images, np.float32(1 / 255), dtype=np.float32)
    return x.reshape(len(x), -1), labels.astype(np.int64)


def report(epochs: list[float], test_accuracy: float) -> None:
    """Print the line that the benchmark reads: seconds of each epoch, and accuracy."""
    print(json.dumps({"epochs": epochs, "test_accuracy": float(test_accuracy)}))


def _idx(path: Path) -> np.ndarray:
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)
