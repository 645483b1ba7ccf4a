"""Whether a network can go over a sequence step by step, and what it is then.

Layers that see each step by itself can, and those that keep what they need of the steps
so far. One step of a network is a network of sequences of one.
"""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import Record, replace
from nnspec.table.activations import sums_last
from nnspec.table.entry import ActivationEntry, LayerEntry, activation_of

#: Arguments for what layers do in training only.
_AT_REST = {
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "activity_regularizer": None,
    "trainable": False,
}


class Stepwise(Record):
    """One step of a network, as it is after training.

    It is `limited` where there are no more steps than those of a sample. A network that
    cannot go step by step has an `obstacle` instead.
    """

    network: ir.Network | None = None
    limited: bool = False
    obstacle: ir.Call | None = None


def stepwise(network: ir.Network) -> Stepwise:
    """What one step is of a network whose only input is a sequence."""
    values: dict[str, ir.Call] = {}
    sequences, limited = {call.name for call in network.inputs}, False
    for call in network.calls:
        entry = cast(LayerEntry, call.use.entry)
        taken = tuple(values[name] for name in call.inputs)
        if taken and entry.draws and entry.keeps_values:  # noise: nothing, afterwards
            values[call.name] = taken[0]
            sequences |= {call.name} if call.inputs[0] in sequences else set()
            continue
        how = _way(call, entry, network, sequences)
        if how is None:
            return Stepwise(obstacle=call)
        limited |= how == "place"
        values[call.name] = _one_step(call, entry, taken)
        if how and len(call.output_shape) >= len(call.input_shape):
            sequences.add(call.name)
    calls = {one.name: one for one in values.values()}
    outputs = tuple(values[name].name for name in network.outputs)
    return Stepwise(
        replace(network, calls=tuple(calls.values()), outputs=outputs), limited
    )


def _way(
    call: ir.Call, entry: LayerEntry, network: ir.Network, sequences: set[str]
) -> str | None:
    """How a call goes over steps: "" if it is given none, None where it cannot."""
    given = [name in sequences for name in call.inputs]
    if not any(given):
        return ""
    if not all(given) or call.name in network.masks:
        return None
    if own := entry.stepwise(call.use.arguments):
        return own
    shape, use = entry.given(call.input_shapes), activation_of(call.use)
    cells = entry.sees(shape, call.use.arguments) == () and (
        bool(call.ids) or min(map(len, call.input_shapes)) > 1
    )
    if use and cast(ActivationEntry, use.entry).normalizes:
        cells = cells and sums_last(call.output_shape, use)
    return "cell" if cells and not _is_of_length(call, entry) else None


def _is_of_length(call: ir.Call, entry: LayerEntry) -> bool:
    """Whether its weights are those of so many steps."""
    steps = tuple((1, *shape[1:]) for shape in call.input_shapes)
    found = (
        [weight.shape for weight in entry.weights(entry.given(s), call.use.arguments)]
        for s in (call.input_shapes, steps)
    )
    return next(found) != next(found)


def _one_step(call: ir.Call, entry: LayerEntry, taken: tuple[ir.Call, ...]) -> ir.Call:
    """A call with what one step of its inputs is; its weights are learnt."""
    if not taken:
        return replace(call, output_shape=(1, *call.output_shape[1:]))
    given = call.use.arguments
    arguments = {**given, **{k: v for k, v in _AT_REST.items() if k in given}}
    shapes = tuple(one.output_shape for one in taken)
    weights = (replace(w, trainable=False, regularizer=None) for w in call.weights)
    return replace(
        call,
        use=replace(call.use, arguments=arguments),
        inputs=tuple(one.name for one in taken),
        input_shapes=shapes,
        output_shape=entry.shape(entry.given(shapes), arguments),
        weights=tuple(weights),
    )
