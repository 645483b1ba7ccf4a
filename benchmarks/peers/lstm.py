"""The LSTM for the peers, on a text."""

from __future__ import annotations

from functools import partial

from benchmarks.peers.shakespeare import load
from benchmarks.peers.task import Task

TASK = Task(
    (("embedding", 65, 32), ("lstm", 128), ("dense", 65)),
    "adam",
    learning_rate=0.005,
    load=partial(load, stride=157),
)
