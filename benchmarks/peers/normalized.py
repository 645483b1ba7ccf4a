"""The normalized convolutions for the peers, on the images of `mnist`."""

from __future__ import annotations

from benchmarks.peers.mnist import load
from benchmarks.peers.task import Task

TASK = Task(
    (
        ("conv2d", 32, 3),
        ("batch_normalization",),
        ("relu",),
        ("max_pooling2d", 2),
        ("conv2d", 64, 3),
        ("batch_normalization",),
        ("relu",),
        ("max_pooling2d", 2),
        ("flatten",),
        ("dense", 128),
        ("batch_normalization",),
        ("relu",),
        ("dropout", 0.5),
        ("dense", 10),
    ),
    "adam",
    learning_rate=1e-3,
    load=load,
)
