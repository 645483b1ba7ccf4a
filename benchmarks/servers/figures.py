"""The figures of a process that predicts."""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.child import MAXRSS_UNIT

Array = np.ndarray[Any, Any]

ONE, MANY = 2000, 50  # how often a single row is predicted for, and 256 of them


def tell(began: float, predict: Callable[[Array], Array]) -> None:
    """Print them as JSON; the process was at its first line when it `began`."""
    x = np.random.default_rng(0).integers(256, size=(256, 28, 28), dtype=np.uint8)
    outputs = predict(x[:1])
    first = time.perf_counter() - began
    single = sorted(_seconds(predict, x[i % 256][np.newaxis]) for i in range(ONE))
    figures = {
        "first": first,
        "p50": statistics.median(single),
        "p99": single[ONE * 99 // 100],
        "batch": statistics.median(_seconds(predict, x) for _ in range(MANY)),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT,
        "outputs": outputs[0].tolist(),
    }
    print(json.dumps(figures))


def _seconds(predict: Callable[[Array], Array], x: Array) -> float:
    began = time.perf_counter()
    predict(x)
    return time.perf_counter() - began
