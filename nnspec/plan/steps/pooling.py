"""Layers that make one value of many: poolings."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import cast

from nnspec import ir
from nnspec.plan.indices import Axis, cells_at, inside
from nnspec.plan.layout import Layout, Value, quoted
from nnspec.plan.names import batch_shape
from nnspec.plan.step import (
    Buffer,
    Step,
)
from nnspec.quote import Code, literal
from nnspec.record import replace
from nnspec.table.entry import Layer, Shape
from nnspec.table.pooling import window_sizes
from nnspec.table.windows import pads


class Pooling(Step, kw_only=True):
    """A pooling over windows, whose cells are taken place by place.

    The windows are over `cells`, and `d_cells` is the derivative by these. `at` is
    the index of the cells at the place `i`, or `i, j` in a `plane`, of windows of this
    `size`; where there are so few that no loop is needed, `places` has them all.
    `overlap` says that windows share cells, `clears` that not every cell is in one.

    Cells are the input itself; or where windows reach over its edge a copy, in which
    it lies at the index `inside`. Then `within` is for the number of a window's cells
    that are of the input, which are told from `edges`; else that is `area`.

    A maximum has arrays for the windows whose largest value is `left` to be met, for
    those that meet it `first` here, and for the `part` of the derivative that is
    theirs.
    """

    cells: Code
    d_cells: Code | None
    names: Code
    sizes: Code
    plane: bool
    at: Code
    start: Code
    places: tuple[Code, ...]
    overlap: bool
    clears: bool
    area: Code
    inside: Code | None = None
    within: Code | None = None
    edges: Code | None = None
    left: Code | None = None
    first: Code | None = None
    part: Code | None = None


#: Up to so many places of a window have a line of their own.
_FEW = 4


def add_pooling(layout: Layout, layer: ir.Call) -> None:
    """One step; with arrays for a padded copy, and for where a maximum is."""
    entry, arguments = cast(Layer, layer.use.entry), layer.use.arguments
    x, y = layout.value, _output(layout, layer)
    size, strides = window_sizes(arguments, len(x.shape) - 1)
    padding = cast(str, arguments["padding"])
    windows = list(zip(x.shape[:-1], size, strides, strict=True))
    ends = [pads(*window, padding=padding) for window in windows]
    axes = [
        Axis(n + sum(end), k, s, count)
        for (n, k, s), end, count in zip(windows, ends, y.shape[:-1], strict=True)
    ]
    if prod(size) == 1:
        _take(layout, layer, axes, y)
        return
    step = _pooling(layer, axes, x, y)
    if any(map(sum, ends)):
        step = _padded(layout, layer, step, (*(a.n for a in axes), x.shape[-1]))
        before = [end[0] for end in ends]
        edges = tuple(zip(*zip(*windows, strict=True), before, y.shape, strict=False))
        step = replace(step, inside=inside(ends), edges=literal(edges))
    if entry.keeps and x.da:
        step = _compared(layout, layer, step)
    layout.steps.append(step)
    layout.value = y


def _pooling(layer: ir.Call, axes: list[Axis], x: Value, y: Value) -> Pooling:
    """A pooling of what needs no padding; only places along some axes differ."""
    entry = cast(Layer, layer.use.entry)
    names = {name: axis.k for name, axis in zip("ij", axes, strict=False) if axis.k > 1}
    at = [name if name in names else 0 for name in "ij"[: len(axes)]]
    return Pooling(
        kind="layers",
        template=entry.template or entry.name,
        derivative=Code(entry.name),
        x=x.a,
        y=y.a,
        dx=x.da,
        dy=y.da,
        cells=x.a,
        d_cells=x.da,
        names=Code(", ".join(names)),
        sizes=Code(", ".join(map(str, names.values()))),
        plane=len(names) > 1,
        at=cells_at(axes, at),
        start=cells_at(axes, (0,) * len(axes)),
        places=_places(axes),
        overlap=any(axis.overlap for axis in axes),
        clears=any(axis.gaps for axis in axes),
        area=literal(float(prod(axis.k for axis in axes))),
    )


def _take(layout: Layout, layer: ir.Call, axes: list[Axis], y: Value) -> None:
    """Windows of one cell give that one."""
    x = layout.value
    layout.steps.append(
        Step(
            kind="layers",
            template="cropping",
            derivative=Code(layer.use.entry.name),
            facts={"inside": cells_at(axes, (0,) * len(axes))},
            x=x.a,
            y=y.a,
            dx=x.da,
            dy=y.da,
        )
    )
    layout.value = y


def _places(axes: list[Axis]) -> tuple[Code, ...]:
    if prod(axis.k for axis in axes) > _FEW:
        return ()
    _, *others = product(*(range(axis.k) for axis in axes))
    return tuple(cells_at(axes, place) for place in others)


def _output(layout: Layout, layer: ir.Call) -> Value:
    """What a layer gives; it stays where the derivative is told from it."""
    keeps = cast(Layer, layer.use.entry).keeps
    return replace(layout.output(layer), free=not keeps)


def _padded(layout: Layout, layer: ir.Call, step: Pooling, shape: Shape) -> Pooling:
    """A copy of the input within an edge that is never the largest, or adds nothing."""
    keeps, name = cast(Layer, layer.use.entry).keeps, layout.names[layer.name]
    padded = layout.fresh(name, "padded")
    edge = Code("-math.inf" if keeps else "0.0")
    layout.buffers.append(Buffer(padded, batch_shape(shape), filled=edge))
    if step.dx:
        layout.gradients.append(Buffer(padded, batch_shape(shape)))
    return replace(
        step,
        cells=Code(f"a.{padded}"),
        d_cells=Code(f"da.{padded}") if step.dx else None,
        within=None if keeps else Code(f"a.{layout.fresh(name, 'within')}"),
        files=() if keeps else ("cells_within",),
    )


def _compared(layout: Layout, layer: ir.Call, step: Pooling) -> Pooling:
    """Arrays that tell where a maximum is."""
    name, shape = layout.names[layer.name], batch_shape(layer.output_shape)
    left, first = (layout.fresh(name, part) for part in ("left", "first"))
    layout.buffers += [Buffer(array, shape, bools=True) for array in (left, first)]
    step = replace(step, left=Code(f"a.{left}"), first=Code(f"a.{first}"))
    if not step.overlap:
        return step
    part = layout.fresh(name, "part")
    layout.buffers.append(Buffer(part, shape))
    return replace(step, part=Code(f"a.{part}"))


def add_global_pooling(layout: Layout, layer: ir.Call) -> None:
    """The lines of the layer's template, which reduces whole axes."""
    entry = cast(Layer, layer.use.entry)
    x, y = layout.value, _output(layout, layer)
    layout.steps.append(
        Step(
            kind="layers",
            template=entry.template or entry.name,
            derivative=Code(entry.name),
            arguments=quoted(layer.use.arguments),
            facts=quoted(entry.facts(x.shape, layer.use.arguments)),
            x=x.a,
            y=y.a,
            dx=x.da,
            dy=y.da,
        )
    )
    layout.value = y
