"""Keras's `fit`, on the backend that KERAS_BACKEND names."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import keras

from benchmarks.peers.mnist import (
    BATCH_SIZE,
    CLASSES,
    EPOCHS,
    HIDDEN,
    LEARNING_RATE,
    load,
    report,
)


class Stopwatch(keras.callbacks.Callback):
    """The seconds of each epoch; the first one has the compilation in it."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Start the watch."""
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Stop it."""
        self.epochs.append(time.perf_counter() - self._began)


def main(data_dir: Path, out: Path) -> None:
    """Train, evaluate, save."""
    keras.utils.set_random_seed(0)
    x, y = load(data_dir, "train")
    x_test, y_test = load(data_dir, "t10k")

    model = keras.Sequential(
        [
            keras.layers.Input((x.shape[1],)),
            keras.layers.Dense(HIDDEN, activation="relu"),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.RMSprop(LEARNING_RATE),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    watch = Stopwatch()
    fit = {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "verbose": 0}
    model.fit(x, y, callbacks=[watch], **fit)

    test = model.evaluate(x_test, y_test, batch_size=512, verbose=0, return_dict=True)
    model.save_weights(out / "model.weights.h5")
    report(watch.epochs, test["accuracy"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
