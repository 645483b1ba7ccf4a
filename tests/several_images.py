"""Specs of images beside numbers, in an archive or in files, as rows of pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

N, REST = 60, 12
SOURCES = {
    "npz": 'npz("t.npz", x=[image: "image", more: "more"], y="y")',
    "npy": 'npy(x=[image: "image.npy", more: "more.npy"], y="y.npy")',
}


def spec(transforms: str, source: str) -> str:
    """A network of an image and of numbers."""
    return f"""
data {{
  {source}
  {transforms}
  split(test={REST})
}}
network {{
  input(4, 6, 1) as image
  input(3) as more
  conv2d(2, 3, activation=relu) from image
  flatten
  concatenate(more)
  dense(1)
}}
training {{
  loss = mse
  metrics = mae
  epochs = 2
}}
"""


def written(folder: Path, more: tuple[int, ...] = (3,)) -> dict[str, Any]:
    """The arrays of both sources, in files in a folder."""
    rng = np.random.default_rng(0)
    x = {"image": rng.random((N, 24)), "more": rng.normal(2, 3, (N, *more))}
    arrays = x | {"y": x["more"][:, :1]}
    np.savez(folder / "t.npz", **arrays)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return x
