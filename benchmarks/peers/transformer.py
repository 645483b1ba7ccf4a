"""The transformer for the peers, on a text."""

from __future__ import annotations

from functools import partial

from benchmarks.peers.shakespeare import load
from benchmarks.peers.task import Task

TASK = Task(
    (
        ("embedding", 65, 128),
        ("position_embedding", 64),
        *[("transformer",)] * 4,
        ("layer_normalization",),
        ("dense", 65),
    ),
    "adam",
    learning_rate=0.001,
    load=partial(load, stride=314),
)
