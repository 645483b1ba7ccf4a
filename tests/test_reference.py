"""The reference: complete, and written as the language is."""

from __future__ import annotations

import re

import pytest

from nnspec import reference
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.source import Source
from nnspec.syntax import nodes
from nnspec.syntax.parser import parse
from nnspec.table import PLANNED, TABLE
from nnspec.table.entry import REQUIRED, DefaultUse, Entry, Use
from nnspec.table.settings import TRAINING
from nnspec.values import Scope

ENTRIES = [
    (category, entry)
    for category, entries in TABLE.items()
    for entry in {e.name: e for e in entries.values()}.values()
]


def test_overview_holds_everything_in_80_columns() -> None:
    overview = reference.overview()
    words = set(re.findall(r"\w+", overview))
    assert reference.names() <= words
    assert max(map(len, overview.splitlines())) <= 80
    for heading in ("layers", "losses", "settings", "transforms"):
        assert f"\n{heading}\n" in f"\n{overview}"


def test_overview_says_what_is_not_compiled_yet() -> None:
    for part in reference.overview().split("\n\n"):
        compiled, _, planned = part.partition("not compiled yet: ")
        if part.startswith("losses"):
            assert "mean_squared_error, mse  " in compiled
        for name in re.findall(r"\w+", planned):
            assert any(name in names for names in PLANNED.values())
            assert f"  {name} " not in compiled
    told = re.findall(r"\w+", reference.overview())
    assert {name for names in PLANNED.values() for name in names} <= {*told}


@pytest.mark.parametrize(("category", "entry"), ENTRIES)
def test_every_entry_is_described(category: str, entry: Entry) -> None:
    found = reference.describe(entry.name)
    assert f"{category} {entry.name}" in found
    assert max(map(len, found.splitlines())) <= 80
    plain = " ".join(found.split())
    assert " ".join(entry.doc.split()) in plain
    for argument in entry.arguments:
        assert " ".join(argument.kind.describe().split()) in plain
        assert " ".join(argument.doc.split()) in plain
    for alias in entry.aliases:
        assert f"{category} {entry.name}" in reference.describe(alias)


def test_settings_are_described() -> None:
    assert reference.describe("batch_size") == (
        "setting batch_size\n"
        "\n"
        "  batch_size  samples in one update\n"
        "              an integer of at least 1; default 32\n"
    )


def test_an_entry_as_a_whole() -> None:
    assert reference.describe("flatten").splitlines() == [
        "layer flatten",
        "",
        "  flatten",
        "",
        "  All values of a sample in one axis, the last axis running fastest.",
    ]
    assert reference.describe("constant").splitlines() == [
        "initializer constant",
        "",
        "  constant(value=0.0)",
        "",
        "  All the same value.",
        "",
        "  value  the value",
        "         a number; default 0.0",
    ]


def test_a_name_of_several_categories_shows_all() -> None:
    found = reference.describe("relu")
    assert "layer relu\n" in found
    assert "activation relu\n" in found


def test_planned_names_are_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLANNED, "layer", frozenset({"capsule"}))
    assert "not compiled yet" in reference.describe("capsule")
    assert "not compiled yet: capsule" in reference.overview()


def test_unknown_names_have_no_description() -> None:
    assert reference.describe("dens") == ""


@pytest.mark.parametrize("text", [reference.markdown(), reference.describe("adam")])
def test_numbers_are_written_shortly(text: str) -> None:
    assert "1e-7" in text
    assert "1e-07" not in text


@pytest.mark.parametrize("entry", [*(e for _, e in ENTRIES), TRAINING])
def test_defaults_can_be_written_in_a_spec(entry: Entry) -> None:
    """Read back by the compiler, a default gives what leaving it out gives."""
    for argument in entry.arguments:
        if argument.default is REQUIRED or argument.variadic:
            continue
        written = reference.spell_default(argument)
        diagnostics = Diagnostics()
        spec = parse(Source("x.nn", f"let x = {written}\n"), diagnostics)
        (let,) = spec.statements
        assert isinstance(let, nodes.Let)
        scope = Scope({}, diagnostics)
        value = scope.resolve(let.value)
        assert value is not None
        binder = Binder(scope, diagnostics)
        read = binder.read(argument.kind, value, argument.name)
        assert not diagnostics.found
        if isinstance(read, Use):
            assert isinstance(argument.default, DefaultUse)
            assert read.entry.name == argument.default.name
        else:
            assert read == argument.default


def test_markdown_names_everything() -> None:
    text = reference.markdown()
    for name in reference.names():
        assert re.search(rf"`{name}\b", text), name
    assert "### Losses" in text


def test_markdown_tables_have_four_columns() -> None:
    rows = [x for x in reference.markdown().splitlines() if x.startswith("|")]
    assert rows
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5, row
