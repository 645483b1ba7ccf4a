"""What steps are not to see of each other: those later on, and those that fill up."""

from __future__ import annotations

from nnspec import ir
from nnspec.record import Record
from nnspec.table.attention import Sizes
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.values import Value
from nnspec.targets.quote import Code, literal


class Hidden(Record):
    """What an attention hides, in the arrays that lines find it in."""

    future: Code | None
    hidden: Code | None
    rule: Code
    silent: Code | None


class Hiding(Record):
    """What an attention hides, as it is told to by masks and by `causal`.

    Of a sample, `hidden` has a row for each step that asks, or one for all. Without
    masks there is the `future` alone, -inf in rows of scores.
    """

    masks: tuple[Value, ...] = ()
    future: Value | None = None
    hidden: Value | None = None
    #: For each mask, its index where the axes that it lacks are new ones.
    places: tuple[str, ...] = ()
    #: The mask of the steps that ask, where what comes out of others is 0.
    silent: Value | None = None

    @property
    def inputs(self) -> tuple[Value, ...]:
        """All masks."""
        return (*self.masks, *filter(None, (self.silent,)))

    @property
    def kept(self) -> tuple[Value, ...]:
        """The arrays that tell what is hidden."""
        return tuple(filter(None, (self.future, self.hidden)))

    @property
    def in_arrays(self) -> Hidden:
        """The same, once all values have their arrays."""
        pairs = zip(self.masks, self.places, strict=True)
        parts = [f"~{mask.a}[{place}]" for mask, place in pairs]
        parts += [self.future.a] if self.future else []
        return Hidden(
            future=self.future.a if self.future else None,
            hidden=self.hidden.a if self.hidden else None,
            rule=Code(" | ".join(parts)),
            silent=self.silent.a if self.silent else None,
        )


def hiding_of(layout: Layout, call: ir.Call, sizes: Sizes, name: Code) -> Hiding:
    """What masks and `causal` hide.

    With heads, a step that fills up neither asks nor is asked; without, it asks, but
    its answer is 0. The mask of keys counts only with heads. So it is in Keras.
    """
    heads, last = ", None" * len(sizes.axes), len(call.inputs) - 1
    asks, asked = f":{heads}, :, None", f":{heads}, None"
    places = [(0, asks), (1, asked), (2, asked)] if sizes.axes else [(1, asked)]
    found = {
        (mask, place): None
        for i, place in places
        if (mask := layout.mask(call, min(i, last)))
    }
    masks, indices = zip(*found, strict=True) if found else ((), ())
    causal = bool(call.use.arguments["causal"])
    rows = sizes.steps if causal or asks in indices else 1
    shape = (*(1 for _ in sizes.axes), rows, sizes.others)
    hidden = Value(shape, name, "hidden", bools=True)
    return Hiding(
        masks,
        _future(sizes, name, bools=bool(found)) if causal else None,
        hidden if found else None,
        indices,
        None if sizes.axes else layout.mask(call),
    )


def _future(sizes: Sizes, name: Code, *, bools: bool) -> Value:
    """The steps that lie ahead of each, as what hides them, or is added to scores."""
    shape = (sizes.steps, sizes.others)
    past = f"np.tri({sizes.steps}, {sizes.others}"
    return Value(
        shape,
        name,
        "future",
        whole_shape=literal(shape),
        bools=bools,
        filled=Code(
            f"~{past}, dtype=bool)" if bools else f"np.where({past}), 0.0, -np.inf)"
        ),
    )
