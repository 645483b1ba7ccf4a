"""Layers that make one value of many: poolings."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import cast

from nnspec import ir
from nnspec.record import EMPTY, Record, replace
from nnspec.table.entry import LayerEntry, Shape
from nnspec.table.pooling import window_sizes
from nnspec.table.windows import pads
from nnspec.targets.numpy.indices import Axis, cells_at, inside
from nnspec.targets.numpy.layout import Layout, layer_step, quoted
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


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


def add_pooling(layout: Layout, call: ir.Call, x: Value) -> Value:
    """One operation; with arrays for a padded copy, and for where a maximum is."""
    entry, arguments = cast(LayerEntry, call.use.entry), call.use.arguments
    size, strides = window_sizes(arguments, len(x.shape) - 1)
    padding = cast(str, arguments["padding"])
    windows = list(zip(x.shape[:-1], size, strides, strict=True))
    ends = [pads(*window, padding=padding) for window in windows]
    axes = [
        Axis(n + sum(end), k, s, count)
        for (n, k, s), end, count in zip(windows, ends, call.output_shape, strict=False)
    ]
    if prod(size) == 1:
        return _take(layout, call, axes, x)
    return _add(layout, call, axes, _Around(ends, windows), x, bool(entry.keeps))


class _Around(Record):
    """What is added at both ends of each axis, whose size, k and strides are these."""

    ends: list[tuple[int, int]]
    windows: list[tuple[int, int, int]]

    @property
    def any(self) -> bool:
        """Whether windows reach over the edge of the input."""
        return any(map(sum, self.ends))

    def edges(self, shape: Shape) -> Code:
        """Of each axis its size, windows, strides, what is before, and their number."""
        before = [end[0] for end in self.ends]
        lists = zip(*zip(*self.windows, strict=True), before, shape, strict=False)
        return literal(tuple(lists))


def _add(
    layout: Layout,
    call: ir.Call,
    axes: list[Axis],
    around: _Around,
    x: Value,
    is_max: bool,
) -> Value:
    y = layout.output(call, x)
    step = _pooling(call, axes)
    padded = d_padded = left = first = part = None
    if around.any:
        shape = (*(axis.n for axis in axes), x.shape[-1])
        edge = Code("-math.inf" if is_max else "0.0")
        padded = Value(shape, y.name, "padded", filled=edge)
        d_padded = Value(shape, y.name, "padded", space="da")
    within = layout.fresh(y.name, "within") if padded and not is_max else None
    if is_max and x.derived:
        left, first = (
            Value(y.shape, y.name, name, bools=True) for name in ("left", "first")
        )
        part = Value(y.shape, y.name, "part") if step.overlap else None

    def build(op: Operation) -> Step:
        d_cells = d_padded if padded else op.dx[0] if op.dx else None
        changes: dict[str, object] = {
            "x": x.a,
            "y": y.a,
            "dx": op.dx_code,
            "dy": op.dy_code,
            "cells": (padded or x).a,
            "d_cells": d_cells.a if op.dx_code and d_cells else None,
            "left": left and left.a,
            "first": first and first.a,
            "part": part and part.a,
        }
        if padded:
            changes["inside"] = inside(around.ends)
            changes["edges"] = around.edges(y.shape)
        if within:
            changes["within"] = Code(f"a.{within}")
            changes["files"] = ("cells_within",)
        return replace(step, **changes)

    kept = tuple(filter(None, (padded, left, first, part)))
    return layout.add(
        Operation(
            build,
            (x,),
            (y, *kept),
            y,
            (Back.OWN,),
            looks=(padded or x, y, *kept) if is_max else (),
            spoils=not is_max,
            scratch_back=(d_padded,) if d_padded else (),
        )
    )


def _pooling(call: ir.Call, axes: list[Axis]) -> Pooling:
    """A pooling without its operands; only places along some axes differ."""
    entry = cast(LayerEntry, call.use.entry)
    names = {
        name: axis.k for name, axis in zip("ijk", axes, strict=False) if axis.k > 1
    }
    at = [name if name in names else 0 for name in "ijk"[: len(axes)]]
    return Pooling(
        kind="layers",
        template=entry.template or entry.name,
        derivative=Code(entry.name),
        x=Code(""),
        y=Code(""),
        cells=Code(""),
        d_cells=None,
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


def _take(layout: Layout, call: ir.Call, axes: list[Axis], x: Value) -> Value:
    """Windows of one cell give that one."""
    y = layout.output(call, x)
    facts = {"inside": cells_at(axes, (0,) * len(axes))}
    return layout.add(
        Operation(
            lambda op: layer_step(call, op, "cropping", facts=facts, arguments=EMPTY),
            (x,),
            (y,),
            y,
            (Back.OWN,),
        )
    )


def _places(axes: list[Axis]) -> tuple[Code, ...]:
    if prod(axis.k for axis in axes) > _FEW:
        return ()
    _, *others = product(*(range(axis.k) for axis in axes))
    return tuple(cells_at(axes, place) for place in others)


def add_adaptive_pooling(layout: Layout, call: ir.Call, x: Value) -> Value:
    """Calls of plain files, which go from window to window."""
    y, is_max = layout.output(call, x), bool(cast(LayerEntry, call.use.entry).keeps)
    function = "adaptive_max" if is_max else "adaptive_average"
    files = (function, f"{function}_back") if x.derived else (function,)
    return layout.add(
        Operation(
            lambda op: layer_step(call, op, files=files),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,) if is_max else (),
        )
    )


def add_global_pooling(layout: Layout, call: ir.Call, x: Value) -> Value:
    """The lines of the layer's template, which reduces whole axes."""
    entry, arguments = cast(LayerEntry, call.use.entry), call.use.arguments
    if mask := layout.mask(call):
        return _add_masked_pooling(layout, call, x, mask)
    y = layout.output(call, x)
    axes = Code("" if arguments["keepdims"] else f"[:{', None' * (len(x.shape) - 1)}]")
    sites = len(x.shape) - 1
    facts = {
        **quoted(entry.facts(x.shape, arguments)),
        "beside": axes,
        "sums": Code(f"n{'ijk'[:sites]}c->nc"),
        "channels": Code(f"[:{', 0' * sites}]" if arguments["keepdims"] else ""),
    }
    return layout.add(
        Operation(
            lambda op: layer_step(call, op, facts=facts),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x, y) if entry.keeps else (),
            spoils=True,
        )
    )


def _add_masked_pooling(layout: Layout, call: ir.Call, x: Value, mask: Value) -> Value:
    """The mean of the steps that a mask has."""
    y = layout.output(call, x)
    count = Code(f"a.{layout.fresh(y.name, 'count')}")
    each = Code("(-1, 1, 1)" if len(y.shape) == 2 else "(-1, 1)")
    return layout.add(
        Operation(
            lambda op: layer_step(
                call,
                op,
                "masked_average_pooling",
                kept=count,
                facts={"mask": mask.a, "each": each},
            ),
            (x, mask),
            (y,),
            y,
            (Back.OWN, Back.OWN),
            looks=(mask,),
            spoils=True,
        )
    )
