"""Convolutions of sequences and images, as in Keras 3: channels last.

Keras's convolution is a cross-correlation: no kernel is turned round.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import cast

from nnspec.record import replace
from nnspec.table.common import TRAINABLE, initializer
from nnspec.table.convolved import (
    DILATION,
    agree,
    convolved,
    depthwise_shape,
    numbers,
    sees,
    transposed_sees,
    transposed_shape,
)
from nnspec.table.entry import Argument, Arguments, LayerEntry, Shape, Weight
from nnspec.table.kinds import Choice, Flag, Integer, OneOf, Optional
from nnspec.table.regularizers import regularized
from nnspec.table.windows import Sizes

_Weights = Callable[[Shape, Arguments], tuple[Weight, ...]]
_Flops = Callable[[Shape, Shape, Arguments], int]

# -- Weights and FLOPs -----------------------------------------------------------------


def _weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes, filters = numbers(arguments, "kernel_size"), cast(int, arguments["filters"])
    inner = shape[-1] // cast(int, arguments.get("groups", 1))
    return _with_bias(arguments, filters, _kernel((*sizes, inner, filters)))


def _transposed_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes, filters = numbers(arguments, "kernel_size"), cast(int, arguments["filters"])
    return _with_bias(arguments, filters, _kernel((*sizes, filters, shape[-1])))


def _kernel(shape: Shape, name: str = "") -> Weight:
    """A kernel, called after its part in a layer that has several."""
    stem = name or "kernel"
    return Weight(f"{name}_kernel" if name else stem, shape, f"{stem}_initializer")


def _depthwise_kernel(shape: Shape, arguments: Arguments) -> Weight:
    sizes = numbers(arguments, "kernel_size")
    multiplier = cast(int, arguments["depth_multiplier"])
    return Weight("kernel", (*sizes, shape[-1], multiplier), "depthwise_initializer")


def _depthwise_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    kernel = _depthwise_kernel(shape, arguments)
    return _with_bias(arguments, prod(kernel.shape[-2:]), kernel)


def _separable_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    depthwise = replace(_depthwise_kernel(shape, arguments), name="depthwise_kernel")
    channels, filters = prod(depthwise.shape[-2:]), cast(int, arguments["filters"])
    cell = (1,) * (len(shape) - 1)
    pointwise = _kernel((*cell, channels, filters), "pointwise")
    return _with_bias(arguments, filters, depthwise, pointwise)


def _with_bias(arguments: Arguments, size: int, *kernels: Weight) -> tuple[Weight, ...]:
    bias = Weight("bias", (size,), "bias_initializer")
    return (*kernels, bias) if arguments["use_bias"] else kernels


def _flops(weights: _Weights, *, transposed: bool = False) -> _Flops:
    """A product and an addition for each number of a kernel at each site; the bias."""

    def flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
        _, products = counts(shape, output, arguments)
        return products + prod(output) * bool(arguments["use_bias"])

    counts = _derivative_flops(weights, transposed=transposed)
    return flops


def _derivative_flops(
    weights: _Weights, *, transposed: bool = False
) -> Callable[[Shape, Shape, Arguments], tuple[int, int]]:
    """As many as forward by the weights; by the input, none for the bias."""

    def counts(shape: Shape, output: Shape, arguments: Arguments) -> tuple[int, int]:
        sites = prod((shape if transposed else output)[:-1])
        kernels = (w for w in weights(shape, arguments) if w.name != "bias")
        products = 2 * sites * sum(prod(kernel.shape) for kernel in kernels)
        return products + prod(output) * bool(arguments["use_bias"]), products

    return counts


# -- Arguments -------------------------------------------------------------------------

FILTERS = Argument(
    "filters", Integer(1), doc="how many channels the output has", example="32"
)
_USE_BIAS = Argument("use_bias", Flag(), True, "whether a bias is added")
_ACTIVATION = Argument(
    "activation",
    Optional(OneOf("activation")),
    None,
    "applied to the sum; `none` is linear; needs no name wherever it stands",
    anywhere=True,
)
_MULTIPLIER = Argument(
    "depth_multiplier", Integer(1), 1, "how many filters each channel has"
)
_GROUPS = Argument(
    "groups", Integer(1), 1, "groups of channels, each with filters of its own"
)
_INITIALIZERS = (
    initializer("kernel", "glorot_uniform"),
    initializer("bias", "zeros"),
)


def _sizes(name: str, rank: int, doc: str, default: int | None = None) -> Argument:
    kind = Sizes(rank)
    if default is None:
        return Argument(name, kind, doc=doc, example="3")
    return Argument(name, kind, default if rank == 1 else (default,) * rank, doc)


def geometry(
    rank: int, paddings: tuple[str, ...] = ("valid", "same")
) -> tuple[Argument, Argument, Argument]:
    """The arguments of windows: their size, their strides and the padding."""
    return (
        _sizes("kernel_size", rank, "size of the windows"),
        _sizes("strides", rank, "cells from one window to the next", 1),
        Argument("padding", Choice(paddings), "valid", "what is added around a sample"),
    )


def dilation(rank: int) -> Argument:
    """The argument of gaps between the cells of a window."""
    return _sizes(DILATION, rank, "cells from one weight of a window to the next", 1)


def _conv(rank: int, what: str, formula: str) -> LayerEntry:
    name = f"conv{rank}d"
    causal = ("causal",) * (rank == 1)
    return LayerEntry(
        name,
        f"activation({formula} + bias), a window of {what} for each value.",
        (
            FILTERS,
            *geometry(rank, ("valid", "same", *causal)),
            dilation(rank),
            _GROUPS,
            _ACTIVATION,
            _USE_BIAS,
            *_INITIALIZERS,
            *regularized("kernel", "bias"),
            TRAINABLE,
        ),
        agree=agree(name),
        shape=convolved(name, rank),
        weights=_weights,
        flops=_flops(_weights),
        derivative_flops=_derivative_flops(_weights),
        step="convolution",
        shares=True,
        sees=sees,
    )


def _conv_transpose(rank: int, what: str) -> LayerEntry:
    name = f"conv{rank}d_transpose"
    size, stride, padding = geometry(rank)
    return LayerEntry(
        name,
        f"activation(each value of {what} times the kernel, where these overlap their "
        "sum, + bias): what the derivative of a convolution does.",
        (
            FILTERS,
            size,
            stride,
            replace(padding, doc="`same` makes strides times as much"),
            Argument(
                "output_padding",
                Optional(Sizes(rank, 0)),
                None,
                "cells more at the far end, fewer than the strides",
            ),
            dilation(rank),
            _ACTIVATION,
            _USE_BIAS,
            *_INITIALIZERS,
            *regularized("kernel", "bias"),
            TRAINABLE,
        ),
        agree=agree(name),
        shape=transposed_shape(name, rank),
        weights=_transposed_weights,
        flops=_flops(_transposed_weights, transposed=True),
        derivative_flops=_derivative_flops(_transposed_weights, transposed=True),
        step="transposed_convolution",
        shares=True,
        sees=transposed_sees,
        short=f"conv{rank}d_t",
    )


def _depthwise(rank: int) -> LayerEntry:
    name = f"depthwise_conv{rank}d"
    return LayerEntry(
        name,
        "activation(sum(window * kernel) + bias) of each channel by itself.",
        (
            *geometry(rank),
            _MULTIPLIER,
            dilation(rank),
            _ACTIVATION,
            _USE_BIAS,
            initializer("depthwise", "glorot_uniform"),
            initializer("bias", "zeros"),
            *regularized("depthwise", "bias"),
            TRAINABLE,
        ),
        shape=depthwise_shape(name, rank),
        weights=_depthwise_weights,
        flops=_flops(_depthwise_weights),
        derivative_flops=_derivative_flops(_depthwise_weights),
        step="depthwise",
        shares=True,
        sees=sees,
        short="depthwise",
    )


def _separable(rank: int) -> LayerEntry:
    name = f"separable_conv{rank}d"
    return LayerEntry(
        name,
        "A depthwise convolution without bias, then activation(x @ kernel + bias) over "
        "its channels (Chollet, 2017).",
        (
            FILTERS,
            *geometry(rank),
            dilation(rank),
            _MULTIPLIER,
            _ACTIVATION,
            _USE_BIAS,
            initializer("depthwise", "glorot_uniform"),
            initializer("pointwise", "glorot_uniform"),
            initializer("bias", "zeros"),
            *regularized("depthwise", "pointwise", "bias"),
            TRAINABLE,
        ),
        shape=convolved(name, rank),
        weights=_separable_weights,
        flops=_flops(_separable_weights),
        derivative_flops=_derivative_flops(_separable_weights),
        step="separable",
        shares=True,
        sees=sees,
        short="separable",
    )


CONVOLUTION = (
    _conv(1, "steps", "sum(window * kernel)"),
    _conv(2, "cells", "sum(window * kernel)"),
    _conv(3, "voxels", "sum(window * kernel)"),
    _depthwise(1),
    _depthwise(2),
    _separable(1),
    _separable(2),
    _conv_transpose(1, "a sequence"),
    _conv_transpose(2, "an image"),
    _conv_transpose(3, "a volume"),
)
