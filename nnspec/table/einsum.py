"""A product over axes that have letters, as in Keras 3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import prod
from string import ascii_letters
from typing import cast

from nnspec.record import Record
from nnspec.table.common import TRAINABLE, by_name, initializer
from nnspec.table.entry import Argument, Arguments, LayerEntry, Misfit, Shape, Weight
from nnspec.table.kinds import AnyOf, Integer, ListOf, OneOf, Optional, String
from nnspec.table.receptive_field import by_cell
from nnspec.table.regularizers import regularized

_NAME = "einsum_dense"
_OPERAND = r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?"
_EQUATION = re.compile(rf"{_OPERAND},([a-zA-Z]+)->{_OPERAND}")


class Axes(Record):
    """The letters of all axes of input, kernel and output, and how long these are.

    That of the batch comes first in `x` and in `y`; it has no size. `bias` has those
    of the bias, a 1 for an axis of size 1.
    """

    x: str
    kernel: str
    y: str
    sizes: Mapping[str, int]
    bias: str = ""

    def shape(self, letters: str) -> Shape:
        """The sizes of these axes."""
        return tuple(1 if c == "1" else self.sizes[c] for c in letters)


def axes_of(shape: Shape, arguments: Arguments) -> Axes:
    """The axes of an equation for samples of a shape, or `Misfit`."""
    x, kernel, y, elided = _letters(shape, cast(str, arguments["equation"]))
    _verify(x, kernel, y)
    sizes = dict(zip(x[1:], shape, strict=True))
    named = "".join(c for c in y[1:] if c not in elided)
    given = arguments["output_shape"]
    listed = (given,) if isinstance(given, int) else cast("tuple[int | None]", given)
    if len(listed) != len(named):
        raise Misfit(
            f"`output_shape` of `{_NAME}` gives {len(listed)} of the {len(named)} "
            f"sizes, those of the axes `{named}`",
            "write `none` for a size that the input gives",
            argument="output_shape",
        )
    for c, size in zip(named, listed, strict=True):
        if sizes.setdefault(c, size or 0) != (size or sizes[c]):
            raise Misfit(
                f"axis `{c}` of `{_NAME}` has {sizes[c]} cells in the input, and "
                f"{size} in `output_shape`",
                f"write {sizes[c]}, or `none`, which takes it from the input",
                argument="output_shape",
            )
        if not sizes[c]:
            raise Misfit(
                f"the input of `{_NAME}` has no axis `{c}`, so that its size is "
                "unknown",
                "give it in `output_shape`",
                argument="output_shape",
            )
    return Axes(x, kernel, y, sizes, _bias(y, named, arguments["bias_axes"]))


def _letters(shape: Shape, equation: str) -> tuple[str, str, str, str]:
    """Those of input, kernel and output, and those that stand for `...`."""
    found = _EQUATION.fullmatch(equation)
    if found is None:
        raise _misfit(
            f"`{_NAME}` cannot read the equation",
            'write the axes of input, kernel and output as letters: `"abc,cd->abd"`',
        )
    first, x, last, kernel, y_first, y, y_last = found.groups()
    if (first and last) or (first, last) != (y_first, y_last):
        raise _misfit(
            f"`...` stands at one end in the equation of `{_NAME}`, the same for input "
            "and output",
            'write `"...x,xy->...y"`, for example',
        )
    rank, many = len(shape) + 1, len(x)
    if many > rank or (many < rank and not (first or last)):
        raise _misfit(
            f"the equation of `{_NAME}` has {many} axes for the input, and a batch of "
            f"{shape} has {rank}",
            "the batch axis counts as the first; `...` stands for any number of axes",
        )
    free = "".join(c for c in ascii_letters if c not in equation)
    more = free[: rank - many]
    x, y = (more + x, more + y) if first else (x + more, y + more)
    return x, kernel, y, more


def _verify(x: str, kernel: str, y: str) -> None:
    """Raise `Misfit` unless input, kernel and output go together."""
    for letters in (x, kernel, y):
        if doubled := [c for c in letters if letters.count(c) > 1]:
            raise _misfit(
                f"the equation of `{_NAME}` has axis `{doubled[0]}` twice in "
                f"`{letters}`",
                "each axis needs a letter of its own",
            )
    if y[0] != x[0] or x[0] in kernel:
        raise _misfit(
            f"the first axis of the input of `{_NAME}` is the batch axis",
            "it is the first one of the output, too, and none of the kernel",
        )
    for c in (*y, *kernel):
        if sum(c in letters for letters in (x, kernel, y)) < 2:
            where = "output" if c in y else "kernel"
            raise _misfit(
                f"axis `{c}` of the {where} of `{_NAME}` is neither in the "
                + ("input nor in the kernel" if c in y else "input nor in the output"),
                "the axes of the kernel are in the input or in the output, and "
                "those of the output in the input or in the kernel",
            )


def _bias(y: str, named: str, given: object) -> str:
    """The axes of the bias: from the first that is given on, the others of size 1."""
    letters = cast("str | None", given) or ""
    if wrong := [c for c in letters if c not in named]:
        raise Misfit(
            f"`bias_axes` of `{_NAME}` has `{wrong[0]}`, and the output has the axes "
            f"`{named}` beside the batch's",
            "name some of these",
            argument="bias_axes",
        )
    first = min((y.index(c) for c in letters), default=len(y))
    return "".join(c if c in letters else "1" for c in y[first:])


def _misfit(message: str, help: str) -> Misfit:
    return Misfit(message, help, argument="equation")


def _shape(shape: Shape, arguments: Arguments) -> Shape:
    axes = axes_of(shape, arguments)
    return axes.shape(axes.y[1:])


def _weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    """The kernel's connections come from the axes that it sums over, as in Keras."""
    axes = axes_of(shape, arguments)
    ins = prod(axes.sizes[c] for c in axes.kernel if c not in axes.y)
    outs = prod(axes.sizes[c] for c in axes.kernel if c in axes.y)
    kernel = Weight(
        "kernel", axes.shape(axes.kernel), "kernel_initializer", fans=(ins, outs)
    )
    bias = Weight("bias", axes.shape(axes.bias), "bias_initializer")
    return (kernel, bias) if axes.bias else (kernel,)


