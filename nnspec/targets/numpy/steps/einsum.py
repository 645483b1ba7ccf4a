"""Products over axes that have letters."""

from __future__ import annotations

from nnspec import ir
from nnspec.table.einsum import Axes, axes_of
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


def add_einsum(layout: Layout, call: ir.Call, x: Value) -> Value:
    """One product, and the bias; the derivatives are such products themselves."""
    y, w, gradients = (
        layout.output(call, x),
        layout.weights(call),
        layout.gradients(call),
    )
    facts = _facts(axes_of(call.input_shape, call.use.arguments))
    return layout.add(
        Operation(
            lambda op: layer_step(call, op, w=w, facts=facts),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,) if gradients else (),
            gradients=gradients,
        )
    )


def _facts(axes: Axes) -> dict[str, Code | None]:
    """The three equations; the axes that a bias is the same along, and its place.

    An axis of x that is only summed over has the same derivative at each of its cells:
    it is not in the equation, but `beside` what comes of that.
    """
    x, kernel, y = axes.x, axes.kernel, axes.y
    kept = "".join(c for c in x if c in y + kernel)
    beside = [":" if c in kept else "None" for c in x]
    summed = tuple(i for i, c in enumerate(y) if c not in axes.bias)
    return {
        "product": literal(f"{x},{kernel}->{y}"),
        "by_kernel": literal(f"{x},{y}->{kernel}"),
        "by_x": literal(f"{y},{kernel}->{kept}"),
        "beside": None if kept == x else Code(f"[{', '.join(beside)}]"),
        "summed": literal(summed if len(summed) > 1 else summed[0]),
        "first": Code(f"[{', '.join('0' * (len(y) - len(axes.bias)))}]"),
    }
