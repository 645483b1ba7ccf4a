"""Matrix products over the last axis."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from nnspec import ir
from nnspec.plan.layout import Layout, quoted, rows
from nnspec.plan.step import (
    Step,
)
from nnspec.quote import Code


def add_dense(layout: Layout, layer: ir.Call) -> None:
    """One product, and the bias."""
    add_product(layout, layer, layout.weights(layer, "w"), layout.weights(layer, "dw"))


def add_product(
    layout: Layout,
    layer: ir.Call,
    w: Mapping[str, Code],
    dw: Mapping[str, Code],
) -> None:
    """A product with the `kernel` of w over the last axis, and its `bias` if any."""
    x, y = layout.value, layout.output(layer)
    many = "" if len(x.shape) == 1 else f" * {prod(x.shape[:-1])}"
    inner, units = x.shape[-1], y.shape[-1]
    formula = f"{y.owner} = {x.owner} @ kernel{' + bias' * ('bias' in w)}"
    a, b = f"(B{many}, {inner})", f"(B{many}, {units})"
    layout.steps.append(
        Step(
            kind="layers",
            template="dense",
            derivative=Code(formula),
            arguments=quoted(layer.use.arguments),
            x=rows(x.a, x.shape),
            y=y.a,
            y_rows=rows(y.a, y.shape),
            dx=rows(x.da, x.shape) if x.da else None,
            dy=rows(y.da, y.shape) if y.da else None,
            w=w,
            dw=dw,
            product=Code(f"{a} @ ({inner}, {units})"),
            facts={
                "dw_product": Code(f"({inner}, B{many}) @ {b}"),
                "dx_product": Code(f"{b} @ ({units}, {inner})"),
            },
            sparse=_sparse(units) if x.sparse else None,
            matmul=_matmul(layout.batch * prod(x.shape) * units),
        )
    )
    layout.value = y


def _sparse(units: int) -> Code:
    """The functions for sparse samples: all at once, or by one if they are too many."""
    return Code("sparse" if units < _WIDE else "wide_sparse")


def _matmul(multiplications: int) -> Code:
    """The function for a product: of a large one, threads make parts."""
    return Code("product" if multiplications >= _LARGE else "np.matmul")


#: From here on `product` makes parts of a product.
_LARGE = 1 << 23
#: From here on it takes less time to multiply sparse samples one by one.
_WIDE = 100
