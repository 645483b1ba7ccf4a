"""How a script goes on with a text: step by step, or window by window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.analyze.stepwise import stepwise
from nnspec.record import replace
from nnspec.targets.numpy.layout import Within
from nnspec.targets.numpy.network import lay_out
from nnspec.targets.numpy.program import Generation
from nnspec.targets.numpy.step import Penalty
from nnspec.targets.quote import Code, comment, literal


def plan_generation(
    model: ir.Model, attributes: Mapping[str, Code], within: tuple[Within, ...]
) -> Generation | None:
    """How a script goes on with a text, None where it is not about one.

    The whole network has the functions `within` it.
    """
    sliding = model.data.sliding if model.data else None
    if sliding is None or not sliding[1].own:
        return None
    last = Code("[0, -1]" if len(model.output_shape) == 2 else "[0]")
    length, step = literal(sliding[1].length), stepwise(model.network)
    if step.network is None:
        obstacle = comment(cast(ir.Call, step.obstacle).use.name)
        return Generation(
            length=length,
            forward=(),
            buffers=(),
            limited=True,
            obstacle=obstacle,
            p=Code(""),
            last=last,
            places=False,
        )
    one = replace(model, network=step.network)
    window = sliding[1].length
    layout = lay_out(
        one, attributes, shares=False, functions=False, within=within, window=window
    )
    forward = tuple(s for s in layout.forward if not isinstance(s, Penalty))
    return Generation(
        length=length,
        forward=forward,
        buffers=tuple(b for b in layout.buffers if b.name.startswith("a.")),
        limited=step.limited,
        obstacle=None,
        p=layout.outputs[0].p.a,
        last=last,
        places=step.limited,
    )
