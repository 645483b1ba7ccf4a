"""Merges: layers that make one value of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from string import ascii_lowercase

from nnspec import ir
from nnspec.record import Record
from nnspec.table.merges import dot_axes, joined_axis
from nnspec.targets.numpy.layout import Layout, quoted
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal

_Adds = Callable[..., Value]


class Merge(Step, kw_only=True):
    """The operands `xs` of a merge, and the gradients `dxs` by them.

    Of the first two, `others` are the operands but for each of them; `parts` are the
    indices at which each is found in what is joined.
    """

    xs: tuple[Code, ...]
    dxs: tuple[Code | None, ...]
    others: tuple[tuple[Code, ...], ...] = ()
    parts: tuple[Code, ...] = ()
    listed: Code = Code("")
    sides: tuple[Side, ...] = ()


class Side(Record):
    """One of two values whose product is summed over an `axis` of it.

    The `factor` is x itself, or x by its `length`, a `unit` vector. The gradient by it
    is the product of the gradient by the output and the `other` factor.
    """

    x: Code
    dx: Code | None
    axis: Code
    factor: Code
    other: Code
    formula: Code
    unit: Code | None
    length: Code | None


def elementwise(
    first: Back,
    others: Back,
    looks_at_inputs: bool = False,
    looks_at_output: bool = False,
) -> _Adds:
    """How a merge is added by which `first`, and then `others`, come back."""

    def add(layout: Layout, call: ir.Call, *xs: Value) -> Value:
        y = layout.output(call, *xs)
        y.merged = True
        return layout.add(
            Operation(
                lambda op: _step(call, op, facts={"count": literal(len(xs))}),
                xs,
                (y,),
                y,
                (first, *(others for _ in xs[1:])),
                over=xs if len(xs) == 2 else (),  # the third is read after that
                looks=(*xs * looks_at_inputs, *(y,) * looks_at_output),
            )
        )

    return add


def add_concatenation(layout: Layout, call: ir.Call, *xs: Value) -> Value:
    """Copies side by side, and on the way back a copy of each part."""
    y = layout.output(call, *xs)
    axis = joined_axis(tuple(x.shape for x in xs), call.use.arguments)
    start, parts = 0, list[Code]()
    for x in xs:
        end = start + x.shape[axis]
        parts.append(Code(f"[:{', :' * axis}, {start or ''}:{end}]"))
        start = end
    last = axis == len(y.shape) - 1
    facts = {"axis": literal(-1 if last else axis + 1)}
    return layout.add(
        Operation(
            lambda op: _step(call, op, facts=facts, parts=tuple(parts)),
            xs,
            (y,),
            y,
            tuple(Back.OWN for _ in xs),
        )
    )


def add_dot(layout: Layout, call: ir.Call, *xs: Value) -> Value:
    """A sum of products, in the letters of Einstein's notation."""
    y = layout.output(call, *xs)
    axes = dot_axes(tuple(x.shape for x in xs), call.use.arguments)
    names = [*_letters(xs, axes)]
    left = "b" + "".join(n for name in names for n in name if n not in "bz")
    units = [
        Value(x.shape, y.name, part) for x, part in zip(xs, ("a", "b"), strict=True)
    ]
    lengths = [layout.fresh(y.name, f"{part}_length") for part in ("a", "b")]
    normalizes = bool(call.use.arguments["normalize"])
    factors = units if normalizes else [*xs]
    number = "[:, 0]" if left == "b" else ""

    def side(op: Operation, i: int) -> Side:
        dx, other = op.dx[i] if op.dx else None, names[1 - i]
        return Side(
            x=xs[i].a,
            dx=dx.a if dx else None,
            axis=literal(axes[i] + 1),
            factor=factors[i].a,
            other=factors[1 - i].a,
            formula=literal(f"{left},{other}->{names[i]}"),
            unit=units[i].a if normalizes else None,
            length=Code(f"a.{lengths[i]}") if normalizes else None,
        )

    def build(op: Operation) -> Step:
        facts = {
            "formula": literal(f"{names[0]},{names[1]}->{left}"),
            "y": Code(y.a + number),
            "dy": Code(op.dy_code + number) if op.dy_code else None,
        }
        return _step(call, op, facts=facts, sides=(side(op, 0), side(op, 1)))

    writes = (y, *units) if normalizes else (y,)
    back = (Back.OWN, Back.OWN)
    return layout.add(Operation(build, xs, writes, y, back, looks=tuple(factors)))


def _letters(xs: Iterable[Value], axes: tuple[int, int]) -> Iterable[str]:
    """A letter for each axis of both: b is the batch, z what is summed over."""
    free = iter(ascii_lowercase.replace("b", "").replace("z", ""))
    for x, summed in zip(xs, axes, strict=True):
        own = ("z" if i == summed else next(free) for i in range(len(x.shape)))
        yield "b" + "".join(own)


def _step(call: ir.Call, op: Operation, **more: object) -> Merge:
    name, rank = call.use.entry.name, len(op.y.shape)
    xs = tuple(_beside(x, rank) for x in op.inputs)
    operands: dict[str, object] = {
        "kind": "merges",
        "template": name,
        "derivative": Code(name),
        "arguments": quoted(call.use.arguments),
        "xs": xs,
        "dxs": tuple(dx.a if dx else None for dx in op.dx or (None,) * len(xs)),
        "others": tuple(tuple(xs[:i] + xs[i + 1 :]) for i in range(len(xs))),
        "listed": Code(", ".join(xs)),
        "x": op.x.a,
        "y": op.y.a,
        "dy": op.dy_code,
        "in_place": op.y.array is op.x.array,
    }
    return Merge(**{**operands, **more})  # type: ignore[arg-type]


def _beside(x: Value, rank: int) -> Code:
    """A value with as many axes as the output has: new ones follow the batch axis."""
    more = rank - len(x.shape)
    return Code(f"{x.a}[:{', None' * more}]") if more > 0 else x.a
