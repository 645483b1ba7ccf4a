"""A model whose two scripts must train alike: nothing in it is left to chance."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.formulas.expression import Computed, Expression, make, ordered
from nnspec.record import Record, replace
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import Arguments, LayerEntry, Shapes, Use

#: The arguments that say how much a layer draws at random.
_RATES = ("rate", "stddev", "dropout", "recurrent_dropout")


class Settled(Record):
    """The model, and what is otherwise in it than in the spec."""

    model: ir.Model
    told: tuple[str, ...]


def settle(model: ir.Model) -> Settled:
    """The model in float64, in the order of the data, with all that is drawn at 0."""
    training = model.training
    assert training is not None
    quiet = [_quiet(call) for call in model.network.calls]
    changed = [
        call.name
        for call, before in zip(quiet, model.network.calls, strict=True)
        if call != before
    ]
    told = [f"rate 0 in both: {', '.join(changed)}"] if changed else []
    data = model.data
    if data and any(cast(TransformEntry, u.entry).by_batch for u in data.transforms):
        kept = [
            u for u in data.transforms if not cast(TransformEntry, u.entry).by_batch
        ]
        data = replace(data, transforms=tuple(kept))
        told.append("left out of both: what changes samples at random")
    if training.callbacks:
        names = ", ".join(use.name for use in training.callbacks)
        told.append(f"left out of both, as they act after epochs: {names}")
    training = replace(training, precision="float64", shuffle=False, callbacks=())
    network = replace(model.network, calls=tuple(quiet))
    settled = replace(model, network=network, data=data, training=training)
    return Settled(settled, tuple(told))


def without_data(model: ir.Model) -> ir.Model:
    """The model alone, for made-up batches; no class has a name there, nor a weight."""
    training = model.training
    assert training is not None
    objectives = tuple(
        replace(o, class_weight=None) if _names_classes(o.class_weight) else o
        for o in training.objectives
    )
    training = replace(training, objectives=objectives)
    return replace(model, data=None, training=training)


def _names_classes(class_weight: ir.ClassWeight) -> bool:
    pairs = () if isinstance(class_weight, str) else class_weight or ()
    return any(isinstance(pair.key, str) for pair in pairs)


def _quiet(call: ir.Call) -> ir.Call:
    use = _still(call.use)
    return call if use == call.use else replace(call, use=use)


def _still(use: Use) -> Use:
    """A use of a layer that draws nothing."""
    arguments = {
        name: _still(value)
        if isinstance(value, Use) and isinstance(value.entry, LayerEntry)
        else value
        for name, value in use.arguments.items()
    }
    entry = cast(LayerEntry, use.entry)
    for name in _RATES:
        if arguments.get(name):
            arguments[name] = 0.0
    if entry.body is not None and _draws(use):
        entry = replace(entry, body=_body_without_draws(entry))
    same = entry is use.entry and arguments == dict(use.arguments)
    return use if same else replace(use, entry=entry, arguments=arguments)


def _draws(use: Use) -> bool:
    lines = use.entry.definition.lines if use.entry.definition else ()
    return any("dropout(" in line for line in lines)


def _body_without_draws(entry: LayerEntry) -> object:
    compute = entry.body
    assert compute is not None

    def body(shapes: Shapes, arguments: Arguments) -> Computed:
        made = compute(shapes, arguments)
        kept: dict[Expression, Expression] = {}
        for node in ordered([made.result]):
            operands = tuple(kept[operand] for operand in node.operands)
            if node.operator == "dropout":
                kept[node] = operands[0]
            elif operands == node.operands:
                kept[node] = node
            else:
                kept[node] = make(
                    node.operator, operands, node.facts, node.shape, node.batched
                )
        lines = {name: kept.get(node, node) for name, node in made.lines.items()}
        return replace(made, result=kept[made.result], lines=lines, drawn=())

    return body
