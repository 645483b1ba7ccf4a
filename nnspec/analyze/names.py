"""The names that a spec gives its definitions."""

from __future__ import annotations

from nnspec.diagnostics import Diagnostics, Note
from nnspec.syntax import nodes
from nnspec.table import PLANNED, TABLE

#: Names that mean something else in a network.
_TAKEN = ("input", "output")

Definition = nodes.Block | nodes.Shared | nodes.Formula


def free_definitions(
    spec: nodes.Spec, diagnostics: Diagnostics
) -> tuple[Definition, ...]:
    """The definitions that can have their names; a warning where one hides another.

    Losses have names of their own, all others share theirs.
    """
    found: dict[tuple[bool, str], Definition] = {}
    for statement in spec.statements:
        if not isinstance(statement, Definition):
            continue
        key = _kind(statement) == "loss", statement.name.text
        if _is_free(statement, found.get(key), diagnostics):
            found[key] = statement
    return tuple(found.values())


def _kind(statement: Definition) -> str:
    match statement:
        case nodes.Formula():
            return statement.kind
        case nodes.Shared():
            return "shared group"
    return "block"


def _is_free(
    statement: Definition, first: Definition | None, diagnostics: Diagnostics
) -> bool:
    kind, name, place = _kind(statement), statement.name.text, statement.name.span
    if name in _TAKEN and kind != "loss":
        diagnostics.error(
            "name-taken",
            f"no {kind} is called `{name}`: the language has another use for this word",
            place,
            help="give it another name",
        )
        return False
    if first is not None:
        diagnostics.error(
            "doubled-name",
            f"`{name}` is defined twice",
            place,
            help="remove one of the two, or give it another name",
            notes=[Note(first.name.span, "defined here already")],
        )
        return False
    for category in ("loss",) if kind == "loss" else ("layer", "activation"):
        if name in TABLE[category] or name in PLANNED.get(category, ()):
            diagnostics.warning(
                "hidden-name",
                f"this {kind} hides the {category} `{name}` of the language",
                place,
                help="give it another name",
            )
            break
    return True
