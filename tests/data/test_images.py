"""Scripts that learn from folders of images."""

from __future__ import annotations

import ast
import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from templates.runtime.image_files import image_files
from tests.data.section import load, options, read, section, spec

_SPARSE = "sparse_categorical_crossentropy"
SOURCE = 'images("flowers", size=(8, 12))'


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def flowers(folder: Path, count: int = 30) -> Path:
    """Flowers of three colours."""
    rng = np.random.default_rng(0)
    for channel, name in enumerate(("rose", "tulip", "daisy")):
        (folder / name).mkdir(parents=True)
        for i in range(count):
            pixels = rng.integers(0, 100, (10, 15, 3), dtype=np.uint8)
            pixels[..., channel] += 150
            end = ("png", "jpg")[i % 2]
            Image.fromarray(pixels).save(folder / name / f"{i:02}.{end}")
    return folder


def text(
    transforms: str = "", source: str = SOURCE, last: str = "dense(3, softmax)"
) -> str:
    found = spec(f"{source}\n{transforms}", "", f"flatten\n{last}", _SPARSE)
    return found.replace("input()\n", "")


TRAINED = """
data {
  images("flowers", size=(8, 12))
  scale(1/255)
  augment(flip=horizontal, shift=1)
  split(validation=0.2, test=0.2, stratify=true)
}
network {
  flatten
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  metrics = [accuracy]
  optimizer = adam(learning_rate=0.01)
  epochs = 10
}
"""


