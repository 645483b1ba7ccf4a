"""`weight(...)` and `moving(...)`: what the lines of a layer make that stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import cast

from nnspec.analyze.formulas.evaluate import Evaluation, at
from nnspec.analyze.formulas.fault import Fault
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.formulas import shapes
from nnspec.formulas.expression import Expression, make, weight
from nnspec.record import Record, replace
from nnspec.syntax import nodes
from nnspec.table.entry import (
    Argument,
    ConstraintEntry,
    DefaultUse,
    Entry,
    InitializerEntry,
    RegularizerEntry,
    Use,
    Weight,
)
from nnspec.table.kinds import Integer, ListOf, OneOf, Optional, Real

_SIZES = ListOf(Integer(1), or_one=True)
WEIGHT = Entry(
    "weight",
    "An array that is learnt.",
    (
        Argument("shape", _SIZES, example="(size(x), 8)"),
        Argument(
            "initializer",
            OneOf("initializer"),
            DefaultUse("initializer", "glorot_uniform"),
        ),
        Argument("regularizer", Optional(OneOf("regularizer")), None),
        Argument("constraint", Optional(OneOf("constraint")), None),
    ),
)
MOVING = Entry(
    "moving",
    "A value while training, otherwise its running mean.",
    (
        Argument("momentum", Real(0, 1), 0.99),
        Argument(
            "initializer", OneOf("initializer"), DefaultUse("initializer", "zeros")
        ),
    ),
)
_CLASSES: Mapping[str, type[Entry]] = {
    "initializer": InitializerEntry,
    "regularizer": RegularizerEntry,
    "constraint": ConstraintEntry,
}


class Kept(Record):
    """What a line stands for, and the weight that it makes."""

    value: Expression
    weight: Weight


def weight_line(line: nodes.Setting, body: Evaluation, binder: Binder) -> Kept:
    """`NAME = weight(shape, ...)`: a leaf, the same for all samples."""
    call = cast(nodes.Call, line.value)
    given = _bound(WEIGHT, call, body, binder)
    name, shape = line.name.text, cast("tuple[int, ...]", given["shape"])
    made = Weight(
        name,
        shape,
        cast(Use, given["initializer"]),
        regularizer=cast("Use | None", given["regularizer"]),
        constraint=cast("Use | None", given["constraint"]),
    )
    return Kept(weight(name, shape), made)


def moving_line(
    line: nodes.Setting, body: Evaluation, binder: Binder, *, trainable: bool
) -> Kept:
    """`NAME = moving(value, ...)`: the value while training, else its running mean.

    Of a layer that is not trainable it is the mean in training, too.
    """
    call = cast(nodes.Call, line.value)
    value, rest = _without_value(call)
    given = _bound(MOVING, rest, body, binder)
    body.over_batch = True
    try:
        found = body.expression(value)
    finally:
        body.over_batch = False
    if found.batched:
        raise Fault(
            f"`{line.name.text}` has a value for each sample; a running mean has one",
            value.span,
            "reduce it over the samples: `mean(..., axis=batch)`",
        )
    name = line.name.text
    mean = weight(name, found.shape)
    made = Weight(name, found.shape, cast(Use, given["initializer"]), trainable=False)
    facts = (cast(float, given["momentum"]),)
    result = make("moving", (found, mean), facts, found.shape)
    return Kept(result if trainable else mean, made)


def _without_value(call: nodes.Call) -> tuple[nodes.Value, nodes.Call]:
    for place, argument in enumerate(call.arguments):
        if argument.name is None or argument.name.text == "value":
            rest = (*call.arguments[:place], *call.arguments[place + 1 :])
            return argument.value, replace(call, arguments=rest)
    raise Fault(
        "`moving` needs a value",
        call.span,
        "for example `moving(mean(x, axis=batch))`",
        "missing-argument",
    )


def _bound(
    entry: Entry, call: nodes.Call, body: Evaluation, binder: Binder
) -> dict[str, object]:
    """The arguments of a line, in which settings stand for their values."""
    uses: dict[str, Use] = {}
    rest: list[nodes.Argument] = []
    places = iter(entry.arguments)
    for argument in call.arguments:
        known = next(places, None) if argument.name is None else None
        name = known.name if known else argument.name.text if argument.name else ""
        value = argument.value
        held = body.names.get(value.text) if isinstance(value, nodes.Name) else None
        if isinstance(held, Use):
            uses[name] = _of_category(held, name, argument)
            named = nodes.Name(argument.span, name)
            continue
        folded = _shape(value, body) if name == "shape" else _folded(value, body)
        named = argument.name or nodes.Name(argument.span, name)
        rest.append(replace(argument, name=named if name else None, value=folded))
    alone = Diagnostics()
    scope = dataclasses.replace(binder.scope, diagnostics=alone)
    quiet = replace(binder, scope=scope, diagnostics=alone)
    use = quiet.arguments(entry, replace(call, arguments=tuple(rest)))
    if use is None:
        told = alone.in_order()[0]
        raise Fault(told.message, told.span, told.help, told.code)
    return {**use.arguments, **uses}


def _of_category(use: Use, name: str, argument: nodes.Argument) -> Use:
    kind = _CLASSES.get(name)
    if kind is None or not isinstance(use.entry, kind):
        raise Fault(
            f"`{name}` needs a {name}, got `{use.name}`",
            argument.span,
            code="argument-type",
        )
    return use


def _shape(value: nodes.Value, body: Evaluation) -> nodes.Value:
    """A shape, its sizes computed."""
    found = body.value(value)
    if isinstance(found, Expression):
        found = (body.integer(value),)
    if not isinstance(found, tuple):
        raise Fault(
            "a shape is needed here",
            value.span,
            "write `(size(x), 8)`, `8`, or `()` for one number",
            "argument-type",
        )
    with at(value.span):
        shapes.common(found)
    items = tuple(nodes.Number(value.span, size) for size in found)
    return nodes.TupleValue(value.span, items)


def _folded(value: nodes.Value, body: Evaluation) -> nodes.Value:
    """A value in which what the formula knows is written out."""
    match value:
        case nodes.Name() if value.text in body.names:
            return _written(body.names[value.text], value)
        case nodes.Binary() | nodes.Unary():
            return _written(body.expression(value), value)
        case nodes.Call(name=name) if name.text == "size":
            return _written(body.expression(value), value)
        case nodes.Call():
            arguments = (
                replace(a, value=_folded(a.value, body)) for a in value.arguments
            )
            return replace(value, arguments=tuple(arguments))
    return value


def _written(found: object, value: nodes.Value) -> nodes.Value:
    match found:
        case Expression() if found.is_constant:
            return nodes.Number(value.span, found.number)
        case bool():
            return nodes.Boolean(value.span, found)
        case None:
            return nodes.Nothing(value.span)
        case tuple():
            items = tuple(nodes.Number(value.span, size) for size in found)
            return nodes.TupleValue(value.span, items)
    raise Fault("this is known only when the script runs", value.span)
