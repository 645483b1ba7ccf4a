"""docs/language.md shows the table of operations as it is, and specs that are specs."""

from __future__ import annotations

import pytest

from nnspec.diagnostics import Diagnostics
from nnspec.source import Source
from nnspec.syntax.parser import parse
from tests import snapshots
from tests.test_docs import SPECS, Block, blocks, place

PAGES = ("docs/language.md", "docs/script.md")
FRAGMENTS = [b for b in blocks("nn") if b.page in PAGES and b not in SPECS]


def test_the_reference_is_that_of_the_table() -> None:
    shown = snapshots.LANGUAGE.read_text(encoding="utf-8")
    assert snapshots.language().decode() == shown, "stale: run `make golden`"


@pytest.mark.parametrize("block", FRAGMENTS, ids=place)
def test_a_fragment_is_called_one_and_can_be_read(block: Block) -> None:
    assert block.note == "fragment"
    diagnostics = Diagnostics()
    parse(Source("fragment.nn", block.text), diagnostics)
    assert diagnostics.found == []
