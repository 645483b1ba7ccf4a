"""Scripts of several inputs and outputs read data as those of Keras do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.facts.reader import FileReader
from nnspec.parity.compare import compare
from nnspec.parity.scripts import module_of
from nnspec.source import Source
from tests import several_files as files
from tests import several_images as images
from tests.parity.conftest import WHY

pytest.importorskip("keras", reason=WHY, exc_type=ImportError)


def alike(text: str, folder: Path) -> None:
    """Whether both scripts train alike on the data in a folder."""
    path = str(folder / "net.nn")
    facts = FileReader(folder, lambda: None)
    compared = compare(check(Source(path, text), facts=facts), 4, str(folder))
    assert compared.told[0] == "data: that of the spec"
    assert {*compared.differences} == {"losses", "metrics", "weights", "predictions"}
    assert max(compared.differences.values()) < 1e-9, compared.differences


@pytest.mark.parametrize("name", [n for n in files.SECTIONS if n != "as they are"])
def test_files_by_name(name: str, tmp_path: Path) -> None:
    files.written(tmp_path, numbers=name == "horizons")
    text = files.spec(name, files.NPY)
    text = text.replace('  class_weight = [sold: ["yes": 3.0]]\n', "")
    alike(text, tmp_path)


@pytest.mark.parametrize("source", images.SOURCES.values(), ids=images.SOURCES)
def test_images_of_one_input(source: str, tmp_path: Path) -> None:
    images.written(tmp_path)
    alike(images.spec("reshape(4, 6, 1, of=image)\n  standardize()", source), tmp_path)


@pytest.mark.parametrize(
    ("transforms", "shape"),
    [
        ("reshape(4, 6, 1, of=image)\naugment(horizontal, of=image)", (4, 6, 1)),
        ("reshape(8, 3, of=image)\naugment(horizontal, of=image)\n"
         "reshape(4, 6, 1, of=image)", (8, 3)),
    ],
)  # fmt: skip
def test_batches_of_keras_are_changed_in_the_shape_of_the_images(
    transforms: str, shape: tuple[int, ...], tmp_path: Path, monkeypatch: Any
) -> None:
    x = images.written(tmp_path)
    text = images.spec(transforms, images.SOURCES["npz"])
    module = module_of(nnspec.compile(text, target="keras"), "net")
    augment, seen = module.augment, list[tuple[Any, Any]]()

    def watched(some: Any, rng: Any) -> None:
        before = some.copy()
        augment(some, rng)
        seen.append((before, some.copy()))

    monkeypatch.setattr(module, "augment", watched)
    given = ["--data-dir", str(tmp_path), "--out", str(tmp_path / "out"), "--quiet"]
    assert module.main(given) == 0
    rows = np.concatenate([before for before, _ in seen]).reshape(-1, 24)
    trained = x["image"][: images.N - images.REST].astype(np.float32)
    np.testing.assert_array_equal(*(np.unique(a, axis=0) for a in (rows, trained)))
    assert {before.shape[1:] for before, _ in seen} == {shape}
    for before, after in seen:
        same = (before == after).reshape(len(after), -1).all(1)
        flipped = (before[:, :, ::-1] == after).reshape(len(after), -1).all(1)
        assert np.all(same ^ flipped)
