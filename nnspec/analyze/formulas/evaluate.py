"""The expression that a formula is, for values of given shapes.

Each error is a `Fault` at its place. Numbers, shapes and axes are known when compiling,
so all of a formula's arithmetic of them is done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.functions import (
    DROPOUT,
    FUNCTIONS,
    ON_LINES,
    REQUIRED,
    Axes,
    Function,
    Parameter,
    as_constant,
)
from nnspec.bind import Binder
from nnspec.diagnostics import did_you_mean
from nnspec.formulas.expression import Expression, Wrong, constant
from nnspec.formulas.shapes import matmul
from nnspec.formulas.simplify import compared, elementwise, negative
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import ActivationEntry, Use
from nnspec.values import Resolved, Symbol

_OPERATORS = {
    **{"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"},
    **{"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal"},
    **{"==": "equal", "!=": "not_equal"},
}
_WHOLE: Mapping[str, Callable[[int, int], int]] = {
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}
#: More parts than any formula of one's own needs.
_MOST_PARTS = 20_000


@contextmanager
def at(span: Span) -> Iterator[None]:
    """Tell what cannot be computed at its place."""
    try:
        yield
    except Wrong as wrong:
        raise Fault(wrong.message, span, wrong.help, wrong.code) from None


class Evaluation:
    """Expressions of a formula, whose `names` stand for values and settings.

    `draw` makes a value that is dropped in part while training, or is None where
    nothing may be drawn. `over_batch` is on within `moving`.
    """

    def __init__(
        self,
        names: dict[str, object],
        binder: Binder,
        draw: Callable[[Expression, float, Span], Expression] | None = None,
    ) -> None:
        self.names = names
        self.over_batch = False
        #: Where each expression is written, first of all.
        self.places: dict[Expression, Span] = {}
        self._binder = binder
        self._draw = draw
        self._parts = 0

    def expression(self, node: nodes.Value) -> Expression:
        """What a value of the network, or a number, is."""
        found = self.value(node)
        if isinstance(found, Expression):
            return found
        raise Fault(
            f"a number or a value is needed here, got {_told(found)}", node.span
        )

    def value(self, node: nodes.Value) -> object:
        """An expression, or a setting: a tuple, bool, None or a use."""
        found = self._value(node)
        if isinstance(found, Expression):
            self.places.setdefault(found, node.span)
        return found

    def _value(self, node: nodes.Value) -> object:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise Fault("the formula is too long", node.span)
        match node:
            case nodes.Number(value=number):
                return constant(number)
            case nodes.Boolean(value=flag):
                return flag
            case nodes.Nothing():
                return None
            case nodes.Name():
                return self._name(node)
            case nodes.Unary():
                operand = self.expression(node.operand)
                with at(node.span):
                    return negative(operand) if node.operator == "-" else operand
            case nodes.Binary():
                return self._binary(node)
            case nodes.Call():
                return self._call(node)
            case nodes.TupleValue() | nodes.ListValue():
                items = cast("tuple[nodes.Value, ...]", node.items)
                return tuple(self.integer(item) for item in items)
        raise Fault("a formula has no texts", node.span)

    def integer(self, node: nodes.Value) -> int:
        """An integer that is known when compiling."""
        found = self.value(node)
        if isinstance(found, Expression) and found.is_constant:
            if isinstance(found.number, int):
                return found.number
            what = f"`{found.number:g}`"
        else:
            what = "what is known only when the script runs"
            what = what if isinstance(found, Expression) else _told(found)
        raise Fault(f"an integer is needed here, got {what}", node.span)

    # -- Names and operators -----------------------------------------------------------

    def _name(self, name: nodes.Name) -> object:
        if name.text in self.names:
            return self.names[name.text]
        if name.text in self._binder.scope.lets:
            resolved = self._binder.scope.resolve(name)
            if resolved is None:
                raise Fault("", name.span, code="")
            return self._of_let(resolved, name)
        if name.text in FUNCTIONS or name.text in self._binder.library["activation"]:
            text = f"{name.text}(...)"
            raise Fault(
                f"`{name.text}` is a function here", name.span, f"write `{text}`"
            )
        known = [*self.names, *self._binder.scope.lets]
        raise Fault(
            f"nothing here is called `{name.text}`",
            name.span,
            did_you_mean(name.text, known)
            or "a formula knows its parameters, the lines above and `let`s",
            code="unknown-name",
        )

    def _of_let(self, resolved: Resolved, name: nodes.Name) -> object:
        value = resolved.value
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return constant(value, name.text)
        if isinstance(value, tuple) and all(isinstance(i.value, int) for i in value):
            return tuple(item.value for item in value)
        if isinstance(value, Symbol | nodes.Call):
            return resolved
        raise Fault(f"a formula has no use for {resolved.describe()}", name.span)

    def _binary(self, node: nodes.Binary) -> Expression:
        if node.operator in _WHOLE:
            left, right = self.integer(node.left), self.integer(node.right)
            if right == 0:
                message = "this cannot be computed: it divides by zero"
                raise Fault(message, node.span, code="arithmetic")
            return constant(_WHOLE[node.operator](left, right))
        left_value, right_value = (
            self.expression(node.left),
            self.expression(node.right),
        )
        if node.operator == "@":
            with at(node.span):
                return matmul(left_value, right_value)
        operator = _OPERATORS[node.operator]
        with at(node.span):
            if operator in ("add", "subtract", "multiply", "divide", "power"):
                return elementwise(operator, left_value, right_value)
            return compared(operator, left_value, right_value)

    # -- Functions ---------------------------------------------------------------------

    def _call(self, call: nodes.Call) -> Expression:
        name = call.name.text
        own = self.names.get(name)
        if isinstance(own, Use):
            return self.activation(own, call)
        if name in self._binder.library.own.get("activation", {}):
            use = self._binder.call("activation", _without_values(call))
            if use is None:
                raise Fault("", call.span, code="")
            return self.activation(use, call)
        if name in ON_LINES:
            text = f"NAME = {name}(...)"
            raise Fault(
                f"`{name}` stands on a line of its own in a layer, and bears its name",
                call.name.span,
                f"write `{text}` above, and the name here",
            )
        if name == "dropout":
            return self._dropout(call)
        if name not in FUNCTIONS and name in self.names:
            raise Fault(f"`{name}` is a value, no function", call.name.span)
        if name not in FUNCTIONS:
            known = {*FUNCTIONS, *ON_LINES, "dropout", *self.names}
            raise Fault(
                f"there is no function called `{name}` in formulas",
                call.name.span,
                did_you_mean(name, known)
                or "`nnspec explain unknown-function` lists them",
                code="unknown-function",
            )
        function = FUNCTIONS[name]
        given = self._arguments(function, call)
        with at(call.span):
            return function.build(**given)

    def activation(self, use: Use, call: nodes.Call) -> Expression:
        """What a use of an activation makes of the one value that it is given."""
        values = [a for a in call.arguments if a.name is None]
        if not isinstance(use.entry, ActivationEntry):
            raise Fault(f"`{use.name}` is no activation", call.name.span)
        if not values:
            raise Fault(f"`{call.name.text}` needs a value", call.span)
        x = self.expression(values[0].value)
        with at(call.span):
            return applied(use, x)

    def _dropout(self, call: nodes.Call) -> Expression:
        given = self._arguments(DROPOUT, call)
        if self._draw is None:
            message = "only a layer draws numbers"
            raise Fault(message, call.name.span, "write a `layer`")
        value, rate = cast(Expression, given["a"]), cast(Expression, given["rate"])
        return self._draw(value, rate.number, call.span)

    def _arguments(self, function: Function, call: nodes.Call) -> dict[str, object]:
        """What each parameter of a function is given."""
        given: dict[str, object] = {}
        left = list(function.positional)
        for argument in call.arguments:
            parameter = self._parameter(function, call, argument, left)
            value = self._read(parameter, argument.value)
            if parameter.many:
                given.setdefault(parameter.name, [])
                cast("list[object]", given[parameter.name]).append(value)
                continue
            if parameter.name in given:
                raise Fault(
                    f"`{call.name.text}` is given `{parameter.name}` twice",
                    argument.span,
                    "remove one of the two",
                    "doubled-argument",
                )
            given[parameter.name] = value
        for parameter in function.parameters:
            if parameter.name in given:
                continue
            if parameter.many and parameter.kind == "integer":
                given[parameter.name] = []
            elif parameter.default is REQUIRED:
                listed = ", ".join(p.name for p in function.positional)
                raise Fault(
                    f"`{call.name.text}` needs `{parameter.name}`",
                    call.name.span,
                    f"it is called `{call.name.text}({listed})`",
                    "missing-argument",
                )
            else:
                given[parameter.name] = parameter.default
        return given

    def _parameter(
        self,
        function: Function,
        call: nodes.Call,
        argument: nodes.Argument,
        left: list[Parameter],
    ) -> Parameter:
        names = [p.name for p in function.parameters if not p.many]
        if argument.name is not None:
            for parameter in function.parameters:
                if parameter.name == argument.name.text and not parameter.many:
                    return parameter
            raise Fault(
                f"`{call.name.text}` has no argument `{argument.name.text}`",
                argument.name.span,
                did_you_mean(argument.name.text, names)
                or "its arguments are " + ", ".join(f"`{name}`" for name in names),
                "unknown-argument",
            )
        if not left:
            count = len(function.positional)
            raise Fault(
                f"`{call.name.text}` takes at most {count} "
                f"value{'s' * (count != 1)} without a name",
                argument.span,
                code="too-many-arguments",
            )
        return left[0] if left[0].many else left.pop(0)

    def _read(self, parameter: Parameter, node: nodes.Value) -> object:
        match parameter.kind:
            case "value":
                return self.expression(node)
            case "integer":
                return self.integer(node)
            case "axes":
                return self._axes(node)
            case "flag":
                found = self.value(node)
                if not isinstance(found, bool):
                    raise Fault("`true` or `false` is needed here", node.span)
                return found
        found = self.value(node)
        if found is None and parameter.default is None:
            return None
        if not isinstance(found, Expression) or not found.is_constant:
            raise Fault(
                "a number that is known when compiling is needed here", node.span
            )
        return found

    def _axes(self, node: nodes.Value) -> Axes:
        """Axes that are reduced; `batch` is that of the samples."""
        items = (
            cast("tuple[nodes.Value, ...]", node.items)
            if isinstance(node, nodes.ListValue | nodes.TupleValue)
            else (node,)
        )
        batch = [i for i in items if isinstance(i, nodes.Name) and i.text == "batch"]
        if batch and not self.over_batch:
            raise Fault(
                "`axis=batch` stands only within `moving`, as no prediction depends on "
                "the samples beside it",
                batch[0].span,
                "write `NAME = moving(mean(..., axis=batch))`",
            )
        places = tuple(self.integer(item) for item in items if item not in batch)
        return Axes(places, bool(batch))


def applied(use: Use, x: Expression) -> Expression:
    """What an activation makes of a value."""
    entry = cast(ActivationEntry, use.entry)
    if entry.build is not None:
        return entry.build(x, use.arguments).result
    given = {name: as_constant(value) for name, value in use.arguments.items()}
    function = FUNCTIONS[entry.name]
    values = {p.name: given[p.name] for p in function.parameters if p.name in given}
    if "axis" in values:  # counted with the batch, as Keras does
        values["axis"] = _without_batch(cast(Expression, values["axis"]).number)
    return function.build(x=x, **values)


def _without_batch(axis: float) -> int:
    return int(axis) if axis < 0 else int(axis) - 1


def _without_values(call: nodes.Call) -> nodes.Call:
    """A call of an activation with its settings alone, its value left out."""
    first = next((a for a in call.arguments if a.name is None), None)
    rest = tuple(a for a in call.arguments if a is not first)
    return nodes.Call(call.span, call.name, rest)


def _told(value: object) -> str:
    match value:
        case None:
            return "`none`"
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return "a list"
        case Use():
            return f"`{value.name}`, a function"
    return "a name"
