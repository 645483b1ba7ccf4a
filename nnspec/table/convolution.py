"""Convolutions of sequences and images, as in Keras 3: channels last.

Keras's convolution is a cross-correlation: no kernel is turned round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import cast

from nnspec.table.common import TRAINABLE, initializer
from nnspec.table.entry import Argument, Arguments, Layer, Misfit, Shape, Weight
from nnspec.table.kinds import Choice, Flag, Integer, OneOf, Optional
from nnspec.table.regularizers import regularized
from nnspec.table.sight import Sight, over_windows, under_windows
from nnspec.table.windows import (
    Sizes,
    pads,
    reach,
    transposed,
    verify_axes,
    windowed,
)

Pads = tuple[tuple[int, int], ...]
_Weights = Callable[[Shape, Arguments], tuple[Weight, ...]]
_Flops = Callable[[Shape, Shape, Arguments], int]


@dataclass(frozen=True)
class Windows:
    """The windows of a convolution on a sample, a number for each axis they move over.

    `sizes` are those of the kernel, `sites` how many windows there are, and `pads` how
    many cells are added before and after those of the sample.
    """

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    sites: tuple[int, ...]
    pads: Pads
    groups: int = 1

    @property
    def reaches(self) -> tuple[int, ...]:
        """How many cells there are from the first to the last one of a window."""
        return tuple(map(reach, self.sizes, self.dilations))


def _numbers(arguments: Arguments, name: str) -> tuple[int, ...]:
    """What an argument gives for each axis; of a sequence it may be a single number."""
    given = cast("int | tuple[int, ...]", arguments[name])
    return (given,) if isinstance(given, int) else given


def _geometry_of(
    arguments: Arguments,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The sizes, the strides and the dilations of windows."""
    return (
        _numbers(arguments, "kernel_size"),
        _numbers(arguments, "strides"),
        _numbers(arguments, _DILATION),
    )


def windows_of(shape: Shape, arguments: Arguments) -> Windows:
    """The windows of a convolution on samples of this shape."""
    sizes, strides, dilations = _geometry_of(arguments)
    padding = cast(str, arguments["padding"])
    axes = [*zip(shape[:-1], sizes, strides, dilations, strict=True)]
    found = Windows(
        sizes,
        strides,
        dilations,
        _sites("", len(sizes), shape, arguments),
        tuple(pads(n, k, s, d, padding) for n, k, s, d in axes),
    )
    return replace(found, groups=cast(int, arguments.get("groups", 1)))


def transposed_windows_of(shape: Shape, arguments: Arguments) -> Windows:
    """The windows of the convolution whose transpose takes samples of this shape."""
    sizes, strides, dilations = _geometry_of(arguments)
    cut = tuple(before for _, before in _outputs(shape, arguments))
    axes = zip(shape[:-1], sizes, strides, dilations, strict=True)
    whole = ((n - 1) * s + reach(k, d) for n, k, s, d in axes)
    outputs = (size for size, _ in _outputs(shape, arguments))
    after = (max(n - c - m, 0) for n, c, m in zip(whole, cut, outputs, strict=True))
    return Windows(
        sizes, strides, dilations, shape[:-1], tuple(zip(cut, after, strict=True))
    )


def _sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...]:
    windows = windows_of(shape, arguments)
    before = (first for first, _ in windows.pads)
    return tuple(map(over_windows, windows.strides, windows.reaches, before))


def _transposed_sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...]:
    windows = transposed_windows_of(shape, arguments)
    cut = (first for first, _ in windows.pads)
    return tuple(map(under_windows, windows.strides, windows.reaches, cut))


def _outputs(shape: Shape, arguments: Arguments) -> list[tuple[int, int]]:
    """The size of each axis of a transpose's output, and what is cut off before it."""
    more = cast("tuple[int, ...] | None", arguments["output_padding"])
    sizes, strides, dilations = _geometry_of(arguments)
    padding = cast(str, arguments["padding"])
    return [
        transposed(n, k, s, d, padding, extra)
        for n, k, s, d, extra in zip(
            shape[:-1],
            sizes,
            strides,
            dilations,
            more or (None,) * len(sizes),
            strict=True,
        )
    ]


# -- Shapes ----------------------------------------------------------------------------


