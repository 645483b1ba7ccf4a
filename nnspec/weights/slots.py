"""Where Keras keeps the weights of a network in a `.weights.h5` file.

Keras does not go by the names of layers there, but by their classes, counted in the
order of `model.layers`: layers/dense/vars/0, layers/dense/vars/1, layers/dense_1/...
"""

from __future__ import annotations

from collections import Counter
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.entry import LayerEntry, Shape, Use

#: Classes whose name in snake_case is not that of the layer here.
_CLASSES = {
    "prelu": "p_re_lu",
    "group_query_attention": "grouped_query_attention",
}
#: What layers within a layer are called there.
_PARTS = {
    "query": "query_dense",
    "key": "key_dense",
    "value": "value_dense",
    "attention_output": "output_dense",
}
#: Layers that have an underscore before these.
_HIDDEN = frozenset({"group_query_attention"})


class Slot(Record):
    """A weight: its name here, its shape, its layer in Keras, and its path there."""

    name: str
    shape: Shape
    layer: str
    path: str


def slots(network: ir.Network) -> tuple[Slot, ...]:
    """The slot of each weight, in the order of Keras; shared ones once."""
    found: dict[str, Slot] = {}
    classes = Counter[str]()
    for call in ordered(network):
        if call.weights and call.weights[0].name in found:
            continue
        entry = cast(LayerEntry, call.use.entry)
        kind = _CLASSES.get(entry.name, entry.name)
        number = classes[kind]
        classes[kind] += 1
        if not call.weights:
            continue
        group = f"layers/{kind}_{number}" if number else f"layers/{kind}"
        own = entry.weights(entry.given(call.input_shapes), call.use.arguments)
        places = Counter[str]()
        for weight, local in zip(call.weights, own, strict=True):
            part = _part(call.use, local.name)
            layer = weight.name.removesuffix(f"/{local.name}")
            path = f"{group}/{part}vars/{places[part]}"
            places[part] += 1
            found[weight.name] = Slot(weight.name, weight.shape, layer, path)
    return tuple(found.values())


def _part(use: Use, name: str) -> str:
    """The way from a layer to the part that has a weight: `forward_layer/cell/`."""
    entry = cast(LayerEntry, use.entry)
    first, *within = name.split("/")
    if entry.name == "bidirectional":
        return f"{first.partition('_')[0]}_layer/cell/"
    if within and isinstance(inner := use.arguments.get("layer"), Use):
        return f"layer/{_part(inner, '/'.join(within))}"
    mark = "_" * (entry.name in _HIDDEN)
    parts = [mark + _PARTS.get(first, first)] * bool(within)
    return "".join(f"{part}/" for part in (*parts, *["cell"] * entry.recurrent))


def ordered(network: ir.Network) -> tuple[ir.Call, ...]:
    """The calls in the order of `model.layers`.

    Keras sorts the layers of a graph by their distance from the outputs, the farthest
    first, and those that are as far by when it comes upon them on its way from there.
    Several outputs are a dict there, which it sorts by their names.
    """
    seen: dict[str, int] = {}
    finished: list[ir.Call] = []
    ends = dict(zip(network.output_names, network.last, strict=True))
    for _, call in sorted(ends.items()):
        _visit(call, network, seen, finished)
    depths: dict[str, int] = {}
    for call in reversed(finished):
        depth = depths.setdefault(call.name, 0)
        for name in call.inputs:
            depths[name] = max(depth + 1, depths.get(name, 0))
    return tuple(sorted(finished, key=lambda c: (-depths[c.name], seen[c.name])))


def _visit(
    last: ir.Call, network: ir.Network, seen: dict[str, int], finished: list[ir.Call]
) -> None:
    """Go from a call to what it is made of; note when each is met, and when done."""
    pending = [last]
    done = {call.name for call in finished}
    while pending:
        call = pending[-1]
        seen.setdefault(call.name, len(seen))
        missing = [name for name in call.inputs if name not in done]
        if missing:
            pending.append(network.by_name[missing[0]])
            continue
        pending.pop()
        if call.name not in done:
            done.add(call.name)
            finished.append(call)
