"""A block that is a function: how its uses are called, forward and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from nnspec.record import Record
from nnspec.targets.numpy.blocks.arranged import Arranged
from nnspec.targets.numpy.blocks.functions import (
    BlockCall,
    BlockProgram,
    Function,
    buffers_of_use,
    call,
    function,
    spare_of,
)
from nnspec.targets.numpy.blocks.local import local_names
from nnspec.targets.numpy.blocks.tokens import Token
from nnspec.targets.numpy.blocks.use import Alike, Use
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Buffer, Step
from nnspec.targets.quote import Code, literal


class _Way(Record):
    """A function, the symbols that uses are `given`, and the uses in their order.

    In a loop, the first of the symbols is what the use before gives.
    """

    function: Function
    given: tuple[str, ...]
    uses: tuple[Use, ...]
    loops: bool


class Block:
    """Uses of a block that are alike, and what is called how in their function."""

    def __init__(
        self, arranged: Arranged, alike: Alike, name: Code, ahead_is: str
    ) -> None:
        self._arranged, self._alike, self._name = arranged, alike, name
        self._first = alike.uses[0]
        self._names = local_names(arranged, self._first)
        self._uses = {use.path: use for use in alike.uses}
        self.paths = (*self._uses,)
        self.all_tokens = {token for use in alike.uses for token in use.symbols}
        forward, backward = arranged.layout.forward, arranged.layout.backward
        given = [*self._first.given]
        ahead = [symbol for symbol in given if symbol.startswith("a.")]
        self._forward = self._way(ahead_is, forward, ahead)
        behind = [symbol for symbol in given if symbol not in ahead]
        self._backward = self._way("backward", backward, behind)

    def _steps(self, steps: Sequence[Step]) -> list[Step]:
        return [s for s in steps if self._arranged.is_of(s, self._first.path)]

    def _way(self, name: str, steps: Sequence[Step], given: list[str]) -> _Way:
        """The function, and how uses are given what it takes."""
        back = name == "backward"
        uses = self._alike.uses[::-1] if back else self._alike.uses
        flow = self._flow(given, uses) if self._is_in_a_row(steps, uses) else None
        if flow:
            given = [flow[0], *(symbol for symbol in given if symbol != flow[0])]
        made = function(
            f"{name}_{self._name}",
            self._steps(steps),
            {t: self._names[symbol] for t, symbol in self._first.symbols.items()},
            [self._names[symbol] for symbol in given],
            self._names[flow[1]] if flow else None,
            back=back,
        )
        return _Way(made, tuple(given), uses, bool(flow))

    def _is_in_a_row(self, steps: Sequence[Step], uses: Sequence[Use]) -> bool:
        """Whether there is nothing else between the lines of the uses."""
        home = self._arranged.home
        order = [
            path
            for path, _ in groupby(steps, lambda step: home(step.layer, self._uses))
        ]
        return [use.path for use in uses] == [*_stripped(order)]

    def _flow(self, given: Sequence[str], uses: Sequence[Use]) -> list[str]:
        """What a use is given by the one before it, and what that calls it, if any.

        All else that uses are given must be the same for all.
        """
        place = self._arranged.place
        differ = [s for s in given if len({place(use.given[s]) for use in uses}) > 1]
        found = differ or [*given[:1]]
        if len(found) != 1:
            return []
        before = {a.places.get(place(b.given[found[0]])) for a, b in pairwise(uses)}
        results = [symbol for symbol in before if symbol]
        return [*found, *results] if len(before) == len(results) == 1 else []

    def calls(self, *, back: bool) -> Iterator[tuple[str, BlockCall]]:
        """The calls, each in the place of a use; a loop is in that of the first."""
        way = self._backward if back else self._forward
        for use in way.uses[: 1 if way.loops else None]:
            given = [self._told(use.given[symbol]) for symbol in way.given]
            name = Code("use") if way.loops else literal(use.path)
            flow = Code("dy" if back else "x") if way.loops else None
            uses = self._name if way.loops else None
            yield use.path, call(way.function, name, given, flow, self._name, uses)

    def _told(self, token: Token) -> Code:
        """What other lines call an array that a use is given, if any do."""
        called = self._arranged.called[self._arranged.place(token)]
        home = self._arranged.home
        others = (t for layer, t in called if not home(layer, self._uses))
        return Code(".".join(next(others, token)))

    def taken(self, needed: set[Token]) -> Iterator[Buffer]:
        """The arrays of uses that others need, by the names that they have there."""
        for array in self._arranged.layout.arrays:
            token = (array.space, str(array.name))
            if token in needed and (use := self._uses.get(array.root.home)):
                shape, own = self._same(use, token)
                space, _, name = own.partition(".")
                yield Buffer(
                    Code(f"{space}.{array.name}"),
                    array.shape,
                    same_as=Code(f"{space}.blocks[{literal(use.path)}].{name}"),
                    reshaped=shape != array.shape,
                )

    def _same(self, use: Use, token: Token) -> tuple[Code, Code]:
        """The shape and the name of an array of a use, which others call otherwise."""
        if token in use.symbols:
            return self._arranged.arrays[token].shape, self._names[use.symbols[token]]
        place = self._arranged.place(token)
        found = next(
            (there, symbol)
            for there, symbol in use.places.items()
            if there.root == place.root
        )
        return found[0].shape, self._names[found[1]]

    def program(self) -> BlockProgram:
        """What the script prints of it."""
        x, y = self._arranged.shapes_of(self._first)
        backward = self._backward.function
        return BlockProgram(
            name=self._name,
            told=Code(self._alike.block),
            paths=self.paths,
            x=batch_shape(x, "B"),
            y=batch_shape(y, "B"),
            forward=self._forward.function,
            backward=backward if backward.steps else None,
            spare=tuple(spare_of(self._first.slots).values()),
            buffers=tuple(buffers_of_use(self._first.slots, self._names)),
        )


def _stripped(order: Sequence[str]) -> Sequence[str]:
    """What is in a row, without what is before it and after it."""
    order = order[1:] if order and not order[0] else order
    return order[:-1] if order and not order[-1] else order
