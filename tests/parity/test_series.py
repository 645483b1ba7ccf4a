"""Texts and series beside Keras: the windows of a spec's own data, step by step."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from tests.parity.conftest import WHY

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from nnspec.parity.compare import compare  # noqa: E402

TEXT = "the cat sat on the mat.\nthe dog sat on the cat.\n" * 9
OF_TEXT = """
data {{
  text("t.txt")
  next_characters({windows})
  split(validation=0.25)
}}
network {{
  {network}
  dense(20, softmax)
}}
training {{
  loss = sparse_categorical_crossentropy
  optimizer = adam(learning_rate=0.01)
  metrics = [accuracy]
  batch_size = 6
}}
"""
TRANSFORMER = """embedding(20, 8)
  position_embedding(8) as e
  layer_normalization
  multi_head_attention(2, 4, causal=true)
  add(e) as h
  layer_normalization
  dense(16, gelu)
  dense(8)
  add(h)
  layer_normalization"""
TEXTS = {
    "lstm": ("8", "embedding(20, 6)\n  lstm(7, return_sequences=true)"),
    "one label": ("8, stride=5", "embedding(20, 6)\n  gru(7)"),
    "transformer": ("8, stride=7", TRANSFORMER),
}
OF_ROWS = """
data {
  csv("t.csv", target="value", features=["value", "other"])
  standardize()
  windows(6, horizon=2, every=2, stride=3)
  split(validation=0.2)
}
network {
  input(6, 2)
  gru(5)
  dense(1)
}
training {
  loss = mse
  optimizer = adam(learning_rate=0.01)
  metrics = [mae]
  batch_size = 6
}
"""


def verify(text: str, folder: Path) -> None:
    """Five steps on the spec's own data, which both scripts read."""
    keras.backend.clear_session()
    facts = FileReader(folder, lambda: None)
    found = compare(check(Source("net.nn", text), facts=facts), 5, str(folder))
    assert "data: that of the spec" in found.told
    assert set(found.differences) == {"losses", "metrics", "weights", "predictions"}
    assert max(found.differences.values()) < 1e-10, found.differences


@pytest.mark.parametrize("name", TEXTS)
def test_a_training_with_next_characters(name: str, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT, "utf-8")
    windows, network = TEXTS[name]
    verify(OF_TEXT.format(windows=windows, network=network), tmp_path)


def test_a_training_with_windows(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    with (tmp_path / "t.csv").open("w", newline="") as file:
        rows = rng.normal(size=(150, 2)).tolist()
        csv.writer(file).writerows([["value", "other"], *rows])
    verify(OF_ROWS, tmp_path)


def test_keras_trains_on_a_text_and_numpy_writes_on(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT, "utf-8")
    windows, network = TEXTS["lstm"]
    text = OF_TEXT.format(windows=windows, network=network)
    for name, target in (("mine.py", "numpy"), ("net.py", "keras")):
        (tmp_path / name).write_text(nnspec.compile(text, target=target), "utf-8")

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "KERAS_BACKEND": "jax"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("net.py", "--out", "run", "--quiet")
    given = ("--weights", "run/weights.npz")
    theirs, mine = (
        eval(run(n, "evaluate", "t.txt", "--json", *given))
        for n in ("net.py", "mine.py")
    )
    assert theirs["test_loss"] == pytest.approx(mine["test_loss"], rel=1e-5)
    written = run("mine.py", "generate", "the ", "--length", "9", *given)
    assert written.startswith("the ")
    assert len(written) == 14
