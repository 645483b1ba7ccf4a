"""Keras's `fit`, on the backend that KERAS_BACKEND names."""

from __future__ import annotations

import time
from argparse import Namespace

import keras
import numpy as np

from benchmarks.peers.task import TEST_BATCH, Task, options, report


def normalized(layer: keras.Layer) -> keras.Layer:
    """A layer and a batch normalization."""
    return keras.Sequential([layer, keras.layers.BatchNormalization(momentum=0.9)])


OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
LAYERS = {
    "conv2d": lambda filters, size: keras.layers.Conv2D(
        filters, size, activation="relu"
    ),
    "normalized_conv2d": lambda filters, size: normalized(
        keras.layers.Conv2D(filters, size, use_bias=False)
    ),
    "embedding": keras.layers.Embedding,
    "mean_embedding": lambda count, width: keras.Sequential(
        [keras.layers.Embedding(count, width), keras.layers.GlobalAveragePooling1D()]
    ),
    "lstm": lambda units: keras.layers.LSTM(units, return_sequences=True),
    "normalized_dense": lambda units: normalized(
        keras.layers.Dense(units, use_bias=False)
    ),
    "relu": keras.layers.ReLU,
    "max_pooling2d": keras.layers.MaxPooling2D,
    "dropout": keras.layers.Dropout,
    "flatten": keras.layers.Flatten,
    "dense": lambda units: keras.layers.Dense(units, activation="relu"),
}


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


def build(task: Task, x: np.ndarray) -> keras.Model:
    """The network for samples like x."""
    *hidden, (_, last) = task.merged_layers
    end = "sigmoid" if task.binary else "softmax"
    return keras.Sequential(
        [
            keras.layers.Input(x.shape[1:], dtype=x.dtype.name),
            *(LAYERS[kind](*size) for kind, *size in hidden),
            keras.layers.Dense(last, activation=end),
        ]
    )


def main(options: Namespace) -> None:
    """Train, evaluate, save."""
    keras.utils.set_random_seed(0)
    task = options.task
    parts = task.load(options.data_dir)
    x, y = parts["train"]

    model = build(task, x)
    crossentropy = "binary" if task.binary else "sparse_categorical"
    model.compile(
        optimizer=OPTIMIZERS[task.optimizer](task.learning_rate),
        loss=f"{crossentropy}_crossentropy",
        metrics=["accuracy"],
    )
    watch = Stopwatch()
    fit = {"batch_size": options.batch_size, "epochs": options.epochs, "verbose": 0}
    fit["validation_data"] = parts.get("validation")
    model.fit(x, y, callbacks=[watch], **fit)

    test = model.evaluate(
        *parts["test"], batch_size=TEST_BATCH, verbose=0, return_dict=True
    )
    model.save_weights(options.out / "model.weights.h5")
    report(watch.epochs, test["accuracy"])


if __name__ == "__main__":
    main(options())
