"""Layers that make one value of several, as Keras's merges do.

Shapes broadcast sample by sample, as NumPy's do: (3, 1) and (4,) make (3, 4). Axes are
counted with the batch axis, which is axis 0.
"""

from __future__ import annotations

from functools import reduce
from math import inf, prod
from typing import cast

from nnspec.record import EMPTY
from nnspec.table.axes import counted_with_batch
from nnspec.table.common import passes_mask
from nnspec.table.entry import (
    Argument,
    Arguments,
    Entry,
    LayerEntry,
    Misfit,
    Shape,
    Shapes,
)
from nnspec.table.kinds import AnyOf, Flag, Integer, ListOf
from nnspec.table.words import ValueName


class OutputEntry(Entry):
    """The statement that names the network's outputs."""


#: The argument of those that take the names of values in brackets.
VALUES = "values"


def _values(doc: str, default: object = ()) -> Argument:
    return Argument(VALUES, ValueName(), default, doc, variadic=True)


OUTPUT = OutputEntry(
    "output",
    "Names the network's outputs, where there is more than one or it is not the last "
    "value.",
    (
        Argument(
            VALUES,
            ValueName(),
            doc="the outputs, in their order",
            variadic=True,
            example="price, sold",
        ),
    ),
)


def _broadcast(shapes: Shapes, _: Arguments) -> Shape:
    return reduce(_common, shapes)


def _common(one: Shape, other: Shape) -> Shape:
    """The shape that two are broadcast to, sizes of 1 as often as needed."""
    short, long = sorted((one, other), key=len)
    filled = (1,) * (len(long) - len(short)) + short
    pairs = [{a, b} - {1} for a, b in zip(filled, long, strict=True)]
    if any(len(sizes) > 1 for sizes in pairs):
        raise Misfit(
            f"{one} and {other} cannot be merged element by element",
            "sizes are to be equal, or one of them 1, counted from the last axis",
        )
    return tuple(next(iter(sizes), 1) for sizes in pairs)


def _sum_flops(shapes: Shapes, output: Shape, _: Arguments) -> int:
    return prod(output) * (len(shapes) - 1)


def _average_flops(shapes: Shapes, output: Shape, _: Arguments) -> int:
    """The sum, and a multiplication for each element."""
    return prod(output) * len(shapes)


#: The FLOPs of the derivative by the weights, and by each value.
_Derivative = tuple[int, tuple[int, ...]]


def _sum_derivative(shapes: Shapes, output: Shape, _: Arguments) -> _Derivative:
    """What comes back is handed on as it is, or summed over what was repeated."""
    whole = prod(output)
    return 0, tuple(whole * (prod(shape) < whole) for shape in shapes)


def _average_derivative(shapes: Shapes, output: Shape, _: Arguments) -> _Derivative:
    """What comes back is divided once for all."""
    first, *others = _sum_derivative(shapes, output, EMPTY)[1]
    return 0, (first + prod(output), *others)


def _product_derivative(shapes: Shapes, output: Shape, _: Arguments) -> _Derivative:
    """By each value, the product of all others and of what comes back."""
    product = prod(output) * (len(shapes) - 1)
    sums = _sum_derivative(shapes, output, EMPTY)[1]
    return 0, tuple(product + repeated for repeated in sums)


def _choice_derivative(shapes: Shapes, output: Shape, _: Arguments) -> _Derivative:
    """By each value, what comes back where it was the one that was taken."""
    sums = _sum_derivative(shapes, output, EMPTY)[1]
    return 0, tuple(2 * prod(output) + repeated for repeated in sums)


def joined_axis(shapes: Shapes, arguments: Arguments) -> int:
    """The axis along which values are joined, counted without the batch axis."""
    axis = cast(int, arguments["axis"])
    return counted_with_batch((axis,), shapes[0], "concatenate")[0] - 1


def _concatenate_shape(shapes: Shapes, arguments: Arguments) -> Shape:
    axis, first = joined_axis(shapes, arguments), shapes[0]
    for shape in shapes[1:]:
        others = [s[:axis] + s[axis + 1 :] for s in (first, shape)]
        if len(shape) != len(first) or others[0] != others[1]:
            raise Misfit(
                f"{first} and {shape} differ in more than axis {axis + 1}, along which "
                "`concatenate` joins them",
                "all other sizes are to be equal",
            )
    joined = sum(shape[axis] for shape in shapes)
    return (*first[:axis], joined, *first[axis + 1 :])


def dot_axes(shapes: Shapes, arguments: Arguments) -> tuple[int, int]:
    """The axes that are summed over, counted without the batch axis."""
    axes = cast("int | tuple[int, ...]", arguments["axes"])
    pair = (axes, axes) if isinstance(axes, int) else axes
    found = [
        _as_misfit_of_axes((axis,), shape) - 1
        for axis, shape in zip(pair, shapes, strict=True)
    ]
    return found[0], found[1]


