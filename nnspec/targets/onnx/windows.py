"""The rules of layers that move windows. ONNX has channels before the places."""

from __future__ import annotations

from typing import cast

import numpy as np

from nnspec import ir
from nnspec.table.convolved import numbers
from nnspec.table.entry import Shape, Use
from nnspec.table.pooling import window_sizes
from nnspec.table.windows import pads, reach, transposed
from nnspec.targets.onnx.activations import activate
from nnspec.targets.onnx.graph import Array, Graph


def channels_first(g: Graph, x: str, rank: int) -> str:
    """A batch (N, places, channels) as (N, channels, places)."""
    return g.op("Transpose", x, perm=[0, rank + 1, *range(1, rank + 1)])


def channels_last(g: Graph, x: str, rank: int) -> str:
    """The way back."""
    return g.op("Transpose", x, perm=[0, *range(2, rank + 2), 1])


def _around(call: ir.Call, sizes: Shape, strides: Shape, dilations: Shape) -> list[int]:
    """How many cells are added before all axes, then behind them."""
    padding = cast(str, call.use.arguments["padding"])
    cells = zip(call.input_shape, sizes, strides, dilations, strict=False)
    before, behind = zip(
        *(pads(n, k, s, d, padding) for n, k, s, d in cells), strict=True
    )
    return [*before, *behind]


def _last(g: Graph, x: str, call: ir.Call) -> str:
    """The bias and the activation, where channels are last again."""
    bias = g.weights(call).get("bias")
    y = g.affine(x, None, bias)
    return activate(g, y, cast("Use | None", call.use.arguments["activation"]))


