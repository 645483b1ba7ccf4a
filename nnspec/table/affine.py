"""What layers that normalize have in common: y = gamma * x_hat + beta."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import cast

from nnspec.table.axes import as_axis, counted_with_batch
from nnspec.table.common import initializer
from nnspec.table.entry import Argument, Arguments, Shape, Weight
from nnspec.table.kinds import Flag, Integer, Real
from nnspec.table.regularizers import regularized

AXIS = Argument("axis", Integer(), -1, "axis of the features; 0 is the batch axis")
EPSILON = Argument("epsilon", Real(minimum=0), 1e-3, "added to the variance")
AFFINE = (
    Argument("center", Flag(), True, "whether beta is added"),
    Argument("scale", Flag(), True, "whether gamma multiplies"),
    initializer("beta", "zeros"),
    initializer("gamma", "ones"),
)
REGULARIZED = regularized("beta", "gamma", activity=False)


Axes = Callable[[Shape, Arguments], tuple[int, ...]]


def axes_of(layer: str) -> Axes:
    """A function for the axes of a batch that `axis` names; `layer` is for messages."""

    def axes(shape: Shape, arguments: Arguments) -> tuple[int, ...]:
        axis = arguments["axis"]
        given = cast("tuple[int, ...]", axis if isinstance(axis, tuple) else (axis,))
        return counted_with_batch(given, shape, layer)

    return axes


def same_shape(check: Callable[[Shape, Arguments], object]) -> Callable[..., Shape]:
    """The shape of the input, unless `check` raises a `Misfit` for it."""

    def shape_of(shape: Shape, arguments: Arguments) -> Shape:
        check(shape, arguments)
        return shape

    return shape_of


def from_end(axes: tuple[int, ...], shape: Shape) -> int | tuple[int, ...] | None:
    """NumPy's `axis`: -1 where it is the last one alone."""
    return -1 if axes == (len(shape),) else as_axis(sorted(axes))


def affine_facts(
    weighted: tuple[int, ...], shape: Shape, arguments: Arguments
) -> dict[str, object]:
    """What a template needs to know of weights that lie along axes of a batch.

    `sums` are the other axes. `spread` is the shape in which the weights go with a
    batch, and `summed` that of a sum over the other axes, where it is not their own.
    """
    rank, ascending = len(shape) + 1, tuple(sorted(weighted))
    last = tuple(range(ascending[0], rank))
    spread = tuple(shape[i - 1] if i in weighted else 1 for i in last)
    summed = tuple(shape[i - 1] for i in ascending)
    return {
        "sums": as_axis(i for i in range(rank) if i not in weighted),
        "spread": None if weighted == last else spread,
        "summed": None if weighted == ascending else summed,
        "affine": bool(arguments["scale"] or arguments["center"]),
    }


def affine_weights(sizes: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    """gamma and beta, as far as there are any."""
    gamma = Weight("gamma", sizes, "gamma_initializer")
    beta = Weight("beta", sizes, "beta_initializer")
    return (gamma,) * bool(arguments["scale"]) + (beta,) * bool(arguments["center"])


def affine_flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    """Mean, difference, square, its mean, quotient; gamma; beta."""
    return prod(output) * (5 + bool(arguments["scale"]) + bool(arguments["center"]))


def affine_derivative_flops(
    shape: Shape, output: Shape, arguments: Arguments
) -> tuple[int, int]:
    """Two for gamma, one for beta; by x_hat one, and 7 from there to x."""
    scale, center = bool(arguments["scale"]), bool(arguments["center"])
    return prod(output) * (2 * scale + center), prod(output) * (scale + 7)
