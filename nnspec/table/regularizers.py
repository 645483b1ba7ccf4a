"""Regularizers: penalties that are added to the loss.

Keras takes neither half of a penalty nor divides that of a weight by the batch size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec.record import replace
from nnspec.table.entry import Argument, Arguments, RegularizerEntry
from nnspec.table.kinds import OneOf, Optional, Real

L1 = Argument("l1", Real(minimum=0), 0.0, "factor of sum(|x|)")
L2 = Argument("l2", Real(minimum=0), 0.0, "factor of sum(x²)")


def factors(arguments: Arguments) -> Mapping[str, float]:
    """The factors that arguments give, but for those that are 0."""
    given = {name: cast(float, arguments.get(name, 0.0)) for name in ("l1", "l2")}
    return {name: factor for name, factor in given.items() if factor}


REGULARIZERS = (
    RegularizerEntry(
        "l1",
        "The penalty l1 * sum(|x|): brings many weights close to 0 (Tibshirani, 1996).",
        (replace(L1, default=0.01),),
        factors=factors,
    ),
    RegularizerEntry(
        "l2",
        "The penalty l2 * sum(x²): keeps weights small (Hoerl and Kennard, 1970).",
        (replace(L2, default=0.01),),
        factors=factors,
    ),
    RegularizerEntry(
        "l1_l2",
        "The penalty l1 * sum(|x|) + l2 * sum(x²) (Zou and Hastie, 2005).",
        (L1, L2),
        factors=factors,
    ),
)


def regularized(*weights: str, activity: bool = True) -> tuple[Argument, ...]:
    """The arguments of a layer for regularizers and constraints, in Keras's order.

    `activity` says that its output can be penalized, too.
    """
    regularizers = [
        _argument(f"{name}_regularizer", f"penalty of the {name}") for name in weights
    ]
    if activity:
        doc = "penalty of the layer's output, divided by the batch size"
        regularizers.append(_argument("activity_regularizer", doc))
    constraints = [
        _argument(f"{name}_constraint", f"what the {name} is held to after each update")
        for name in weights
    ]
    return (*regularizers, *constraints)


def _argument(name: str, doc: str) -> Argument:
    return Argument(name, Optional(OneOf(name.rpartition("_")[2])), None, doc)
