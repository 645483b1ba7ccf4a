"""Layers: arguments, output shapes, weights and FLOPs, as in Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import cast

from nnspec.table.activations import ACTIVATIONS
from nnspec.table.adaptive import ADAPTIVE
from nnspec.table.attention import ATTENTION
from nnspec.table.axes import as_axis, counted_with_batch
from nnspec.table.batch_normalization import BATCH_NORMALIZATION
from nnspec.table.common import TRAINABLE, initializer, passes_mask
from nnspec.table.conv_recurrent import CONV_RECURRENT
from nnspec.table.convolution import CONVOLUTION
from nnspec.table.einsum import EINSUM
from nnspec.table.entry import (
    ActivationEntry,
    Argument,
    Arguments,
    LayerEntry,
    Misfit,
    Shape,
    Use,
    Weight,
)
from nnspec.table.heads import HEADS
from nnspec.table.kinds import AnyOf, Flag, Integer, ListOf, OneOf, Optional, Real
from nnspec.table.merges import MERGES, OUTPUT
from nnspec.table.noise import NOISE
from nnspec.table.normalization import NORMALIZATION
from nnspec.table.pooling import POOLING
from nnspec.table.receptive_field import by_cell
from nnspec.table.recurrent import RECURRENT
from nnspec.table.regularizers import L1, L2, factors, regularized
from nnspec.table.resizing import RESIZING
from nnspec.table.sequences import SEQUENCES
from nnspec.table.shaping import SHAPING
from nnspec.table.spectral import SPECTRAL
from nnspec.table.wrappers import WRAPPERS

_ACTIVATION = OneOf("activation")
_NUMBERS = AnyOf((Real(), ListOf(Real())))


def _dense_shape(shape: Shape, arguments: Arguments) -> Shape:
    if not shape:
        raise Misfit(
            "`dense` needs at least one feature for each sample, got the shape ()",
            "put `reshape(1)` before it",
        )
    return (*shape[:-1], cast(int, arguments["units"]))


def _dense_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    units = cast(int, arguments["units"])
    kernel = Weight("kernel", (shape[-1], units), "kernel_initializer")
    bias = Weight("bias", (units,), "bias_initializer")
    return (kernel, bias) if arguments["use_bias"] else (kernel,)


def _dense_flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    return prod(output) * (2 * shape[-1] + bool(arguments["use_bias"]))


def _dense_derivative_flops(
    shape: Shape, output: Shape, arguments: Arguments
) -> tuple[int, int]:
    """As many as forward for x.T @ dy and sum(dy); for dy @ kernel.T no bias's."""
    product = 2 * prod(output) * shape[-1]
    return _dense_flops(shape, output, arguments), product


def _shared_axes(arguments: Arguments) -> tuple[int, ...]:
    return cast("tuple[int, ...] | None", arguments["shared_axes"]) or ()


def _prelu_shape(shape: Shape, arguments: Arguments) -> Shape:
    if not shape:
        raise Misfit(
            "`prelu` needs at least one axis for each sample, got the shape ()",
            "put `reshape(1)` before it",
        )
    wrong = [axis for axis in _shared_axes(arguments) if axis > len(shape)]
    if wrong:
        raise Misfit(
            f"`prelu` cannot share axis {wrong[0]}: the last one of {shape} is "
            f"{len(shape)}",
            "axes are counted from 1, without the batch axis",
            argument="shared_axes",
        )
    return shape


def _prelu_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    shared = _shared_axes(arguments)
    sizes = (1 if axis in shared else n for axis, n in enumerate(shape, 1))
    return (Weight("alpha", tuple(sizes), "alpha_initializer"),)


def _prelu_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    """The shared axes of an array without the batch axis."""
    return {"shared": as_axis(sorted({i - 1 for i in _shared_axes(arguments)}))}


def _rescaling_shape(shape: Shape, arguments: Arguments) -> Shape:
    for name in ("scale", "offset"):
        numbers = arguments[name]
        if isinstance(numbers, tuple) and shape[-1:] != (len(numbers),):
            raise Misfit(
                f"`rescaling` takes a number for each place of the last axis of "
                f"{shape}; `{name}` has {len(numbers)}",
                "give as many numbers, or a single one",
                argument=name,
            )
    return shape


def _rescaling_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    """Lists as lists; whether anything is added, or a number subtracted."""
    facts: dict[str, object] = {}
    for name in ("scale", "offset"):
        numbers = arguments[name]
        facts[f"{name}_list"] = isinstance(numbers, tuple)
        facts[name] = [*numbers] if isinstance(numbers, tuple) else numbers
    offset = facts["offset"]
    falls = isinstance(offset, float) and offset < 0
    facts["offset"] = -cast(float, offset) if falls else offset
    return facts | {"shifts": offset != 0, "falls": falls}


def _activation_flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    entry = cast(Use, arguments["activation"]).entry
    return prod(output) * cast(ActivationEntry, entry).flops


def _glu_axis(shape: Shape, arguments: Arguments) -> int:
    """The axis that is halved, from 1."""
    return counted_with_batch([cast(int, arguments["axis"])], shape, "glu")[0]


