"""Activations within layers: functions of the script, which it has once each.

They take the sum and what they set to the activation of it, and may be given the same
array for both. Back, what comes out is there; the sum is only for those whose
derivative cannot do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec.formulas.expression import value
from nnspec.record import replace
from nnspec.table.entry import ActivationEntry, Shape, Use
from nnspec.targets.numpy.formulas.layer import Arrays, Graph, ahead, back, graph
from nnspec.targets.numpy.formulas.told import told
from nnspec.targets.numpy.layout import Layout, Within, quoted
from nnspec.targets.numpy.names import comment_of
from nnspec.targets.numpy.step import FormulaStep, Step
from nnspec.targets.numpy.steps.formulas import slope_of
from nnspec.targets.quote import Code, comment

#: What a derivative may be computed of, where the sum is not kept.
_FROM_OUTPUT = frozenset({"output", "sign"})
_X, _Y, _DY = Code("x"), Code("y"), Code("dy")


def inner_functions(
    layout: Layout, arguments: Mapping[str, object], shape: Shape, *, derived: bool
) -> dict[str, Code]:
    """The names of the functions of a layer's activations, of values of a shape."""
    return {
        name: _function(layout, use, shape, derived=derived)
        for name, use in _uses(arguments).items()
    }


def inner_files(arguments: Mapping[str, object], shape: Shape) -> tuple[str, ...]:
    """The plain files that a layer's activations call."""
    files: list[str] = []
    for use in _uses(arguments).values():
        activation = cast(ActivationEntry, use.entry)
        files += activation.files(use.arguments)
        if activation.build:
            step = _own(use, shape)
            files += step.files
    return tuple(files)


def needs_sums(arguments: Mapping[str, object], shape: Shape) -> bool:
    """Whether a layer has to keep what its activations are given."""
    return any(_needs_sum(use, shape) for use in _uses(arguments).values())


def _uses(arguments: Mapping[str, object]) -> dict[str, Use]:
    names = ("activation", "recurrent_activation")
    given = {name: arguments.get(name) for name in names}
    return {name: use for name, use in given.items() if isinstance(use, Use)}


def _needs_sum(use: Use, shape: Shape) -> bool:
    activation = cast(ActivationEntry, use.entry)
    if activation.build:
        found = _graph(use, shape)
        return bool(found.kept) or "input" in found.needs
    return bool(activation.needs(use.arguments) - _FROM_OUTPUT)


def _function(layout: Layout, use: Use, shape: Shape, *, derived: bool) -> Code:
    said = comment_of(use)
    for i, within in enumerate(layout.within):
        if within.told == said:
            layout.within[i] = replace(within, derived=within.derived or derived)
            return within.name
    activation = cast(ActivationEntry, use.entry)
    same = sum(within.entry == activation.name for within in layout.within)
    name = Code(f"apply_{activation.name}" + (f"_{same}" if same else ""))
    step = _own(use, shape) if activation.build else _step(use)
    layout.within.append(Within(name, said, activation.name, step, derived))
    return name


def _step(use: Use) -> Step:
    """One of the language; where it keeps a gate, that is computed again going back."""
    activation = cast(ActivationEntry, use.entry)
    arguments = quoted(use.arguments)
    if "axis" in arguments:
        arguments["axis"] = Code("-1")
    gated = "gate" in activation.needs(use.arguments)
    return Step(
        kind="activations",
        template=activation.name,
        arguments=arguments,
        x=_X,
        y=_Y,
        dy=_DY,
        gate=Code("gate") if gated else None,
        plain=all(use.arguments[a.name] == a.default for a in activation.arguments),
        zero=Code("0.0"),
        limited=use.arguments.get("max_value") is not None,
        explains=True,
        explains_back=True,
    )


def _graph(use: Use, shape: Shape) -> Graph:
    entry, leaf = cast(ActivationEntry, use.entry), value("x", shape)
    assert entry.build is not None
    made = entry.build(leaf, use.arguments)
    return graph(made.result, (leaf,), (leaf,), made.lines, on_each=True)


def _own(use: Use, shape: Shape) -> FormulaStep:
    """One of a spec's own; the parts of its derivative are computed from the sum."""
    found, entry = _graph(use, shape), use.entry
    (leaf,) = found.gradients
    arrays = Arrays({leaf: _X}, {}, _Y, _DY, _X)
    forward, backward = ahead(found, arrays), back(found, arrays, {leaf: _DY})
    return FormulaStep(
        kind="activations",
        template="formula",
        x=_X,
        y=_Y,
        dy=_DY,
        files=tuple(sorted(forward.files | backward.files)),
        subject=comment(entry.name),
        told=told(entry, "x"),
        told_back=(slope_of(cast(ActivationEntry, entry), use),),
        lines=tuple(forward.lines),
        lines_back=tuple(backward.lines),
        explains=True,
        explains_back=True,
    )
