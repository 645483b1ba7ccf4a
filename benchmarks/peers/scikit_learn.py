"""scikit-learn's MLPClassifier, with adam: it has no rmsprop."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import joblib
import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.peers.mnist import (
    BATCH_SIZE,
    CLASSES,
    EPOCHS,
    HIDDEN,
    LEARNING_RATE,
    load,
    report,
)


def main(data_dir: Path, out: Path) -> None:
    """Train, evaluate, save."""
    x, y = load(data_dir, "train")
    model = MLPClassifier(
        hidden_layer_sizes=(HIDDEN,),
        solver="adam",
        alpha=0.0,  # no weight decay, like the others
        batch_size=BATCH_SIZE,
        learning_rate_init=LEARNING_RATE,
        random_state=0,
    )
    epochs = []
    for _ in range(EPOCHS):  # each call is one pass over all samples, shuffled
        began = time.perf_counter()
        model.partial_fit(x, y, classes=np.arange(CLASSES))
        epochs.append(time.perf_counter() - began)

    test_accuracy = model.score(*load(data_dir, "t10k"))
    joblib.dump(model, out / "model.joblib")
    report(epochs, test_accuracy)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