def convolve(g: Graph, x: str, call: ir.Call, kernel: Array, groups: int) -> str:
    """A convolution without its bias; of a kernel (places, inputs, outputs)."""
    arguments = call.use.arguments
    rank = kernel.ndim - 2
    strides, dilations = (numbers(arguments, n) for n in ("strides", "dilation_rate"))
    strides, dilations = (
        strides * (rank // len(strides)),
        dilations * (rank // len(dilations)),
    )
    sizes = kernel.shape[:-2]
    turned = g.array(np.moveaxis(kernel, (-1, -2), (0, 1)))
    y = g.op(
        "Conv",
        channels_first(g, x, rank),
        turned,
        strides=[*strides],
        dilations=[*dilations],
        group=groups,
        pads=_around(call, sizes, strides, dilations),
    )
    return channels_last(g, y, rank)


def convolution(g: Graph, call: ir.Call, x: str) -> str:
    """`conv1d`, `conv2d` and `conv3d`."""
    groups = cast(int, call.use.arguments["groups"])
    return _last(g, convolve(g, x, call, g.weights(call)["kernel"], groups), call)


def _by_channel(g: Graph, x: str, call: ir.Call, kernel: Array) -> str:
    """Each channel by itself: as many groups as channels."""
    channels = kernel.shape[-2]
    alone = kernel.reshape(*kernel.shape[:-2], 1, -1)
    return convolve(g, x, call, alone, channels)


def depthwise(g: Graph, call: ir.Call, x: str) -> str:
    """`depthwise_conv1d` and `depthwise_conv2d`."""
    return _last(g, _by_channel(g, x, call, g.weights(call)["kernel"]), call)


def separable(g: Graph, call: ir.Call, x: str) -> str:
    """`separable_conv1d` and `separable_conv2d`: then a product of the channels."""
    weights = g.weights(call)
    y = _by_channel(g, x, call, weights["depthwise_kernel"])
    pointwise = weights["pointwise_kernel"]
    product = g.op("MatMul", y, g.array(pointwise.reshape(pointwise.shape[-2:])))
    return _last(g, product, call)


def transposed_convolution(g: Graph, call: ir.Call, x: str) -> str:
    """`conv1d_transpose`, ...: what the windows write, cut to the output's length."""
    arguments, kernel = call.use.arguments, g.weights(call)["kernel"]
    rank, sizes = kernel.ndim - 2, kernel.shape[:-2]
    strides, dilations = (numbers(arguments, n) for n in ("strides", "dilation_rate"))
    padding = cast(str, arguments["padding"])
    more = arguments["output_padding"]
    mores = (more,) * rank if more is None or isinstance(more, int) else more
    before, behind, added = [], [], []
    for n, k, s, d, m in zip(
        call.input_shape, sizes, strides, dilations, cast(Shape, mores), strict=False
    ):
        length, cut = transposed(n, k, s, d, padding, m)
        rest = (n - 1) * s + reach(k, d) - cut - length
        before.append(cut)
        behind.append(max(rest, 0))
        added.append(max(-rest, 0))
    y = g.op(
        "ConvTranspose",
        channels_first(g, x, rank),
        g.array(np.moveaxis(kernel, (-1, -2), (0, 1))),
        strides=[*strides],
        dilations=[*dilations],
        pads=[*before, *[0] * rank],
    )
    y = channels_last(g, y, rank)
    if any(added):
        edges = [0, *[0] * rank, 0, 0, *added, 0]
        y = g.op("Pad", y, g.integers(*edges))
    if any(behind):
        lengths = call.output_shape[:-1]
        axes = range(1, rank + 1)
        starts, ends = g.integers(*[0] * rank), g.integers(*lengths)
        y = g.op("Slice", y, starts, ends, g.integers(*axes))
    return _last(g, y, call)


def pooling(g: Graph, call: ir.Call, x: str) -> str:
    """`max_pooling1d`, `average_pooling1d`, ...: edges do not count."""
    rank = len(call.input_shape) - 1
    sizes, strides = window_sizes(call.use.arguments, rank)
    largest = call.use.entry.name.startswith("max")
    y = g.op(
        "MaxPool" if largest else "AveragePool",
        channels_first(g, x, rank),
        kernel_shape=[*sizes],
        strides=[*strides],
        pads=_around(call, sizes, strides, (1,) * rank),
    )
    return channels_last(g, y, rank)


def adaptive_pooling(g: Graph, call: ir.Call, x: str) -> str:
    """`adaptive_max_pooling1d`, ...: axis by axis, as windows are products of ranges.

    Windows differ by a cell: the cells of all are gathered, those of short ones with
    one twice, which the mean does not count.
    """
    largest = call.use.entry.name.startswith("adaptive_max")
    rank = len(call.input_shape) - 1
    for axis in range(rank):
        n, m = call.input_shape[axis], call.output_shape[axis]
        begins = [i * n // m for i in range(m)]
        ends = [-(-(i + 1) * n // m) for i in range(m)]
        sizes = np.subtract(ends, begins)[:, None]
        places = np.arange(sizes.max())
        cells = np.minimum(
            np.array(begins)[:, None] + places, np.array(ends)[:, None] - 1
        )
        x = g.op("Gather", x, g.array(cells), axis=axis + 1)
        if not largest:
            shares = np.where(places < sizes, 1 / sizes, 0.0)
            x = g.affine(x, shares.reshape(*shares.shape, *[1] * (rank - axis)), None)
        x = g.reduced("Max" if largest else "Sum", x, (axis + 2,), False)
    return x


def global_pooling(g: Graph, call: ir.Call, x: str) -> str:
    """`global_max_pooling1d`, `global_average_pooling1d`, ..."""
    if call.mask == "uses" and (mask := g.mask(call)):
        return _mean_of_steps(g, call, x, mask)
    largest = call.use.entry.name.startswith("global_max")
    axes = tuple(range(1, len(call.input_shape)))
    keep = bool(call.use.arguments["keepdims"])
    return g.reduced("Max" if largest else "Mean", x, axes, keep)


def _mean_of_steps(g: Graph, call: ir.Call, x: str, mask: str) -> str:
    """The mean of the steps that a mask has; 0 where it has none."""
    keep = bool(call.use.arguments["keepdims"])
    seen = g.op("Unsqueeze", g.as_numbers(mask), g.integers(2))
    total = g.reduced("Sum", g.op("Mul", x, seen), (1,), keep)
    count = g.op("Max", g.reduced("Sum", seen, (1,), keep), g.number(1))
    return g.op("Div", total, count)
