"""From straight lines to functions of blocks, and calls or loops in their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

from nnspec.record import Record, replace
from nnspec.targets.numpy.arrays import buffers_of
from nnspec.targets.numpy.blocks.arranged import Arranged
from nnspec.targets.numpy.blocks.functions import BlockCall, BlockProgram
from nnspec.targets.numpy.blocks.tokens import Token, tokens_of
from nnspec.targets.numpy.blocks.use import Alike
from nnspec.targets.numpy.blocks.ways import Block
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.names import free_attribute
from nnspec.targets.numpy.step import Buffer, Penalty, Step, marked
from nnspec.targets.numpy.values import Array
from nnspec.targets.quote import Code


class Folded(Record):
    """The lines of a network, in which uses of blocks are calls of functions.

    `taken` are arrays of uses that other lines need.
    """

    forward: tuple[Step, ...]
    backward: tuple[Step, ...]
    buffers: tuple[Buffer, ...]
    taken: tuple[Buffer, ...]
    blocks: tuple[BlockProgram, ...]


def fold(layout: Layout, ahead: str = "forward") -> Folded:
    """The lines of a network, where uses of blocks that are alike are calls.

    The names of functions for the lines `ahead` begin with that word.
    """
    if not layout.alike:
        return Folded(layout.forward, layout.backward, layout.buffers, (), ())
    arranged = Arranged(layout)
    pairs = zip(layout.alike, _names(arranged, layout.alike), strict=True)
    blocks = [Block(arranged, alike, name, ahead) for alike, name in pairs]
    forward = [*_lines(arranged, blocks, layout.forward, back=False)]
    backward = [*_lines(arranged, blocks, layout.backward, back=True)]
    needed = {t for step in (*forward, *backward) for t in tokens_of(_named(step))}
    for value in chain(layout.inputs, *((o.p, o.z, o.dz) for o in layout.outputs)):
        needed |= {*tokens_of(value.a)} if value and value.array else set()
    return _marked(
        Folded(
            forward=tuple(_begun(forward)),
            backward=tuple(backward),
            buffers=tuple(buffers_of(_others(arranged, blocks, needed))),
            taken=tuple(buffer for block in blocks for buffer in block.taken(needed)),
            blocks=tuple(block.program() for block in blocks),
        )
    )


def _names(arranged: Arranged, several: Sequence[Alike]) -> list[Code]:
    """A name for each function: `unit`, or of several `unit_of_16` and `unit_of_32`.

    The number is that of the channels, or what else is last in the shape of what it
    gives; where that does not tell them apart, all of the shape is there.
    """
    ways = []
    for alike in several:
        _, shape = arranged.shapes_of(alike.uses[0])
        sizes = str(shape[-1]), "x".join(map(str, shape))
        ways.append((alike.block, *(f"{alike.block}_of_{size}" for size in sizes)))
    counts, found = Counter(chain(*ways)), list[Code]()
    for block, short, whole in ways:
        name = next((name for name in (block, short) if counts[name] == 1), whole)
        found.append(free_attribute(name, found))
    return found


def _lines(
    arranged: Arranged, blocks: Iterable[Block], steps: Sequence[Step], *, back: bool
) -> Iterator[Step]:
    """The steps, with calls in the places of those of uses."""
    calls = {path: call for block in blocks for path, call in block.calls(back=back)}
    paths = {path for block in blocks for path in block.paths}
    for path, run in groupby(steps, key=lambda step: arranged.home(step.layer, paths)):
        if not path:
            yield from run
        elif path in calls:  # the others are in a loop with it
            yield calls[path]


def _named(step: Step) -> object:
    """What may name arrays of the script in a step: a function has names of its own."""
    if isinstance(step, BlockCall):
        return step.given, step.results, step.first
    return step


def _begun(steps: Iterable[Step]) -> Iterator[Step]:
    """The sum of penalties begins with the first of them."""
    begun = False
    for step in steps:
        penalizes = isinstance(step, Penalty)
        if isinstance(step, BlockCall):
            penalizes = "penalty" in step.function.of_all
            if penalizes and not begun:
                step = replace(step, begins=True)  # noqa: PLW2901
        begun |= penalizes
        yield step


def _others(
    arranged: Arranged, blocks: Sequence[Block], needed: set[Token]
) -> Iterator[Array]:
    """The arrays that no use of a block has for itself."""
    paths = {path for block in blocks for path in block.paths}
    inside = {token for block in blocks for token in block.all_tokens}
    for array in arranged.layout.arrays:
        token = (array.space, str(array.name))
        if array.root.home not in paths and (token in needed or token not in inside):
            yield array


def _marked(folded: Folded) -> Folded:
    """The first step of each kind explains itself, in the order of the script."""
    forward = _explained([b.forward.steps for b in folded.blocks], folded.forward)
    back = [b.backward.steps if b.backward else () for b in folded.blocks]
    backward = _explained(back, folded.backward, "explains_back")
    blocks = []
    for block, steps, back_steps in zip(folded.blocks, forward, backward, strict=False):
        changed = replace(block, forward=replace(block.forward, steps=steps))
        if block.backward:
            own = replace(block.backward, steps=back_steps)
            changed = replace(changed, backward=own)
        blocks.append(changed)
    return replace(
        folded, forward=forward[-1], backward=backward[-1], blocks=tuple(blocks)
    )


def _explained(
    runs: Sequence[tuple[Step, ...]], last: tuple[Step, ...], flag: str = "explains"
) -> list[tuple[Step, ...]]:
    """The steps of functions and those after them, marked together."""
    steps = iter(marked(chain(*runs, last), flag))
    return [tuple(next(steps) for _ in run) for run in (*runs, last)]
