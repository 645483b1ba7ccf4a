"""The network section: the steps of all layers, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import LayerEntry, activation_of
from nnspec.targets.numpy.arrays import Arrays, buffers_of
from nnspec.targets.numpy.blocks.alike import find_alike
from nnspec.targets.numpy.blocks.uses import Repeated, repeated
from nnspec.targets.numpy.gradients import go_back
from nnspec.targets.numpy.layout import Layout, Output, Within
from nnspec.targets.numpy.losses import fused_with, logits_of
from nnspec.targets.numpy.names import LONGEST, free_attribute, in_short
from nnspec.targets.numpy.penalties import penalize_output, penalize_weights
from nnspec.targets.numpy.step import Step, marked
from nnspec.targets.numpy.steps import STEPS
from nnspec.targets.numpy.steps.activations import add_activation
from nnspec.targets.numpy.values import Event, Operation, Value, gradient_of
from nnspec.targets.quote import Code


def _attributes(layers: Iterable[ir.Call]) -> dict[str, Code]:
    """An attribute for the output of each layer: its name, where Python allows it."""
    layers = [*layers]
    taken = {layer.name for layer in layers}
    found: dict[str, Code] = {}
    for layer in layers:
        taken.remove(layer.name)
        found[layer.name] = free_attribute(_in_short(layer), taken)
        taken |= {layer.name, found[layer.name]}
    return found


def _in_short(layer: ir.Call) -> str:
    """The name of a layer within its blocks: `same_conv_1_batch_norm`.

    A layer with a long name and no label is called by the short form of it. Where that
    is not enough, words in the names of the blocks lose their ends.
    """
    entry = cast(LayerEntry, layer.use.entry)
    *blocks, own = layer.name.split("/")
    if entry.short and own.startswith(entry.name):
        own = entry.short + own.removeprefix(entry.name)
    if len("_".join([*blocks, own])) > LONGEST:
        blocks = [in_short(blocks)]
    return "_".join([*blocks, own])


def lay_out(
    model: ir.Model,
    attributes: Mapping[str, Code],
    batch: int = 0,
    *,
    shares: bool = True,
    functions: bool = True,
    within: Sequence[Within] = (),
    window: int | None = None,
) -> Layout:
    """The lines of a network whose weights have these `attributes`.

    Where the last layer that does anything before an output ends in the activation
    that the loss is fused with, the loss goes back to its logits; where it is one of
    logits, there are probabilities beside a linear output.
    Threads make the large products of a `batch`, 0 if they share it. Arrays have memory
    of their own unless it `shares` it among those that are never needed at once. Uses
    of a block that are alike can be `functions`, and each has its arrays for itself.
    One step of a network is given how many steps its `window` has, and the functions
    that the whole network has `within` it.
    """
    kinds: dict[str, int] = {}
    while True:
        candidates = repeated(model.network, kinds) if functions else ()
        layout = _begin(model, attributes, batch)
        layout.window, layout.within = window, [*within]
        _add_all(layout, model)
        _settle(layout, _arrays(layout, candidates, shares))
        found = find_alike(layout, candidates, kinds)
        if found is not None:
            layout.alike = found
            return layout


def _add_all(layout: Layout, model: ir.Model) -> None:
    """The operations of all calls, and the outputs that come of them."""
    ones = [*model.by_output()]
    ends = [_end(model.network, call) for call in model.network.last]
    fused: dict[str, str | None] = {}  # of two losses of one value, the first
    for one, end in zip(ones, ends, strict=True):
        if one.training:
            fused.setdefault(end.name, fused_with(one.training))
    for call in model.network.calls:
        if call.inputs:
            _add(layout, call, fused.get(call.name))
    for one, end in zip(ones, ends, strict=True):
        output = _output(layout, one, end)
        if model.training is None:  # a loss is still to come
            output.dz = gradient_of(output.z)
        layout.outputs.append(output)


def _arrays(layout: Layout, candidates: Sequence[Repeated], shares: bool) -> Arrays:
    """Nothing has an array yet; uses of blocks that may be alike have their own."""
    uses = {path: i for i, one in enumerate(candidates) for path in one.uses}
    homes = {}
    for name, attribute in layout.names.items():
        around = accumulate(name.split("/")[:-1], "{}/{}".format)
        if path := next((path for path in around if path in uses), None):
            homes[str(attribute)] = path
    return Arrays(layout.taken, shares, homes, uses)


def _output(layout: Layout, model: ir.Model, end: ir.Call) -> Output:
    """The output of a model that has one, which comes of the call at its end."""
    p = layout.values[end.name]
    (name,) = model.network.output_names
    if model.training is None:
        return Output(name, p, p, None)
    kept = layout.logits.get(end.name)
    if kept and kept.fused == fused_with(model.training):
        return Output(name, p, kept.z, gradient_of(kept.z), kept.peak, kept.total)
    if logits := logits_of(model.training):
        return _of_logits(layout, name, p, logits)
    return Output(name, p, p, gradient_of(p))


def _end(network: ir.Network, call: ir.Call) -> ir.Call:
    """The last call that does anything to what this one gives."""
    while call.is_identity:
        call = network.by_name[call.inputs[0]]
    return call


def _begin(model: ir.Model, attributes: Mapping[str, Code], batch: int) -> Layout:
    """A network with its inputs alone."""
    calls, inputs = model.network.calls, model.network.inputs
    names = _attributes([call for call in calls if call.inputs or len(inputs) > 1])
    taken: set[str] = {*names, *names.values()}
    shapes = {attributes[w.name]: w.shape for w in model.network.weights}
    several = len(model.network.outputs) > 1
    layout = Layout(taken, names, attributes, shapes, batch, several)
    layout.masked = _masked(model.network)
    for call in inputs:
        name = names.get(call.name) or layout.fresh("x")
        shape, sparse = call.output_shape, model.sparse
        ids = call.name in model.network.ids
        value = Value(shape, name, pinned=True, sparse=sparse, ids=ids, layer=name)
        layout.values[call.name] = value
        layout.inputs.append(value)
    return layout


def _masked(network: ir.Network) -> dict[str, tuple[str | None, ...]]:
    """The calls that go by masks, and which calls make that of each value."""
    return {
        call.name: tuple(network.masks.get(name) for name in call.inputs)
        for call in network.calls
        if call.mask in ("uses", "carries", "attends")
        and any(name in network.masks for name in call.inputs)
    }


def _add(layout: Layout, call: ir.Call, fused: str | None) -> None:
    """The operations of a call, in the order of the forward pass."""
    before = len(layout.operations)
    penalize_weights(layout, call)
    inputs = [layout.values[name] for name in call.inputs]
    y = STEPS[cast(LayerEntry, call.use.entry).step](layout, call, *inputs)
    if activation := activation_of(call.use):
        y = add_activation(layout, call, activation, y, fused)
    penalize_output(layout, call, y)
    layout.values[call.name] = y
    for operation in layout.operations[before:]:
        operation.layer = layout.names[call.name]
        for value in operation.writes:
            value.layer = operation.layer


def _of_logits(layout: Layout, output: str, x: Value, name: str) -> Output:
    """An output whose loss goes by logits x, with the probabilities of these."""
    p = Value(x.shape, Code("p"), beside=("p", ""), layer=x.layer)
    peak, total = layout.kept_of_softmax(output)

    def build(_: Operation) -> Step:
        kept = {"peak": peak, "total": total}
        return Step("activations", name, x=x.a, y=p.a, forward="fused", facts=kept)

    layout.add(Operation(build, (x,), (p,), p))
    return Output(output, p, x, gradient_of(x), peak, total)


# -- From operations to lines ----------------------------------------------------------


def _settle(layout: Layout, arrays: Arrays) -> None:
    """Go back through the operations, and find arrays for all values."""
    there = [Event((), (x,)) for x in layout.inputs]
    there += [_forward(operation) for operation in layout.operations]
    seen = tuple(v for output in layout.outputs for v in (output.p, output.z))
    there.append(Event(seen, ()))  # measured
    seeds = [(o.p, o.z, o.dz) for o in layout.outputs if o.dz]
    losses = [Event((p, z), (dz,)) for p, z, dz in seeds]
    back = go_back(layout, [(z, dz) for _, z, dz in seeds])
    arrays.place_all([*there, *losses, *back])
    layout.arrays = tuple(arrays.made)
    layout.buffers = tuple(buffers_of(arrays.made))
    steps = [op.step() for op in layout.operations]
    layout.forward = tuple(marked((s for s in steps if s.forward), "explains"))
    layout.backward = tuple(marked(_back(back, arrays), "explains_back"))


def _forward(op: Operation) -> Event:
    return Event(
        op.inputs,
        op.writes,
        over=op.over,
        keeps_sign=op.keeps_sign,
        is_view=op.is_view,
        layer=op.layer,
    )


def _back(events: Iterable[Event], arrays: Arrays) -> Iterator[Step]:
    """The steps of the way back."""
    for event in events:
        if event in arrays.copies and event.changes:
            copy = event.writes[0].a
            yield Step(
                "gradients",
                "copy",
                x=event.changes.a,
                y=copy,
                dy=event.changes.a,
                dx=copy,
                layer=event.layer,
            )
        if event.step:
            step = event.step()
            yield step if step.layer else replace(step, layer=event.layer)
