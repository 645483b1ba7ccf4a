"""The update of a script that nnspec has compiled, on its flat arrays."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import sys
from pathlib import Path
from types import ModuleType

import numpy as np

from benchmarks.updates.clock import LEARNING_RATE, PARAMETERS, gradients, report


def load(path: Path) -> ModuleType:
    """A script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no script")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(path: Path, name: str = "") -> None:
    """Time the optimizer of a name, or the one after which the script is named."""
    script = load(path)
    count = script.PARAMETERS
    if not name and count != PARAMETERS:
        raise ValueError(f"{path} has {count} parameters")
    fresh = gradients(count)
    weights, grads = np.zeros((2, count), script.DTYPE)
    optimizer, steps = getattr(script, name or path.stem), itertools.count(1)
    takes = inspect.signature(optimizer).parameters
    kept = len(script.SLOTS) if "slots" in takes else 0
    slots = [np.zeros((kept, count), script.DTYPE)] * (kept > 0)

    def update() -> None:
        step = [next(steps)] if "step" in takes else []
        optimizer(weights, grads, *slots, LEARNING_RATE, *step)

    report(lambda: np.copyto(grads, fresh), update, weights)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
