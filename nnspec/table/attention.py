"""Layers whose steps attend to the steps of a sequence, as in Keras 3.

They take a query, a value and a key; without a key the values are the keys, and a
single sequence attends to itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeVar, cast

from nnspec.record import Record
from nnspec.table.common import TRAINABLE, initializer
from nnspec.table.entry import (
    Argument,
    Arguments,
    LayerEntry,
    Misfit,
    Shape,
    Shapes,
    Weight,
)
from nnspec.table.kinds import Flag, Integer, ListOf, Optional, Real
from nnspec.table.regularizers import regularized

_T = TypeVar("_T")

#: What is computed of a score: its softmax, and the derivative of that.
_SOFTMAX, _SOFTMAX_BACK = 5, 3


def attended(given: Sequence[_T]) -> tuple[_T, _T, _T]:
    """The query, the value and the key, of one, two or three that are given."""
    value = given[min(1, len(given) - 1)]
    return given[0], value, given[2] if len(given) > 2 else value


class Heads(Record):
    """The sizes of an attention with heads.

    Each of the `heads` has a query of its own, and `sharing` of them a key and a value.
    """

    heads: int
    sharing: int
    key_dim: int
    value_dim: int
    output: Shape
    #: How many steps ask, and how many are asked.
    steps: int
    others: int

    @property
    def groups(self) -> int:
        """How many keys and values there are at each step."""
        return self.heads // self.sharing

    @property
    def axes(self) -> Shape:
        """The axes of heads: groups, and in these the heads that share."""
        return (self.groups, self.sharing) if self.sharing > 1 else (self.heads,)


def heads_of(shapes: Shapes, arguments: Arguments) -> Heads:
    """The sizes of an attention that has the arguments of one of these layers."""
    query, value, _ = attended(shapes)
    given = {name: cast(int, size) for name, size in arguments.items()}
    if "head_dim" in given:
        heads, key_dim = given["num_query_heads"], given["head_dim"]
        sharing, value_dim = heads // given["num_key_value_heads"], key_dim
        output: Shape = query[-1:]
    else:
        heads, sharing, key_dim = given["num_heads"], 1, given["key_dim"]
        value_dim = given["value_dim"] or key_dim
        output = cast("Shape | None", arguments["output_shape"]) or query[-1:]
    steps, others = prod(query[:-1]), prod(value[:-1])
    return Heads(heads, sharing, key_dim, value_dim, output, steps, others)


def _verify_sequences(name: str, shapes: Shapes, arguments: Arguments) -> None:
    query, value, key = attended(shapes)
    for shape in shapes:
        if len(shape) < 2:
            raise Misfit(
                f"`{name}` needs sequences of shape (steps, features), got {shape}",
                "give it one without `flatten` before it"
                if shape
                else "put `reshape(1, 1)` before it",
            )
    if len(query) != len(value):
        raise Misfit(
            f"`{name}` takes a query and values with as many axes, got {query} and "
            f"{value}",
            "put `reshape` before one of them",
        )
    if value[:-1] != key[:-1]:
        raise Misfit(
            f"`{name}` needs a key for each value, and there are keys of shape {key} "
            f"for values of shape {value}",
            "both are to have as many steps: `from query, value, key`",
        )
    if arguments["causal"] and len(query) > 2:
        raise Misfit(
            f"`causal` is for sequences of shape (steps, features), got {query}",
            "leave it out, or put `reshape` before the layer",
            argument="causal",
        )


def _verify_axes(name: str, query: Shape, arguments: Arguments) -> None:
    """Attention is over all axes but the last; which ones these are may be written."""
    axes = cast("tuple[int, ...] | None", arguments["attention_axes"])
    if axes is None:
        return
    last = len(query)
    counted = sorted(axis if axis >= 0 else last + 1 + axis for axis in axes)
    if counted != [*range(1, last)]:
        told = f"[{', '.join(map(str, range(1, last)))}]" if last > 2 else "1"
        raise Misfit(
            f"this version of nnspec has `{name}` over all steps of {query} only",
            f"leave `attention_axes` out, or write `attention_axes={told}`",
            code="not-supported-yet",
            argument="attention_axes",
        )


def _heads_shape(shapes: Shapes, arguments: Arguments) -> Shape:
    _verify_sequences("multi_head_attention", shapes, arguments)
    _verify_axes("multi_head_attention", shapes[0], arguments)
    return (*shapes[0][:-1], *heads_of(shapes, arguments).output)


def _heads_weights(shapes: Shapes, arguments: Arguments) -> tuple[Weight, ...]:
    """Kernels (features, heads, size) and their biases, then those of the output."""
    sizes, found = heads_of(shapes, arguments), list[Weight]()
    query, value, key = (shape[-1] for shape in attended(shapes))
    for part, into, heads, size in (
        ("query", query, sizes.heads, sizes.key_dim),
        ("key", key, sizes.groups, sizes.key_dim),
        ("value", value, sizes.groups, sizes.value_dim),
    ):
        found += _dense(part, (into,), (heads, size), arguments)
    mixed = (sizes.heads, sizes.value_dim)
    return (*found, *_dense("attention_output", mixed, sizes.output, arguments))


def _dense(
    name: str, into: Shape, out: Shape, arguments: Arguments
) -> tuple[Weight, ...]:
    """The kernel and the bias of a product, from some axes to others."""
    fans = (prod(into), prod(out))
    kernel = Weight(f"{name}/kernel", into + out, "kernel_initializer", fans=fans)
    bias = Weight(f"{name}/bias", out, "bias_initializer")
    return (kernel, bias) if arguments["use_bias"] else (kernel,)


def _products(shapes: Shapes, arguments: Arguments) -> tuple[int, int, int, int]:
    """FLOPs of the products that make queries, keys, values and the output."""
    sizes = heads_of(shapes, arguments)
    query, value, key = (shape[-1] for shape in attended(shapes))
    return (
        2 * sizes.steps * query * sizes.heads * sizes.key_dim,
        2 * sizes.others * key * sizes.groups * sizes.key_dim,
        2 * sizes.others * value * sizes.groups * sizes.value_dim,
        2 * sizes.steps * sizes.heads * sizes.value_dim * prod(sizes.output),
    )


def _biases(shapes: Shapes, arguments: Arguments) -> int:
    """How many numbers biases are added to."""
    sizes = heads_of(shapes, arguments)
    asking = sizes.heads * sizes.key_dim + prod(sizes.output)
    asked = sizes.groups * (sizes.key_dim + sizes.value_dim)
    numbers = sizes.steps * asking + sizes.others * asked
    return numbers * bool(arguments["use_bias"])


def _scores(sizes: Heads, arguments: Arguments) -> tuple[int, int]:
    """FLOPs of q @ k.T and p @ v together; and of all that is done to each score."""
    cells = sizes.heads * sizes.steps * sizes.others
    more = bool(arguments["causal"]) + bool(arguments["dropout"])
    both = 2 * cells * (sizes.key_dim + sizes.value_dim)
    return both, (_SOFTMAX + more) * cells


def _heads_flops(shapes: Shapes, _: Shape, arguments: Arguments) -> int:
    sizes = heads_of(shapes, arguments)
    scaled = sizes.steps * sizes.heads * sizes.key_dim
    of_scores = sum(_scores(sizes, arguments))
    products = sum(_products(shapes, arguments))
    return products + _biases(shapes, arguments) + scaled + of_scores


def _heads_derivative(
    shapes: Shapes, _: Shape, arguments: Arguments
) -> tuple[int, tuple[int, ...]]:
    """By the weights with the way through the scores; and by each value."""
    sizes = heads_of(shapes, arguments)
    query, key, value, output = _products(shapes, arguments)
    both, of_scores = _scores(sizes, arguments)
    back = 2 * both + _SOFTMAX_BACK * of_scores // _SOFTMAX
    weights = query + key + value + 2 * output + _biases(shapes, arguments) + back
    by_each = {1: (query + key + value,), 2: (query, key + value)}
    return weights, by_each.get(len(shapes), (query, value, key))


_DROPOUT = Argument(
    "dropout",
    Real(minimum=0, below=1),
    0.0,
    "rate of a dropout of the weights that steps have for each other",
)
_CAUSAL = Argument(
    "causal",
    Flag(),
    False,
    "whether a step sees itself and those before it alone",
    named=True,
    aliases=("use_causal_mask",),
)
_USE_BIAS = Argument("use_bias", Flag(), True, "whether biases are added")
_PRODUCTS = (
    initializer("kernel", "glorot_uniform"),
    initializer("bias", "zeros"),
    *regularized("kernel", "bias"),
    _CAUSAL,
    TRAINABLE,
)


def _attention(
    name: str, doc: str, arguments: tuple[Argument, ...], **more: object
) -> LayerEntry:
    return LayerEntry(
        name,
        doc,
        arguments,
        takes=(1, 3),
        sees=lambda *_: None,
        shares=True,
        mask=lambda _: "attends",
        **more,  # type: ignore[arg-type]
    )


ATTENTION = (
    _attention(
        "multi_head_attention",
        "Each step asks all steps with queries of several heads: softmax(q @ k.T / "
        "sqrt(key_dim)) @ v of each head, side by side, times the output's kernel "
        "(Vaswani et al., 2017).",
        (
            Argument("num_heads", Integer(1), doc="how many heads", example="4"),
            Argument(
                "key_dim",
                Integer(1),
                doc="how long the queries and keys of a head are",
                example="32",
            ),
            Argument(
                "value_dim",
                Optional(Integer(1)),
                None,
                "how long the values of a head are; `none` is as long as the keys",
            ),
            _DROPOUT,
            _USE_BIAS,
            Argument(
                "output_shape",
                Optional(ListOf(Integer(1), or_one=True)),
                None,
                "the shape of a step that comes out; `none` is that of the query",
            ),
            Argument(
                "attention_axes",
                Optional(ListOf(Integer(), or_one=True)),
                None,
                "the axes of steps; `none` is all but the batch and the last one",
            ),
            *_PRODUCTS,
        ),
        shape=_heads_shape,
        weights=_heads_weights,
        flops=_heads_flops,
        derivative_flops=_heads_derivative,
        step="multi_head_attention",
        short="attention",
    ),
)