def _as_misfit_of_axes(axes: tuple[int, ...], shape: Shape) -> int:
    try:
        return counted_with_batch(axes, shape, "dot")[0]
    except Misfit as misfit:
        place = "axes" if misfit.argument else None
        raise Misfit(misfit.message, misfit.help, argument=place) from None


def _two_axes(arguments: Arguments) -> None:
    axes = cast("int | tuple[int, ...]", arguments["axes"])
    if not isinstance(axes, int) and len(axes) != 2:
        raise Misfit(
            f"`dot` sums over one axis of each of two values, got {len(axes)}",
            "write one for both, as in `axes=1`, or one for each, as in `axes=[1, 2]`",
            argument="axes",
        )


def _dot_shape(shapes: Shapes, arguments: Arguments) -> Shape:
    a, b = dot_axes(shapes, arguments)
    one, other = shapes
    if one[a] != other[b]:
        raise Misfit(
            f"`dot` sums over axis {a + 1} of {one} and axis {b + 1} of {other}, and "
            f"{one[a]} is not {other[b]}",
            "both axes are to be of one size",
            argument="axes",
        )
    left = (*one[:a], *one[a + 1 :], *other[:b], *other[b + 1 :])
    return left or (1,)


def _dot_flops(shapes: Shapes, output: Shape, arguments: Arguments) -> int:
    """The product; a square, a sum and a division for each number to normalize."""
    a, _ = dot_axes(shapes, arguments)
    scaled = 3 * sum(map(prod, shapes)) if arguments["normalize"] else 0
    return 2 * prod(output) * shapes[0][a] + scaled


def _dot_derivative(shapes: Shapes, output: Shape, arguments: Arguments) -> _Derivative:
    """By each value, a product as large."""
    return 0, (_dot_flops(shapes, output, arguments),) * 2


def _concatenate_sees(shapes: Shapes, arguments: Arguments) -> tuple[()] | None:
    """Each cell by itself, unless cells are joined and not channels."""
    last = joined_axis(shapes, arguments) == len(shapes[0]) - 1
    return () if last else None


def _merge(name: str, doc: str, **more: object) -> LayerEntry:
    """One that works on each element by itself."""
    defaults = {
        "takes": (2, inf),
        "shape": _broadcast,
        "flops": _sum_flops,
        "mask": passes_mask,
    }
    values = _values("what is merged; with a single name, the value before it, first")
    return LayerEntry(name, doc, (values,), **{**defaults, **more})  # type: ignore[arg-type]


MERGES = (
    _merge("add", "The sum of values.", step="sum", derivative_flops=_sum_derivative),
    _merge(
        "subtract",
        "The first value minus the second.",
        takes=(2, 2),
        step="difference",
        derivative_flops=_sum_derivative,
    ),
    _merge(
        "multiply",
        "The product of values, element by element.",
        step="product",
        derivative_flops=_product_derivative,
    ),
    _merge(
        "average",
        "The mean of values.",
        flops=_average_flops,
        stays_within=True,
        step="mean",
        derivative_flops=_average_derivative,
    ),
    _merge(
        "maximum",
        "The largest of values, element by element.",
        stays_within=True,
        step="choice",
        derivative_flops=_choice_derivative,
    ),
    _merge(
        "minimum",
        "The smallest of values, element by element.",
        stays_within=True,
        step="choice",
        derivative_flops=_choice_derivative,
    ),
    LayerEntry(
        "concatenate",
        "Values side by side along an axis.",
        (
            _values("what is joined; with a single name, the value before it, first"),
            Argument(
                "axis",
                Integer(),
                -1,
                "along which; axis 0 is the batch axis, and -1 the last one",
                named=True,
            ),
        ),
        takes=(2, inf),
        stays_within=True,
        shape=_concatenate_shape,
        sees=_concatenate_sees,
        step="concatenation",
        mask=lambda a: "joins" if a["axis"] in (-1, 2) else "drops",
        derivative_flops=lambda shapes, *_: (0, (0,) * len(shapes)),
    ),
    LayerEntry(
        "dot",
        "Two values multiplied and summed over an axis of each; of two vectors, one "
        "number.",
        (
            _values("the second one, or both"),
            Argument(
                "axes",
                AnyOf((Integer(), ListOf(Integer()))),
                doc="the axis of both, or a list of two; axis 0 is the batch axis",
                named=True,
                example="1",
            ),
            Argument(
                "normalize",
                Flag(),
                False,
                "whether both are first divided by their lengths: cosine similarity",
                named=True,
            ),
        ),
        takes=(2, 2),
        agree=_two_axes,
        shape=_dot_shape,
        flops=_dot_flops,
        sees=lambda *_: None,
        step="dot",
        derivative_flops=_dot_derivative,
    ),
)
