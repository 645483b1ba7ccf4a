"""scikit-learn's MLPClassifier, with adam: it has no rmsprop."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import joblib
import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.peers.task import Task, report, task


def main(task: Task, data_dir: Path, out: Path) -> None:
    """Train, evaluate, save."""
    parts = task.load(data_dir)
    x, y = parts["train"]
    model = MLPClassifier(
        hidden_layer_sizes=task.widths[:-1],
        solver="adam",
        alpha=0.0,  # no weight decay, like the others
        batch_size=task.batch_size,
        learning_rate_init=task.learning_rate,
        random_state=0,
    )
    epochs = []
    for _ in range(task.epochs):  # each call is one pass over all samples, shuffled
        began = time.perf_counter()
        model.partial_fit(x, y, classes=np.unique(y))
        if "validation" in parts:
            model.score(*parts["validation"])
        epochs.append(time.perf_counter() - began)

    test_accuracy = model.score(*parts["test"])
    joblib.dump(model, out / "model.joblib")
    report(epochs, test_accuracy)


if __name__ == "__main__":
    main(task(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
