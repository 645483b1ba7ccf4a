"""Attention: the products that make queries, keys and values, and what they ask."""

from __future__ import annotations

from math import prod

from nnspec import ir
from nnspec.record import Record, replace
from nnspec.table.attention import Heads, attended, heads_of
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.penalties import penalize_output
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.steps.dense import add_product
from nnspec.targets.numpy.steps.views import add_view
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


class Attention(Step, kw_only=True):
    """What each head asks: `q`, `k` and `v` have the axes of heads before the steps.

    `dq`, `dk` and `dv` are the gradients by them, and `d_out` that by what comes `out`;
    None where there is none. `weights` are those that steps have for each other,
    `dropped` the same after a dropout, `d_weights` the gradient by their scores.
    """

    q: Code
    k: Code
    v: Code
    out: Code
    dq: Code | None
    dk: Code | None
    dv: Code | None
    d_out: Code | None
    weights: Code
    dropped: Code | None
    d_weights: Code | None
    #: The array of the queries by `root`, and that of the gradients by them.
    scaled: Code
    d_scaled: Code | None
    root: Code
    hiding: Hiding
    #: Several heads share keys and values.
    shares: bool


class Hiding(Record):
    """What steps are not to see: the `future`, and those that fill up a sequence.

    Of a sample, `hidden` has a row for each step that asks, or one for all; the `rule`
    makes it of masks. Without masks there is the future alone, -inf in rows of scores.
    """

    masks: tuple[Value, ...] = ()
    future: Value | None = None
    hidden: Value | None = None
    #: The axes of heads and of steps that masks lack.
    places: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[Value, ...]:
        """The arrays that tell it."""
        return tuple(filter(None, (self.future, self.hidden)))

    @property
    def rule(self) -> Code:
        """An expression for what is hidden."""
        pairs = zip(self.masks, self.places, strict=True)
        parts = [f"~{mask.a}[{place}]" for mask, place in pairs]
        parts += [self.future.a] if self.future else []
        return Code(" | ".join(parts))


def add_multi_head_attention(layout: Layout, call: ir.Call, *xs: Value) -> Value:
    """A product each for query, key and value, the attention, and a last product."""
    sizes = heads_of(call.input_shapes, call.use.arguments)
    query, value, key = attended(xs)
    widths = sizes.key_dim * sizes.heads, sizes.key_dim * sizes.groups
    q = _product(layout, call, "query", query, widths[0])
    k = _product(layout, call, "key", key, widths[1])
    v = _product(layout, call, "value", value, sizes.value_dim * sizes.groups)
    heads = _attend(layout, call, sizes, (q, k, v))
    return _output(layout, call, heads, sizes)


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


def _output(layout: Layout, call: ir.Call, heads: Value, sizes: Heads) -> Value:
    """The product of all heads, side by side, with the kernel of the output."""
    own, units = _part(call, "attention_output"), prod(sizes.output)
    several = len(sizes.output) > 1
    y = layout.output(own, heads, part="flat" * several)
    y.shape = (*heads.shape[:-1], units)
    places = {"kernel": f".reshape(-1, {units})"}
    places |= {"bias": ".reshape(-1)"} if several else {}
    w, gradients = layout.weights(own), layout.gradients(own)
    y = add_product(layout, call, heads, w, gradients, places, y)
    return add_view(layout, call, y)


# -- Scores ----------------------------------------------------------------------------


