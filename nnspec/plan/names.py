"""Python identifiers for what a spec names, and numbers as the script shows them."""

from __future__ import annotations

import keyword

from nnspec.quote import Code
from nnspec.table.entry import Shape, Use, spell

#: Attributes of a batch that the softmax keeps for the loss.
_TAKEN = ("peak", "total")


def attribute(name: str) -> Code:
    """An attribute for a name of the spec: names are letters, digits and `_` only."""
    plain = name.replace("/", "_")
    taken = keyword.iskeyword(plain) or plain in _TAKEN
    return Code(f"{plain}_" if taken else plain)


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
