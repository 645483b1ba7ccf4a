"""Layers that only move or repeat values, as in Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import cast

from nnspec.table.common import passes_mask
from nnspec.table.entry import Argument, Arguments, LayerEntry, Misfit, Shape
from nnspec.table.kinds import Integer
from nnspec.table.receptive_field import by_cell


def _reshape_shape(shape: Shape, arguments: Arguments) -> Shape:
    target = cast("tuple[int, ...]", arguments["target_shape"])
    size, known = prod(shape), prod(n for n in target if n != -1)
    if any(n == 0 for n in target) or target.count(-1) > 1:
        raise Misfit(
            "`reshape` takes sizes of at least 1, and -1 for at most one of them",
            code="argument-type",
            argument="target_shape",
        )
    if -1 in target and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in target)
    if -1 in target or known != size:
        raise Misfit(
            f"`reshape` cannot make {target} of {shape}: "
            f"{known} values{' in each row' * (-1 in target)} against {size}",
            "the sizes must multiply to the same number; -1 stands for what is left",
            argument="target_shape",
        )
    return target


def _permute_shape(shape: Shape, arguments: Arguments) -> Shape:
    dims = cast("tuple[int, ...]", arguments["dims"])
    if not shape:
        raise Misfit(
            "`permute` has no axes to put in order: the shape of a sample is ()",
            "remove it",
        )
    if sorted(dims) != list(range(1, len(shape) + 1)):
        numbers = ", ".join(map(str, range(1, len(shape) + 1)))
        raise Misfit(
            f"`permute` takes each of the axes {numbers} of {shape} once, got {dims}",
            "they are counted from 1, without the batch axis",
            argument="dims",
        )
    return tuple(shape[axis - 1] for axis in dims)


def _permute_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    """The order of the axes, the batch axis first, and the order that undoes it."""
    axes = (0, *cast("tuple[int, ...]", arguments["dims"]))
    return {"axes": axes, "back": tuple(map(axes.index, range(len(axes))))}


def _repeat_shape(shape: Shape, arguments: Arguments) -> Shape:
    if len(shape) != 1:
        raise Misfit(
            f"`repeat_vector` needs one vector for each sample, got the shape {shape}",
            "put `flatten` before it" if shape else "put `reshape(1)` before it",
        )
    return (cast(int, arguments["n"]), *shape)


SHAPING = (
    LayerEntry(
        "identity",
        "Leaves its input as it is.",
        step="view",
        keeps_values=True,
        mask=passes_mask,
    ),
    LayerEntry(
        "flatten",
        "All values of a sample in one axis, the last axis running fastest.",
        shape=lambda shape, _: (prod(shape),),
        sees=lambda shape, _: by_cell(len(shape) < 2),
        step="view",
        keeps_values=True,
    ),
    LayerEntry(
        "reshape",
        "The same values in another shape, the last axis running fastest.",
        (
            Argument(
                "target_shape",
                Integer(-1),
                doc="the sizes without the batch axis; one may be -1: what is left",
                variadic=True,
                example="28, 28, 1",
            ),
        ),
        shape=_reshape_shape,
        sees=lambda shape, a: by_cell(_reshape_shape(shape, a) == shape),
        step="view",
        keeps_values=True,
    ),
    LayerEntry(
        "permute",
        "The axes in another order: `permute(2, 1)` transposes.",
        (
            Argument(
                "dims",
                Integer(1),
                doc="which axis of the input each one is, from 1, without the batch",
                variadic=True,
                example="2, 1",
            ),
        ),
        shape=_permute_shape,
        sees=lambda shape, a: by_cell(a["dims"] == tuple(range(1, len(shape) + 1))),
        facts=_permute_facts,
        keeps_values=True,
    ),
    LayerEntry(
        "repeat_vector",
        "The same vector several times: (features,) becomes (n, features).",
        (Argument("n", Integer(1), doc="how often", example="10"),),
        shape=_repeat_shape,
        sees=lambda *_: None,
        keeps_values=True,
        derivative_flops=lambda _, output, __: (0, prod(output)),
    ),
)
