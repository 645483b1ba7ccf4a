"""Scripts of several inputs and outputs read data as those of Keras do."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnspec.compiler import check
from nnspec.facts.reader import FileReader
from nnspec.parity.compare import compare
from nnspec.source import Source
from tests import several_files as files
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
