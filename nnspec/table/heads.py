"""Attention of several heads, which have products for queries, keys and values."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec.table.attention import (
    DROPOUT,
    Sizes,
    attended,
    attention,
    flops_of_products,
    flops_of_scores,
    verify_one_axis,
    verify_sequences,
)
from nnspec.table.common import by_name, initializer
from nnspec.table.entry import (
    Argument,
    Arguments,
    LayerEntry,
    Misfit,
    Shape,
    Shapes,
    Weight,
)
from nnspec.table.kinds import Flag, Integer, ListOf, Optional
from nnspec.table.regularizers import regularized


def heads_of(shapes: Shapes, arguments: Arguments) -> Sizes:
    """The sizes of an attention that has the arguments of one of these layers."""
    query, value, _ = attended(shapes)
    given = {name: cast(int, size) for name, size in arguments.items()}
    steps, others = prod(query[:-1]), prod(value[:-1])
    if "num_heads" in given:
        heads, key_dim = given["num_heads"], given["key_dim"]
        value_dim = given["value_dim"] or key_dim
        return Sizes(steps, others, key_dim, value_dim, heads, axes=(heads,))
    heads, dim = given["num_query_heads"], given["head_dim"]
    groups = given["num_key_value_heads"]
    sharing = heads // groups
    axes = (groups, sharing) if sharing > 1 else (heads,)
    return Sizes(steps, others, dim, dim, heads, sharing, axes)


def output_of(shapes: Shapes, arguments: Arguments) -> Shape:
    """The shape of a step that comes out."""
    given = cast("Shape | None", arguments.get("output_shape"))
    return given or shapes[0][-1:]


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


def _shape(shapes: Shapes, arguments: Arguments) -> Shape:
    verify_sequences("multi_head_attention", shapes, arguments)
    _verify_axes("multi_head_attention", shapes[0], arguments)
    return (*shapes[0][:-1], *output_of(shapes, arguments))


def _shape_of_groups(shapes: Shapes, arguments: Arguments) -> Shape:
    name = "group_query_attention"
    verify_sequences(name, shapes, arguments)
    query, value, _ = attended(shapes)
    verify_one_axis(name, query)
    if query[-1] != value[-1]:
        raise Misfit(
            f"`{name}` needs as many features in its query as in its values, got "
            f"{query} and {value}",
            f"make them alike first, as with `dense({query[-1]})` for the values",
        )
    return query


def _in_groups(arguments: Arguments) -> None:
    heads = cast(int, arguments["num_query_heads"])
    groups = cast(int, arguments["num_key_value_heads"])
    if heads % groups:
        raise Misfit(
            f"{groups} keys and values cannot be shared by {heads} queries alike",
            "make `num_query_heads` a multiple of `num_key_value_heads`",
            code="argument-conflict",
            argument="num_key_value_heads",
        )


def _weights(shapes: Shapes, arguments: Arguments) -> tuple[Weight, ...]:
    """Kernels (features, heads, size) and their biases, then those of the output."""
    sizes, found = heads_of(shapes, arguments), list[Weight]()
    query, value, key = (shape[-1:] for shape in attended(shapes))
    mixed = (sizes.heads, sizes.value_dim)
    for part, into, out in (
        ("query", query, (sizes.heads, sizes.key_dim)),
        ("key", key, (sizes.groups, sizes.key_dim)),
        ("value", value, (sizes.groups, sizes.value_dim)),
        ("attention_output", mixed, output_of(shapes, arguments)),
    ):
        fans = (prod(into), prod(out))
        kernel = f"{part}/kernel"
        found.append(Weight(kernel, into + out, "kernel_initializer", fans=fans))
        if arguments["use_bias"]:
            found.append(Weight(f"{part}/bias", out, "bias_initializer"))
    return tuple(found)


def _products(shapes: Shapes, arguments: Arguments) -> tuple[int, int, int, int]:
    """FLOPs of the products that make queries, keys, values and the output."""
    sizes, output = heads_of(shapes, arguments), prod(output_of(shapes, arguments))
    query, value, key = (shape[-1] for shape in attended(shapes))
    return (
        2 * sizes.steps * query * sizes.heads * sizes.key_dim,
        2 * sizes.others * key * sizes.groups * sizes.key_dim,
        2 * sizes.others * value * sizes.groups * sizes.value_dim,
        2 * sizes.steps * sizes.heads * sizes.value_dim * output,
    )


def _biases(shapes: Shapes, arguments: Arguments) -> int:
    """How many numbers biases are added to."""
    sizes, output = heads_of(shapes, arguments), prod(output_of(shapes, arguments))
    asking = sizes.heads * sizes.key_dim + output
    asked = sizes.groups * (sizes.key_dim + sizes.value_dim)
    numbers = sizes.steps * asking + sizes.others * asked
    return numbers * bool(arguments["use_bias"])


def _flops(shapes: Shapes, _: Shape, arguments: Arguments) -> int:
    sizes = heads_of(shapes, arguments)
    scaled = sizes.steps * sizes.heads * sizes.key_dim
    scores = sum(flops_of_products(sizes)) + flops_of_scores(sizes, arguments)[0]
    products = sum(_products(shapes, arguments)) + _biases(shapes, arguments)
    return products + scaled + scores


def _derivative(
    shapes: Shapes, _: Shape, arguments: Arguments
) -> tuple[int, tuple[int, ...]]:
    """By the weights with the way through the scores; and by each value."""
    sizes = heads_of(shapes, arguments)
    query, key, value, output = _products(shapes, arguments)
    scores = 2 * sum(flops_of_products(sizes)) + flops_of_scores(sizes, arguments)[1]
    weights = query + key + value + 2 * output + _biases(shapes, arguments) + scores
    by_each = {1: (query + key + value,), 2: (query, key + value)}
    return weights, by_each.get(len(shapes), (query, value, key))


_PRODUCTS = (
    DROPOUT,
    Argument("use_bias", Flag(), True, "whether biases are added"),
)
_OF_WEIGHTS = by_name(
    (
        initializer("kernel", "glorot_uniform"),
        initializer("bias", "zeros"),
        *regularized("kernel", "bias"),
    )
)


def _heads(
    name: str, doc: str, arguments: tuple[Argument, ...], **more: object
) -> LayerEntry:
    return attention(
        name,
        doc,
        (*arguments, *_OF_WEIGHTS),
        weights=_weights,
        flops=_flops,
        derivative_flops=_derivative,
        step="multi_head_attention",
        stepwise=lambda a: "place" if a["causal"] else None,
        short="attention",
        **more,
    )


HEADS = (
    _heads(
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
            *_PRODUCTS,
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
        ),
        shape=_shape,
    ),
    _heads(
        "group_query_attention",
        "As `multi_head_attention`, but several heads share a key and a value (Ainslie "
        "et al., 2023).",
        (
            Argument(
                "head_dim",
                Integer(1),
                doc="how long queries, keys and values of a head are",
                example="32",
            ),
            Argument(
                "num_query_heads",
                Integer(1),
                doc="how many heads there are",
                example="4",
            ),
            Argument(
                "num_key_value_heads",
                Integer(1),
                doc="how many keys and values they share",
                example="2",
            ),
            *_PRODUCTS,
        ),
        agree=_in_groups,
        shape=_shape_of_groups,
    ),
)
