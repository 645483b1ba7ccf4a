"""Arguments that several layers have."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.record import replace
from nnspec.table.entry import Argument, Arguments, DefaultUse
from nnspec.table.kinds import Flag, OneOf

TRAINABLE = Argument(
    "trainable", Flag(), True, "whether training changes its weights", named=True
)


def passes_mask(_: Arguments) -> str:
    """Of a layer that works on each step by itself: a mask goes on with the steps."""
    return "passes"


def initializer(weight: str, default: str) -> Argument:
    """The argument that says how a weight begins."""
    return Argument(
        f"{weight}_initializer",
        OneOf("initializer"),
        DefaultUse("initializer", default),
        f"initial values of {weight.replace('_', ' ')}",
    )


def by_name(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """The same, to be given by name: in Keras's order others stand before them."""
    return tuple(replace(argument, named=True) for argument in arguments)
