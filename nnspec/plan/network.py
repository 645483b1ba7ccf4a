"""The network section: the steps of all layers, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, Value
from nnspec.plan.names import free_attribute
from nnspec.plan.penalties import penalize_output, penalize_weights
from nnspec.plan.step import (
    Step,
)
from nnspec.plan.steps import STEPS
from nnspec.plan.steps.activations import add_activation
from nnspec.quote import Code
from nnspec.record import replace
from nnspec.table.entry import Layer, activation_of


def _attributes(layers: tuple[ir.Call, ...]) -> dict[str, Code]:
    """An attribute for the output of each layer: its name, where Python allows it.

    A layer with a long name and no label is called by the short form of it.
    """
    taken = {layer.name for layer in layers}
    found: dict[str, Code] = {}
    for layer in layers:
        taken.remove(layer.name)
        entry, name = cast(Layer, layer.use.entry), layer.name
        if entry.short and name.startswith(entry.name):
            name = entry.short + name.removeprefix(entry.name)
        found[layer.name] = free_attribute(name, taken)
        taken |= {layer.name, found[layer.name]}
    return found


def lay_out(
    model: ir.Model,
    attributes: Mapping[str, Code],
    fused: str | None,
    batch: int = 0,
) -> Layout:
    """The steps of a network whose weights have these `attributes`.

    `fused` names the activation that the loss is fused with: where the last layer that
    does anything ends in it, that step keeps its logits, and the derivative of the loss
    is that by them. Threads make the large products of a `batch`, 0 if they share it.
    """
    layers, sparse = model.network.calls, model.sparse
    names = _attributes(layers[1:])
    taken: set[str] = {*names, *names.values()}
    shape = layers[0].output_shape
    x = Value(free_attribute("x", taken), shape, None, sparse=sparse)
    layout = Layout(x, {*taken, x.owner}, names, attributes, batch)
    if not sparse:
        layout.hold(x.owner, x.shape)
    last = [layer for layer in layers if not layer.is_identity][-1]
    for layer in layers[1:]:
        before = len(layout.steps)
        penalize_weights(layout, layer)
        _add(layout, layer, fused if layer is last else None)
        penalize_output(layout, layer)
        layout.steps[before:] = [
            replace(step, layer=names[layer.name]) for step in layout.steps[before:]
        ]
    return layout


def explain_first_uses(steps: Iterable[Step]) -> list[Step]:
    """The steps; the first of each kind explains itself, also on the way back."""
    there = _marked(steps, "explains")
    return _marked(there[::-1], "explains_back")[::-1]


def _marked(steps: Iterable[Step], flag: str) -> list[Step]:
    seen: set[tuple[str, str]] = set()
    found = []
    for step in steps:
        kind = (step.kind, step.template)
        found.append(step if kind in seen else replace(step, **{flag: True}))
        seen.add(kind)
    return found


def add_probabilities(layout: Layout, name: str) -> None:
    """The probabilities that a loss of logits goes by, beside a linear output."""
    x = layout.value
    y = replace(x, owner=layout.fresh("p"), free=False)
    layout.hold(y.owner, y.shape)
    layout.logits, layout.value = x, y
    layout.steps.append(
        Step(
            kind="activations",
            template=name,
            forward="fused",
            x=x.a,
            y=y.a,
        )
    )


def _add(layout: Layout, layer: ir.Call, fused: str | None) -> None:
    use = layer.use
    STEPS[cast(Layer, use.entry).step](layout, layer)
    if activation := activation_of(use):
        add_activation(layout, layer, activation, fused)
