"""Activations and layers of a spec's own, whose lines are made of their formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.formulas.derivative import slope
from nnspec.formulas.expression import Expression, Shape, ordered, value, weight
from nnspec.formulas.written import written
from nnspec.table.entry import ActivationEntry, LayerEntry, Use
from nnspec.targets.numpy.formulas.layer import Arrays, Graph, ahead, back, graph
from nnspec.targets.numpy.formulas.lines import word_of
from nnspec.targets.numpy.formulas.told import told
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.step import FormulaStep
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, comment


def add_own_activation(layout: Layout, call: ir.Call, use: Use, x: Value) -> Value:
    """An activation on each element; what its derivative needs is kept beside y."""
    entry, name = cast(ActivationEntry, use.entry), layout.names[call.name]
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
            told_back=(slope_of(entry, use),),
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


def _words(found: Graph) -> dict[Expression, str]:
    """What each part that is kept is called; the second of a kind has a number."""
    words: dict[Expression, str] = {}
    counts: Counter[str] = Counter()
    for node in found.kept:
        word = word_of(node, found.words)
        counts[word] += 1
        words[node] = word if counts[word] == 1 else f"{word}_{counts[word]}"
    return words


def _kept(found: Graph, name: Code) -> Mapping[Expression, Value]:
    """Arrays for what gradients need."""
    return {
        node: Value(node.shape, name, word)
        for node, word in _words(found).items()
        if not _is_assigned(node)
    }


def slope_of(entry: ActivationEntry, use: Use) -> Code:
    """The comment of its lines back: dy/dx, as the spec could write it."""
    assert entry.build is not None
    x = value("x", ())
    text = written(slope(entry.build(x, use.arguments).result, x))
    return comment(f"{entry.name}: dy/dx" + (f" = {text}" if text else ""))


# -- Layers ----------------------------------------------------------------------------


def add_own_layer(layout: Layout, call: ir.Call, *inputs: Value) -> Value:
    """A layer of a spec's own; what its gradients need is kept beside y."""
    entry = cast(LayerEntry, call.use.entry)
    assert entry.body is not None
    made = entry.body(call.input_shapes, call.use.arguments)
    y, name = layout.output(call, *inputs), layout.names[call.name]
    weights = {w.name.rpartition("/")[2]: weight(*_own(w)) for w in call.weights}
    trained = {n: weights[n] for n in layout.gradients(call)}
    values = dict(zip(made.values, inputs, strict=True))
    derived = tuple(leaf for leaf, x in values.items() if x.derived)
    found = graph(made.result, made.values, (*trained.values(), *derived), made.lines)
    drawn = {leaf: Value(leaf.shape, name, leaf.name) for leaf in made.drawn}
    if drawn:
        layout.draws.add("mask")
    kept = _kept(found, name)
    assigned = {
        node: Code(f"a.{layout.fresh(name, word)}")
        for node, word in _words(found).items()
        if _is_assigned(node)
    }
    of_weights = layout.weights(call)
    moves = any(leaf.operator == "moving" for leaf in ordered([made.result]))

    def build(op: Operation) -> FormulaStep:
        known = {leaf: x.a for leaf, x in (*values.items(), *drawn.items())}
        known |= {leaf: of_weights[n] for n, leaf in weights.items()}
        of_kept = {node: held.a for node, held in kept.items()} | assigned
        held = {node: of_kept[node] for node in found.kept}
        arrays = Arrays(known, held, y.a, op.dy_code, inputs[0].a, assigned)
        forward = ahead(found, arrays)
        backward = back(found, arrays, _into(op, trained, tuple(values)))
        return FormulaStep(
            kind="layers",
            template="formula",
            derivative=Code(entry.name),
            x=inputs[0].a,
            y=y.a,
            dx=op.dx_code,
            dy=op.dy_code,
            dw=op.dw,
            rng=Code("rng") if drawn else None,
            by_batch=moves,
            files=tuple(sorted(forward.files | backward.files)),
            subject=comment(entry.name),
            told=told(entry, ", ".join(leaf.name for leaf in made.values)),
            told_back=(comment(f"{entry.name}, from its result back"),),
            lines=tuple(forward.lines),
            lines_back=tuple(backward.lines),
        )

    return layout.add(
        Operation(
            build,
            inputs,
            (y, *kept.values(), *drawn.values()),
            y,
            (Back.OWN,) * len(inputs),
            looks=(
                *(inputs if "input" in found.needs else ()),
                *((y,) if "output" in found.needs else ()),
                *kept.values(),
                *drawn.values(),
            ),
            gradients=layout.gradients(call),
        )
    )


def _own(found: ir.Weight) -> tuple[str, Shape]:
    """The name of a weight within its layer, and its shape."""
    return found.name.rpartition("/")[2], found.shape


def _is_assigned(node: Expression) -> bool:
    """Whether what is kept has no array of its own: it is no value of each sample."""
    return not node.batched or node.operator in ("moving", "dropout")


def _into(
    op: Operation, trained: Mapping[str, Expression], values: tuple[Expression, ...]
) -> dict[Expression, Code]:
    """What the gradients by weights and values are written to."""
    if op.dy is None:
        return {}
    into = {leaf: op.dw[name] for name, leaf in trained.items()}
    pairs = zip(values, op.dx, strict=True)
    return into | {leaf: dx.a for leaf, dx in pairs if dx is not None}
