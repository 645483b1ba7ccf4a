"""MNIST for the peers, as arrays."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from benchmarks.peers.task import Part, Task


def load(data_dir: Path) -> dict[str, Part]:
    """Images (N, 28, 28, 1) from 0 to 1, and the digits."""
    return {part: _part(data_dir, name) for part, name in FILES.items()}


FILES = {"train": "train", "test": "t10k"}
TASK = Task((("flatten",), ("dense", 512), ("dense", 10)), "rmsprop", 1e-3, load)


def _part(data_dir: Path, name: str) -> Part:
    images = _idx(data_dir, f"{name}-images-idx3-ubyte")
    labels = _idx(data_dir, f"{name}-labels-idx1-ubyte")
    x = np.multiply(images, np.float32(1 / 255), dtype=np.float32)
    return x[..., np.newaxis], labels.astype(np.int64)


def _idx(data_dir: Path, name: str) -> np.ndarray:
    """An array of an IDX file, packed or not; `FileNotFoundError` if none is there."""
    path = data_dir / "mnist" / f"{name}.gz"
    data = (
        path.with_suffix("").read_bytes() if not path.is_file() else path.read_bytes()
    )
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)
