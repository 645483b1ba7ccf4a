"""A task as the peers see it: its numbers, its arrays, and the line of results."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: x (N, features) in float32, and y (N,): the index of a class, or 0 or 1.
Part = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Task:
    """A network of dense layers, and how it is trained.

    `widths` are those of its layers: relu in all but the last, which is softmax, or
    sigmoid where it is one unit. `load` gives the parts "train", "test" and perhaps
    "validation", which each epoch ends with.
    """

    widths: tuple[int, ...]
    batch_size: int
    epochs: int
    learning_rate: float
    load: Callable[[Path], dict[str, Part]]

    @property
    def binary(self) -> bool:
        """Whether there are two classes, told by one output."""
        return self.widths[-1] == 1


def task(name: str) -> Task:
    """The task of that name, a module beside this one."""
    found: Task = importlib.import_module(f"benchmarks.peers.{name}").TASK
    return found


def report(epochs: Sequence[float], test_accuracy: float) -> None:
    """Print the line that the benchmark reads: seconds of each epoch, and accuracy."""
    print(json.dumps({"epochs": [*epochs], "test_accuracy": float(test_accuracy)}))
