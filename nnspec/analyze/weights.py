"""The weights of a layer, and what its arguments say of them."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.bind import bound_default
from nnspec.diagnostics import Diagnostics
from nnspec.table.entry import (
    Arguments,
    ConstraintEntry,
    LayerEntry,
    Misfit,
    Shapes,
    Use,
    Weight,
)


def weights_of(name: str, use: Use, shapes: Shapes) -> tuple[ir.Weight, ...]:
    """The weights of the layer `name`, which takes values of these shapes."""
    entry, given = cast(LayerEntry, use.entry), use.arguments
    return tuple(
        ir.Weight(
            name=f"{name}/{weight.name}",
            shape=weight.shape,
            initializer=_initializer(weight, use),
            regularizer=_rule(weight, "regularizer", given) or weight.regularizer,
            constraint=_rule(weight, "constraint", given) or weight.constraint,
            trainable=weight.trainable and bool(given["trainable"]),
            ones=weight.ones,
            fans=weight.fans,
        )
        for weight in entry.weights(entry.given(shapes), given)
    )


def _rule(weight: Weight, kind: str, given: Arguments) -> Use | None:
    return cast("Use | None", given.get(f"{weight.stem}_{kind}"))


def _initializer(weight: Weight, use: Use) -> Use:
    named = weight.initializer
    if isinstance(named, str):
        return cast(Use, use.arguments[named])
    if isinstance(named, Use):
        return named
    return cast(Use, bound_default(named, use.span))


def verify_constraints(
    weights: tuple[ir.Weight, ...], diagnostics: Diagnostics
) -> None:
    """Report weights that cannot be constrained as they are to be."""
    for weight in weights:
        use = weight.constraint
        if use is None:
            continue
        try:
            cast(ConstraintEntry, use.entry).verify(
                weight.name, weight.shape, use.arguments
            )
        except Misfit as misfit:
            place = use.span_of(misfit.argument or "")
            diagnostics.error(misfit.code, misfit.message, place, help=misfit.help)
