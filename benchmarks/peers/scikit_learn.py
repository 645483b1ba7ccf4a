"""scikit-learn's MLPClassifier, with adam: it has no rmsprop."""

from __future__ import annotations

import time
from argparse import Namespace

import joblib
import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.peers.task import options, report


def main(options: Namespace) -> None:
    """Train, evaluate, save."""
    task = options.task
    parts = {
        part: (x.reshape(len(x), -1), y)
        for part, (x, y) in task.load(options.data_dir).items()
    }
    x, y = parts["train"]
    widths = [layer[1] for layer in task.layers if layer[0] == "dense"]
    model = MLPClassifier(
        hidden_layer_sizes=widths[:-1],
        solver="adam",
        alpha=0.0,  # no weight decay, like the others
        batch_size=options.batch_size,
        learning_rate_init=task.learning_rate,
        random_state=0,
    )
    epochs = []
    for _ in range(options.epochs):  # each call is one pass over all samples, shuffled
        began = time.perf_counter()
        model.partial_fit(x, y, classes=np.unique(y))
        if "validation" in parts:
            model.score(*parts["validation"])
        epochs.append(time.perf_counter() - began)

    test_accuracy = model.score(*parts["test"])
    joblib.dump(model, options.out / "model.joblib")
    report(epochs, test_accuracy)


if __name__ == "__main__":
    main(options())
