"""The functions of a block: its lines, what they take and what they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nnspec.record import Record, replace
from nnspec.targets.numpy.blocks.tokens import Token, first_onto, renamed, tokens_of
from nnspec.targets.numpy.blocks.use import Slot
from nnspec.targets.numpy.step import Buffer, Penalty, Step
from nnspec.targets.quote import Code, literal


class Function(Record):
    """The lines of a block, forward or back.

    It sets the attributes in `keeps` to parameters, some of which are numbers `of_all`
    the batch, and gives back `results`. Where threads share a batch, it `yields` what
    they make common.
    """

    name: Code
    parameters: tuple[Code, ...]
    keeps: tuple[tuple[Code, Code], ...]
    steps: tuple[Step, ...]
    results: tuple[Code, ...]
    of_all: tuple[Code, ...]
    yields: bool


class BlockProgram(Record):
    """A block that is used several times alike: `paths` are the names of its uses.

    It makes an array of shape `y` of one of shape `x`. Of the arrays of a use, in
    `buffers`, those that all uses have together are `spare`.
    """

    name: Code
    told: Code
    paths: tuple[str, ...]
    x: Code
    y: Code
    forward: Function
    backward: Function | None
    spare: tuple[Buffer, ...]
    buffers: tuple[Buffer, ...]

    @property
    def uses(self) -> Code:
        """The names of its uses as a tuple."""
        return literal(self.paths)


class BlockCall(Step, kw_only=True):
    """Calls of a function that are `given` these, and whose `results` have these names.

    They are those of all `uses` of a block in a loop, which goes on from `first`, or
    that of one. The sum of penalties `begins` with them, if nothing has one before.
    """

    function: Function
    given: tuple[Code, ...]
    results: tuple[Code, ...]
    uses: Code | None
    first: Code | None
    begins: bool = False


def function(
    name: str,
    steps: Sequence[Step],
    names: Mapping[Token, Code],
    given: Sequence[Code],
    result: Code | None,
    *,
    back: bool,
) -> Function:
    """A function of these steps, whose weights and arrays have other `names` in it."""
    own = tuple(_own(step, names) for step in steps)
    of_all = () if back else tuple(_of_all(own))
    needs = {space for step in own for space, _ in tokens_of(step)}
    spaces = [space for space in ("w", "dw")[: 1 + back] if space in needs]
    draws = not back and any(step.rng or step.by_batch for step in own)
    keeps = [(one, _parameter(one)) for one in given]
    arrays, taken = (*spaces, "a", *["da"] * back), (name for _, name in keeps)
    return Function(
        name=Code(name),
        parameters=tuple(map(Code, (*arrays, *taken, *["rng"] * draws, *of_all))),
        keeps=(*keeps, *((Code(f"a.{number}"), number) for number in of_all)),
        steps=own,
        results=(
            *filter(None, [result]),
            *(Code("a.penalty") for number in of_all if number == "penalty"),
        ),
        of_all=of_all,
        yields=any(step.joins and (step.dx or not back) for step in own),
    )


def _of_all(steps: Sequence[Step]) -> Iterator[Code]:
    """The numbers of the whole batch that lines forward take."""
    if any(isinstance(step, Penalty) for step in steps):
        yield Code("penalty")
    if any(step.joins for step in steps):
        yield Code("share")
        yield Code("part")
    if any(("a", "place") in tokens_of(step) for step in steps):
        yield Code("place")


def call(
    made: Function,
    use: Code,
    given: Sequence[Code],
    flow: Code | None,
    layer: Code,
    uses: Code | None,
) -> BlockCall:
    """The step that calls a function for a use; in a loop it goes with the flow."""
    first, given = (given[0], [flow, *given[1:]]) if flow else (None, given)
    known: dict[str, str] = {
        **{name: f"weights_in({name}, {use})" for name in ("w", "dw")},
        **{name: f"{name}.blocks[{use}]" for name in ("a", "da")},
        **{number: f"a.{number}" for number in made.of_all},
        **{keep[1]: one for keep, one in zip(made.keeps, given, strict=False)},
    }
    return BlockCall(
        kind="blocks",
        template="uses",
        x=Code(""),
        y=Code(""),
        layer=layer,
        function=made,
        given=tuple(Code(known.get(name, name)) for name in made.parameters),
        results=(*filter(None, [flow]), *(r for r in made.results if r == "a.penalty")),
        uses=uses,
        first=first,
    )


def _own(step: Step, names: Mapping[Token, Code]) -> Step:
    """A step as it stands in a function, where penalties are added to those before."""
    if isinstance(step, Penalty):
        step = replace(step, onto=first_onto(step.onto))
    return renamed(step, lambda token: names[token])


def _parameter(name: Code) -> Code:
    """The parameter for what becomes `a.x`, or `da.y`: `x`, `dy`."""
    space, _, own = name.partition(".")
    return Code(own if space == "a" else f"d{own}")


def spare_of(slots: Iterable[Slot]) -> dict[int, Buffer]:
    """The arrays that uses share, by their numbers."""
    found: dict[int, Buffer] = {}
    for slot in slots:
        if isinstance(slot.same_as, int):
            name = Code(f"spare_{slot.same_as}")
            one = Buffer(name, slot.same_shape, bools=slot.bools, ids=slot.ids)
            found[slot.same_as] = one
    return dict(sorted(found.items()))


def buffers_of_use(slots: Iterable[Slot], names: dict[str, Code]) -> Iterator[Buffer]:
    """The lines that make the arrays of one use, in `b` and `db`."""
    names = {s: Code(re.sub(r"a\.", "b.", name)) for s, name in names.items()}
    for slot in slots:
        other = slot.same_as
        same = f"spare_{other}" if isinstance(other, int) else other and names[other]
        yield Buffer(
            names[slot.symbol],
            slot.shape,
            same_as=Code(same) if same else None,
            reshaped=same is not None and slot.same_shape != slot.shape,
            reused=True,
            bools=slot.bools,
            ids=slot.ids,
            filled=slot.filled,
        )