def _convolved(name: str, rank: int) -> Callable[[Shape, Arguments], Shape]:
    def shape_of(shape: Shape, arguments: Arguments) -> Shape:
        sites = _sites(name, rank, shape, arguments)
        _verify_groups(name, shape, arguments)
        return (*sites, cast(int, arguments["filters"]))

    return shape_of


def _sites(name: str, rank: int, shape: Shape, arguments: Arguments) -> Shape:
    verify_axes(name, shape, rank)
    return windowed(
        name,
        shape,
        *_geometry_of(arguments),
        padding=cast(str, arguments["padding"]),
        argument="kernel_size",
    )


def _verify_groups(name: str, shape: Shape, arguments: Arguments) -> None:
    groups = cast(int, arguments.get("groups", 1))
    for number, what in ((shape[-1], "channels"), (arguments["filters"], "filters")):
        if cast(int, number) % groups:
            raise Misfit(
                f"`{name}` cannot make {groups} groups of {number} {what}",
                f"{number} must be a multiple of `groups`",
                argument="groups",
            )


def _depthwise_shape(shape: Shape, arguments: Arguments) -> Shape:
    sites = _sites("depthwise_conv2d", 2, shape, arguments)
    return (*sites, shape[-1] * cast(int, arguments["depth_multiplier"]))


def _separable_shape(shape: Shape, arguments: Arguments) -> Shape:
    sites = _sites("separable_conv2d", 2, shape, arguments)
    return (*sites, cast(int, arguments["filters"]))


