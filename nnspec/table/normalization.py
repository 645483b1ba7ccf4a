"""Layers that normalize each sample, as in Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import cast

from nnspec.table.affine import (
    AFFINE,
    AXIS,
    EPSILON,
    REGULARIZED,
    affine_derivative_flops,
    affine_facts,
    affine_flops,
    affine_weights,
    axes_of,
    from_end,
    same_shape,
)
from nnspec.table.axes import as_axis
from nnspec.table.common import TRAINABLE, passes_mask
from nnspec.table.entry import (
    Argument,
    Arguments,
    DefaultUse,
    LayerEntry,
    Misfit,
    Shape,
    Weight,
)
from nnspec.table.kinds import AnyOf, Integer, ListOf, Real
from nnspec.table.receptive_field import by_cell

_AXES = Argument(
    "axis",
    AnyOf((Integer(), ListOf(Integer()))),
    -1,
    "the axis or axes over which a sample is normalized; 0 is the batch axis",
)
_ONES = DefaultUse("initializer", "ones")

_layer_axes = axes_of("layer_normalization")
_group_axis = axes_of("group_normalization")
_unit_axes = axes_of("unit_normalization")


def _layer_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    axes = _layer_axes(shape, arguments)
    return affine_weights(tuple(shape[axis - 1] for axis in axes), arguments)


def _layer_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    axes = _layer_axes(shape, arguments)
    return affine_facts(axes, shape, arguments) | {"axis": from_end(axes, shape)}


def _groups(shape: Shape, arguments: Arguments) -> int:
    groups = cast(int, arguments["groups"])
    (axis,) = _group_axis(shape, arguments)
    features = shape[axis - 1]
    if groups == -1:
        return features
    if groups == 0 or features % groups:
        raise Misfit(
            f"`group_normalization` cannot make {groups} groups of the {features} "
            f"features on axis {axis} of {shape}",
            f"{features} must be a multiple of `groups`; -1 makes a group of each",
            argument="groups",
        )
    return groups


def _group_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    (axis,) = _group_axis(shape, arguments)
    return affine_weights((shape[axis - 1],), arguments)


def _group_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    """A batch with its features in groups, and the axes over which each has a mean."""
    (axis,) = _group_axis(shape, arguments)
    groups = _groups(shape, arguments)
    split = (*shape[: axis - 1], groups, shape[axis - 1] // groups, *shape[axis:])
    others = (i for i in range(1, len(split) + 1) if i != axis)
    return affine_facts((axis,), shape, arguments) | {
        "groups": (-1, *split),
        "axis": as_axis(others),
    }


def _rms_axes(shape: Shape, arguments: Arguments) -> tuple[int, ...]:
    axes = axes_of("rms_normalization")(shape, arguments)
    last = tuple(range(min(axes), len(shape) + 1))
    if axes != last:
        raise Misfit(
            "`rms_normalization` takes the last axes of a sample, along which its "
            f"scale lies, not {as_axis(axes)} of {shape}",
            f"write `axis={last}`"
            if set(axes) == set(last)
            else "put the axis last with `permute`",
            argument="axis",
        )
    return axes


def _rms_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    axes = _rms_axes(shape, arguments)
    return (Weight("scale", tuple(shape[axis - 1] for axis in axes), _ONES),)


def _rms_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    axes = _rms_axes(shape, arguments)
    sums = as_axis(range(axes[0]))
    return {"axis": from_end(axes, shape), "sums": sums, "affine": True}


NORMALIZATION = (
    LayerEntry(
        "layer_normalization",
        "gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the "
        "variance of each sample (Ba et al., 2016).",
        (_AXES, EPSILON, *AFFINE, *REGULARIZED, TRAINABLE),
        shape=same_shape(_layer_axes),
        weights=_layer_weights,
        flops=affine_flops,
        derivative_flops=affine_derivative_flops,
        step="normalization",
        mask=passes_mask,
        facts=_layer_facts,
        short="layer_norm",
        sees=lambda shape, a: by_cell(_layer_axes(shape, a) == (len(shape),)),
        keeps="deviation",
    ),
    LayerEntry(
        "group_normalization",
        "gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the "
        "variance of each group of neighbouring features of a sample (Wu, He, 2018).",
        (
            Argument(
                "groups",
                Integer(-1),
                32,
                "how many groups; -1 makes one of each feature",
            ),
            AXIS,
            EPSILON,
            *AFFINE,
            *REGULARIZED,
            TRAINABLE,
        ),
        shape=same_shape(_groups),
        weights=_group_weights,
        flops=affine_flops,
        derivative_flops=affine_derivative_flops,
        step="normalization",
        mask=passes_mask,
        facts=_group_facts,
        short="group_norm",
        sees=lambda shape, _: by_cell(len(shape) == 1),
        keeps="deviation",
    ),
    LayerEntry(
        "rms_normalization",
        "scale * x / sqrt(mean(x²) + epsilon), with the mean of each sample (Zhang and "
        "Sennrich, 2019).",
        (
            _AXES,
            Argument("epsilon", Real(minimum=0), 1e-6, "added to the mean"),
            TRAINABLE,
        ),
        shape=same_shape(_rms_axes),
        weights=_rms_weights,
        flops=lambda _, output, __: 4 * prod(output),
        derivative_flops=lambda _, output, __: (2 * prod(output), 6 * prod(output)),
        step="normalization",
        facts=_rms_facts,
        short="rms_norm",
        sees=lambda shape, a: by_cell(_rms_axes(shape, a) == (len(shape),)),
        keeps="root",
    ),
    LayerEntry(
        "unit_normalization",
        "x / |x|: each sample at length 1. What is shorter than 1e-12 is divided by "
        "that.",
        (_AXES,),
        shape=same_shape(_unit_axes),
        flops=lambda _, output, __: 3 * prod(output),
        derivative_flops=lambda _, output, __: (0, 5 * prod(output)),
        step="normalization",
        mask=passes_mask,
        facts=lambda shape, a: {
            "axis": from_end(_unit_axes(shape, a), shape),
            "affine": False,
        },
        short="unit_norm",
        sees=lambda shape, a: by_cell(_unit_axes(shape, a) == (len(shape),)),
        keeps="length",
    ),
)
