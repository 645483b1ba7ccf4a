"""nnspec's script as a module: SCRIPT WEIGHTS; with --prepare, draw the weights."""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import sys  # noqa: E402
from pathlib import Path  # noqa: E402


def main(script: str, weights: str) -> None:
    """Load the weights and predict, by the script alone."""
    sys.path.insert(0, str(Path(script).parent))
    module = __import__(Path(script).stem)
    model = module.Model(weights)
    from benchmarks.servers.figures import tell  # noqa: PLC0415

    tell(BEGAN, model.predict)


def prepare(script: str, weights: str) -> None:
    """Draw the weights that all contenders have."""
    sys.path.insert(0, str(Path(script).parent))
    module = __import__(Path(script).stem)
    import numpy as np  # noqa: PLC0415

    w = module.views(np.zeros(module.PARAMETERS, module.DTYPE))
    module.initialize(w, np.random.default_rng(0))
    np.savez(weights, **module.named(w))


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        prepare(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