def _attend(
    layout: Layout, call: ir.Call, sizes: Heads, asked: tuple[Value, Value, Value]
) -> Value:
    """softmax(q @ k.T / sqrt(key_dim)) @ v of each head."""
    q, k, v = asked
    out = layout.output(call, *asked, part="heads")
    out.shape = (*q.shape[:-1], sizes.heads * sizes.value_dim)
    hiding = _hiding(layout, call, sizes, out.name)
    shape = (*sizes.axes, sizes.steps, sizes.others)
    scaled = Value(q.shape, out.name, "scaled")
    weights = Value(shape, out.name, "weights")
    d_weights = Value(shape, out.name, "weights", space="da")
    drops = bool(call.use.arguments["dropout"])
    dropped = Value(shape, out.name, "dropped") if drops else None
    if drops:
        layout.draws.add("mask")
    kept = tuple(filter(None, (dropped, *hiding.kept)))

    def asks(array: Code, size: int) -> Code:
        return _by_heads(array, sizes.steps, sizes.axes, size)

    def is_asked(array: Code, size: int) -> Code:
        groups = (sizes.groups, 1)[: len(sizes.axes)]
        return _by_heads(array, sizes.others, groups, size)

    def build(op: Operation) -> Step:
        dq, dk, dv = [dx.a if dx else None for dx in op.dx[:3]] or (None,) * 3
        return Attention(
            **{
                **vars(layer_step(call, op, "attention", y=out.a)),
                "rng": Code("rng") if drops else None,
                "facts": _told(sizes),
                "in_place": scaled.array is q.array,
            },
            q=asks(scaled.a, sizes.key_dim),
            k=is_asked(k.a, sizes.key_dim),
            v=is_asked(v.a, sizes.value_dim),
            out=asks(out.a, sizes.value_dim),
            dq=dq and asks(dq, sizes.key_dim),
            dk=dk and is_asked(dk, sizes.key_dim),
            dv=dv and is_asked(dv, sizes.value_dim),
            d_out=op.dy_code and asks(op.dy_code, sizes.value_dim),
            weights=weights.a,
            dropped=dropped.a if dropped else None,
            d_weights=d_weights.a if op.dy else None,
            scaled=scaled.a,
            d_scaled=dq,
            root=Code(f"{sizes.key_dim}**0.5"),
            hiding=hiding,
            shares=sizes.sharing > 1,
        )

    return layout.add(
        Operation(
            build,
            (q, k, v, *hiding.masks),
            (scaled, weights, out, *kept),
            out,
            (Back.OWN,) * (3 + len(hiding.masks)),
            over=(q,),
            looks=(scaled, k, v, weights, out, *kept),
            scratch_back=(d_weights,),
        )
    )


def _told(sizes: Heads) -> dict[str, Code]:
    """The shapes of queries, keys, values and weights, for comments."""
    groups = (sizes.groups, 1)[: len(sizes.axes)]
    return {
        "q": batch_shape((*sizes.axes, sizes.steps, sizes.key_dim), "B"),
        "k": batch_shape((*groups, sizes.others, sizes.key_dim), "B"),
        "v": batch_shape((*groups, sizes.others, sizes.value_dim), "B"),
        "p": batch_shape((*sizes.axes, sizes.steps, sizes.others), "B"),
    }


def _hiding(layout: Layout, call: ir.Call, sizes: Heads, name: Code) -> Hiding:
    """What masks and `causal` hide, of steps that ask and of those that are asked."""
    steps, others, causal = sizes.steps, sizes.others, call.use.arguments["causal"]
    none, last = ", None" * len(sizes.axes), len(call.inputs) - 1
    pairs = ((0, f":{none}, :, None"), *((i, f":{none}, None") for i in range(1, 3)))
    found = {
        (mask, axes): None
        for place, axes in pairs
        if (mask := layout.mask(call, min(place, last)))
    }
    masks, places = zip(*found, strict=True) if found else ((), ())
    future = Value(
        (steps, others),
        name,
        "future",
        whole_shape=literal((steps, others)),
        bools=bool(found),
        filled=Code(
            f"~np.tri({steps}, {others}, dtype=bool)"
            if found
            else f"np.where(np.tri({steps}, {others}), 0.0, -np.inf)"
        ),
    )
    rows = steps if causal or pairs[0][1] in places else 1
    shape = (*(1 for _ in sizes.axes), rows, others)
    hidden = Value(shape, name, "hidden", bools=True)
    return Hiding(masks, future if causal else None, hidden if found else None, places)


def _by_heads(array: Code, steps: int, heads: tuple[int, ...], size: int) -> Code:
    """An array of heads side by side, with their axes before that of the steps."""
    whole = f"{array}.reshape{literal((-1, steps, *heads, size))}"
    order = "swapaxes(1, 2)" if len(heads) == 1 else "transpose(0, 2, 3, 1, 4)"
    return Code(f"{whole}.{order}")
