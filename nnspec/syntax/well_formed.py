"""What the grammar does not say of a spec that can be read."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.diagnostics import Diagnostics, Edit, Fix
from nnspec.record import fields
from nnspec.source import Source, Span
from nnspec.syntax import nodes
from nnspec.values import spelled

_OF_FORMULAS = frozenset({"==", "!=", "<=", ">=", "<", ">", "@"})
# Deep enough for any spec, and within Python's recursion for those who walk the tree.
_MAX_DEPTH = 150


def verify_values(statement: nodes.Statement, diagnostics: Diagnostics) -> bool:
    """What the grammar does not say: how deep a value may be, and where to compare."""
    pending: list[tuple[object, int]] = [(statement, 0)]
    while pending:
        part, depth = pending.pop()
        if isinstance(part, tuple):
            pending += [(item, depth) for item in part]
        elif isinstance(part, nodes.Node):
            if depth > _MAX_DEPTH:
                diagnostics.error(
                    "nesting-too-deep",
                    "this is nested too deeply",
                    part.span,
                    help="give parts of the value names, with `let`",
                )
                return False
            if (
                isinstance(part, nodes.Binary)
                and part.operator in _OF_FORMULAS
                and not isinstance(statement, nodes.Formula)
            ):
                diagnostics.error(
                    "syntax",
                    f"`{part.operator}` can only stand in a formula "
                    "(`activation`, `loss` or `layer`)",
                    part.span,
                )
                return False
            pending += [(value, depth + 1) for value in fields(part).values()]
    return True


def verify_names(statement: nodes.Statement, diagnostics: Diagnostics) -> None:
    """Report dots in names that a spec gives; those of others may have some."""
    for name in _given(statement):
        if "." in name.text:
            place = name.span.start + name.text.index(".")
            plain = name.text.replace(".", "_")
            diagnostics.error(
                "unexpected-character",
                "unexpected character `.`",
                Span(place, place + 1),
                help=Fix(f"names have no dots: `{plain}`", Edit(name.span, plain)),
            )


def _given(part: object) -> Iterable[nodes.Name]:
    """The names that a statement, or one inside it, gives or refers to."""
    match part:
        case nodes.Model() | nodes.Let() | nodes.Formula():
            yield part.name
        case nodes.Block() | nodes.Shared():
            yield part.name
            yield from (name for inner in part.body for name in _given(inner))
        case nodes.Network() | nodes.Repeat():
            yield from (name for inner in part.body for name in _given(inner))
        case nodes.Layer():
            yield from (*((part.label,) if part.label else ()), *part.inputs)
    if isinstance(part, nodes.Formula):
        yield from (line.name for line in part.lines if isinstance(line, nodes.Setting))
    if isinstance(part, nodes.Block | nodes.Formula):
        yield from (parameter.name for parameter in part.parameters)


def tell_quotes(
    places: Iterable[Span], source: Source, diagnostics: Diagnostics
) -> None:
    """Report the strings in other quotes than double ones.

    One that should stand in none has been reported for that.
    """
    told = {d.span for d in diagnostics.found}
    for place in places:
        if place in told:
            continue
        inner = source.text[place.start + 1 : place.end - 1].replace("\\'", "'")
        quoted = spelled(inner.replace("\\\\", "\\"))
        diagnostics.error(
            "syntax",
            f"strings stand in double quotes, not in `{source.text[place.start]}`",
            place,
            help=Fix(f"write `{quoted}`", text=quoted),
        )