def _glu_shape(shape: Shape, arguments: Arguments) -> Shape:
    axis = _glu_axis(shape, arguments)
    size = shape[axis - 1]
    if size % 2:
        raise Misfit(
            f"`glu` cannot halve axis {axis} of {shape}: {size} is odd",
            "give the layer before it twice as many units as are to come out",
            argument="axis",
        )
    return (*shape[: axis - 1], size // 2, *shape[axis:])


def as_layer(activation: ActivationEntry) -> LayerEntry:
    """An activation that stands in a network by itself."""
    return LayerEntry(
        activation.name,
        activation.doc,
        activation.layer_arguments or activation.arguments,
        activation.aliases,
        flops=lambda _, output, __: prod(output) * activation.flops,
        step="activation",
        mask=passes_mask,
        activation=activation,
        definition=activation.definition,
    )


LAYERS = (
    LayerEntry(
        "input",
        "The network's input: the shape of one sample, without the batch axis.",
        (
            Argument(
                "shape",
                Integer(1, none="leave the batch axis out: it is not written"),
                doc="the sizes, `input(28, 28)`",
                variadic=True,
                example="28, 28",
            ),
        ),
        takes=(0, 0),
        shape=lambda _, arguments: cast("tuple[int, ...]", arguments["shape"]),
    ),
    OUTPUT,
    LayerEntry(
        "dense",
        "activation(x @ kernel + bias) over the last axis.",
        (
            Argument(
                "units", Integer(1), doc="size of the output's last axis", example="64"
            ),
            Argument(
                "activation",
                Optional(_ACTIVATION),
                None,
                "applied to the sum; `none` is linear",
            ),
            Argument("use_bias", Flag(), True, "whether a bias is added"),
            initializer("kernel", "glorot_uniform"),
            initializer("bias", "zeros"),
            *regularized("kernel", "bias"),
            TRAINABLE,
        ),
        shape=_dense_shape,
        weights=_dense_weights,
        flops=_dense_flops,
        derivative_flops=_dense_derivative_flops,
        step="dense",
        mask=passes_mask,
        sparse=True,
    ),
    LayerEntry(
        "activation",
        "An activation by itself.",
        (Argument("activation", _ACTIVATION, doc="which one", example="relu"),),
        flops=_activation_flops,
        step="activation",
        mask=passes_mask,
    ),
    EINSUM,
    *SEQUENCES,
    *RECURRENT,
    *CONV_RECURRENT,
    *ATTENTION,
    *HEADS,
    *WRAPPERS,
    *SPECTRAL,
    *CONVOLUTION,
    *SHAPING,
    *NOISE,
    BATCH_NORMALIZATION,
    *NORMALIZATION,
    *POOLING,
    *ADAPTIVE,
    *RESIZING,
    *MERGES,
    LayerEntry(
        "prelu",
        "x where positive, else alpha * x, with a weight alpha for each value of a "
        "sample (He et al., 2015).",
        (
            initializer("alpha", "zeros"),
            *regularized("alpha", activity=False),
            Argument(
                "shared_axes",
                Optional(ListOf(Integer(1), or_one=True)),
                None,
                "axes along which all values have the same alpha, from 1",
            ),
            TRAINABLE,
        ),
        shape=_prelu_shape,
        weights=_prelu_weights,
        flops=lambda _, output, __: 2 * prod(output),
        facts=_prelu_facts,
        mask=passes_mask,
        derivative_flops=lambda _, output, __: (3 * prod(output), 3 * prod(output)),
    ),
    LayerEntry(
        "rescaling",
        "x * scale + offset.",
        (
            Argument(
                "scale",
                _NUMBERS,
                doc="factor; a list has one for each place of the last axis",
                example="1/255",
            ),
            Argument("offset", _NUMBERS, 0.0, "what is added, likewise"),
        ),
        shape=_rescaling_shape,
        flops=lambda _, output, a: prod(output) * (1 + (a["offset"] != 0)),
        facts=_rescaling_facts,
        mask=passes_mask,
        derivative_flops=lambda _, output, __: (0, prod(output)),
    ),
    LayerEntry(
        "activity_regularization",
        "Leaves its input as it is, and adds the penalty l1 * sum(|x|) + l2 * sum(x²), "
        "divided by the batch size, to the loss.",
        (L1, L2),
        step="view",
        keeps_values=True,
        penalty=factors,
        mask=passes_mask,
    ),
    LayerEntry(
        "glu",
        "a * sigmoid(b), with a and b the halves of x along an axis, which becomes "
        "half as long (Dauphin et al., 2017): `dense(64)`, then `glu`. It is no "
        "activation of another layer.",
        (
            Argument(
                "axis",
                Integer(),
                -1,
                "the axis to halve; 0 is that of the batch, -1 the last",
            ),
        ),
        shape=_glu_shape,
        sees=lambda shape, a: by_cell(_glu_axis(shape, a) == len(shape)),
        flops=lambda _, output, __: 5 * prod(output),
        derivative_flops=lambda _, output, __: (0, 9 * prod(output)),
        facts=lambda shape, a: {"axis": _glu_axis(shape, a) - len(shape) - 1},
    ),
    *(as_layer(activation) for activation in ACTIVATIONS),
)
