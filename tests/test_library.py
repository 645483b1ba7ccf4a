"""A spec's own definitions are found, suggested and bound as those of the table."""

from __future__ import annotations

from typing import cast

from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.library import LANGUAGE, Library
from nnspec.source import Source
from nnspec.syntax import nodes
from nnspec.syntax.parser import parse
from nnspec.table import TABLE
from nnspec.table.entry import ActivationEntry, Argument, Use
from nnspec.table.kinds import Real
from nnspec.values import Scope

BENT = ActivationEntry("bent", "", (Argument("slope", Real(), 0.1),))
LIBRARY = Library(own={"activation": {"bent": BENT}})


def _bound(text: str) -> tuple[Use | None, list[str | None]]:
    diagnostics = Diagnostics()
    tree = parse(Source("spec.nn", f"let it = {text}"), diagnostics)
    call = cast(nodes.Call, cast(nodes.Let, tree.statements[0]).value)
    binder = Binder(Scope({}, diagnostics), diagnostics, library=LIBRARY)
    found = binder.call("layer", call)
    return found, [d.help for d in diagnostics.found]


def test_language_is_the_table() -> None:
    assert list(LANGUAGE) == list(TABLE)
    assert all(LANGUAGE[category] == TABLE[category] for category in TABLE)
    assert LANGUAGE["no such category"] == {}


def test_own_entry_hides_that_of_the_table() -> None:
    relu = ActivationEntry("relu", "mine")
    library = Library(own={"activation": {"relu": relu}})
    assert library["activation"]["relu"] is relu
    assert library["activation"]["tanh"] is TABLE["activation"]["tanh"]
    assert library["layer"] is TABLE["layer"]


def test_own_entry_is_bound_by_name_and_with_arguments() -> None:
    for text in ("dense(3, bent)", "dense(3, bent(slope=0.2))"):
        use, told = _bound(text)
        assert use and cast(Use, use.arguments["activation"]).entry is BENT, told


def test_own_entry_is_suggested() -> None:
    assert _bound("dense(3, bend)")[1] == ["did you mean `bent`?"]
    assert _bound("dense(3, Bent)")[1] == ["did you mean `bent`?"]
    assert _bound('dense(3, activation="bent")')[1] == [
        "write `bent` without the quotes"
    ]
