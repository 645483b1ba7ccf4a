"""A whole training on the command line beside Keras's `fit`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.parity.conftest import WHY
from tests.scripts import Array, Run, Script, script, spec

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import Built, build  # noqa: E402

MORE = """precision = float64
  epochs = 3
  batch_size = 16
  shuffle = false
"""
SPARSE = "sparse_categorical_crossentropy"
#: The end of a network, a loss, metrics, an optimizer and weights of classes.
CASES = (
    ("dense(3, softmax)", SPARSE, "accuracy", "adam(0.01)", ""),
    ("dense(1, sigmoid)", "binary_crossentropy", "accuracy, mae", "sgd(0.1, 0.9)", ""),
    ("dense(2)", "mse", "mae", "rmsprop", ""),
    (
        "dense(4, trainable=false); batch_normalization(momentum=0.8); prelu; "
        "layer_normalization; dense(3, softmax)",
        SPARSE,
        "accuracy",
        "adam(0.01)",
        "",
    ),
    ("dense(2)", "huber(reduction=sum)", "mae", "rmsprop", ""),
    ("dense(3, sigmoid)", SPARSE, "accuracy", "adam(0.01)", "[0: 3.5, 2: 0]"),
    ("dense(3, sigmoid)", SPARSE, "accuracy", "adam(0.01)", "balanced"),
    (
        "dense(3, sigmoid)",
        f"{SPARSE}(ignore_class=1)",
        "accuracy",
        "adam(0.01)",
        "[0: 3.5]",
    ),
    (
        "dense(1); sigmoid; linear",
        "binary_focal_crossentropy(reduction=mean_with_sample_weight)",
        "accuracy",
        "sgd(0.1)",
        "balanced",
    ),
    ("dense(1)", "hinge(reduction=sum)", "accuracy", "sgd(0.01)", "[0: 0.3]"),
    ("dense(3)", "categorical_hinge", "accuracy", "sgd(0.1)", "balanced"),
    (
        "dense(3, softmax, kernel_regularizer=l2(0.1), activity_regularizer=l2(0.2), "
        "kernel_constraint=max_norm(0.5), bias_constraint=non_neg)",
        SPARSE,
        "accuracy",
        "adam(0.01)",
        "",
    ),
    (
        "dense(2, kernel_regularizer=l1_l2(0.01, 0.1), bias_regularizer=l2, "
        "activity_regularizer=l1(0.2), kernel_constraint=min_max_norm(rate=0.8))",
        "mse",
        "mae",
        "rmsprop",
        "",
    ),
    ("dense(2, kernel_regularizer=l2)", "huber(reduction=sum)", "mae", "sgd(0.01)", ""),
    (
        "dense(3, sigmoid, kernel_regularizer=l2, activity_regularizer=l1)",
        SPARSE,
        "accuracy",
        "adam(0.01)",
        "balanced",
    ),
)


@pytest.mark.parametrize(("end", "loss", "metrics", "optimizer", "weights"), CASES)
def test_fit(
    end: str, loss: str, metrics: str, optimizer: str, weights: str, tmp_path: Path
) -> None:
    layers = ["dense(8, tanh)", "dense(5, elu)", *end.split("; ")]
    more = f"{MORE}  class_weight = {weights}\n" if weights else MORE
    s = script(spec(layers, loss=loss, metrics=metrics, optimizer=optimizer, more=more))
    parts, run = parts_of(s), Run(s, seed=7)
    *epochs, tested = trained(s, run, parts, tmp_path)

    built = build(s.model)
    built.set_weights(run.weights())
    for row in epochs:
        built.trained.fit(
            parts["x_train"],
            parts["y_train"],
            batch_size=16,
            shuffle=False,
            verbose=0,
            class_weight=class_weight(s, parts["y_train"]),
        )
        expected = built.evaluated.evaluate(
            parts["x_validation"],
            parts["y_validation"],
            batch_size=16,
            verbose=0,
            return_dict=True,
        )
        same(row, built.trained.history.history, "")
        same(row, expected, "val_")
    compare_end(built, tested, parts, tmp_path)


def parts_of(s: Script) -> dict[str, Array]:
    """Samples and labels at random."""
    rng = np.random.default_rng(4)
    parts = {}
    for part, n in (("train", 70), ("validation", 40), ("test", 35)):
        parts[f"x_{part}"] = rng.normal(size=(n, 6))
        parts[f"y_{part}"] = s.labels(rng, n)
    return parts


def trained(
    s: Script, run: Run, parts: dict[str, Array], folder: Path
) -> list[dict[str, float]]:
    """What the script tells of a training that starts from the weights of `run`."""
    np.savez(folder / "data.npz", **parts)
    np.savez(folder / "start.npz", **run.weights())
    (folder / "model.py").write_text(s.text, "utf-8")
    command = "model.py train --json --data data.npz --initial-weights start.npz"
    done = subprocess.run(
        [sys.executable, *command.split(), "--out", "run"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare_end(
    built: Built, tested: dict[str, float], parts: dict[str, Array], folder: Path
) -> None:
    """What is told of the test part, and the weights that are saved."""
    expected = built.evaluated.evaluate(
        parts["x_test"], parts["y_test"], batch_size=16, verbose=0, return_dict=True
    )
    same(tested, expected, "test_")
    with np.load(folder / "run" / "weights.npz", allow_pickle=False) as saved:
        for path, weight in built.weights().items():
            np.testing.assert_allclose(saved[path], weight, rtol=1e-10, atol=1e-10)


def class_weight(s: Script, y: Array) -> dict[int, float] | None:
    """The weights of the classes; balanced ones as they are defined."""
    assert s.model.training is not None
    if s.model.training.class_weight != "balanced":
        return s.class_weight
    if y.ndim > 1:
        y = y.argmax(axis=-1) if y.shape[-1] > 1 else y[:, 0]
    classes, counts = np.unique(y.astype(int), return_counts=True)
    return {
        int(c): len(y) / (len(classes) * n)
        for c, n in zip(classes, counts, strict=True)
    }


#: What an optimizer does over a whole training, beside its updates.
OPTIMIZERS = (
    "adam(0.01, use_ema=true, ema_momentum=0.9)",
    "sgd(cosine_decay(0.1, 12), use_ema=true, ema_overwrite_frequency=4)",
    "rmsprop(0.01, gradient_accumulation_steps=3, clipnorm=0.5, weight_decay=0.1)",
    "nadam(exponential_decay(0.1, 5, 0.5), gradient_accumulation_steps=2, "
    "use_ema=true, ema_momentum=0.8, ema_overwrite_frequency=3)",
)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_one_fit_of_several_epochs(optimizer: str, tmp_path: Path) -> None:
    """Five batches an epoch: 2 and 3 do not divide them, nor all 15.

    A constraint acts after every batch, also if it makes no update; weights that are
    not trained have no averages.
    """
    bound = "kernel_constraint=min_max_norm(1.0, 1.5, rate=0.8)"
    layers = [f"dense(8, use_bias=false, {bound})", "batch_normalization(momentum=0.8)"]
    layers += ["tanh", "dense(2)"]
    s = script(spec(layers, optimizer=optimizer, more=MORE))
    parts, run = parts_of(s), Run(s, seed=7)
    *epochs, tested = trained(s, run, parts, tmp_path)

    built = build(s.model)
    built.set_weights(run.weights())
    rates: list[float] = []
    fitted = built.trained.fit(
        parts["x_train"],
        parts["y_train"],
        batch_size=16,
        epochs=3,
        shuffle=False,
        verbose=0,
        validation_data=(parts["x_validation"], parts["y_validation"]),
        callbacks=keras.callbacks.LambdaCallback(
            on_epoch_end=lambda *_: rates.append(
                float(built.trained.optimizer.learning_rate)
            )
        ),
    )
    for i, row in enumerate(epochs):
        expected = {name: numbers[i] for name, numbers in fitted.history.items()}
        same(row, expected | {"learning_rate": rates[i]}, "")
    compare_end(built, tested, parts, tmp_path)


def same(row: dict[str, float], expected: dict[str, object], prefix: str) -> None:
    """What Keras tells of an epoch is in the script's row, under the same names."""
    for name, number in expected.items():
        value = np.squeeze(number)
        np.testing.assert_allclose(row[prefix + name], value, rtol=1e-10, atol=1e-10)
