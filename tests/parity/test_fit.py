"""A whole training on the command line beside Keras's `fit`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.parity.conftest import WHY
from tests.scripts import Run, script, spec

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import build  # noqa: E402

MORE = """precision = float64
  epochs = 3
  batch_size = 16
  shuffle = false
"""
CASES = (
    ("dense(3, softmax)", "sparse_categorical_crossentropy", "accuracy", "adam(0.01)"),
    ("dense(1, sigmoid)", "binary_crossentropy", "accuracy, mae", "sgd(0.1, 0.9)"),
    ("dense(2)", "mse", "mae", "rmsprop"),
)


@pytest.mark.parametrize(("end", "loss", "metrics", "optimizer"), CASES)
def test_fit(end: str, loss: str, metrics: str, optimizer: str, tmp_path: Path) -> None:
    layers = ["dense(8, tanh)", "dense(5, elu)", end]
    s = script(spec(layers, loss=loss, metrics=metrics, optimizer=optimizer, more=MORE))
    rng = np.random.default_rng(4)
    parts = {}
    for part, n in (("train", 70), ("validation", 40), ("test", 35)):
        parts[f"x_{part}"] = rng.normal(size=(n, 6))
        parts[f"y_{part}"] = s.labels(rng, n)
    run = Run(s, seed=7)
    np.savez(tmp_path / "data.npz", **parts)
    np.savez(tmp_path / "start.npz", **run.weights())
    (tmp_path / "model.py").write_text(s.text, "utf-8")
    command = "model.py train --json --data data.npz --initial-weights start.npz"
    done = subprocess.run(
        [sys.executable, *command.split(), "--out", "run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *epochs, tested = map(json.loads, done.stdout.splitlines())

    built = build(s.model)
    built.set_weights(run.weights())
    for row in epochs:
        built.trained.fit(
            parts["x_train"], parts["y_train"], batch_size=16, shuffle=False, verbose=0
        )
        expected = built.evaluated.evaluate(
            parts["x_validation"], parts["y_validation"], verbose=0, return_dict=True
        )
        same(row, built.trained.history.history, "")
        same(row, expected, "val_")
    expected = built.evaluated.evaluate(
        parts["x_test"], parts["y_test"], verbose=0, return_dict=True
    )
    same(tested, expected, "test_")
    with np.load(tmp_path / "run" / "weights.npz", allow_pickle=False) as saved:
        for path, weight in built.weights().items():
            np.testing.assert_allclose(saved[path], weight, rtol=1e-10, atol=1e-10)


def same(row: dict[str, float], expected: dict[str, object], prefix: str) -> None:
    """What Keras tells of an epoch is in the script's row, under the same names."""
    for name, number in expected.items():
        value = np.squeeze(number)
        np.testing.assert_allclose(row[prefix + name], value, rtol=1e-10, atol=1e-10)