def _products(shape: Shape, arguments: Arguments) -> int:
    """A product and an addition for each cell of all axes."""
    axes = axes_of(shape, arguments)
    return 2 * prod(axes.sizes.values())


def _flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    bias = prod(output) * (arguments["bias_axes"] is not None)
    return _products(shape, arguments) + bias


def _sees_alone(shape: Shape, arguments: Arguments) -> bool:
    """Whether the axes but the last go through as they are."""
    axes = axes_of(shape, arguments)
    others = axes.x[:-1]
    return axes.y[:-1] == others and not {*others} & {*axes.kernel}


_PENALTIES = regularized("kernel", "bias")
EINSUM = LayerEntry(
    _NAME,
    "activation(the sum of input * kernel over the axes that the output has not, + "
    "bias), by an equation as that of `np.einsum`.",
    (
        Argument(
            "equation",
            String("an equation", example="abc,cd->abd"),
            doc="the axes of input, kernel and output, that of the batch first; `...` "
            "at one end stands for any others",
            example='"abc,cd->abd"',
        ),
        Argument(
            "output_shape",
            AnyOf((Integer(1), ListOf(Optional(Integer(1))))),
            doc="the sizes of the output's axes, but for that of the batch and those "
            "of `...`; `none` takes one from the input",
            example="(none, 64)",
        ),
        Argument(
            "activation",
            Optional(OneOf("activation")),
            None,
            "applied to the sum; `none` is linear",
        ),
        Argument(
            "bias_axes",
            Optional(String("axes of the output", example="d")),
            None,
            "the axes of the output that the bias has; `none` adds none",
        ),
        initializer("kernel", "glorot_uniform"),
        initializer("bias", "zeros"),
        *_PENALTIES[:2],
        *by_name(_PENALTIES[2:]),  # Keras's has no place for activity_regularizer
        TRAINABLE,
    ),
    shape=_shape,
    weights=_weights,
    flops=_flops,
    derivative_flops=lambda shape, output, a: (
        _flops(shape, output, a),
        _products(shape, a),
    ),
    step="einsum",
    sees=lambda shape, a: by_cell(_sees_alone(shape, a)),
    short="einsum",
)
