"""Python identifiers for what a spec names, and numbers as the script shows them."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable
from itertools import chain, count

from nnspec import ir
from nnspec.table.entry import (
    Shape,
    Use,
)
from nnspec.table.spelling import spell
from nnspec.targets.quote import Code

#: With longer names, formulas would not fit into a line.
LONGEST = 24
#: Attributes of a batch: what is kept for the loss, which share of it this is, and the
#: arrays of blocks that are functions.
_TAKEN = ("peak", "total", "penalty", "share", "part", "blocks")


def weight_attributes(weights: Iterable[ir.Weight]) -> dict[str, Code]:
    """An attribute for each weight by its name: `dense_kernel` for `dense/kernel`.

    Of `a/depthwise_kernel` and `a_depthwise/kernel`, the later one has a `_` more. In
    the script `views` goes by this rule, too.
    """
    found: dict[str, Code] = {}
    taken: set[str] = set()
    for weight in weights:
        attribute = weight.name.replace("/", "_")
        while attribute in taken:
            attribute += "_"
        taken.add(attribute)
        found[weight.name] = Code(attribute)
    return found


def in_short(blocks: Iterable[str]) -> str:
    """The names of blocks, whose words lose their ends: `resi_1`."""
    return "_".join(word[:4] for block in blocks for word in block.split("_"))


def free_attribute(name: str, taken: Collection[str], part: str = "") -> Code:
    """An attribute like `name` that Python and the script leave free, and none has.

    With `part` it is one like `name_part`.
    """
    if name.startswith("__"):  # some of these mean something to Python
        name = f"layer{name}"
    end = f"_{part}" if part else ""
    # Of thousands that begin alike, none is to try the numbers of all others.
    marks = chain(("", "_", "__"), (f"_{number}" for number in count(len(taken))))
    names = (name[: LONGEST - len(mark)] + mark + end for mark in marks)
    return Code(next(n for n in names if _is_free(n) and n not in taken))


def _is_free(name: str) -> bool:
    """Whether Python and the script leave a name free."""
    return name not in _TAKEN and not keyword.iskeyword(name)


def batch_shape(shape: Shape, first: str = "n") -> Code:
    """A shape with the batch axis before it: `(n, 28, 28)`."""
    sizes = ", ".join([first, *map(str, shape)])
    return Code(f"({sizes})" if shape else f"({sizes},)")


def comment_of(use: Use) -> Code:
    """The use as the spec could have written it, for a comment."""
    given = [
        f"{argument.name}={_spelled(use.arguments[argument.name])}"
        for argument in use.entry.arguments
        if argument.name in use.spans
    ]
    return Code(f"{use.entry.name}({', '.join(given)})" if given else use.entry.name)


def _spelled(value: object) -> str:
    if isinstance(value, Use):
        return comment_of(value)
    if isinstance(value, str):
        return value
    return spell(value)
