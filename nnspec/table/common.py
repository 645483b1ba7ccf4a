"""Arguments that several layers have."""

from __future__ import annotations

from nnspec.table.entry import Argument, DefaultUse
from nnspec.table.kinds import Flag, OneOf

TRAINABLE = Argument(
    "trainable", Flag(), True, "whether training changes its weights", named=True
)


def initializer(weight: str, default: str) -> Argument:
    """The argument that says how a weight begins."""
    return Argument(
        f"{weight}_initializer",
        OneOf("initializer"),
        DefaultUse("initializer", default),
        f"initial values of {weight.replace('_', ' ')}",
    )
