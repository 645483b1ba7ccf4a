"""Attention of several heads: products make queries, keys and values of each."""

from __future__ import annotations

from math import prod

from nnspec import ir
from nnspec.record import replace
from nnspec.table.attention import attended
from nnspec.table.heads import heads_of, output_of
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.penalties import penalize_output
from nnspec.targets.numpy.steps.attention import attend
from nnspec.targets.numpy.steps.attention_step import attend_so_far
from nnspec.targets.numpy.steps.dense import add_product
from nnspec.targets.numpy.steps.views import add_view
from nnspec.targets.numpy.values import Value


def add_multi_head_attention(layout: Layout, call: ir.Call, *xs: Value) -> Value:
    """A product each for query, key and value, the attention, and a last product."""
    sizes = heads_of(call.input_shapes, call.use.arguments)
    query, value, key = attended(xs)
    q = _product(layout, call, "query", query, sizes.key_dim * sizes.heads)
    k = _product(layout, call, "key", key, sizes.key_dim * sizes.groups)
    v = _product(layout, call, "value", value, sizes.value_dim * sizes.groups)
    heads = layout.output(call, q, k, v, part="heads")
    heads.shape = (*q.shape[:-1], sizes.heads * sizes.value_dim)
    ask = attend if layout.window is None else attend_so_far
    return _output(layout, call, ask(layout, call, sizes, (q, k, v), heads))


def _part(call: ir.Call, part: str) -> ir.Call:
    """The call with the weights of one of its products."""
    own = tuple(w for w in call.weights if w.name.split("/")[-2] == part)
    return replace(call, weights=own)


def _product(layout: Layout, call: ir.Call, part: str, x: Value, width: int) -> Value:
    """Queries, keys or values of all heads, side by side."""
    own = _part(call, part)
    y = layout.output(own, x, part=part)
    y.shape = (*x.shape[:-1], width)
    places = {"kernel": f".reshape({x.shape[-1]}, -1)", "bias": ".reshape(-1)"}
    w, gradients = layout.weights(own), layout.gradients(own)
    y = add_product(layout, call, x, w, gradients, places, y)
    penalize_output(layout, call, y)
    return y


def _output(layout: Layout, call: ir.Call, heads: Value) -> Value:
    """The product of all heads, side by side, with the kernel of the output."""
    own = _part(call, "attention_output")
    shape = output_of(call.input_shapes, call.use.arguments)
    several, units = len(shape) > 1, prod(shape)
    y = layout.output(own, heads, part="flat" * several)
    y.shape = (*heads.shape[:-1], units)
    places = {"kernel": f".reshape(-1, {units})"}
    places |= {"bias": ".reshape(-1)"} if several else {}
    w, gradients = layout.weights(own), layout.gradients(own)
    y = add_product(layout, call, heads, w, gradients, places, y)
    if "num_query_heads" in call.use.arguments:
        penalize_output(layout, call, y)  # as a layer it is penalized again, in Keras
    return add_view(layout, call, y)