def _transposed_shape(name: str, rank: int) -> Callable[[Shape, Arguments], Shape]:
    def shape_of(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        sizes = tuple(size for size, _ in _outputs(shape, arguments))
        if min(sizes) < 1:
            raise Misfit(
                f"`{name}` leaves nothing of {shape}",
                "take a larger `output_padding`, or leave it out",
                argument="output_padding",
            )
        return (*sizes, cast(int, arguments["filters"]))

    return shape_of


def _agree(name: str) -> Callable[[Arguments], None]:
    """Strides and dilations do not go together, as in Keras."""

    def verify(arguments: Arguments) -> None:
        if (
            max(_numbers(arguments, "strides"))
            > 1
            < max(_numbers(arguments, _DILATION))
        ):
            raise Misfit(
                f"`{name}` takes strides above 1 or a dilation above 1, not both",
                "leave one of them at 1",
                code="argument-type",
                argument=_DILATION,
                other="strides",
            )
        more = cast("tuple[int, ...] | None", arguments.get("output_padding"))
        strides = _numbers(arguments, "strides")
        if more and any(a >= s for a, s in zip(more, strides, strict=True)):
            raise Misfit(
                f"`output_padding` of `{name}` must be less than its strides",
                "larger outputs come of larger `strides`",
                code="argument-type",
                argument="output_padding",
                other="strides",
            )

    return verify


# -- Weights and FLOPs -----------------------------------------------------------------


def _weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes, filters = _numbers(arguments, "kernel_size"), cast(int, arguments["filters"])
    inner = shape[-1] // cast(int, arguments.get("groups", 1))
    return _with_bias(arguments, filters, _kernel((*sizes, inner, filters)))


def _transposed_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes, filters = _numbers(arguments, "kernel_size"), cast(int, arguments["filters"])
    return _with_bias(arguments, filters, _kernel((*sizes, filters, shape[-1])))


def _kernel(shape: Shape, name: str = "") -> Weight:
    """A kernel, called after its part in a layer that has several."""
    stem = name or "kernel"
    return Weight(f"{name}_kernel" if name else stem, shape, f"{stem}_initializer")


def _depthwise_kernel(shape: Shape, arguments: Arguments) -> Weight:
    sizes = _numbers(arguments, "kernel_size")
    multiplier = cast(int, arguments["depth_multiplier"])
    return Weight("kernel", (*sizes, shape[-1], multiplier), "depthwise_initializer")


def _depthwise_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    kernel = _depthwise_kernel(shape, arguments)
    return _with_bias(arguments, prod(kernel.shape[2:]), kernel)


def _separable_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    depthwise = replace(_depthwise_kernel(shape, arguments), name="depthwise_kernel")
    channels, filters = prod(depthwise.shape[2:]), cast(int, arguments["filters"])
    pointwise = _kernel((1, 1, channels, filters), "pointwise")
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

_DILATION = "dilation_rate"
_FILTERS = Argument("filters", Integer(1), doc="how many channels the output has")
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
        return Argument(name, kind, doc=doc)
    return Argument(name, kind, default if rank == 1 else (default,) * rank, doc)


def _geometry(rank: int) -> tuple[Argument, Argument, Argument]:
    return (
        _sizes("kernel_size", rank, "size of the windows"),
        _sizes("strides", rank, "cells from one window to the next", 1),
        Argument("padding", _padding(rank), "valid", "what is added around a sample"),
    )


def _padding(rank: int) -> Choice:
    return Choice(("valid", "same", "causal") if rank == 1 else ("valid", "same"))


def _dilation(rank: int) -> Argument:
    return _sizes(_DILATION, rank, "cells from one weight of a window to the next", 1)


def _conv(rank: int, what: str, formula: str) -> Layer:
    name = f"conv{rank}d"
    return Layer(
        name,
        f"activation({formula} + bias), a window of {what} for each value.",
        (
            _FILTERS,
            *_geometry(rank),
            _dilation(rank),
            _GROUPS,
            _ACTIVATION,
            _USE_BIAS,
            *_INITIALIZERS,
            *regularized("kernel", "bias"),
            TRAINABLE,
        ),
        agree=_agree(name),
        shape=_convolved(name, rank),
        weights=_weights,
        flops=_flops(_weights),
        derivative_flops=_derivative_flops(_weights),
        step="convolution",
        shares=True,
        sees=_sees,
    )


def _conv_transpose(rank: int, what: str) -> Layer:
    name = f"conv{rank}d_transpose"
    size, stride, _ = _geometry(rank)
    return Layer(
        name,
        f"activation(each value of {what} times the kernel, where these overlap their "
        "sum, + bias): what the derivative of a convolution does.",
        (
            _FILTERS,
            size,
            stride,
            Argument(
                "padding", _padding(2), "valid", "`same` makes strides times as much"
            ),
            Argument(
                "output_padding",
                Optional(Sizes(rank, 0)),
                None,
                "cells more at the far end, fewer than the strides",
            ),
            _dilation(rank),
            _ACTIVATION,
            _USE_BIAS,
            *_INITIALIZERS,
            *regularized("kernel", "bias"),
            TRAINABLE,
        ),
        agree=_agree(name),
        shape=_transposed_shape(name, rank),
        weights=_transposed_weights,
        flops=_flops(_transposed_weights, transposed=True),
        derivative_flops=_derivative_flops(_transposed_weights, transposed=True),
        step="transposed_convolution",
        shares=True,
        sees=_transposed_sees,
        short=f"conv{rank}d_t",
    )


CONVOLUTION = (
    _conv(1, "steps", "sum(window * kernel)"),
    _conv(2, "cells", "sum(window * kernel)"),
    Layer(
        "depthwise_conv2d",
        "activation(sum(window * kernel) + bias) of each channel by itself.",
        (
            *_geometry(2),
            _MULTIPLIER,
            _dilation(2),
            _ACTIVATION,
            _USE_BIAS,
            initializer("depthwise", "glorot_uniform"),
            initializer("bias", "zeros"),
            *regularized("depthwise", "bias"),
            TRAINABLE,
        ),
        shape=_depthwise_shape,
        weights=_depthwise_weights,
        flops=_flops(_depthwise_weights),
        derivative_flops=_derivative_flops(_depthwise_weights),
        step="depthwise",
        shares=True,
        sees=_sees,
        short="depthwise",
    ),
    Layer(
        "separable_conv2d",
        "A depthwise convolution without bias, then activation(x @ kernel + bias) over "
        "its channels (Chollet, 2017).",
        (
            _FILTERS,
            *_geometry(2),
            _dilation(2),
            _MULTIPLIER,
            _ACTIVATION,
            _USE_BIAS,
            initializer("depthwise", "glorot_uniform"),
            initializer("pointwise", "glorot_uniform"),
            initializer("bias", "zeros"),
            *regularized("depthwise", "pointwise", "bias"),
            TRAINABLE,
        ),
        shape=_separable_shape,
        weights=_separable_weights,
        flops=_flops(_separable_weights),
        derivative_flops=_derivative_flops(_separable_weights),
        step="separable",
        shares=True,
        sees=_sees,
        short="separable",
    ),
    _conv_transpose(1, "a sequence"),
    _conv_transpose(2, "an image"),
)
