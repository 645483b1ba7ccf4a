"""scikit-learn's MLPClassifier: MODEL; with --prepare WEIGHTS, put them into MODEL."""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import pickle  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402


def main(path: str) -> None:
    """Unpickle the model and predict."""
    model = pickle.loads(Path(path).read_bytes())
    from benchmarks.servers.figures import tell  # noqa: PLC0415

    tell(BEGAN, lambda x: model.predict_proba(x.reshape(-1, 784) * model.scale))


def prepare(weights: str, path: str) -> None:
    """Give a model that has seen one batch the weights."""
    import numpy as np  # noqa: PLC0415
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415

    model = MLPClassifier((512,))
    zeros = np.zeros((10, 784), np.float32)
    model.partial_fit(zeros, np.arange(10), classes=np.arange(10))
    with np.load(weights) as arrays:
        model.coefs_ = [arrays["dense/kernel"], arrays["dense_1/kernel"]]
        model.intercepts_ = [arrays["dense/bias"], arrays["dense_1/bias"]]
    model.scale = np.float32(1 / 255)
    Path(path).write_bytes(pickle.dumps(model))


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        prepare(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
