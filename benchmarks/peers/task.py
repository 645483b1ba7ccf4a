"""A task as the peers see it: its network, its arrays, and the line of results."""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

#: x (N, features) or (N, height, width, channels) in float32, or ids (N, length), and
#: y (N,), the index of a class, or 0 or 1; or an index for each id, (N, length).
Part = tuple[np.ndarray, np.ndarray]
#: Samples at once where nothing is learnt, so that all would need much memory.
TEST_BATCH = 512


#: What layers make of the one before them.
_MERGED = {"batch_normalization": "normalized", "global_average_pooling1d": "mean"}


@dataclass(frozen=True)
class Task:
    """A network, and how it is trained.

    `layers` are named as in a spec, each with the numbers that its arguments begin
    with. The activation of `conv2d` and of `dense` is relu, but that of the last layer
    is softmax, or sigmoid where it is one unit; before a `batch_normalization`, whose
    momentum is 0.9, a layer has none, nor a bias. An `lstm` gives a value for each
    step, and `transformer` is the block of benchmarks/transformer.nn. `load` gives the
    parts "train", "test" and perhaps "validation", which each epoch ends with.
    """

    layers: tuple[tuple[Any, ...], ...]
    optimizer: str
    learning_rate: float
    load: Callable[[Path], dict[str, Part]]

    @property
    def merged_layers(self) -> list[tuple[Any, ...]]:
        """The layers; one and its `batch_normalization` are `normalized_conv2d`, ...,
        and the vectors of ids with their mean a `mean_embedding`."""
        found: list[tuple[Any, ...]] = []
        for layer in self.layers:
            if start := _MERGED.get(layer[0]):
                kind, *size = found.pop()
                found.append((f"{start}_{kind}", *size))
            else:
                found.append(layer)
        return found

    @property
    def binary(self) -> bool:
        """Whether there are two classes, told by one output."""
        return self.layers[-1] == ("dense", 1)


def task(name: str) -> Task:
    """The task of that name, a module beside this one."""
    found: Task = importlib.import_module(f"benchmarks.peers.{name}").TASK
    return found


def options(*flags: str) -> argparse.Namespace:
    """The options that the benchmark gives to each peer, and `flags` of this one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=task)
    for name in ("--data-dir", "--out"):
        parser.add_argument(name, type=Path, required=True)
    for name in ("--epochs", "--batch-size"):
        parser.add_argument(name, type=int, required=True)
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def report(epochs: Sequence[float], test_accuracy: float) -> None:
    """Print the line that the benchmark reads: seconds of each epoch, and accuracy."""
    print(json.dumps({"epochs": [*epochs], "test_accuracy": float(test_accuracy)}))
