"""Attention of one step to itself and to those before it, whose keys are kept."""

from __future__ import annotations

from nnspec import ir
from nnspec.table.attention import Sizes
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.steps.attention import by_heads
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code


class AttentionStep(Step, kw_only=True):
    """What the heads of one step ask of the steps so far.

    The keys and values of these are kept in arrays with all steps of a window. The new
    ones are `key` and `value`; `k` and `v` have the axes of heads before the steps.
    """

    key: Code
    value: Code
    keys: Code
    values: Code
    q: Code
    k: Code
    v: Code
    out: Code
    root: Code
    #: How many steps there were before.
    place: Code = Code("a.place")


def attend_so_far(
    layout: Layout,
    call: ir.Call,
    sizes: Sizes,
    asked: tuple[Value, Value, Value],
    out: Value,
) -> Value:
    """The mean `out` of the values so far, by a query, a key and a value `asked`."""
    q, key, value = asked
    window = layout.window or 0
    keys = Value((window, *key.shape[1:]), out.name, "keys")
    values = Value((window, *value.shape[1:]), out.name, "values")
    groups = sizes.asked_axes

    def build(op: Operation) -> Step:
        return AttentionStep(
            **vars(layer_step(call, op, "attention_step", y=out.a)),
            key=key.a,
            value=value.a,
            keys=keys.a,
            values=values.a,
            q=by_heads(q.a, 1, sizes.axes, sizes.key_dim),
            k=by_heads(Code("keys"), -1, groups, sizes.key_dim, samples=1),
            v=by_heads(Code("values"), -1, groups, sizes.value_dim, samples=1),
            out=by_heads(out.a, 1, sizes.axes, sizes.value_dim),
            root=Code(f"{sizes.key_dim}**0.5"),
        )

    kept = (keys, values)
    return layout.add(
        Operation(build, asked, (out, *kept), out, (Back.OWN,) * 3, looks=kept)
    )
