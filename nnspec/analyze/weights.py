"""The weights of a layer, and what its arguments say of them."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.bind import bound_default
from nnspec.diagnostics import Diagnostics
from nnspec.table.entry import Constraint, Layer, Misfit, Shape, Use, Weight


def weights_of(name: str, use: Use, shape: Shape) -> tuple[ir.Weight, ...]:
    """The weights of the layer `name`, which takes samples of this shape."""
    given = use.arguments
    return tuple(
        ir.Weight(
            name=f"{name}/{weight.name}",
            shape=weight.shape,
            initializer=_initializer(weight, use),
            regularizer=cast("Use | None", given.get(f"{weight.stem}_regularizer")),
            constraint=cast("Use | None", given.get(f"{weight.stem}_constraint")),
            trainable=weight.trainable and bool(given["trainable"]),
        )
        for weight in cast(Layer, use.entry).weights(shape, given)
    )


def _initializer(weight: Weight, use: Use) -> Use:
    named = weight.initializer
    if isinstance(named, str):
        return cast(Use, use.arguments[named])
    return cast(Use, bound_default(named, use.span))


def verify_constraints(
    weights: tuple[ir.Weight, ...], diagnostics: Diagnostics
) -> bool:
    """Whether each weight can be constrained as it is to be; else it is reported."""
    sound = True
    for weight in weights:
        use = weight.constraint
        if use is None:
            continue
        try:
            cast(Constraint, use.entry).verify(weight.name, weight.shape, use.arguments)
        except Misfit as misfit:
            sound = False
            place = use.span_of(misfit.argument or "")
            diagnostics.error(misfit.code, misfit.message, place, help=misfit.help)
    return sound
