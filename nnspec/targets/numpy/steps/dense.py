"""Matrix products over the last axis."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from nnspec import ir
from nnspec.record import EMPTY
from nnspec.targets.numpy.layout import Layout, layer_step, rows, rows_or_none
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code


def add_dense(layout: Layout, call: ir.Call, x: Value) -> Value:
    """One product, and the bias."""
    return add_product(layout, call, x, layout.weights(call), layout.gradients(call))


def add_product(
    layout: Layout,
    call: ir.Call,
    x: Value,
    w: Mapping[str, Code],
    gradients: Mapping[str, Code],
    at: Mapping[str, str] = EMPTY,
    y: Value | None = None,
) -> Value:
    """A product with the `kernel` of w over the last axis, and its `bias` if any.

    `at` is where in the kernel the matrix is, and in the bias the vector. What comes
    out is `y`, if it is not what the layer gives.
    """
    y = y or layout.output(call, x)
    many = "" if len(x.shape) == 1 else f" * {prod(x.shape[:-1])}"
    inner, units = x.shape[-1], y.shape[-1]
    a, b = f"(B{many}, {inner})", f"(B{many}, {units})"

    def build(op: Operation) -> Step:
        formula = f"{y.owner} = {x.owner} @ kernel{' + bias' * ('bias' in w)}"
        return layer_step(
            call,
            op,
            "dense",
            derivative=Code(formula),
            x=rows(x.a, x.shape),
            y_rows=rows(y.a, y.shape),
            dx=rows_or_none(op.dx[0] if op.dx else None),
            dy=rows_or_none(op.dy),
            w=at_place(w, at),
            dw=at_place(op.dw, at),
            product=Code(f"{a} @ ({inner}, {units})"),
            facts={
                "dw_product": Code(f"({inner}, B{many}) @ {b}"),
                "dx_product": Code(f"{b} @ ({units}, {inner})"),
            },
            sparse=_sparse(units) if x.sparse else None,
            matmul=matmul(layout.batch * prod(x.shape) * units),
        )

    return layout.add(
        Operation(
            build,
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,) if gradients else (),
            gradients=gradients,
        )
    )


def at_place(w: Mapping[str, Code], places: Mapping[str, str]) -> dict[str, Code]:
    """The weights, of some only what is at a place."""
    return {name: Code(code + places.get(name, "")) for name, code in w.items()}


def _sparse(units: int) -> Code:
    """The functions for sparse samples: all at once, or by one if they are too many."""
    return Code("sparse" if units < _WIDE else "wide_sparse")


def matmul(multiplications: int) -> Code:
    """The function for a product: of a large one, threads make parts."""
    return Code("product" if multiplications >= _LARGE else "np.matmul")


#: From here on `product` makes parts of a product.
_LARGE = 1 << 23
#: From here on it takes less time to multiply sparse samples one by one.
_WIDE = 100
