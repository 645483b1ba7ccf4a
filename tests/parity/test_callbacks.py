"""Callbacks beside Keras's: on numbers drawn at random, and in whole trainings."""

from __future__ import annotations

import csv
import inspect
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nnspec.table import TABLE
from nnspec.table.training_entry import MetricEntry
from templates.runtime.early_stopping import early_stopping
from templates.runtime.improves import improves
from templates.runtime.reduce_lr_on_plateau import reduce_lr_on_plateau
from tests.parity.conftest import WHY
from tests.scripts import Run, Script, script, spec

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import Built, build, class_of, given  # noqa: E402

close = np.testing.assert_allclose


# -- Histories at random ---------------------------------------------------------------


def histories(seed: int) -> list[float]:
    """Values with ties, plateaus and sometimes NaN."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, size=14) / 8
    values[rng.random(14) < 0.1] = np.nan
    return [float(value) for value in values]


def choose(rng: np.random.Generator, **choices: tuple[Any, ...]) -> dict[str, Any]:
    return {name: values[rng.integers(len(values))] for name, values in choices.items()}


def driven(callback: Any, model: Any, values: list[float]) -> int:
    """How many epochs a callback of Keras lets a training take."""
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.epoch = epoch + 1
        callback.on_epoch_end(epoch, {"val_loss": value})
        if model.stop_training:
            return epoch + 1
    return len(values)


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("mode", ["min", "max"])
def test_early_stopping(seed: int, mode: str) -> None:
    values, rng = histories(seed), np.random.default_rng(seed)
    settings = choose(
        rng,
        min_delta=(0.0, 0.125, 0.25),
        patience=(0, 1, 2, 4),
        baseline=(None, 0.25, 0.5),
        start_from_epoch=(0, 1, 3, 20),
    )
    model = SimpleNamespace(stop_training=False, epoch=0, set_weights=lambda _: None)
    model.get_weights = lambda: model.epoch
    theirs = keras.callbacks.EarlyStopping(
        mode=mode, restore_best_weights=True, **settings
    )
    epochs = driven(theirs, model, values)

    sign = -1.0 if mode == "max" else 1.0
    if settings["baseline"] is not None:
        settings["baseline"] *= sign
    ours = early_stopping([sign * v for v in values[:epochs]], **settings)
    best = 0
    for epoch, (best, stop) in enumerate(ours, 1):  # noqa: B007
        assert stop == (model.stop_training and epoch == epochs)
    assert best == (theirs.best_weights or 0)


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("mode", ["min", "max"])
def test_reduce_lr_on_plateau(seed: int, mode: str) -> None:
    values, rng = histories(seed), np.random.default_rng(seed)
    settings = choose(
        rng,
        factor=(0.1, 0.5),
        patience=(0, 1, 2, 3),
        min_delta=(0.0, 1e-4, 0.125),
        cooldown=(0, 1, 3),
        min_lr=(0.0, 0.25),
    )
    optimizer = SimpleNamespace(learning_rate=1.0)
    model = SimpleNamespace(stop_training=False, optimizer=optimizer)
    theirs = keras.callbacks.ReduceLROnPlateau(mode=mode, **settings)
    sign = -1.0 if mode == "max" else 1.0
    theirs.set_model(model)
    theirs.on_train_begin()
    ours = reduce_lr_on_plateau([sign * v for v in values], 1.0, **settings)
    for epoch, (value, rate) in enumerate(zip(values, ours, strict=True)):
        theirs.on_epoch_end(epoch, {"val_loss": value})
        assert rate == pytest.approx(optimizer.learning_rate, rel=1e-12)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("threshold", [None, 0.25])
def test_checkpoints_of_the_best(seed: int, threshold: float | None) -> None:
    values = histories(seed)
    theirs = keras.callbacks.ModelCheckpoint(
        "x.keras", mode="min", save_best_only=True, initial_value_threshold=threshold
    )
    theirs.set_model(SimpleNamespace())
    theirs._set_monitor_op()
    ours = improves(values, threshold)
    for epoch, (value, improved) in enumerate(zip(values, ours, strict=True)):
        logs = {"val_loss": value}
        saved = bool(theirs._should_save_model(epoch, None, logs, "x.keras"))
        assert improved == saved


#: Arguments that some metrics of Keras must have.
NEEDED = {"num_classes": 3, "target_class_ids": [0]} | dict.fromkeys(
    ("precision", "recall", "sensitivity", "specificity"), 0.5
)
#: What Keras says nothing of.
RISES = {"true_positives", "true_negatives"}


@pytest.mark.parametrize("name", sorted(TABLE["metric"]))
def test_the_better_direction_of_each_metric(name: str) -> None:
    entry = TABLE["metric"][name]
    assert isinstance(entry, MetricEntry)
    if entry.matrix:
        return
    try:
        alias = {"accuracy": "binary_accuracy"}.get(entry.name, entry.name)
        theirs = class_of(keras.metrics, alias)
    except AttributeError:  # a function among its losses, whose less is better
        assert not entry.rises
        return
    parameters = inspect.signature(theirs).parameters
    made = theirs(**{n: v for n, v in NEEDED.items() if n in parameters})
    up = getattr(made, "_direction", "up" if name in RISES else "down") == "up"
    assert entry.rises == up


# -- Whole trainings -------------------------------------------------------------------

#: The end of a network, its loss and metrics, the optimizer, and callbacks; then how
#: many epochs there are of 12, and how many learning rates.
TRAININGS = (
    (
        ("dense(1)", "mse", "rmse, r2_score", "adam(0.1)"),
        ("early_stopping(patience=2, restore_best_weights=true)",),
        (5, 1),
    ),
    (
        ("dense(1)", "mse", "rmse, r2_score", "sgd(0.2)"),
        ("early_stopping(val_r2_score, 0.02, 2, restore_best_weights=true)",),
        (5, 1),
    ),
    (
        ("dense(1)", "binary_crossentropy(from_logits=true)", "accuracy", "adam(0.1)"),
        ("early_stopping(val_accuracy, patience=3, start_from_epoch=3)",),
        (7, 1),
    ),
    (
        ("dense(1)", "binary_crossentropy(from_logits=true)", "auc, acc", "adam(0.1)"),
        (
            "early_stopping(val_auc, patience=5, baseline=0.9, "
            "restore_best_weights=true)",
        ),
        (5, 1),
    ),
    (
        ("dense(2)", "mae", "mse", "rmsprop(0.05)"),
        ("early_stopping(val_loss, patience=50, restore_best_weights=true)",),
        (12, 1),
    ),
    (
        ("dense(2)", "mae", "mse", "rmsprop(0.05)"),
        ("reduce_lr_on_plateau(patience=1, factor=0.5, cooldown=1, min_lr=0.01)",),
        (12, 4),
    ),
    (
        ("dense(2)", "mse", "r2_score", "adam(0.1)"),
        (
            "reduce_lr_on_plateau(val_r2_score, 0.3, 1, min_delta=0.001)",
            "early_stopping(patience=4, restore_best_weights=true)",
        ),
        (6, 4),
    ),
    (  # a loss that is not finite in the second batch of three
        ("dense(2)", "mse", "mae, rmse", "sgd(1e160)"),
        ("terminate_on_nan", "early_stopping(patience=5)"),
        (1, 1),
    ),
)
EPOCHS = 12


def data(s: Script) -> dict[str, np.ndarray[Any, Any]]:
    """Few samples, so that it is soon learnt by heart what does not generalize."""
    rng, parts = np.random.default_rng(4), {}
    for part, n in (("train", 44), ("validation", 30)):
        parts[f"x_{part}"] = rng.normal(size=(n, 6))
        parts[f"y_{part}"] = s.labels(rng, n)
    return parts


@pytest.mark.parametrize(("ends", "callbacks", "expected"), TRAININGS)
def test_fit(
    ends: tuple[str, ...],
    callbacks: tuple[str, ...],
    expected: tuple[int, int],
    tmp_path: Path,
) -> None:
    end, loss, metrics, optimizer = ends
    lines = ("precision = float64", f"epochs = {EPOCHS}", "batch_size = 16")
    more = "\n  ".join([*lines, "shuffle = false", *callbacks])
    s = script(
        spec(
            ["dense(8, tanh)", end],
            loss=loss,
            metrics=metrics,
            optimizer=optimizer,
            more=more,
        )
    )
    parts, run = data(s), Run(s, seed=7)
    np.savez(tmp_path / "data.npz", **parts)
    np.savez(tmp_path / "start.npz", **run.weights())
    rows, saved = trained(s, tmp_path)
    built = build(s.model)
    built.set_weights(run.weights())
    history = fitted(s, built, parts)

    assert (len(rows), len({row["learning_rate"] for row in rows})) == expected
    assert len(rows) == len(history["loss"])
    for i, row in enumerate(rows):
        for name, values in history.items():
            close(row[name], values[i], rtol=1e-9, atol=1e-9, err_msg=f"{name}, {i}")
    for path, weight in built.weights().items():
        close(saved[path], weight, rtol=1e-8, atol=1e-8, err_msg=path)


def trained(s: Script, folder: Path) -> tuple[list[dict[str, float]], Any]:
    """What a script tells of each epoch, and the weights that it leaves."""
    (folder / "model.py").write_text(s.text, "utf-8")
    command = "model.py --data data.npz --initial-weights start.npz --out run"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with (folder / "run" / "history.csv").open() as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    return rows, np.load(folder / "run" / "weights.npz")


def fitted(s: Script, built: Built, parts: Any) -> dict[str, list[float]]:
    """Keras's history of the same training."""
    assert s.model.training is not None
    callbacks = [
        class_of(keras.callbacks, use.entry.name)(**given(use))
        for use in s.model.training.callbacks
    ]
    history = built.trained.fit(
        parts["x_train"],
        parts["y_train"],
        validation_data=(parts["x_validation"], parts["y_validation"]),
        epochs=EPOCHS,
        batch_size=16,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
    )
    return {name: list(values) for name, values in history.history.items()}
