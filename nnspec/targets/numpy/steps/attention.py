"""Attention: scores of queries and keys, their softmax, and the mean of the values."""

from __future__ import annotations

from nnspec import ir
from nnspec.table.attention import Sizes, attended, is_additive, sizes_of
from nnspec.table.entry import Arguments
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.steps.hiding import Hidden, hiding_of
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


class Attention(Step, kw_only=True):
    """What is asked: `q`, `k` and `v` have the axes of heads before the steps.

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
    #: The array of the queries by a factor, and that of the gradients by them; the
    #: `root` that they are divided by, if the factor is no weight.
    scaled: Code | None
    d_scaled: Code | None
    root: Code
    #: tanh(q + k) of each query and each key, and the gradient by it.
    tanh: Code | None
    d_tanh: Code | None
    hiding: Hidden
    #: Several heads share keys and values.
    shares: bool


def add_attention(layout: Layout, call: ir.Call, *xs: Value) -> Value:
    """The attention of values as they are."""
    query, value, key = attended(xs)
    sizes, y = sizes_of(call.input_shapes), layout.output(call, *xs)
    return attend(layout, call, sizes, (query, key, value), y)


def attend(
    layout: Layout,
    call: ir.Call,
    sizes: Sizes,
    asked: tuple[Value, Value, Value],
    out: Value,
) -> Value:
    """The mean `out` of values: `asked` are queries, keys and values.

    Those of heads are nobody else's, so that queries may be scaled in their place.
    """
    q, k, v = asked
    own = layout if not sizes.axes else None  # with heads, products have the weights
    w = own.weights(call) if own else {}
    template = _template(sizes, call.use.arguments)
    kept = _arrays(call, sizes, q, out)
    hiding = hiding_of(layout, call, sizes, out.name)
    work = {
        n: Value(kept[n].shape, out.name, n, space="da")
        for n in ("weights", "tanh")
        if n in kept
    }
    if "dropped" in kept:
        layout.draws.add("mask")

    def build(op: Operation) -> Step:
        step = vars(layer_step(call, op, template, y=out.a, w=w))
        more = {
            "facts": _told(sizes),
            "rng": Code("rng") if "dropped" in kept else None,
            "in_place": "scaled" in kept and kept["scaled"].array is q.array,
        }
        made = {name: value.a for name, value in kept.items()}
        d_made = {name: value.a for name, value in work.items()} if op.dy else {}
        dq, dk, dv = [dx.a if dx else None for dx in op.dx[:3]] or (None,) * 3
        return Attention(
            **{**step, **more},
            q=_asking(made.get("scaled", q.a), sizes, sizes.key_dim),
            k=_asked(k.a, sizes, sizes.key_dim),
            v=_asked(v.a, sizes, sizes.value_dim),
            out=_asking(out.a, sizes, sizes.value_dim),
            dq=dq and _asking(dq, sizes, sizes.key_dim),
            dk=dk and _asked(dk, sizes, sizes.key_dim),
            dv=dv and _asked(dv, sizes, sizes.value_dim),
            d_out=_asking(op.dy.a, sizes, sizes.value_dim) if op.dy else None,
            weights=made["weights"],
            dropped=made.get("dropped"),
            d_weights=d_made.get("weights"),
            scaled=made.get("scaled"),
            d_scaled=dq,
            root=Code(f"{sizes.key_dim}**0.5"),
            tanh=made.get("tanh"),
            d_tanh=d_made.get("tanh"),
            hiding=hiding.in_arrays,
            shares=sizes.sharing > 1,
        )

    return layout.add(
        Operation(
            build,
            (*asked, *hiding.inputs),
            (*kept.values(), out, *hiding.kept),
            out,
            (Back.OWN,) * (3 + len(hiding.inputs)),
            over=(q,) if sizes.axes else (),
            looks=(
                *((q,) if not sizes.axes else ()),
                *(k, v, out, *kept.values()),
                *(*hiding.kept, *hiding.inputs),
            ),
            spoils=hiding.silent is not None,
            scratch_back=tuple(work.values()),
            gradients=own.gradients(call) if own else {},
        )
    )


def _template(sizes: Sizes, arguments: Arguments) -> str:
    if sizes.axes:
        return "multi_head_attention"
    return "additive_attention" if is_additive(arguments) else "attention"


def _arrays(call: ir.Call, sizes: Sizes, q: Value, out: Value) -> dict[str, Value]:
    """What is kept for the way back; scaled queries come first, if there are any."""
    arguments, steps = call.use.arguments, (sizes.steps, sizes.others)
    additive = not sizes.axes and is_additive(arguments)
    shapes = {
        "scaled": q.shape if sizes.axes or arguments["use_scale"] else None,
        "tanh": (*steps, sizes.key_dim) if additive else None,
        "weights": (*sizes.axes, *steps),
        "dropped": (*sizes.axes, *steps) if arguments["dropout"] else None,
    }
    if additive:
        shapes["scaled"] = None
    return {n: Value(shape, out.name, n) for n, shape in shapes.items() if shape}


def _asking(array: Code, sizes: Sizes, size: int) -> Code:
    """What asks, or comes of it: heads side by side, their axes before the steps."""
    return by_heads(array, sizes.steps, sizes.axes, size)


def _asked(array: Code, sizes: Sizes, size: int) -> Code:
    """What is asked: as often as heads do not share it."""
    return by_heads(array, sizes.others, sizes.asked_axes, size)


def by_heads(
    array: Code, steps: int, heads: tuple[int, ...], size: int, samples: int = -1
) -> Code:
    """An array of heads side by side, with their axes before that of the steps."""
    if not heads:
        return array
    whole = f"{array}.reshape{literal((samples, steps, *heads, size))}"
    order = "swapaxes(1, 2)" if len(heads) == 1 else "transpose(0, 2, 3, 1, 4)"
    return Code(f"{whole}.{order}")


def _told(sizes: Sizes) -> dict[str, Code]:
    """The shapes of queries, keys, values and weights, for comments."""
    return {
        "q": batch_shape((*sizes.axes, sizes.steps, sizes.key_dim), "B"),
        "k": batch_shape((*sizes.asked_axes, sizes.others, sizes.key_dim), "B"),
        "v": batch_shape((*sizes.asked_axes, sizes.others, sizes.value_dim), "B"),
        "p": batch_shape((*sizes.axes, sizes.steps, sizes.others), "B"),
    }
