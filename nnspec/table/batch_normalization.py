"""Batch normalization, as in Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import cast

from nnspec.table.affine import (
    AFFINE,
    AXIS,
    EPSILON,
    REGULARIZED,
    affine_facts,
    affine_weights,
    axes_of,
    same_shape,
)
from nnspec.table.axes import tiles
from nnspec.table.common import TRAINABLE, initializer
from nnspec.table.entry import Argument, Arguments, LayerEntry, Shape, Weight
from nnspec.table.kinds import Real

_batch_axis = axes_of("batch_normalization")


def _batch_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    (axis,) = _batch_axis(shape, arguments)
    sizes = (shape[axis - 1],)
    moving = [
        Weight(name, sizes, f"{name}_initializer", trainable=False)
        for name in ("moving_mean", "moving_variance")
    ]
    return (*affine_weights(sizes, arguments), *moving)


def _batch_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    """Also the weight of the new value in a running mean, rounded as one writes it."""
    (axis,) = _batch_axis(shape, arguments)
    return affine_facts((axis,), shape, arguments) | {
        "features": shape[axis - 1],
        "alone": len(shape) == 1,
        "last": len(shape) == axis,
        "tiles": tiles(shape) if 1 < len(shape) == axis else None,
        "rest": round(1 - cast(float, arguments["momentum"]), 15),
    }


def _batch_flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    """Mean, difference, square, its mean, gamma over the deviation; beta."""
    each = 5 if arguments["trainable"] else 2
    return prod(output) * (each + bool(arguments["center"]))


def _batch_derivative_flops(
    shape: Shape, output: Shape, arguments: Arguments
) -> tuple[int, int]:
    """Two for gamma and one for beta, with or without them; 4 to put all together."""
    if not arguments["trainable"]:
        return 0, prod(output)
    weights = 2 * bool(arguments["scale"]) + bool(arguments["center"])
    return prod(output) * weights, prod(output) * (7 - weights)


BATCH_NORMALIZATION = LayerEntry(
    "batch_normalization",
    "gamma * (x - mean) / sqrt(variance + epsilon) + beta for each feature: with "
    "the mean and the variance of the batch while training, with running means of "
    "both else, and wherever `trainable=false` (Ioffe and Szegedy, 2015).",
    (
        AXIS,
        Argument(
            "momentum",
            Real(0, 1),
            0.99,
            "weight of the old value in a running mean",
        ),
        EPSILON,
        *AFFINE,
        initializer("moving_mean", "zeros"),
        initializer("moving_variance", "ones"),
        *REGULARIZED,
        TRAINABLE,
    ),
    shape=same_shape(_batch_axis),
    weights=_batch_weights,
    flops=_batch_flops,
    derivative_flops=_batch_derivative_flops,
    step="normalization",
    facts=_batch_facts,
    by_batch=True,
    mask=lambda _: "refuses",
    short="batch_norm",
    keeps="deviation",
)
