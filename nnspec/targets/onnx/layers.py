"""The rules of layers without windows and without steps."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase
from typing import cast

import numpy as np

from nnspec import ir
from nnspec.table.axes import counted_with_batch
from nnspec.table.einsum import axes_of
from nnspec.table.entry import Use
from nnspec.table.merges import dot_axes
from nnspec.table.resizing import ends_of
from nnspec.targets.onnx.activations import activate
from nnspec.targets.onnx.graph import Array, Graph
from nnspec.targets.onnx.windows import channels_first, channels_last


def dense(g: Graph, call: ir.Call, x: str) -> str:
    """`dense`: a product, a bias, an activation."""
    weights = g.weights(call)
    y = g.op("MatMul", x, g.array(weights["kernel"]))
    y = g.affine(y, None, weights.get("bias"))
    return activate(g, y, cast("Use | None", call.use.arguments["activation"]))


def einsum_dense(g: Graph, call: ir.Call, x: str) -> str:
    """`einsum_dense`: a product by an equation, a bias, an activation."""
    weights, axes = g.weights(call), axes_of(call.input_shape, call.use.arguments)
    equation = f"{axes.x},{axes.kernel}->{axes.y}"
    y = g.op("Einsum", x, g.array(weights["kernel"]), equation=equation)
    y = g.affine(y, None, weights.get("bias"))
    return activate(g, y, cast("Use | None", call.use.arguments["activation"]))


def view(g: Graph, call: ir.Call, x: str) -> str:
    """The same values in another shape."""
    return x if call.is_identity else g.reshape(x, *call.output_shape)


def permute(g: Graph, call: ir.Call, x: str) -> str:
    """`permute`: axes in another order."""
    dims = cast("tuple[int, ...]", call.use.arguments["dims"])
    return g.op("Transpose", x, perm=[0, *dims])


def repeat_vector(g: Graph, call: ir.Call, x: str) -> str:
    """`repeat_vector`: each sample several times."""
    wide = g.reshape(x, 1, *call.input_shape)
    times = [1, call.output_shape[0], *[1] * len(call.input_shape)]
    return g.op("Tile", wide, g.integers(*times))


def rescaling(g: Graph, call: ir.Call, x: str) -> str:
    """`rescaling`: a factor and an offset."""
    given = call.use.arguments
    return g.affine(x, np.array(given["scale"]), np.array(given["offset"]))


def prelu(g: Graph, call: ir.Call, x: str) -> str:
    """`prelu`: a slope of its own below 0."""
    return g.op("PRelu", x, g.array(g.weights(call)["alpha"]))


def glu(g: Graph, call: ir.Call, x: str) -> str:
    """`glu`: one half times the gate of the other."""
    given = cast(int, call.use.arguments["axis"])
    (axis,) = counted_with_batch([given], call.input_shape, "glu")
    one, other = g.ops("Split", (x,), 2, axis=axis, num_outputs=2)
    return g.op("Mul", one, g.op("Sigmoid", other))


def embedding(g: Graph, call: ir.Call, x: str) -> str:
    """`embedding`: the row of each id; steps of id 0 may be masked."""
    ids = g.op("Cast", x, to=7)  # INT64
    if call.mask == "makes":
        g.masks[call.name] = g.op("Cast", ids, to=9)  # BOOL
    return g.op("Gather", g.array(g.weights(call)["embeddings"]), ids)


def masking(g: Graph, call: ir.Call, x: str) -> str:
    """`masking`: steps that are all of one value become 0, and are masked."""
    fills = g.op("Equal", x, g.number(cast(float, call.use.arguments["mask_value"])))
    differs = g.as_numbers(g.op("Not", fills))
    seen = g.reduced("Max", differs, (2,), True)
    g.masks[call.name] = g.op("Cast", g.op("Squeeze", seen, g.integers(2)), to=9)
    return g.op("Mul", x, seen)


def position_embedding(g: Graph, call: ir.Call, x: str) -> str:
    """`position_embedding`: a vector for each position is added."""
    vectors = g.weights(call)["embeddings"]
    return g.affine(x, None, vectors[: call.input_shape[0]])


# -- Normalizations --------------------------------------------------------------------


def _axes(call: ir.Call) -> tuple[int, ...]:
    """The axes of a batch that the argument `axis` names."""
    axis = call.use.arguments["axis"]
    given = cast("tuple[int, ...]", axis if isinstance(axis, tuple) else (axis,))
    return counted_with_batch(given, call.input_shape, call.use.name)


def _along(call: ir.Call, array: Array | None, axes: tuple[int, ...]) -> Array | None:
    """Numbers for the values of these axes, in a shape that goes with a batch."""
    if array is None:
        return None
    shape = call.input_shape
    return array.reshape([n if i in axes else 1 for i, n in enumerate(shape, 1)])


def batch_normalization(g: Graph, call: ir.Call, x: str) -> str:
    """`batch_normalization` with its running means: a factor and an offset."""
    weights = {n: w.astype(float) for n, w in g.weights(call).items()}
    epsilon = cast(float, call.use.arguments["epsilon"])
    factor = weights.get("gamma", np.array(1.0))
    factor = factor / np.sqrt(weights["moving_variance"] + epsilon)
    axes = _axes(call)
    centered = g.affine(x, None, _along(call, -weights["moving_mean"], axes))
    scaled, beta = _along(call, factor, axes), _along(call, weights.get("beta"), axes)
    return g.affine(centered, scaled, beta)


def _standardized(g: Graph, x: str, axes: tuple[int, ...], epsilon: float) -> str:
    """Values less their mean, by the root of their variance."""
    centered = g.op("Sub", x, g.reduced("Mean", x, axes, True))
    return _over_root(g, centered, axes, epsilon)


def _over_root(g: Graph, x: str, axes: tuple[int, ...], epsilon: float) -> str:
    """Values by the root of the mean of their squares."""
    mean = g.reduced("Mean", g.op("Mul", x, x), axes, True)
    return g.op("Div", x, g.op("Sqrt", g.op("Add", mean, g.number(epsilon))))


def _scaled(g: Graph, call: ir.Call, x: str, axes: tuple[int, ...]) -> str:
    weights = g.weights(call)
    gamma, beta = (_along(call, weights.get(n), axes) for n in ("gamma", "beta"))
    return g.affine(x, gamma, beta)


def layer_normalization(g: Graph, call: ir.Call, x: str) -> str:
    """`layer_normalization`: each sample by itself."""
    axes, epsilon = _axes(call), cast(float, call.use.arguments["epsilon"])
    return _scaled(g, call, _standardized(g, x, axes, epsilon), axes)


def group_normalization(g: Graph, call: ir.Call, x: str) -> str:
    """`group_normalization`: each group of features by itself."""
    (axis,) = _axes(call)
    shape, epsilon = call.input_shape, cast(float, call.use.arguments["epsilon"])
    groups = cast(int, call.use.arguments["groups"])
    groups = shape[axis - 1] if groups == -1 else groups
    split = (*shape[: axis - 1], groups, shape[axis - 1] // groups, *shape[axis:])
    others = tuple(i for i in range(1, len(split) + 1) if i != axis)
    y = _standardized(g, g.reshape(x, *split), others, epsilon)
    return _scaled(g, call, g.reshape(y, *shape), (axis,))


def rms_normalization(g: Graph, call: ir.Call, x: str) -> str:
    """`rms_normalization`: values by the root of the mean of their squares."""
    axes, epsilon = _axes(call), cast(float, call.use.arguments["epsilon"])
    y = _over_root(g, x, axes, epsilon)
    return g.affine(y, _along(call, g.weights(call)["scale"], axes), None)


def unit_normalization(g: Graph, call: ir.Call, x: str) -> str:
    """`unit_normalization`: each vector by its length, which is no less than 1e-12."""
    return _unit(g, x, _axes(call), 1e-12)


def _unit(g: Graph, x: str, axes: tuple[int, ...], least: float) -> str:
    """Vectors along axes by their lengths, which are no less than a number."""
    length = g.op("Sqrt", g.reduced("Sum", g.op("Mul", x, x), axes, True))
    return g.op("Div", x, g.op("Max", length, g.number(least)))


# -- Edges and sizes -------------------------------------------------------------------


def zero_padding(g: Graph, call: ir.Call, x: str) -> str:
    """`zero_padding1d`, ...: zeros around."""
    ends = ends_of(call.use.arguments, len(call.input_shape) - 1)
    before, behind = zip(*ends, strict=True)
    return g.op("Pad", x, g.integers(0, *before, 0, 0, *behind, 0))


def cropping(g: Graph, call: ir.Call, x: str) -> str:
    """`cropping1d`, ...: without the edges."""
    rank = len(call.input_shape) - 1
    starts = [before for before, _ in ends_of(call.use.arguments, rank)]
    ends = [a + n for a, n in zip(starts, call.output_shape, strict=False)]
    axes = range(1, rank + 1)
    return g.op("Slice", x, *(g.integers(*each) for each in (starts, ends, axes)))


def upsampling(g: Graph, call: ir.Call, x: str) -> str:
    """`upsampling1d`, ...: each cell several times, or what lies between cells."""
    rank = len(call.input_shape) - 1
    pairs = zip(call.output_shape[:-1], call.input_shape, strict=False)
    factors = g.array(np.array([1.0, 1.0, *(n // m for n, m in pairs)]))
    how = {"mode": "nearest", "nearest_mode": "floor"}
    how["coordinate_transformation_mode"] = "asymmetric"
    if call.use.arguments.get("interpolation") == "bilinear":
        how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    first = channels_first(g, x, rank)
    return channels_last(g, g.op("Resize", first, "", factors, **how), rank)


# -- Merges ----------------------------------------------------------------------------


def chained(kind: str) -> Callable[..., str]:
    """A merge by an operator of two values."""

    def rule(g: Graph, call: ir.Call, *values: str) -> str:
        first, *others = _of_one_rank(g, call, values)
        for other in others:
            first = g.op(kind, first, other)
        return first

    return rule


def _of_one_rank(g: Graph, call: ir.Call, values: tuple[str, ...]) -> list[str]:
    """Values with as many axes, so that they broadcast sample by sample."""
    rank = len(call.output_shape)
    return [
        x if len(shape) == rank else g.reshape(x, *[1] * (rank - len(shape)), *shape)
        for x, shape in zip(values, call.input_shapes, strict=True)
    ]


def average(g: Graph, call: ir.Call, *values: str) -> str:
    """`average`: the sum by how many there are."""
    total = g.op("Sum", *_of_one_rank(g, call, values))
    return g.op("Mul", total, g.number(1 / len(values)))


def concatenate(g: Graph, call: ir.Call, *values: str) -> str:
    """`concatenate`: side by side."""
    given = cast(int, call.use.arguments["axis"])
    (axis,) = counted_with_batch([given], call.input_shapes[0], "concatenate")
    return g.op("Concat", *values, axis=axis)


def dot(g: Graph, call: ir.Call, *values: str) -> str:
    """`dot`: a product of two values, summed over an axis of each."""
    axes = dot_axes(call.input_shapes, call.use.arguments)
    if call.use.arguments["normalize"]:
        pairs = zip(values, axes, strict=True)
        values = tuple(_unit(g, x, (axis + 1,), 1e-7) for x, axis in pairs)
    one, other = call.input_shapes
    free = iter(ascii_lowercase[2:])  # a is the batch, b is summed over
    letters = [
        ["b" if axis == i else next(free) for i in range(len(shape))]
        for shape, axis in zip((one, other), axes, strict=True)
    ]
    left, right = ("".join(part) for part in letters)
    kept = (left + right).replace("b", "")
    y = g.op("Einsum", *values, equation=f"a{left},a{right}->a{kept}")
    return y if kept else g.op("Unsqueeze", y, g.integers(1))
