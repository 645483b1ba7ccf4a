"""Constraints: what a weight is brought back to after each update."""

from __future__ import annotations

from typing import cast

from nnspec.table.entry import Argument, Arguments, ConstraintEntry, Misfit, Shape
from nnspec.table.kinds import AnyOf, Integer, ListOf, Real

_AXIS = Argument(
    "axis",
    AnyOf((Integer(), ListOf(Integer()))),
    0,
    "the axes over which a norm is taken: 0 is all that goes into a unit of `dense`",
)


def _largest(default: float) -> Argument:
    return Argument("max_value", Real(above=0), default, "largest norm")


def _verify_axis(name: str, shape: Shape, arguments: Arguments) -> None:
    """Raise `Misfit` unless each axis is one of the weight's, and none comes twice."""
    given, rank = arguments["axis"], len(shape)
    axes = cast("tuple[int, ...]", given if isinstance(given, tuple) else (given,))
    inside = all(-rank <= axis < rank for axis in axes)
    if axes and inside and len({axis % rank for axis in axes}) == len(axes):
        return
    known = ", ".join(map(str, range(rank)))
    raise Misfit(
        f"a norm cannot be taken over axis {given} of `{name}`, "
        f"which has the shape {shape}",
        f"name axes among {known}, each once" if rank > 1 else "write `axis=0`",
        code="constraint-axis",
        argument="axis",
    )


def _verify_range(name: str, shape: Shape, arguments: Arguments) -> None:
    _verify_axis(name, shape, arguments)
    low, high = cast(float, arguments["min_value"]), cast(float, arguments["max_value"])
    if low > high:
        raise Misfit(
            f"a norm cannot be at least {low} and at most {high}",
            "make `min_value` the smaller one",
            code="constraint-range",
            argument="min_value",
        )


CONSTRAINTS = (
    ConstraintEntry(
        "max_norm",
        "Scales down what has a norm above `max_value` (Srebro et al., 2005).",
        (_largest(2.0), _AXIS),
        verify=_verify_axis,
    ),
    ConstraintEntry("non_neg", "Sets what is negative to 0."),
    ConstraintEntry(
        "unit_norm", "Scales to a norm of 1.", (_AXIS,), verify=_verify_axis
    ),
    ConstraintEntry(
        "min_max_norm",
        "Scales to a norm between two bounds, or a part of the way there.",
        (
            Argument("min_value", Real(minimum=0), 0.0, "smallest norm"),
            _largest(1.0),
            Argument("rate", Real(0, 1), 1.0, "share of the way, 1 being all of it"),
            _AXIS,
        ),
        verify=_verify_range,
    ),
)
