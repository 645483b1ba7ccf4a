"""How a script goes on with a text: step by step, or window by window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from nnspec import ir
from nnspec.analyze.stepwise import stepwise
from nnspec.record import replace
from nnspec.targets.numpy.blocks.folding import Folded, fold
from nnspec.targets.numpy.blocks.functions import BlockProgram
from nnspec.targets.numpy.layout import Layout, Within
from nnspec.targets.numpy.network import lay_out
from nnspec.targets.numpy.program import Generation
from nnspec.targets.numpy.step import Buffer, Penalty
from nnspec.targets.quote import Code, comment, literal


def plan_generation(
    model: ir.Model,
    attributes: Mapping[str, Code],
    within: tuple[Within, ...],
    blocks: tuple[BlockProgram, ...],
) -> Generation | None:
    """How a script goes on with a text, None where it is not about one.

    The whole network has the functions `within` it, and those of `blocks`.
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
    layout, folded = _folded(one, attributes, within, window, blocks)
    return Generation(
        length=length,
        forward=folded.forward,
        buffers=_ahead(folded.buffers),
        limited=step.limited,
        obstacle=None,
        p=layout.outputs[0].p.a,
        last=last,
        places=step.limited,
        blocks=tuple(
            replace(block, buffers=_ahead(block.buffers)) for block in folded.blocks
        ),
        taken=_ahead(folded.taken),
    )


def _folded(
    model: ir.Model,
    attributes: Mapping[str, Code],
    within: tuple[Within, ...],
    window: int,
    blocks: tuple[BlockProgram, ...],
) -> tuple[Layout, Folded]:
    """The lines of one step; its blocks are functions if they are those `blocks`."""
    for functions in (True, False):
        layout = lay_out(
            model,
            attributes,
            shares=False,
            functions=functions,
            within=within,
            window=window,
        )
        steps = (s for s in layout.forward if not isinstance(s, Penalty))
        layout.forward, layout.backward = tuple(steps), ()
        folded = fold(layout, "step")
        if {b.name: b.paths for b in folded.blocks} == {
            b.name: b.paths for b in blocks
        }:
            break
    return layout, folded


def _ahead(buffers: Iterable[Buffer]) -> tuple[Buffer, ...]:
    """Those arrays that hold no gradients."""
    return tuple(b for b in buffers if b.name.startswith(("a.", "b.")))
