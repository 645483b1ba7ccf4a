"""What a spec defines to be used like a layer: blocks and shared groups of layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nnspec.analyze.names import Definition
from nnspec.diagnostics import Diagnostics, Note
from nnspec.record import Record
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.common import TRAINABLE
from nnspec.table.entry import REQUIRED, Argument, Entry
from nnspec.table.kinds import ReadEntry
from nnspec.values import Resolved
from nnspec.written import written


class Anything(Record):
    """The kind of a block's parameter: a value as it is, for the block to use."""

    def describe(self) -> str:
        """In words."""
        return "a value"

    def read(self, value: Resolved, read_entry: ReadEntry) -> Resolved:
        """The value itself, with its place."""
        return value


class Unwritten(Record):
    """A parameter that is left out: its default, which the block resolves."""

    value: nodes.Value

    def __str__(self) -> str:
        return written(self.value)


class Group(Entry):
    """A group of layers that a spec defines, to be used like a layer of one value.

    `shared` says that all uses have the same weights; `place` is that of its name,
    `whole` that of the definition.
    """

    parameters: tuple[nodes.Parameter, ...] = ()
    body: nodes.Body = ()
    shared: bool = False
    place: Span = Span(0, 0)
    whole: Span = Span(0, 0)
    takes: tuple[int, float] = (1, 1)


def groups_of(
    spec: nodes.Spec, defined: Iterable[Definition], diagnostics: Diagnostics
) -> tuple[Mapping[str, Group], frozenset[str]]:
    """The blocks and shared groups by name, and names of which errors are reported.

    `defined` are the definitions that can have their names.
    """
    found: dict[str, Group] = {}
    for statement in defined:
        if isinstance(statement, nodes.Block | nodes.Shared):
            name = statement.name.text
            parameters = (
                statement.parameters if isinstance(statement, nodes.Block) else ()
            )
            arguments = tuple(_arguments(parameters, diagnostics))
            found[name] = Group(
                name=name,
                doc=f"A {_kind(statement)} of layers of this spec.",
                arguments=(*arguments, TRAINABLE),
                parameters=parameters,
                body=statement.body,
                shared=isinstance(statement, nodes.Shared),
                place=statement.name.span,
                whole=statement.span,
            )
    faulty = {*_empty(found.values(), diagnostics), *_circular(found, diagnostics)}
    faulty |= {n for n, g in found.items() if len(g.arguments) <= len(g.parameters)}
    unread = (part.words for part in spec.unread)
    faulty |= {name for words in unread if words[:1] != ("let",) for name in words[1:]}
    return {n: g for n, g in found.items() if n not in faulty}, frozenset(faulty)


def _kind(statement: nodes.Block | nodes.Shared) -> str:
    return "shared group" if isinstance(statement, nodes.Shared) else "block"


def _arguments(
    parameters: Iterable[nodes.Parameter], diagnostics: Diagnostics
) -> Iterator[Argument]:
    first: dict[str, Span] = {TRAINABLE.name: Span(0, 0)}
    for parameter in parameters:
        name, default = parameter.name.text, parameter.default
        if name == TRAINABLE.name:
            diagnostics.error(
                "name-taken",
                f"no parameter is called `{name}`: every use of a block takes it",
                parameter.name.span,
                help="remove it: `trainable=false` freezes all layers of a block",
            )
        elif name in first:
            diagnostics.error(
                "doubled-name",
                f"two parameters are called `{name}`",
                parameter.name.span,
                help="give one of them another name",
                notes=[Note(first[name], "the first one")],
            )
        else:
            first[name] = parameter.name.span
            value: object = REQUIRED if default is None else Unwritten(default)
            yield Argument(name, Anything(), value, example="...")


def _empty(groups: Iterable[Group], diagnostics: Diagnostics) -> Iterator[str]:
    """The groups without a layer, reported."""
    for group in groups:
        if next(calls_in(group.body), None) is None:
            yield group.name
            if not any(isinstance(s, nodes.Unread) for s in group.body):
                diagnostics.error(
                    "empty-block",
                    f"`{group.name}` has no layers",
                    group.place,
                    help="write layers between its braces, or remove it",
                )


def calls_in(body: nodes.Body) -> Iterator[nodes.Name]:
    """The names of all that a body uses."""
    for statement in body:
        if isinstance(statement, nodes.Repeat):
            yield from calls_in(statement.body)
        elif isinstance(statement, nodes.Layer):
            yield statement.call.name


def _circular(groups: Mapping[str, Group], diagnostics: Diagnostics) -> set[str]:
    """The groups that use themselves, or others that do, reported."""
    circular: dict[str, bool] = {}
    way: list[tuple[str, nodes.Name | None]] = []  # groups, and the uses before them

    def visit(name: str, by: nodes.Name | None = None) -> bool:
        on_way = [group for group, _ in way]
        if name in on_way:
            uses = [use for _, use in way[on_way.index(name) + 1 :] if use]
            _report_circle([*uses, *([by] if by else ())], groups, diagnostics)
            return True
        if name not in circular:
            way.append((name, by))
            inner = [use for use in calls_in(groups[name].body) if use.text in groups]
            found = [visit(use.text, use) for use in inner]
            circular[name] = any(found)
            way.pop()
        return circular[name]

    for name in groups:
        visit(name)
    return {name for name, found in circular.items() if found}


def _report_circle(
    uses: list[nodes.Name], groups: Mapping[str, Group], diagnostics: Diagnostics
) -> None:
    last = uses[-1]
    names = [use.text for use in uses]
    path = " -> ".join([names[-1], *names])
    diagnostics.error(
        "circular-block",
        f"`{last.text}` is made of itself: {path}",
        groups[last.text].place,
        help="remove one of these uses",
        notes=[Note(use.span, "used here") for use in uses],
    )


def warn_of_unused(
    places: Mapping[str, Span], used: Iterable[str], diagnostics: Diagnostics
) -> None:
    """Tell of definitions that nothing uses: what is in them is not checked."""
    known = set(used)
    for name, place in places.items():
        if name not in known:
            diagnostics.warning(
                "unused-definition",
                f"nothing uses `{name}`, so what is in it is not checked",
                place,
                help="use it, or remove it",
            )
