"""Keras's `fit`, on the backend that KERAS_BACKEND names."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import keras

from benchmarks.peers.task import Task, report, task


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


def main(task: Task, data_dir: Path, out: Path) -> None:
    """Train, evaluate, save."""
    keras.utils.set_random_seed(0)
    parts = task.load(data_dir)
    x, y = parts["train"]

    *hidden, last = task.widths
    end = "sigmoid" if task.binary else "softmax"
    model = keras.Sequential(
        [
            keras.layers.Input((x.shape[1],)),
            *(keras.layers.Dense(width, activation="relu") for width in hidden),
            keras.layers.Dense(last, activation=end),
        ]
    )
    crossentropy = "binary" if task.binary else "sparse_categorical"
    model.compile(
        optimizer=keras.optimizers.RMSprop(task.learning_rate),
        loss=f"{crossentropy}_crossentropy",
        metrics=["accuracy"],
    )
    watch = Stopwatch()
    fit = {"batch_size": task.batch_size, "epochs": task.epochs, "verbose": 0}
    fit["validation_data"] = parts.get("validation")
    model.fit(x, y, callbacks=[watch], **fit)

    test = model.evaluate(*parts["test"], batch_size=512, verbose=0, return_dict=True)
    model.save_weights(out / "model.weights.h5")
    report(watch.epochs, test["accuracy"])


if __name__ == "__main__":
    main(task(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
