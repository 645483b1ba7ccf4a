"""The rules of layers whose steps attend to the steps of a sequence."""

from __future__ import annotations

from math import prod, sqrt

import numpy as np

from nnspec import ir
from nnspec.table.attention import attended, is_additive, sizes_of
from nnspec.table.heads import heads_of
from nnspec.targets.onnx.graph import Array, Graph

#: What is not to be seen counts so little.
_HIDDEN = 1e9


def heads(g: Graph, call: ir.Call, *values: str) -> str:
    """`multi_head_attention` and `group_query_attention`."""
    sizes = heads_of(call.input_shapes, call.use.arguments)
    weights = {"/".join(w.name.split("/")[-2:]): g.weight(w) for w in call.weights}
    query, value, key = (
        _product(g, weights, name, _in_a_row(g, x, shape), sizes.sharing)
        for name, x, shape in zip(
            ("query", "value", "key"),
            attended(values),
            attended(call.input_shapes),
            strict=True,
        )
    )
    scores = g.op("Einsum", query, key, equation="bthk,bshk->bhts")
    scores = g.op("Mul", scores, g.number(1 / sqrt(sizes.key_dim)))
    hidden = _hidden(g, call, sizes.steps, sizes.others, (0, 1, 2))
    if hidden:
        hidden = g.op("Unsqueeze", hidden, g.integers(-3))  # for all heads alike
        scores = g.op("Where", hidden, g.number(-_HIDDEN), scores)
    shares = g.op("Softmax", scores, axis=-1)
    y = g.op("Einsum", shares, value, equation="bhts,bshk->bthk")
    joining = weights["attention_output/kernel"]
    kernel = joining.reshape(*joining.shape[:2], -1)
    y = g.op("Einsum", y, g.array(kernel), equation="bthk,hkd->btd")
    bias = weights.get("attention_output/bias")
    y = g.affine(y, None, None if bias is None else bias.reshape(-1))
    return g.reshape(y, *call.output_shape)


def _in_a_row(g: Graph, x: str, shape: tuple[int, ...]) -> str:
    """Steps that have several axes, as those of a sequence."""
    return x if len(shape) == 2 else g.reshape(x, prod(shape[:-1]), shape[-1])


def _product(
    g: Graph, weights: dict[str, Array], name: str, x: str, sharing: int
) -> str:
    """Queries, keys or values (N, steps, heads, size); those that are shared, again."""
    kernel, bias = weights[f"{name}/kernel"], weights.get(f"{name}/bias")
    if name != "query" and sharing > 1:
        kernel = np.repeat(kernel, sharing, axis=1)
        bias = None if bias is None else np.repeat(bias, sharing, axis=0)
    y = g.op("Einsum", x, g.array(kernel), equation="btd,dhk->bthk")
    return g.affine(y, None, bias)


def plain(g: Graph, call: ir.Call, *values: str) -> str:
    """`attention` and `additive_attention`."""
    query, value, key = attended(values)
    weights, sizes = g.weights(call), sizes_of(call.input_shapes)
    if is_additive(call.use.arguments):
        scores = _added(g, weights, query, key)
    else:
        scores = g.op("Einsum", query, key, equation="btd,bsd->bts")
        scores = g.affine(scores, weights.get("scale"), None)
    hidden = _hidden(g, call, sizes.steps, sizes.others, (1,))
    if hidden:
        less = g.op("Mul", g.as_numbers(hidden), g.number(_HIDDEN))
        scores = g.op("Sub", scores, less)
    shares = g.op("Softmax", scores, axis=-1)
    y = g.op("MatMul", shares, value)
    if asking := g.mask(call):  # what a masked step asks is answered by 0
        y = g.op("Mul", y, g.op("Unsqueeze", g.as_numbers(asking), g.integers(2)))
    return y


def _added(g: Graph, weights: dict[str, Array], query: str, key: str) -> str:
    """The sum over scale * tanh(q + k), or over tanh(scale * (q + k)) by one factor."""
    rows, columns = (
        g.op("Unsqueeze", x, g.integers(axis)) for x, axis in ((query, 2), (key, 1))
    )
    total, scale = g.op("Add", rows, columns), weights.get("scale")
    every = weights.get("concat_score_weight")
    if every is not None:
        total = g.affine(total, scale, None)
    t = g.op("Tanh", total)
    if every is None:
        t = g.affine(t, scale, None)
    return g.affine(g.reduced("Sum", t, (-1,), False), every, None)


def _hidden(
    g: Graph, call: ir.Call, steps: int, others: int, counted: tuple[int, ...]
) -> str | None:
    """What is not to be seen, as bools that go with (N, steps, others); None if all is.

    With heads, the masks of query, value and key count, else that of the values alone.
    """
    last = len(call.inputs) - 1
    masks = ((g.mask(call, min(i, last)), 1 if i else 2) for i in counted)
    parts = [
        g.op("Not", g.op("Unsqueeze", mask, g.integers(axis)))
        for mask, axis in dict.fromkeys(masks)
        if mask
    ]
    if call.use.arguments["causal"]:
        parts.append(g.op("Cast", g.array(np.triu(np.ones((steps, others)), 1)), to=9))
    hidden: str | None = None
    for part in parts:
        hidden = g.op("Or", hidden, part) if hidden else part
    return hidden
