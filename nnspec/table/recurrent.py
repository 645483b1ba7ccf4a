"""Recurrent layers: what is known of the steps so far goes into the next one.

Names, defaults, the order of the gates and the arithmetic are those of Keras 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from nnspec.record import replace
from nnspec.table.activations import sums_last
from nnspec.table.common import TRAINABLE, initializer
from nnspec.table.entry import (
    ActivationEntry,
    Argument,
    Arguments,
    DefaultUse,
    LayerEntry,
    Misfit,
    Shape,
    Use,
    Weight,
)
from nnspec.table.kinds import Flag, Integer, OneOf, Real
from nnspec.table.noise import SEED
from nnspec.table.regularizers import regularized
from nnspec.table.windows import verify_axes


def _activation(name: str, default: str, doc: str) -> Argument:
    return Argument(name, OneOf("activation"), DefaultUse("activation", default), doc)


_UNITS = Argument("units", Integer(1), doc="how long its state is", example="32")
TANH = _activation("activation", "tanh", "of the sum; and of an LSTM's state")
GATES = _activation("recurrent_activation", "sigmoid", "of the gates")
BEGIN = (
    Argument("use_bias", Flag(), True, "whether a bias is added"),
    initializer("kernel", "glorot_uniform"),
    initializer("recurrent", "orthogonal"),
    initializer("bias", "zeros"),
)
FORGET = Argument(
    "unit_forget_bias", Flag(), True, "whether the bias of the forget gate begins at 1"
)
END = (
    *regularized("kernel", "recurrent", "bias"),
    Argument(
        "dropout",
        Real(minimum=0, below=1),
        0.0,
        "rate of a dropout of the input, the same at all steps of a sample",
        named=True,
    ),
    Argument(
        "recurrent_dropout",
        Real(minimum=0, below=1),
        0.0,
        "rate of a dropout of the state, the same at all steps; each gate then has a "
        "mask of its own, also for the input",
        named=True,
    ),
    replace(SEED, named=True),
    Argument(
        "return_sequences",
        Flag(),
        False,
        "whether what comes out has all steps, or the last one alone",
        named=True,
    ),
    Argument(
        "go_backwards",
        Flag(),
        False,
        "whether it begins with the last step, and gives the steps in this order",
        named=True,
    ),
    TRAINABLE,
)
_RESET = Argument(
    "reset_after",
    Flag(),
    True,
    "whether the reset gate is applied after the product with the recurrent kernel",
    named=True,
)


def _shape(name: str) -> Callable[[Shape, Arguments], Shape]:
    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, 1)
        units = cast(int, arguments["units"])
        verify_activations(name, (units,), arguments)
        return (shape[0], units) if arguments["return_sequences"] else (units,)

    return shape


def verify_activations(name: str, shape: Shape, arguments: Arguments) -> None:
    """Raise `Misfit` for activations that values of a shape within a layer cannot have.

    One that sums has to sum over the units of each gate, which are the last axis.
    """
    for argument in ("activation", "recurrent_activation"):
        use = arguments.get(argument)
        if not isinstance(use, Use):
            continue
        activation = cast(ActivationEntry, use.entry)
        activation.verify(shape, use)
        if not sums_last(shape, use):
            raise Misfit(
                f"within `{name}`, `{use.name}` has to sum over the last axis",
                "leave out `axis`",
                argument=argument,
            )


def _weights(gates: int) -> Callable[[Shape, Arguments], tuple[Weight, ...]]:
    def weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
        units = cast(int, arguments["units"])
        width = gates * units
        kernel = Weight("kernel", (shape[-1], width), "kernel_initializer")
        recurrent = Weight("recurrent_kernel", (units, width), "recurrent_initializer")
        if not arguments["use_bias"]:
            return kernel, recurrent
        biases = (2, width) if arguments.get("reset_after") else (width,)
        ones = (units, 2 * units) if arguments.get("unit_forget_bias") else None
        return (
            kernel,
            recurrent,
            Weight("bias", biases, "bias_initializer", ones=ones),
        )

    return weights


def _products(gates: int, shape: Shape, arguments: Arguments) -> tuple[int, int]:
    """Multiplications and additions of both products, at all steps."""
    units = cast(int, arguments["units"])
    steps, width = 2 * shape[0] * gates * units, shape[-1]
    return steps * width, steps * units


#: Of each unit at a step: recurrent activations, activations, what else is computed.
_Counts = tuple[int, int, int]
LSTM_COUNTS = (3, 2, 4)


def count_others(counts: _Counts, arguments: Arguments) -> int:
    """The FLOPs of a unit at a step beside those of the products."""
    uses = (arguments.get("recurrent_activation"), arguments["activation"])
    entries = (cast(ActivationEntry, use.entry) for use in uses if isinstance(use, Use))
    flops = [entry.flops for entry in entries]
    by_gates, by_state, more = counts
    return flops[0] * by_gates + flops[-1] * by_state + more


def _flops(gates: int, others: _Counts) -> Callable[[Shape, Shape, Arguments], int]:
    """The products; the bias, the sum of both, and `others` for each unit."""

    def flops(shape: Shape, _: Shape, arguments: Arguments) -> int:
        cells = shape[0] * cast(int, arguments["units"])
        sums = gates * (1 + bool(arguments["use_bias"]))
        each = sums + count_others(others, arguments)
        return sum(_products(gates, shape, arguments)) + cells * each

    return flops


def _derivative_flops(
    gates: int, others: _Counts
) -> Callable[[Shape, Shape, Arguments], tuple[int, int]]:
    """By the weights, with the way back through time; and by the input."""

    def counts(shape: Shape, _: Shape, arguments: Arguments) -> tuple[int, int]:
        by_kernel, by_recurrent = _products(gates, shape, arguments)
        cells = shape[0] * cast(int, arguments["units"])
        sums = gates * bool(arguments["use_bias"]) + 2 * count_others(others, arguments)
        return by_kernel + 2 * by_recurrent + cells * sums, by_kernel

    return counts


def _layer(
    name: str, doc: str, gates: int, others: _Counts, *arguments: Argument
) -> LayerEntry:
    return LayerEntry(
        name,
        doc,
        arguments,
        shape=_shape(name),
        weights=_weights(gates),
        flops=_flops(gates, others),
        derivative_flops=_derivative_flops(gates, others),
        step=name,
        sees=lambda *_: None,
        recurrent=True,
        stepwise=lambda a: None if a["go_backwards"] else "state",
        mask=lambda a: "carries" if a["return_sequences"] else "uses",
    )


RECURRENT = (
    _layer(
        "simple_rnn",
        "h = activation(x @ kernel + h @ recurrent_kernel + bias), step by step, from "
        "h = 0 on (Elman, 1990).",
        1,
        (0, 1, 0),
        _UNITS,
        TANH,
        *BEGIN,
        *END,
    ),
    _layer(
        "lstm",
        "A state c that gates write to, keep and read: c = f * c + i * g and "
        "h = o * activation(c), with the gates i, f, g and o of x and h (Hochreiter "
        "and Schmidhuber, 1997; Gers et al., 2000).",
        4,
        LSTM_COUNTS,
        _UNITS,
        TANH,
        GATES,
        *BEGIN,
        FORGET,
        *END,
    ),
    _layer(
        "gru",
        "h = z * h + (1 - z) * g, with the gates z and r of x and h, and g of x and "
        "of r * h (Cho et al., 2014).",
        3,
        (2, 1, 5),
        _UNITS,
        TANH,
        GATES,
        *BEGIN,
        *END,
        _RESET,
    ),
)
