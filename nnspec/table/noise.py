"""Layers that draw random numbers while training, as in Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import cast

from nnspec.record import replace
from nnspec.table.common import passes_mask
from nnspec.table.entry import Argument, Arguments, LayerEntry, Misfit, Shape
from nnspec.table.kinds import Integer, ListOf, Optional, Real
from nnspec.table.windows import verify_axes

_NOISE_SHAPE = Argument(
    "noise_shape",
    Optional(ListOf(Optional(Integer(1)))),
    None,
    "shape of what is drawn, the batch axis first: 1 for an axis along which all "
    "values share it, else `none`",
)
SEED = Argument(
    "seed",
    Optional(Integer(0)),
    None,
    "a seed of its own; otherwise the numbers follow from the training seed",
)
#: A rate by whose rest the others are divided.
_SHARE = Real(0, below=1)
#: What SELU tends to on the left: its scale times its alpha (Klambauer et al., 2017).
_SELU_LIMIT = 1.0507009873554805 * 1.6732632423543772


def _noise_shape(shape: Shape, arguments: Arguments) -> Shape:
    noise = cast("tuple[int | None, ...] | None", arguments["noise_shape"])
    if noise is None:
        return shape
    if len(noise) != len(shape) + 1:
        raise Misfit(
            f"`noise_shape` has {len(noise)} sizes, but a batch of {shape} has "
            f"{len(shape) + 1} axes",
            "the batch axis counts as the first: `none` leaves an axis as it is",
            argument="noise_shape",
        )
    for axis, (given, size) in enumerate(zip(noise, (1, *shape), strict=True)):
        if given not in (None, 1, size):
            what = f"axis {axis}, of size {size}" if axis else "the batch axis"
            raise Misfit(
                f"`noise_shape` has {given} for {what}",
                "batches differ in size: " * (not axis)
                + "write 1 to draw once for the whole axis, or `none` for each of it",
                argument="noise_shape",
            )
    return shape


_DROPOUT = LayerEntry(
    "dropout",
    "While training, sets each value to 0 with probability `rate` and divides the "
    "others by 1 - rate (Srivastava et al., 2014).",
    (
        Argument(
            "rate", Real(0, 1), doc="share of the values that is dropped", example="0.5"
        ),
        _NOISE_SHAPE,
        SEED,
    ),
    shape=_noise_shape,
    flops=lambda _, output, __: prod(output),
    step="noise",
    mask=passes_mask,
    facts=lambda _, a: {"all": a["rate"] == 1},
    keeps_values=True,
    keeps_sign=True,
    draws="mask",
)


def _spatial(rank: int) -> LayerEntry:
    """A dropout of whole channels: all cells of a sample share what is drawn.

    Its arguments are those of Keras, which takes no `noise_shape` here.
    """
    name, what = f"spatial_dropout{rank}d", ("steps", "pixels", "voxels")[rank - 1]

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        return shape

    return replace(
        _DROPOUT,
        name=name,
        doc="While training, sets a whole channel of a sample to 0 with probability "
        f"`rate`, the same for all its {what}, and divides the others by 1 - rate "
        "(Tompson et al., 2015).",
        arguments=(
            Argument(
                "rate",
                Real(0, 1),
                doc="share of the channels that is dropped",
                example="0.5",
            ),
            SEED,
        ),
        shape=shape,
        drawn=lambda *_: (None, *(1,) * rank, None),
        template="dropout",
    )


def _alpha_facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
    """y = scale * (x or -low) + shift has the mean and the variance of x.

    Written as scale * kept * (x + low) + rest, which leaves shift - scale * low.
    """
    rate = cast(float, arguments["rate"])
    scale = ((1 - rate) * (1 + rate * _SELU_LIMIT**2)) ** -0.5
    shift = scale * _SELU_LIMIT * rate
    return {"scale": scale, "low": _SELU_LIMIT, "rest": scale * _SELU_LIMIT - shift}


NOISE = (
    _DROPOUT,
    _spatial(1),
    _spatial(2),
    _spatial(3),
    LayerEntry(
        "gaussian_noise",
        "While training, adds normally distributed noise to each value.",
        (
            Argument(
                "stddev",
                Real(0, 1),
                doc="standard deviation of the noise",
                example="0.1",
            ),
            SEED,
        ),
        flops=lambda _, output, __: prod(output),
        derivative_flops=lambda *_: (0, 0),
        step="noise",
        mask=passes_mask,
        keeps_values=True,
        draws="drawn",
    ),
    LayerEntry(
        "gaussian_dropout",
        "While training, multiplies each value by a normally distributed number, of "
        "mean 1 and variance rate / (1 - rate) (Srivastava et al., 2014).",
        (
            Argument(
                "rate", _SHARE, doc="as strong as a dropout of this rate", example="0.5"
            ),
            SEED,
        ),
        flops=lambda _, output, __: prod(output),
        step="noise",
        mask=passes_mask,
        keeps_values=True,
        draws="factor",
    ),
    LayerEntry(
        "alpha_dropout",
        "While training, sets each value to the limit of SELU on the left with "
        "probability `rate`, and all so that mean 0 and variance 1 stay what they are "
        "(Klambauer et al., 2017).",
        (
            Argument(
                "rate", _SHARE, doc="share of the values that is dropped", example="0.5"
            ),
            _NOISE_SHAPE,
            SEED,
        ),
        shape=_noise_shape,
        flops=lambda _, output, __: 3 * prod(output),
        derivative_flops=lambda _, output, __: (0, prod(output)),
        step="noise",
        mask=passes_mask,
        facts=_alpha_facts,
        keeps_values=True,
        draws="mask",
    ),
)
