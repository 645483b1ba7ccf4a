"""A model as it predicts: other programs have a network, and no loss behind it."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table import TABLE
from nnspec.table.entry import LayerEntry, Use
from nnspec.targets.numpy.losses import logits_of


def as_predicted(model: ir.Model) -> ir.Model:
    """The model whose outputs are what a script predicts, the target's units apart.

    An output that is logits for its loss goes through what makes probabilities of them.
    """
    network = model.network
    calls, outputs = list(network.calls), list(network.outputs)
    for place, one in enumerate(model.by_output()):
        name = one.training and logits_of(one.training)
        if name:
            last = _probabilities(one.network.last[0], name)
            calls.append(last)
            outputs[place] = last.name
    changed = replace(network, calls=tuple(calls), outputs=tuple(outputs))
    return replace(model, network=changed)


def _probabilities(logits: ir.Call, name: str) -> ir.Call:
    """The call of an activation, all of whose arguments are their defaults."""
    entry = cast(LayerEntry, TABLE["layer"][name])
    arguments = {one.name: one.default for one in entry.arguments}
    return replace(
        logits,
        name=f"{logits.name}/{name}",
        use=Use(entry, arguments, logits.span, name=name),
        inputs=(logits.name,),
        input_shapes=(logits.output_shape,),
        weights=(),
    )
