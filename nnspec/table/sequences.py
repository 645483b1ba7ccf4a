"""Layers for sequences of ids and of vectors, as in Keras 3."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec.table.common import TRAINABLE, initializer, passes_mask
from nnspec.table.entry import Argument, Arguments, LayerEntry, Misfit, Shape, Weight
from nnspec.table.kinds import Flag, Integer, Real
from nnspec.table.regularizers import regularized
from nnspec.table.windows import verify_axes

_UNIFORM = initializer("embeddings", "random_uniform")


def _embedding_shape(shape: Shape, arguments: Arguments) -> Shape:
    if arguments["mask_zero"] and len(shape) != 1:
        raise Misfit(
            f"`mask_zero` is for sequences of ids, and a sample is {shape}",
            "leave it out",
            argument="mask_zero",
        )
    return (*shape, cast(int, arguments["output_dim"]))


def _embedding_weights(_: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes = (cast(int, arguments[n]) for n in ("input_dim", "output_dim"))
    return (Weight("embeddings", tuple(sizes), "embeddings_initializer"),)


def _position_shape(shape: Shape, arguments: Arguments) -> Shape:
    verify_axes("position_embedding", shape, 1)
    length = cast(int, arguments["length"])
    if shape[0] > length:
        raise Misfit(
            f"`position_embedding` has vectors for {length} positions, but a sample "
            f"has {shape[0]}",
            f"write `position_embedding({shape[0]})`",
            argument="length",
        )
    return shape


def _position_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    sizes = (cast(int, arguments["length"]), shape[-1])
    return (Weight("embeddings", sizes, "embeddings_initializer"),)


def _masking_shape(shape: Shape, _: Arguments) -> Shape:
    verify_axes("masking", shape, 1)
    return shape


SEQUENCES = (
    LayerEntry(
        "embedding",
        "A vector for each id: row i of the embeddings for id i.",
        (
            Argument(
                "input_dim",
                Integer(1),
                doc="how many ids there are, from 0",
                example="10_000",
            ),
            Argument(
                "output_dim", Integer(1), doc="how long their vectors are", example="16"
            ),
            _UNIFORM,
            *regularized("embeddings", activity=False),
            Argument(
                "mask_zero",
                Flag(),
                False,
                "whether 0 fills up a sequence: layers after it pass over such steps",
            ),
            TRAINABLE,
        ),
        shape=_embedding_shape,
        weights=_embedding_weights,
        derivative_flops=lambda _, output, __: (prod(output), 0),
        step="embedding",
        ids=lambda arguments: cast(int, arguments["input_dim"]),
        mask=lambda arguments: "makes" if arguments["mask_zero"] else "drops",
    ),
    LayerEntry(
        "position_embedding",
        "Adds a vector to each step of a sequence, which is learnt for its position.",
        (
            Argument(
                "length",
                Integer(1),
                doc="how many positions have a vector, at least those of a sample",
                example="64",
            ),
            _UNIFORM,
            TRAINABLE,
        ),
        shape=_position_shape,
        weights=_position_weights,
        flops=lambda _, output, __: prod(output),
        derivative_flops=lambda _, output, __: (prod(output), 0),
        step="position_embedding",
        stepwise=lambda _: "place",
        mask=passes_mask,
        short="positions",
    ),
    LayerEntry(
        "masking",
        "Sets steps to 0 whose values are all `mask_value`; layers after it pass over "
        "them.",
        (Argument("mask_value", Real(), 0.0, "what fills up a sequence"),),
        shape=_masking_shape,
        flops=lambda shape, _, __: 2 * prod(shape),
        derivative_flops=lambda _, output, __: (0, prod(output)),
        step="masking",
        mask=lambda _: "makes",
    ),
)
