"""Layers: arguments, output shapes, weights and FLOPs, as in Keras 3."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec.table.activations import ACTIVATIONS
from nnspec.table.entry import (
    Activation,
    Argument,
    Arguments,
    DefaultUse,
    Layer,
    Misfit,
    Shape,
    Use,
    Weight,
)
from nnspec.table.kinds import Flag, Integer, OneOf, Optional, Real

_ACTIVATION = OneOf("activation")
_INITIALIZER = OneOf("initializer")
_TRAINABLE = Argument(
    "trainable", Flag(), True, "whether training changes its weights", named=True
)


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


def _activation_shape(shape: Shape, arguments: Arguments) -> Shape:
    return _activated(shape, cast(Use, arguments["activation"]).entry.name)


def _activated(shape: Shape, activation: str) -> Shape:
    if not shape and activation == "softmax":
        raise Misfit("`softmax` needs at least one axis to sum over, got the shape ()")
    return shape


def _activation_flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    entry = cast(Use, arguments["activation"]).entry
    return prod(output) * cast(Activation, entry).flops


def _as_layer(activation: Activation) -> Layer:
    """An activation that stands in a network by itself."""
    return Layer(
        activation.name,
        activation.doc,
        activation.layer_arguments or activation.arguments,
        shape=lambda shape, _: _activated(shape, activation.name),
        flops=lambda _, output, __: prod(output) * activation.flops,
        step="activation",
    )


LAYERS = (
    Layer(
        "input",
        "The network's input: the shape of one sample, without the batch axis.",
        (
            Argument(
                "shape",
                Integer(1),
                doc="the sizes, `input(28, 28)`",
                variadic=True,
            ),
        ),
        shape=lambda _, arguments: cast("tuple[int, ...]", arguments["shape"]),
    ),
    Layer(
        "dense",
        "activation(x @ kernel + bias) over the last axis.",
        (
            Argument("units", Integer(1), doc="size of the output's last axis"),
            Argument(
                "activation",
                Optional(_ACTIVATION),
                None,
                "applied to the sum; `none` is linear",
            ),
            Argument("use_bias", Flag(), True, "whether a bias is added"),
            Argument(
                "kernel_initializer",
                _INITIALIZER,
                DefaultUse("initializer", "glorot_uniform"),
                "initial values of the kernel",
            ),
            Argument(
                "bias_initializer",
                _INITIALIZER,
                DefaultUse("initializer", "zeros"),
                "initial values of the bias",
            ),
            _TRAINABLE,
        ),
        shape=_dense_shape,
        weights=_dense_weights,
        flops=_dense_flops,
        step="dense",
    ),
    Layer(
        "activation",
        "An activation by itself.",
        (Argument("activation", _ACTIVATION, doc="which one"),),
        shape=_activation_shape,
        flops=_activation_flops,
        step="activation",
    ),
    Layer(
        "flatten",
        "All values of a sample in one axis, the last axis running fastest.",
        shape=lambda shape, _: (prod(shape),),
        step="view",
    ),
    Layer(
        "reshape",
        "The same values in another shape, the last axis running fastest.",
        (
            Argument(
                "target_shape",
                Integer(-1),
                doc="the sizes without the batch axis; one may be -1: what is left",
                variadic=True,
            ),
        ),
        shape=_reshape_shape,
        step="view",
    ),
    Layer(
        "dropout",
        "While training, sets each value to 0 with probability `rate` and divides the "
        "others by 1 - rate (Srivastava et al., 2014).",
        (Argument("rate", Real(0, 1), doc="share of the values that is dropped"),),
        flops=lambda _, output, __: prod(output),
        step="noise",
    ),
    *(_as_layer(activation) for activation in ACTIVATIONS),
)
