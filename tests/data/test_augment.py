"""Images that are changed at random: how, which of them, and when."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from tests.data.section import Array, section, spec

_SPARSE = "sparse_categorical_crossentropy"
IMAGES = np.random.default_rng(0).random((200, 4, 6, 3)).astype(np.float32)


def augmented(
    arguments: str, tmp_path: Path, x: Array = IMAGES, shape: str = "4, 6, 3"
) -> Array:
    """The images as a script changes them in a batch."""
    data = f'npz("a.npz")\naugment({arguments})'
    text = spec(data, shape, "flatten\ndense(3, softmax)", _SPARSE)
    x = x.copy()
    section(text, tmp_path).augment(x, np.random.default_rng(3))
    return x


def which(x: Array, kinds: list[Array]) -> list[int]:
    """For each image, which of its kinds it has become."""
    near = [np.isclose(x, kind, atol=1e-4) for kind in kinds]
    same = np.array([np.all(values, axis=(1, 2, 3)) for values in near])
    assert np.array_equal(same.sum(axis=0), np.ones(len(x)))
    found: list[int] = same.argmax(axis=0).tolist()
    return found


def is_even(counts: Array) -> bool:
    """Whether so many of each could come of an even chance."""
    mean = counts.mean()
    return bool(np.all(np.abs(counts - mean) < 5 * np.sqrt(mean)))


ACROSS, DOWN = IMAGES[:, :, ::-1], IMAGES[:, ::-1]


@pytest.mark.parametrize(
    ("flip", "kinds"),
    [
        ("horizontal", [IMAGES, ACROSS]),
        ("vertical", [IMAGES, DOWN]),
        ("horizontal_and_vertical", [IMAGES, ACROSS, DOWN, ACROSS[:, ::-1]]),
    ],
)
def test_flips(tmp_path: Path, flip: str, kinds: list[Array]) -> None:
    found = which(augmented(f"flip={flip}", tmp_path), kinds)
    assert is_even(np.bincount(found, minlength=len(kinds)))


def test_flips_of_grey_images(tmp_path: Path) -> None:
    x = IMAGES[..., 0]
    found = augmented("horizontal", tmp_path, x, "4, 6")
    same = [np.all(found == kind, axis=(1, 2)) for kind in (x, x[:, :, ::-1])]
    assert np.all(same[0] ^ same[1])
    assert is_even(np.sum(same, axis=1))


def test_shifts_by_whole_pixels(tmp_path: Path) -> None:
    kinds = []
    for i in range(-2, 3):
        for j in range(-2, 3):
            rows = np.clip(np.arange(4) - i, 0, 3)
            columns = np.clip(np.arange(6) - j, 0, 5)
            kinds.append(IMAGES[:, rows][:, :, columns])
    found = which(augmented("shift=2", tmp_path), kinds)
    assert is_even(np.bincount(found, minlength=25))
    found = which(augmented("shift=2, rotate=1e-9", tmp_path), kinds)
    assert is_even(np.bincount(found, minlength=25))


def centres(x: Array) -> Array:
    """The row and column around which the values of each image are."""
    grid = np.indices(x.shape[1:]).astype(float)
    return np.einsum("nij,aij->na", x, grid) / x.sum(axis=(1, 2))[:, None]


def dots(n: int, row: int, column: int) -> Array:
    x = np.zeros((n, 21, 41), np.float32)
    x[:, row, column] = 1.0
    return x


def test_a_shift_by_a_share(tmp_path: Path) -> None:
    """Of height and width, and not by whole pixels."""
    x = augmented("shift=0.2", tmp_path, dots(2000, 10, 20), "21, 41")
    moves = centres(x) - [10, 20]
    for move, most in zip(moves.T, (0.2 * 21, 0.2 * 41), strict=True):
        assert most * 0.95 < np.abs(move).max() < most + 1e-3
        assert abs(move.mean()) < 0.1 * most
        assert move.std() == pytest.approx(most / np.sqrt(3), rel=0.1)
        assert len(np.unique(np.round(move, 3))) > 500


def test_rotations(tmp_path: Path) -> None:
    x = augmented("rotate=30", tmp_path, dots(2000, 10, 28), "21, 41")
    i, j = (centres(x) - [10, 20]).T
    angles = np.degrees(np.arctan2(-i, j))
    assert 28 < np.abs(angles).max() < 32
    assert abs(angles.mean()) < 2
    assert angles.std() == pytest.approx(30 / np.sqrt(3), rel=0.1)
    assert np.allclose(np.hypot(i, j), 8, atol=0.3)


def test_zooms(tmp_path: Path) -> None:
    x = augmented("zoom=0.25", tmp_path, dots(2000, 10, 28), "21, 41")
    i, j = (centres(x) - [10, 20]).T
    size = j / 8
    assert np.allclose(i, 0, atol=1e-4)
    assert 0.72 < size.min() < 0.78
    assert 1.22 < size.max() < 1.28
    assert size.mean() == pytest.approx(1, abs=0.02)


def test_brightness(tmp_path: Path) -> None:
    factors = augmented("brightness=0.3", tmp_path) / IMAGES
    each = factors.mean(axis=(1, 2, 3))
    assert np.allclose(factors, each[:, None, None, None], rtol=1e-5)
    assert 0.7 <= each.min() < 0.73
    assert 1.27 < each.max() <= 1.3
    assert each.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_types_stay(tmp_path: Path, dtype: str) -> None:
    every = "horizontal_and_vertical, 0.1, 10, 0.1, 0.1"
    x = augmented(every, tmp_path, IMAGES.astype(dtype))
    assert x.dtype == dtype
    assert not np.any(np.all(x == IMAGES, axis=(1, 2, 3)))


# -- a whole training ------------------------------------------------------------------

ARCHIVE = 'npz("a.npz", x_validation="x_validation", y_validation="y_validation")'
TRAINED = """
data {
  SOURCE
  %s
}
network {
  input(%s)
  flatten
  dropout(0.1)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  metrics = [accuracy]
  epochs = 3
  batch_size = 16
}
""".replace("SOURCE", ARCHIVE)
EVERY = "augment(horizontal, shift=1, rotate=10, zoom=0.1, brightness=0.2)"


def run(folder: Path, *arguments: str | Path) -> list[dict[str, Any]]:
    command = [sys.executable, "model.py", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def compiled(folder: Path, transforms: str, shape: str = "4, 6, 3") -> Path:
    """A folder with a script and its data."""
    folder.mkdir()
    (folder / "model.py").write_text(nnspec.compile(TRAINED % (transforms, shape)))
    y = np.arange(200) % 3
    np.savez(
        folder / "a.npz",
        x_train=IMAGES,
        y_train=y,
        x_validation=IMAGES[:40],
        y_validation=y[:40],
        x_test=IMAGES[40:],
        y_test=y[40:],
    )
    return folder


def stop_learning(script: Path) -> None:
    """A learning rate of 0, and no dropout."""
    text = script.read_text()
    assert "RATE = 0.001" in text
    assert "if rng is not None" in text
    text = text.replace("RATE = 0.001", "RATE = 0.0")
    script.write_text(text.replace("if rng is not None", "if False"))


TRAIN = ("train", "--json", "--force", "--out", "out")


def test_nothing_but_the_training_part_is_changed(tmp_path: Path) -> None:
    """What a training leaves behind tells the same of the others without it."""
    plain, random = compiled(tmp_path / "a", ""), compiled(tmp_path / "b", EVERY)
    row = run(random, *TRAIN)
    assert row[0]["loss"] != run(plain, *TRAIN)[0]["loss"]
    weights = random / "out" / "weights.npz"
    told = [
        run(folder, "evaluate", "--json", "--weights", weights)
        for folder in (plain, random)
    ]
    assert told[0] == told[1] == row[-1:]
    at_rest = ["--epochs", "1", "--initial-weights", weights]
    for folder in (plain, random):
        stop_learning(folder / "model.py")
    rows = [run(folder, *TRAIN, *at_rest)[0] for folder in (plain, random)]
    assert rows[0]["val_loss"] == rows[1]["val_loss"]
    assert rows[0]["loss"] != rows[1]["loss"]


def test_a_training_that_goes_on_equals_one_without_a_break(tmp_path: Path) -> None:
    whole, broken = compiled(tmp_path / "a", EVERY), compiled(tmp_path / "b", EVERY)
    rows = run(whole, *TRAIN)
    again = [
        *run(broken, *TRAIN, "--epochs", "2")[:2],
        *run(broken, *TRAIN, "--resume"),
    ]
    for row in rows + again:
        row.pop("seconds", None)
    assert rows == again


@pytest.mark.parametrize("dropout", ["", "dropout(0.1)"])
def test_threads_that_share_a_batch(tmp_path: Path, dropout: str) -> None:
    """Each has numbers of its own; how many threads there are does not matter."""
    text = (TRAINED % (EVERY, "4, 6, 3")).replace("dropout(0.1)", dropout)
    script = nnspec.compile(text.replace("flatten", "conv2d(2, 3, tanh)\n  flatten"))
    assert "augment(a.x, rngs[k])" in script
    rows = []
    for threads, resumed in (("1", False), ("2", True)):
        folder = compiled(tmp_path / threads, EVERY)
        (folder / "model.py").write_text(script)
        if resumed:
            found = run(folder, *TRAIN, "--threads", threads, "--epochs", "2")[:2]
            found += run(folder, *TRAIN, "--threads", threads, "--resume")
        else:
            found = run(folder, *TRAIN, "--threads", threads)
        rows.append([row["loss"] for row in found[:-1]])
    assert rows[0] == pytest.approx(rows[1], rel=1e-5)
    assert len({*rows[0]}) == 3


def test_every_epoch_draws_anew(tmp_path: Path) -> None:
    """And so do its dropouts, which are taken out here."""
    folder = compiled(tmp_path / "a", EVERY)
    stop_learning(folder / "model.py")
    losses = [row["loss"] for row in run(folder, *TRAIN)[:-1]]
    assert all(a != b for a, b in pairwise(losses))


@pytest.mark.parametrize(
    ("transforms", "shape"),
    [
        ("{}\nscale(2)", "4, 6, 3"),
        ("scale(2)\n{}", "4, 6, 3"),
        ("reshape(4, 6, 3)\n{}\nreshape(24, 3)\nscale(2)", "24, 3"),
        ("scale(2)\nreshape(4, 6, 3)\n{}\nreshape(-1)", "72"),
    ],
)
def test_its_place_among_others_does_not_matter(
    tmp_path: Path, transforms: str, shape: str
) -> None:
    transforms = transforms.format(EVERY)
    rows = run(compiled(tmp_path / "a", transforms, shape), *TRAIN)
    first = run(compiled(tmp_path / "b", f"{EVERY}\nscale(2)"), *TRAIN)
    for row in rows + first:
        row.pop("seconds", None)
    assert rows[0]["loss"] == pytest.approx(first[0]["loss"], rel=1e-5)
    assert len(rows) == 4


def test_samples_on_disk(tmp_path: Path) -> None:
    folder = compiled(tmp_path / "a", EVERY)
    expected = run(folder, *TRAIN)[0]["loss"]
    np.save(folder / "x.npy", IMAGES)
    np.save(folder / "y.npy", np.arange(200) % 3)
    text = TRAINED % (EVERY, "4, 6, 3")
    text = text.replace(ARCHIVE, 'npy("x.npy", "y.npy")')
    (folder / "model.py").write_text(nnspec.compile(text))
    assert run(folder, *TRAIN)[0]["loss"] == expected
    assert np.array_equal(np.load(folder / "x.npy"), IMAGES)


# -- what it cannot be applied to ------------------------------------------------------

NO_IMAGES = {
    ("augment()", "4, 6"): "empty-augment",
    ("augment(none, 0, 0, 0, 0)", "4, 6"): "empty-augment",
    ("augment(shift=0.0)", "4, 6"): "empty-augment",
    ("augment(horizontal)", "24"): "shape-mismatch",
    ("augment(horizontal)", "2, 2, 2, 3"): "shape-mismatch",
    ("reshape(24)\naugment(horizontal)\nreshape(4, 6)", "4, 6"): "shape-mismatch",
    ("augment(horizontal)\nreshape(4, 6)", "4, 6"): "transform-order",
    ("reshape(4, -1)\naugment(horizontal)\nreshape(24)", "24"): "transform-order",
    ("augment(shift=4)", "4, 6"): "argument-type",
    ("augment(shift=4.5)", "40, 60"): "argument-type",
    ("augment(shift=-1)", "4, 6"): "argument-type",
    ("augment(flip=both)", "4, 6"): "argument-type",
    ("augment(zoom=1)", "4, 6"): "argument-type",
    ("augment(rotate=181)", "4, 6"): "argument-type",
    ("augment(brightness=1.1)", "4, 6"): "argument-type",
    ("augment(horizontal)\naugment(shift=2)", "4, 6"): "doubled-transform",
    ("augment(horizontal)\nmulti_hot(24)", "24"): "transform-conflict",
}


@pytest.mark.parametrize(("transforms", "shape"), NO_IMAGES)
def test_what_is_told(transforms: str, shape: str) -> None:
    text = spec(f'npz("a.npz")\n{transforms}', shape, "flatten\ndense(2)", "mse")
    found = check(Source("model.nn", text)).diagnostics
    assert [d.code for d in found] == [NO_IMAGES[transforms, shape]]


@pytest.mark.parametrize(
    ("source", "shape"),
    [
        ("mnist()", ""),
        ("cifar10()", ""),
        ('csv("t.csv", target="y")\nreshape(8, 8)', "8, 8"),
    ],
)
def test_sources_whose_images_are_known(source: str, shape: str) -> None:
    text = spec(
        f"{source}\naugment(shift=1)",
        shape or "1",
        "flatten\ndense(10, softmax)",
        _SPARSE,
    )
    text = text if shape else text.replace("input(1)\n", "")
    assert check(Source("model.nn", text)).diagnostics == ()
