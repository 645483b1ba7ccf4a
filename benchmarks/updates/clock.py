"""What the contenders share: sizes, gradients, and how an update is timed."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

import numpy as np

PARAMETERS = 1000 * 1000 + 1000  # kernel and bias of a dense layer
LEARNING_RATE = 1e-3
WARM_UP, STEPS = 20, 200


def gradients(count: int = PARAMETERS) -> np.ndarray:
    """Those of every step, (count,) in float32."""
    return np.random.default_rng(0).standard_normal(count, np.float32)


def report(
    prepare: Callable[[], None], update: Callable[[], None], weights: np.ndarray
) -> None:
    """Print the line that the benchmark reads: seconds of an update, and its effect.

    `prepare` writes the gradients, as a backward pass would; it is not counted. The
    weights begin at 0, so that what they are at the end tells how far they have moved.
    """
    seconds = []
    for _ in range(WARM_UP + STEPS):
        prepare()
        began = time.perf_counter()
        update()
        seconds.append(time.perf_counter() - began)
    moved = float(np.abs(weights).mean(dtype=np.float64))
    told = {"seconds": statistics.median(seconds[WARM_UP:]), "moved": moved}
    print(json.dumps(told | {"parameters": len(weights)}))
