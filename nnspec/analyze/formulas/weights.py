"""`weight(...)` and `moving(...)`: what the lines of a layer make that stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import cast

from nnspec import syntax
from nnspec.analyze.formulas.evaluate import Evaluation, at
from nnspec.analyze.formulas.fault import Fault
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.formulas import shapes
from nnspec.formulas.expression import Expression, make, weight
from nnspec.record import Record, replace
from nnspec.table.entry import (
    Argument,
    Constraint,
    DefaultUse,
    Entry,
    Initializer,
    Regularizer,
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
    "initializer": Initializer,
    "regularizer": Regularizer,
    "constraint": Constraint,
}


class Kept(Record):
    """What a line stands for, and the weight that it makes."""

    value: Expression
    weight: Weight


def weight_line(line: syntax.Setting, body: Evaluation, binder: Binder) -> Kept:
    """`NAME = weight(shape, ...)`: a leaf, the same for all samples."""
    call = cast(syntax.Call, line.value)
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
    line: syntax.Setting, body: Evaluation, binder: Binder, *, trainable: bool
) -> Kept:
    """`NAME = moving(value, ...)`: the value while training, else its running mean.

    Of a layer that is not trainable it is the mean in training, too.
    """
    call = cast(syntax.Call, line.value)
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


def _without_value(call: syntax.Call) -> tuple[syntax.Value, syntax.Call]:
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
    entry: Entry, call: syntax.Call, body: Evaluation, binder: Binder
) -> dict[str, object]:
    """The arguments of a line, in which settings stand for their values."""
    uses: dict[str, Use] = {}
    rest: list[syntax.Argument] = []
    places = iter(entry.arguments)
    for argument in call.arguments:
        known = next(places, None) if argument.name is None else None
        name = known.name if known else argument.name.text if argument.name else ""
        value = argument.value
        held = body.names.get(value.text) if isinstance(value, syntax.Name) else None
        if isinstance(held, Use):
            uses[name] = _of_category(held, name, argument)
            named = syntax.Name(argument.span, name)
            continue
        folded = _shape(value, body) if name == "shape" else _folded(value, body)
        named = argument.name or syntax.Name(argument.span, name)
        rest.append(replace(argument, name=named if name else None, value=folded))
    alone = Diagnostics()
    scope = dataclasses.replace(binder.scope, diagnostics=alone)
    quiet = replace(binder, scope=scope, diagnostics=alone)
    use = quiet.arguments(entry, replace(call, arguments=tuple(rest)))
    if use is None:
        told = alone.in_order()[0]
        raise Fault(told.message, told.span, told.help, told.code)
    return {**use.arguments, **uses}


def _of_category(use: Use, name: str, argument: syntax.Argument) -> Use:
    kind = _CLASSES.get(name)
    if kind is None or not isinstance(use.entry, kind):
        raise Fault(
            f"`{name}` needs a {name}, got `{use.name}`",
            argument.span,
            code="argument-type",
        )
    return use


def _shape(value: syntax.Value, body: Evaluation) -> syntax.Value:
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
    items = tuple(syntax.Number(value.span, size) for size in found)
    return syntax.TupleValue(value.span, items)


def _folded(value: syntax.Value, body: Evaluation) -> syntax.Value:
    """A value in which what the formula knows is written out."""
    match value:
        case syntax.Name() if value.text in body.names:
            return _written(body.names[value.text], value)
        case syntax.Binary() | syntax.Unary():
            return _written(body.expression(value), value)
        case syntax.Call(name=name) if name.text == "size":
            return _written(body.expression(value), value)
        case syntax.Call():
            arguments = (
                replace(a, value=_folded(a.value, body)) for a in value.arguments
            )
            return replace(value, arguments=tuple(arguments))
    return value


def _written(found: object, value: syntax.Value) -> syntax.Value:
    match found:
        case Expression() if found.is_constant:
            return syntax.Number(value.span, found.number)
        case bool():
            return syntax.Boolean(value.span, found)
        case None:
            return syntax.Nothing(value.span)
        case tuple():
            items = tuple(syntax.Number(value.span, size) for size in found)
            return syntax.TupleValue(value.span, items)
    raise Fault("this is known only when the script runs", value.span)
