"""A layer whose kernel is divided by its largest singular value, as in Keras 3."""

from __future__ import annotations

from typing import cast

from nnspec.table.common import TRAINABLE
from nnspec.table.entry import (
    Argument,
    Arguments,
    DefaultUse,
    LayerEntry,
    Misfit,
    Shape,
    Use,
    Weight,
)
from nnspec.table.kinds import Integer, OneOf
from nnspec.table.receptive_field import Sight
from nnspec.table.wrappers import inner, weights_of

#: What the weight is called that is divided.
KERNELS = ("kernel", "embeddings")
_FIRST = DefaultUse(
    "initializer", "truncated_normal", {"mean": 0.0, "stddev": 0.02, "seed": None}
)


def _shape(shape: Shape, arguments: Arguments) -> Shape:
    use, entry = inner(arguments)
    if not isinstance(entry, LayerEntry) or entry.takes != (1, 1) or entry.recurrent:
        raise _without_kernel(use)
    try:
        once = entry.shape(shape, use.arguments)
    except Misfit as misfit:
        raise Misfit(
            misfit.message, misfit.help, code=misfit.code, argument="layer"
        ) from None
    if not any(w.name in KERNELS for w in entry.weights(shape, use.arguments)):
        raise _without_kernel(use)
    return once


def _without_kernel(use: Use) -> Misfit:
    return Misfit(
        f"`spectral_normalization` takes a layer with a kernel, and `{use.name}` has "
        "none",
        "write `spectral_normalization(dense(32))`, or the layer by itself",
        argument="layer",
    )


def _weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    use, entry = inner(arguments)
    within = [*weights_of(use, shape)]
    units = next(w.shape[-1] for w in within if w.name in KERNELS)
    return (
        *(Weight(**{**vars(w), "name": f"{entry.name}/{w.name}"}) for w in within),
        Weight("vector_u", (1, units), _FIRST, trainable=False),
    )


def _flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    use, entry = inner(arguments)
    return entry.flops(shape, output, use.arguments)


def _derivative_flops(
    shape: Shape, output: Shape, arguments: Arguments
) -> tuple[int, int]:
    use, entry = inner(arguments)
    return entry.count_derivative(shape, output, use.arguments)


def _ids(arguments: Arguments) -> int | None:
    use, entry = inner(arguments)
    return entry.ids(use.arguments) if entry.ids else None


def _sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...] | None:
    use, entry = inner(arguments)
    return entry.sees(shape, use.arguments)


SPECTRAL = (
    LayerEntry(
        "spectral_normalization",
        "A layer whose kernel each batch of the training divides by its largest "
        "singular value, before it is used; that is found from one batch to the next, "
        "along a vector u (Miyato and others, 2018).",
        (
            Argument(
                "layer", OneOf("layer"), doc="the layer", example="dense(32, relu)"
            ),
            Argument(
                "power_iterations",
                Integer(1),
                1,
                "how often u is multiplied by the kernel and back, for each batch",
            ),
            TRAINABLE,
        ),
        shape=_shape,
        weights=_weights,
        flops=_flops,
        derivative_flops=_derivative_flops,
        step="within",
        ids=_ids,
        sees=_sees,
        mask=lambda a: inner(a)[1].mask(inner(a)[0].arguments),
        stepwise=lambda a: inner(a)[1].stepwise(inner(a)[0].arguments),
        penalty=lambda a: inner(a)[1].penalty(inner(a)[0].arguments),
        short="spectral",
        power_iterations=lambda a: cast(int, a["power_iterations"]),
    ),
)
