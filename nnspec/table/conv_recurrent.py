"""LSTMs whose products are convolutions, as in Keras 3: a state for each cell."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec.table.convolution import FILTERS, dilation, geometry
from nnspec.table.convolved import agree, convolved, numbers
from nnspec.table.entry import Arguments, LayerEntry, Misfit, Shape, Weight
from nnspec.table.recurrent import (
    BEGIN,
    END,
    FORGET,
    GATES,
    LSTM_COUNTS,
    TANH,
    count_others,
    verify_activations,
)

#: What each step has to be, by the number of its axes.
_STEPS = {
    1: ("sequences", "(steps, cells, channels)"),
    2: ("images", "(steps, height, width, channels)"),
    3: ("volumes", "(steps, depth, height, width, channels)"),
}


def _products(shape: Shape, arguments: Arguments) -> tuple[int, int]:
    """Multiplications and additions by both kernels, at all steps."""
    sites = prod(_step_shape(shape, arguments)[:-1])
    each = prod(numbers(arguments, "kernel_size")) * 4 * _filters(arguments)
    steps = 2 * shape[0] * sites * each
    return steps * shape[-1], steps * _filters(arguments)


def _filters(arguments: Arguments) -> int:
    return cast(int, arguments["filters"])


def _step_shape(shape: Shape, arguments: Arguments) -> Shape:
    return convolved("", len(shape) - 2)(shape[1:], arguments)


def _weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes, filters = numbers(arguments, "kernel_size"), _filters(arguments)
    kernels = (
        Weight("kernel", (*sizes, shape[-1], 4 * filters), "kernel_initializer"),
        Weight("recurrent_kernel", (*sizes, filters, 4 * filters), _RECURRENT),
    )
    if not arguments["use_bias"]:
        return kernels
    ones = (filters, 2 * filters) if arguments["unit_forget_bias"] else None
    return (*kernels, Weight("bias", (4 * filters,), "bias_initializer", ones=ones))


_RECURRENT = "recurrent_initializer"


def _flops(shape: Shape, _: Shape, arguments: Arguments) -> int:
    """The products; the bias, the sum of both, and the rest of an LSTM at each cell."""
    cells = shape[0] * prod(_step_shape(shape, arguments))
    sums = 4 * (1 + bool(arguments["use_bias"]))
    each = sums + count_others(LSTM_COUNTS, arguments)
    return sum(_products(shape, arguments)) + cells * each


def _derivative_flops(shape: Shape, _: Shape, arguments: Arguments) -> tuple[int, int]:
    """By the weights, with the way back through time; and by the input."""
    by_kernel, by_recurrent = _products(shape, arguments)
    cells = shape[0] * prod(_step_shape(shape, arguments))
    sums = 4 * bool(arguments["use_bias"]) + 2 * count_others(LSTM_COUNTS, arguments)
    return by_kernel + 2 * by_recurrent + cells * sums, by_kernel


def _conv_lstm(rank: int) -> LayerEntry:
    name, (what, axes) = f"conv_lstm{rank}d", _STEPS[rank]

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        if len(shape) != rank + 2:
            raise Misfit(
                f"`{name}` needs {what}, step by step, of shape {axes}, got {shape}",
                f"put `reshape{axes}` before it",
            )
        once = convolved(name, rank)(shape[1:], arguments)
        verify_activations(name, once, arguments)
        return (shape[0], *once) if arguments["return_sequences"] else once

    return LayerEntry(
        name,
        "An LSTM of convolutions: its gates are activations of conv(x, kernel) + "
        "conv(h, recurrent_kernel) + bias, at each cell of a step (Shi et al., 2015).",
        (
            FILTERS,
            *geometry(rank),
            dilation(rank),
            TANH,
            GATES,
            *BEGIN,
            FORGET,
            *END,
        ),
        agree=agree(name),
        shape=shape,
        weights=_weights,
        flops=_flops,
        derivative_flops=_derivative_flops,
        step="conv_lstm",
        template="conv_lstm",
        shares=True,
        sees=lambda *_: None,
        recurrent=True,
    )


CONV_RECURRENT = tuple(map(_conv_lstm, (1, 2, 3)))