def run(folder: Path, *arguments: str | Path, code: int = 0) -> str:
    command = [sys.executable, "model.py", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr


def test_a_script_learns_and_is_used(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers")
    (tmp_path / "model.py").write_text(nnspec.compile(TRAINED, "model.nn"))
    printed = run(tmp_path, "train", "--json", "--out", "out").splitlines()
    results = json.loads(printed[-1])
    assert results["test_accuracy"] == 1.0
    weights = ("--weights", "out/weights.npz")
    assert json.loads(run(tmp_path, "evaluate", "--json", *weights)) == results
    with np.load(tmp_path / "out/weights.npz", allow_pickle=False) as file:
        assert file["data/classes"].tolist() == ["daisy", "rose", "tulip"]
    for name in ("rose", "daisy"):
        inputs = {"flowers/" + name: 30, f"flowers/{name}/01.jpg": 1}
        for path, count in inputs.items():
            rows = list(
                csv.reader(run(tmp_path, "predict", path, *weights).splitlines())
            )
            classes = [f"probability_{c}" for c in ("daisy", "rose", "tulip")]
            assert rows[0] == ["file", "prediction", *classes]
            assert [row[1] for row in rows[1:]] == [name] * count
            files = sorted(map(str, (tmp_path / path).iterdir())) if count > 1 else []
            found = [str(tmp_path / row[0]) for row in rows[1:]]
            assert found == (files or [str(tmp_path / path)])
    run(tmp_path, "gradcheck")
    rows = list(csv.reader(run(tmp_path, "predict", "flowers", *weights).splitlines()))
    assert len(rows) == 91  # those of all folders in it
    assert all(Path(row[0]).parent.name == row[1] for row in rows[1:])


def test_a_folder_is_evaluated(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers")
    more = flowers(tmp_path / "more", 4)
    (more / "rose").rename(tmp_path / "rose")  # a class may have no image there
    (more / "daisy/00.png").rename(more / "tulip/daisy.png")
    lines = TRAINED.replace("validation=0.2, test=0.2", "validation=0.2")
    (tmp_path / "model.py").write_text(nnspec.compile(lines, "model.nn"))
    run(tmp_path, "train", "--quiet", "--out", "out")
    weights = ("--json", "--weights", "out/weights.npz")
    assert "name a folder like that" in run(tmp_path, "evaluate", *weights, code=3)
    shutil.rmtree(tmp_path / "flowers")  # nothing is trained on again
    found = json.loads(run(tmp_path, "evaluate", "more", *weights))
    assert found["test_accuracy"] == 7 / 8
    (more / "tulip").rename(more / "lily")
    told = run(tmp_path, "evaluate", "more", *weights, code=3)
    assert "more/lily: no class that was learnt; remove it" in told


def test_labels_are_those_of_the_folders(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers", 4)
    parts, learnt = load(text(), tmp_path)
    x, y = parts["train"]
    assert x.x.dtype == np.uint8  # until their batch
    x = x[:]
    assert x.shape == (12, 8, 12, 3)
    assert y.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert x.reshape(12, -1, 3).mean(axis=1).argmax(axis=1).tolist() == [
        *(2,) * 4, *(0,) * 4, *(1,) * 4
    ]  # fmt: skip
    assert learnt["data/classes"].tolist() == ["daisy", "rose", "tulip"]


def test_one_hot_labels_of_grey_images(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers", 2)
    data = 'images("flowers", (4, 5), 1)\none_hot(target)'
    found = spec(
        data, "4, 5, 1", "flatten\ndense(3, softmax)", "categorical_crossentropy"
    )
    parts, _ = load(found, tmp_path)
    assert parts["train"][0][:].shape == (6, 4, 5, 1)
    assert parts["train"][1].argmax(axis=1).tolist() == [0, 0, 1, 1, 2, 2]


def test_two_classes(tmp_path: Path) -> None:
    folder = flowers(tmp_path / "flowers", 2)
    found = spec(
        SOURCE, "8, 12, 3", "flatten\ndense(1, sigmoid)", "binary_crossentropy"
    )
    told(found, tmp_path, "3 classes .* but the network tells 2 apart")
    for path in (folder / "tulip").iterdir():
        path.unlink()
    (folder / "tulip").rmdir()
    parts, _ = load(found, tmp_path)
    assert parts["train"][1].ravel().tolist() == [0, 0, 1, 1]


def told(found: str, folder: Path, message: str, **given: Path) -> None:
    module = section(found, folder)
    with pytest.raises(module.InputError, match=message):
        module.load_data(options(**given))


def test_what_the_network_does_not_tell_apart(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers", 1)
    message = r"3 classes \('daisy', 'rose', 'tulip'\), but the network tells %s apart"
    for units in (2, 4):
        layer = f"dense({units}, softmax)"
        told(text(last=layer), tmp_path, message % units)


def test_where_the_folder_is(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    told(
        text(), tmp_path / "here", "flowers: no such folder in .*here; say where it is"
    )
    flowers(tmp_path / "there" / "flowers", 1)
    parts, _ = load(text(), tmp_path / "here", data_dir=tmp_path / "there")
    assert len(parts["train"][0]) == 3


def test_arrays_in_its_place(tmp_path: Path) -> None:
    x = np.zeros((4, 8, 12, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x_train=x, y_train=[0, 1, 2, 0])
    parts, learnt = load(text(), tmp_path, data=tmp_path / "a.npz")
    assert parts["train"][1].tolist() == [0, 1, 2, 0]
    assert learnt == {}


def test_samples_to_predict_for_are_reshaped(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers", 2)
    module = section(text("reshape(96, 3)\nstandardize()"), tmp_path)
    parts, learnt = module.load_data(options())
    found = read(module, tmp_path / "flowers" / "daisy", learnt)
    assert np.array_equal(found, parts["train"][0][:2])


def test_pillow_is_imported_when_it_is_needed_and_nowhere_else() -> None:
    tree = ast.parse(nnspec.compile(TRAINED, "model.nn"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    inner = [node for node in imports if node not in tree.body]
    inner = [n for n in inner if not (isinstance(n, ast.Import) and n.col_offset == 0)]
    assert [ast.unparse(node) for node in inner] == ["from PIL import Image"]
    outer = {name(node) for node in imports if node not in inner}
    assert outer <= {*sys.stdlib_module_names, "numpy"}
    assert "PIL" not in nnspec.compile(
        TRAINED.replace(SOURCE, "cifar10()").replace("test=0.2, ", "")
    )


def name(node: Any) -> str:
    module = node.names[0].name if isinstance(node, ast.Import) else node.module
    return str(module).partition(".")[0]


def test_the_script_without_pillow(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers", 2)
    (tmp_path / "model.py").write_text(nnspec.compile(TRAINED, "model.nn"))
    (tmp_path / "PIL.py").write_text("raise ImportError('as if it were not there')")
    stderr = run(tmp_path, "train", code=3)
    assert stderr == "error: Pillow reads images: pip install pillow\n"


ERRORS = {
    'images("../flowers", size=(8, 8))': "path-outside",
    'images("/flowers", size=(8, 8))': "path-outside",
    'images("", size=(8, 8))': "path-invalid",
    'images("flowers")': "missing-argument",
    'images("flowers", size=8)': "argument-type",
    'images("flowers", size=(8,))': "argument-type",
    'images("flowers", size=(8, 8, 3))': "argument-type",
    'images("flowers", size=(0, 8))': "argument-type",
    'images("flowers", size=(8, 8), channels=2)': "argument-type",
    'images("flowers", size=(8, 8), channels=5)': "argument-type",
    'images("flowers", size=(8, 8))\nbag_of_words()': "transform-and-source",
    'images("flowers", size=(8, 8))\none_hot()': "no-columns",
}


@pytest.mark.parametrize("data", ERRORS)
def test_what_is_told(data: str) -> None:
    found = check(Source("model.nn", text(source=data))).diagnostics
    errors = [d.code for d in found if d.severity == "error"]
    assert errors[:1] == [ERRORS[data]]


@pytest.mark.parametrize(
    ("split", "codes"),
    [
        ("split(0.2)", ["split-by-class"]),
        ("split(test=2)", ["split-by-class"]),
        ("split(0.2, seed=0)", []),
        ("split(0.2, stratify=true)", []),
    ],
)
def test_parts_that_lack_classes_are_warned_of(split: str, codes: list[str]) -> None:
    found = check(Source("model.nn", text(split)))
    assert [d.code for d in found.diagnostics] == codes
    assert found.model is not None
    assert found.model.data is not None
    assert found.model.data.split is not None


def test_pipes_among_images_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    os.mkfifo(tmp_path / "b.png")
    assert image_files(tmp_path) == [tmp_path / "a.png"]
