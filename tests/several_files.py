"""Specs of several inputs and outputs whose arrays are in an archive, or in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.several import ARCHIVE, arrays

NPZ = 'npz("data.npz", x=[left: "xl", right: "xr"], y=[sold: "ys", kind: "yk"])'
NPY = """npy(
    x=[left: "xl.npy", right: "xr.npy"],
    y=[sold: "ys.npy", kind: "yk.npy"],
  )"""

#: Transforms, and more of the data section, which must be the same of both sources.
SECTIONS = {
    "as they are": "split(validation=0.2, test=0.2, seed=3, stratify=true)",
    "the last": "split(validation=0.2, test=20)",
    "learnt": "standardize(of=left)\n  minmax(of=right)\n  split(test=0.2, seed=1)",
    "alike": "standardize()\n  split(validation=0.3, seed=2)",
    "windows": "standardize()\n  split(validation=0.3, test=0.2)\n  windows(3)",
    "horizons": "split(validation=0.3, test=0.2)\n  windows(3, horizon=[1, 2])",
}


def spec(name: str, source: str) -> str:
    """ARCHIVE with another source and section, of windows if it makes some."""
    old = "split(validation=0.2, test=0.2, seed=3, stratify=true)"
    text = ARCHIVE.replace(NPZ, source).replace(old, SECTIONS[name])
    if "windows" in SECTIONS[name]:
        text = text.replace("(5) as left", "(3, 5) as left\n  flatten as l")
        text = text.replace("(4, 3) as right", "(3, 4, 3) as right")
        text = text.replace("concatenate(left,", "concatenate(l,")
    if name == "horizons":  # a label of each, side by side
        text = text.replace("dense(1, sigmoid)", "dense(2)").replace(
            "(3, softmax)", "(2)"
        )
        start = text.index("training")
        text = text[:start] + "training {\n  loss = mse\n  metrics = mae\n}\n"
    return text


def written(folder: Path, n: int = 80, *, numbers: bool = False) -> dict[str, Any]:
    """The arrays of ARCHIVE, in an archive and in files of their own."""
    x, y = arrays(n)
    kinds = y["kind"] if numbers else np.array(["a", "b", "c"])[y["kind"]]
    sold = y["sold"] if numbers else np.where(y["sold"], "yes", "no")
    found = {"xl": x["left"], "xr": x["right"], "ys": sold, "yk": kinds}
    np.savez(folder / "data.npz", **found)
    for name, array in found.items():
        np.save(folder / f"{name}.npy", array)
    return x
