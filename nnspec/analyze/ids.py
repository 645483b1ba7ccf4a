"""Ids: whole numbers that stand for something, and are looked up, not computed with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.by_facts.shapes import is_taken_by
from nnspec.diagnostics import Diagnostics, Note
from nnspec.facts import Text
from nnspec.table.data_entry import TransformEntry, part_of
from nnspec.table.entry import LayerEntry, Use


def verify_ids(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report ids that are taken for numbers, and numbers that are taken for ids."""
    network = model.network
    for call in network.calls:
        if not call.inputs or _entry(call).step == "view":
            continue
        source = _source(network, call.inputs[0])
        if call.ids and source.inputs:
            _report_numbers(call, source, diagnostics)
        elif not call.ids and any(name in network.ids for name in call.inputs):
            _report_ids(call, network, diagnostics)
    if model.data is not None and len(network.inputs) == 1:
        _verify_transforms(model, model.data, diagnostics)
    for use in model.data.transforms if model.data else ():
        part = part_of(use)
        if part and part.name in network.ids and not _fills(use):
            first = network.by_name[part.name]
            lookers = (c for c in _after(network, first) if c.ids)
            _report_transform(use, next(lookers), diagnostics)


def _entry(call: ir.Call) -> LayerEntry:
    return cast(LayerEntry, call.use.entry)


def _source(network: ir.Network, name: str) -> ir.Call:
    """The call that makes a value, which others may only have shaped anew."""
    call = network.by_name[name]
    while call.inputs and _entry(call).step == "view":
        call = network.by_name[call.inputs[0]]
    return call


def _report_numbers(call: ir.Call, source: ir.Call, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "ids-expected",
        f"`{call.use.name}` takes ids, and `{source.use.name}` computes numbers",
        call.span,
        help=f"let `{call.use.name}` take an input",
        notes=[Note(source.span, "the numbers")],
    )


def _report_ids(call: ir.Call, network: ir.Network, diagnostics: Diagnostics) -> None:
    taken = next(name for name in call.inputs if name in network.ids)
    lookers = (c for c in _after(network, _source(network, taken)) if c.ids)
    looker = next(lookers)
    diagnostics.error(
        "ids-expected",
        f"`{call.use.name}` takes ids for numbers, which `{looker.use.name}` looks up",
        call.span,
        help="give it numbers from an input of their own",
        notes=[Note(looker.span, "takes them as ids")],
    )


def _after(network: ir.Network, source: ir.Call) -> Iterator[ir.Call]:
    """The calls that take a value, or a view of it."""
    for call in network.users[source.name]:
        yield call
        if _entry(call).step == "view":
            yield from _after(network, call)


def _verify_transforms(
    model: ir.Model, data: ir.Data, diagnostics: Diagnostics
) -> None:
    """Ids are made by transforms, or come as they are; the network looks them up."""
    first = model.network.inputs[0]
    lookers = [call for call in _after(model.network, first) if call.ids]
    for use in data.transforms:
        entry = cast(TransformEntry, use.entry)
        if entry.ids and not lookers:
            _report_unseen(use, first, diagnostics)
        elif lookers and not (entry.ids or entry.keeps_values or _fills(use)):
            _report_transform(use, lookers[0], diagnostics)
        elif entry.ids and (count := ids_of(use, data)) > cast(int, model.ids):
            few = min(lookers, key=lambda c: cast(int, c.ids))
            _report_few(use, count, few, diagnostics)


def _fills(use: Use) -> bool:
    """Whether a transform only fills in what is missing."""
    return cast(TransformEntry, use.entry).fills(use.arguments) is not None


def ids_of(use: Use, data: ir.Data) -> int:
    """How many ids a transform makes, as far as that is known."""
    entry = cast(TransformEntry, use.entry)
    count = entry.ids(use.arguments) if entry.ids else None
    if isinstance(data.facts, Text):
        return data.facts.characters
    if count is not None or data.roles is None:
        return count or 0
    taken = (c for c in data.roles.features if is_taken_by(use, c, data))
    return max((column.categories + 1 for column in taken), default=0)


def _report_unseen(use: Use, first: ir.Call, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "ids-expected",
        f"`{use.entry.name}` gives ids, which no layer looks up",
        use.span,
        help="begin the network with an `embedding` of its input",
        notes=[Note(first.span, "the input")],
    )


def _report_transform(use: Use, looker: ir.Call, diagnostics: Diagnostics) -> None:
    name = use.entry.name
    texts = cast(TransformEntry, use.entry).takes == "texts"
    diagnostics.error(
        "ids-expected",
        f"`{name}` gives numbers, and `{looker.use.name}` looks up ids",
        use.span,
        help="write `token_ids()` instead" if texts else f"remove `{name}`",
        notes=[Note(looker.span, "takes ids")],
    )


def _report_few(use: Use, count: int, call: ir.Call, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "ids-expected",
        f"`{use.entry.name}` gives ids below {count}, and `{call.use.name}` has "
        f"vectors for those below {call.ids}",
        call.use.span_of("input_dim"),
        help=f"write `input_dim={count}`",
        notes=[Note(use.span, "the ids")],
    )
