"""The lines of a formula, computed one after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec.analyze.formulas.evaluate import Evaluation
from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.weights import moving_line, weight_line
from nnspec.bind import Binder
from nnspec.formulas.expression import Computed, Expression, constant, make
from nnspec.formulas.shapes import spread
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import Weight


class Body(Computed):
    """What a formula computes, and the weights that it makes for that."""

    weights: tuple[Weight, ...]
    #: Where each part is written, first of all.
    places: Mapping[Expression, Span]


class _Draws:
    """The leaves of a layer's dropouts."""

    def __init__(self) -> None:
        self.leaves: list[Expression] = []

    def __call__(self, value: Expression, rate: float, span: Span) -> Expression:
        if not 0 <= rate < 1:
            raise Fault(
                f"a rate is from 0 to below 1, got {rate:g}", span, code="argument-type"
            )
        if rate == 0:
            return value
        facts = (f"mask_{len(self.leaves) + 1}" if self.leaves else "mask",)
        leaf = make("drawn", (), facts, value.shape, batched=True)
        self.leaves.append(leaf)
        whole = spread(value, value.shape, batched=True)
        return make("dropout", (whole, leaf), (float(rate),), value.shape, batched=True)


def computed(
    formula: nodes.Formula,
    names: Mapping[str, object],
    binder: Binder,
    *,
    trainable: bool = True,
) -> Body:
    """What a formula makes of its parameters, `names`; raises `Fault`."""
    is_layer = formula.kind == "layer"
    draws = _Draws()
    settings = {name: _named(value, name) for name, value in names.items()}
    body = Evaluation(settings, binder, draws if is_layer else None)
    lines: dict[str, Expression] = {}
    weights: list[Weight] = []
    for line in formula.lines[:-1]:
        if not isinstance(line, nodes.Setting):  # reported with the definition
            raise Fault("", line.span, code="")
        name, word = line.name.text, _called(line.value)
        if is_layer and word in ("weight", "moving"):
            kept = (
                weight_line(line, body, binder)
                if word == "weight"
                else moving_line(line, body, binder, trainable=trainable)
            )
            weights.append(kept.weight)
            found: object = kept.value
        else:
            found = body.value(line.value)
        if isinstance(found, Expression):
            lines[name] = found
        body.names[name] = found
    result = body.expression(cast(nodes.Value, formula.lines[-1]))
    values = tuple(v for v in names.values() if isinstance(v, Expression))
    drawn = tuple(draws.leaves)
    return Body(result, lines, values, drawn, tuple(weights), body.places)


def _named(value: object, name: str) -> object:
    """A setting as an expression that is told by its name."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return constant(value, name)
    return value


def _called(value: nodes.Value) -> str:
    return value.name.text if isinstance(value, nodes.Call) else ""
