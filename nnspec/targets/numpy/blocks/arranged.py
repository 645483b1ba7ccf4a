"""The lines of uses of blocks, with symbols for the names of weights and arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate

from nnspec.table.entry import Shape
from nnspec.targets.numpy.blocks.tokens import Token, plain, renamed, tokens_of
from nnspec.targets.numpy.blocks.use import Place, Slot, Use
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Array, Memory
from nnspec.targets.quote import Code

#: Numbers that the lines of a use may take of the whole batch.
NUMBERS = ("penalty", "share", "part", "place")


def _around(name: str) -> tuple[str, ...]:
    """The paths of the blocks around a call, the outermost first."""
    return tuple(accumulate(name.split("/")[:-1], "{}/{}".format))


class NotAloneError(Exception):
    """Lines of a use are about something that is neither its own nor given to it."""


class Arranged:
    """The lines of a network, and the arrays that they are about."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.calls = {str(attribute): name for name, attribute in layout.names.items()}
        self.weights = {str(a): name for name, a in layout.attributes.items()}
        self._around = {layer: _around(name) for layer, name in self.calls.items()}
        self._at = [self._places_of(s) for s in (layout.forward, layout.backward)]
        inputs = (value.array for value in layout.inputs if value.array)
        self.arrays: dict[Token, Array] = {
            (array.space, array.name): array for array in (*inputs, *layout.arrays)
        }
        self.own: defaultdict[str, list[Array]] = defaultdict(list)
        for array in layout.arrays:
            self.own[array.root.home].append(array)
        #: The layers whose lines have a name; and for each place, the names that it has
        #: in the lines, in their order, each with the layer.
        self.users: defaultdict[Token, set[str]] = defaultdict(set)
        self.called: defaultdict[Place, list[tuple[str, Token]]] = defaultdict(list)
        for step in (*layout.forward, *layout.backward):
            for token in sorted({*tokens_of(step)}):
                self.users[token].add(step.layer)
                self.called[self.place(token)].append((step.layer, token))

    def count(self, path: str) -> int:
        """How many calls a use has."""
        return sum(name.startswith(f"{path}/") for name in self.calls.values())

    def use(self, path: str) -> Use:
        """A use of a block; it is an error if its lines cannot be a function."""
        forward, backward = self.layout.forward, self.layout.backward
        ahead, back = map(partial(self._run, path), (forward, backward), self._at)
        use = Use(path, ahead, back)
        use.lines = tuple(
            plain(renamed(step, lambda token: self._symbol(use, token)))
            for step in (*use.forward, *use.backward)
        )
        self._check(use)
        use.slots = tuple(self._slots(use))
        return use

    def is_of(self, step: Step, path: str) -> bool:
        """Whether a step is of a layer in a use."""
        return path in self._around.get(step.layer, ())

    def home(self, layer: str, paths: Container[str]) -> str:
        """The one of these uses that a layer is in, if any."""
        around = self._around.get(layer, ())
        return next((path for path in around if path in paths), "")

    def shapes_of(self, use: Use) -> tuple[Shape, Shape]:
        """The shape of what a use takes, and that of what it gives."""
        values = self.layout.values
        given = {".".join(token) for token in use.given.values()}
        x = next(v for v in values.values() if v.array and v.a in given)
        last = [name for name in values if name.startswith(f"{use.path}/")][-1]
        return x.shape, values[last].shape

    def place(self, token: Token) -> Place:
        """Where something lies that has a name."""
        array = self.arrays.get(token)
        if array is None:
            return Place(*token, Code(""))
        return Place(token[0], id(array.root), array.shape)

    def _places_of(self, steps: Sequence[Step]) -> Mapping[str, Sequence[int]]:
        """Where the steps of each use stand."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for i, step in enumerate(steps):
            for path in self._around.get(step.layer, ()):
                found[path].append(i)
        return found

    def _run(
        self, path: str, steps: Sequence[Step], places: Mapping[str, Sequence[int]]
    ) -> tuple[Step, ...]:
        """The steps of a use, which no other stands between."""
        at = places.get(path, ())
        if at and at[-1] - at[0] >= len(at):
            raise NotAloneError
        return tuple(steps[i] for i in at)

    def _check(self, use: Use) -> None:
        """What others take of a use are arrays, which are there without its lines."""
        for token in use.symbols:
            if self._is_line(use, token) and not all(
                self.home(layer, (use.path,)) for layer in self.users[token]
            ):
                raise NotAloneError

    def _is_line(self, use: Use, token: Token) -> bool:
        """Whether a line of a use makes what is called so."""
        space, name = token
        return space == "a" and token not in self.arrays and self._makes(use, name)

    def _makes(self, use: Use, name: str) -> bool:
        return self._maker(name).startswith(f"{use.path}/")

    def _maker(self, name: str) -> str:
        """The call that something is called after: `dense_1` of `dense_1_gate`."""
        words = name.split("_")
        parts = ("_".join(words[:end]) for end in range(len(words), 0, -1))
        return next((self.calls[part] for part in parts if part in self.calls), "")

    def _symbol(self, use: Use, token: Token) -> str:
        """What stands for a name in the lines of a use."""
        if token not in use.symbols:
            space, name = token
            find = self._weight if space in ("w", "dw") else self._array
            use.symbols[token] = find(use, space, name)
        return use.symbols[token]

    def _weight(self, use: Use, space: str, name: str) -> str:
        whole = self.weights.get(name, "")
        before, _, own = whole.partition(f"{use.path}/")
        if before or not own or name != whole.replace("/", "_"):
            raise NotAloneError
        return f"{space}.{own.replace('/', '_')}"

    def _array(self, use: Use, space: str, name: str) -> str:
        array = self.arrays.get((space, name))
        if array is None:
            return self._line(use, space, name)
        place = self.place((space, name))
        own = array.root.home == use.path
        symbol = use.places.get(place)
        if symbol is None or (own and space == "a"):
            symbol = use.fresh(space)
        use.places.setdefault(place, symbol)
        if not own:
            use.given.setdefault(symbol, (space, name))
        return symbol

    def _line(self, use: Use, space: str, name: str) -> str:
        """What stands for something that is no array from the beginning."""
        if name in NUMBERS:
            return f"{space}.{name}"
        if not self._maker(name):
            raise NotAloneError
        symbol = use.fresh(space)
        if not self._makes(use, name):
            use.given[symbol] = (space, name)
        return symbol

    def _slots(self, use: Use) -> Iterator[Slot]:
        """The arrays of a use, in their order."""
        first: dict[Memory, tuple[str, Code]] = {}
        seen = set[str]()
        for array in self.own[use.path]:
            symbol = use.symbols.get((array.space, array.name))
            if symbol is None or symbol in seen:
                continue
            seen.add(symbol)
            memory, value = array.memory, array.values[0]
            other, shape = first.setdefault(memory, (symbol, array.shape))
            same_as = memory.spare if memory.spare is not None else other
            yield Slot(
                symbol=symbol,
                shape=array.shape,
                same_as=None if same_as == symbol else same_as,
                same_shape=shape,
                bools=value.bools,
                ids=value.ids,
                filled=value.filled,
            )
