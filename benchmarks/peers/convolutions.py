"""The convolutions for the peers, on the images of `mnist`."""

from __future__ import annotations

from benchmarks.peers.mnist import load
from benchmarks.peers.task import Task

TASK = Task(
    (
        ("conv2d", 32, 3),
        ("conv2d", 64, 3),
        ("max_pooling2d", 2),
        ("dropout", 0.25),
        ("flatten",),
        ("dense", 128),
        ("dropout", 0.5),
        ("dense", 10),
    ),
    "adam",
    learning_rate=1e-3,
    load=load,
)
