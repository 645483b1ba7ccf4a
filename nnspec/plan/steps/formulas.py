"""Activations and layers of a spec's own, whose lines are made of their formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.formulas.derivative import slope
from nnspec.formulas.expression import Expression, value
from nnspec.formulas.written import written
from nnspec.plan.formulas.layer import Arrays, Graph, ahead, back, graph
from nnspec.plan.formulas.lines import word_of
from nnspec.plan.formulas.told import told
from nnspec.plan.layout import Layout
from nnspec.plan.step import FormulaStep
from nnspec.plan.values import Back, Operation, Value
from nnspec.quote import Code, comment
from nnspec.table.entry import Activation, Use

#: A longer derivative is not told in a comment.
_LONGEST = 150


def add_own_activation(layout: Layout, call: ir.Call, use: Use, x: Value) -> Value:
    """An activation on each element; what its derivative needs is kept beside y."""
    entry, name = cast(Activation, use.entry), layout.names[call.name]
    assert entry.build is not None
    leaf = value("x", x.shape)
    made = entry.build(leaf, use.arguments)
    found = graph(made.result, (leaf,), (leaf,), made.lines, on_each=True)
    y = Value(x.shape, name, beside=(name, entry.name), derived=x.derived)
    kept = _kept(found, name)

    def build(op: Operation) -> FormulaStep:
        arrays = Arrays(
            {leaf: x.a},
            {node: held.a for node, held in kept.items()},
            y.a,
            op.dy_code,
            x.a,
        )
        forward = ahead(found, arrays)
        backward = back(found, arrays, {leaf: op.dx_code} if op.dx_code else {})
        return FormulaStep(
            kind="activations",
            template="formula",
            derivative=Code(entry.name),
            x=x.a,
            y=y.a,
            dx=op.dx_code,
            dy=op.dy_code,
            files=tuple(sorted(forward.files | backward.files)),
            subject=comment(entry.name),
            told=told(entry, "x"),
            told_back=(_slope(entry, use),),
            lines=tuple(forward.lines),
            lines_back=tuple(backward.lines),
        )

    looks = {"input": x, "output": y}
    return layout.add(
        Operation(
            build,
            (x,),
            (y, *kept.values()),
            y,
            (Back.OVER,),
            over=(x,),
            looks=(*(looks[need] for need in sorted(found.needs)), *kept.values()),
        )
    )


def _kept(found: Graph, name: Code) -> Mapping[Expression, Value]:
    """Arrays for what gradients need."""
    return {
        node: Value(node.shape, name, word_of(node, found.words)) for node in found.kept
    }


def _slope(entry: Activation, use: Use) -> Code:
    """The comment of its lines back: dy/dx, as the spec could write it."""
    assert entry.build is not None
    x = value("x", ())
    text = written(slope(entry.build(x, use.arguments).result, x))
    return comment(f"{entry.name}: dy/dx" + f" = {text}" * (len(text) <= _LONGEST))
