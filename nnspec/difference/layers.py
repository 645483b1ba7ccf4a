"""Layers of two networks, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from nnspec import ir
from nnspec.record import Record
from nnspec.targets.numpy.identity import canonical, spelled


class Layers(Record):
    """A layer of the old network and one of the new, of which one may be missing.

    `changes` says in which respects they differ: each with what it was and what it is.
    """

    old: ir.Call | None
    new: ir.Call | None
    changes: Mapping[str, tuple[str, str]]

    @property
    def name(self) -> str:
        """The name of the new layer, or of the one that is gone."""
        call = self.new or self.old
        assert call is not None
        return call.name


def compared(
    old: ir.Network, new: ir.Network
) -> tuple[list[Layers], Mapping[str, str]]:
    """The layers that are new, gone or changed, in their order.

    And by the names of old layers, those of the new ones that stand for them.
    """
    pairs = list(_pairs(old.calls, new.calls))
    names = {a.name: b.name for a, b in pairs if a and b}
    found = [Layers(a, b, _changes(a, b, names) if a and b else {}) for a, b in pairs]
    some = [pair for pair in found if pair.changes or not (pair.old and pair.new)]
    return some, names


def _pairs(
    old: tuple[ir.Call, ...], new: tuple[ir.Call, ...]
) -> Iterator[tuple[ir.Call | None, ir.Call | None]]:
    """Layers that stand for each other: of the same words, or at least of one kind."""

    def words(call: ir.Call) -> tuple[object, ...]:
        return call.scope, canonical(call.use)

    matcher = SequenceMatcher(None, [*map(words, old)], [*map(words, new)], False)
    for _, a, a_end, b, b_end in matcher.get_opcodes():
        yield from _by_kind(old[a:a_end], new[b:b_end])


def _by_kind(
    old: tuple[ir.Call, ...], new: tuple[ir.Call, ...]
) -> Iterator[tuple[ir.Call | None, ir.Call | None]]:
    def kind(call: ir.Call) -> str:
        return call.use.entry.name

    matcher = SequenceMatcher(None, [*map(kind, old)], [*map(kind, new)], False)
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        if what == "equal":
            yield from zip(old[a:a_end], new[b:b_end], strict=True)
        else:
            yield from ((call, None) for call in old[a:a_end])
            yield from ((None, call) for call in new[b:b_end])


def _changes(
    old: ir.Call, new: ir.Call, names: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """In which respects two layers of one kind differ."""
    takes = tuple(names.get(name, name) for name in old.inputs)
    told = {
        "name": (old.name, new.name),
        "output": (str(old.output_shape), str(new.output_shape)),
        "parameters": (f"{old.parameters:,}", f"{new.parameters:,}"),
        "trained": (f"{old.trainable_parameters:,}", f"{new.trainable_parameters:,}"),
        "weights": (_owner(old), _owner(new)),
    }
    if takes != new.inputs:
        told["takes"] = (", ".join(old.inputs), ", ".join(new.inputs))
    if told["parameters"] == told["trained"]:
        del told["trained"]
    if (old.name, new.name) == (_owner(old), _owner(new)):
        del told["weights"]
    arguments = dict(_arguments(old, new))
    return arguments | {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def _owner(call: ir.Call) -> str:
    """What the names of its weights begin with."""
    return call.weights[0].name.rpartition("/")[0] if call.weights else call.name


def _arguments(old: ir.Call, new: ir.Call) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in dict.fromkeys((*old.use.arguments, *new.use.arguments)):
        pair = [spelled(call.use.arguments.get(name)) for call in (old, new)]
        if pair[0] != pair[1]:
            yield name, (pair[0], pair[1])
