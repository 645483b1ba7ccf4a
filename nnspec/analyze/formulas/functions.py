"""The functions that formulas call: what they take, and what they make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

from nnspec.formulas import shapes
from nnspec.formulas.expression import Expression, Wrong, constant
from nnspec.formulas.functions import ACTIVATIONS, ON_EACH, OVER_AXES
from nnspec.formulas.simplify import elementwise, reduced, unary, where
from nnspec.record import Record

REQUIRED = object()


class Parameter(Record):
    """What a function takes.

    `kind` is that of its value: a "value" for each sample, or known when compiling: a
    "number", an "integer", a "flag" or "axes". One with `many` takes all that is left,
    a `named` one is given by its name alone.
    """

    name: str
    kind: str = "value"
    default: object = REQUIRED
    named: bool = False
    many: bool = False


class Function(Record):
    """A function of formulas; `build` takes what is given by the parameters' names."""

    parameters: tuple[Parameter, ...]
    build: Callable[..., Expression]
    along_axis: bool = False

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """The parameters that need no name."""
        return tuple(p for p in self.parameters if not p.named)


class Axes(Record):
    """Axes to reduce over; `batch` says that the samples are among them."""

    places: tuple[int, ...]
    batch: bool = False


_A, _B = Parameter("a"), Parameter("b")
_AXIS = Parameter("axis", "integer", -1)


def _over(operator: str, a: Expression, axis: Axes, keepdims: bool) -> Expression:
    return reduced(operator, a, axis.places, axis.batch, keepdims)


def _extreme(
    operator: str,
    a: Expression,
    b: Expression | None,
    axis: Axes | None,
    keepdims: bool,
) -> Expression:
    if b is None:
        return _over(operator, a, axis or Axes((-1,)), keepdims)
    if axis is not None or keepdims:
        raise Wrong(
            f"`{operator}` of two values is that of each element, so it has no axis",
            f"write `{operator}(a, b)`, or `{operator}(a, axis=...)`",
        )
    return elementwise({"max": "maximum", "min": "minimum"}[operator], a, b)


def _transpose(a: Expression, axes: Sequence[int]) -> Expression:
    rank = len(a.shape)
    if not axes and rank < 2:
        raise Wrong(f"`transpose` needs two axes or more, the value has {rank}")
    return shapes.transpose(a, axes or (*range(rank - 2), rank - 1, rank - 2))


def _size(a: Expression, axis: int) -> Expression:
    return constant(a.shape[shapes.axis_of(axis, len(a.shape))])


def _concatenate(a: Expression, others: Sequence[Expression], axis: int) -> Expression:
    return shapes.concatenated([a, *others], axis)


def _range(n: int) -> Expression:
    if n < 1:
        raise Wrong(f"`range` needs a number of at least 1, got {n}")
    return shapes.counted(n)


def _activation(name: str) -> Function:
    known = ACTIVATIONS[name]

    def build(**given: object) -> Expression:
        """The activation of x, numbers as constants."""
        x = cast(Expression, given.pop("x"))
        return known.build(x, **{k: as_constant(v) for k, v in given.items()})

    kinds = {bool: "flag", type(None): "number", int: "number", float: "number"}
    settings = (
        Parameter(name, "integer" if name == "axis" else kinds[type(default)], default)
        for name, default in known.defaults.items()
    )
    return Function((Parameter("x"), *settings), build, known.along_axis)


def as_constant(value: object) -> object:
    """A number as an expression; whatever else it is, as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return constant(cast(float, value)) if is_number else value


def _reduction(operator: str) -> Function:
    two = operator in ("max", "min")
    axis = None if two else Axes((-1,))
    return Function(
        (
            _A,
            *((Parameter("b", default=None),) if two else ()),
            Parameter("axis", "axes", axis, named=True),
            Parameter("keepdims", "flag", default=False, named=True),
        ),
        partial(_extreme if two else _over, operator),
        along_axis=True,
    )


FUNCTIONS: Mapping[str, Function] = {
    **{name: _activation(name) for name in ACTIVATIONS},
    **{name: Function((_A,), partial(unary, name)) for name in ON_EACH},
    **{name: _reduction(name) for name in OVER_AXES},
    "where": Function((Parameter("condition"), _A, _B), where),
    "transpose": Function((_A, Parameter("axes", "integer", many=True)), _transpose),
    "reshape": Function(
        (_A, Parameter("sizes", "integer", many=True)),
        shapes.reshape,
    ),
    "concatenate": Function(
        (
            _A,
            Parameter("others", many=True),
            Parameter("axis", "integer", -1, named=True),
        ),
        _concatenate,
    ),
    "slice": Function(
        (_A, Parameter("start", "integer"), Parameter("stop", "integer"), _AXIS),
        shapes.sliced,
    ),
    "range": Function((Parameter("n", "integer"),), _range),
    "size": Function((_A, _AXIS), _size),
}
#: What stands on a line of its own; and what draws numbers, which only a layer does.
ON_LINES = ("weight", "moving")
DROPOUT = Function((_A, Parameter("rate", "number")), lambda a, rate: a)
