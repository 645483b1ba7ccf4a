"""Expressions by what they compute, with the shapes that follow; nothing simplified.

Axes are those of one sample. NumPy has the batch before them, so a value with fewer
axes than another one is first given axes of length 1: (4,) for each sample becomes
(1, 1, 4) beside an image, while a weight of the shape (4,) fits as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from nnspec.formulas.expression import Expression, Shape, Wrong, make

#: More values in one array than this are a slip of the pen.
MOST_VALUES = 2**33


def _checked(shape: Shape) -> Shape:
    if prod(shape) > MOST_VALUES:
        raise Wrong(
            f"one sample would have {prod(shape):,} values here", code="too-large"
        )
    return shape


def common(*shapes: Shape) -> Shape:
    """The shape that NumPy broadcasts these to."""
    rank = max(map(len, shapes))
    found = []
    for axis in range(1, rank + 1):
        sizes = {s[-axis] for s in shapes if len(s) >= axis} - {1}
        if len(sizes) > 1:
            listed = " and ".join(map(str, dict.fromkeys(shapes)))
            raise Wrong(
                f"the shapes {listed} do not go together",
                "from the last axis on, both must have the same size, or one of them 1",
            )
        found.append(sizes.pop() if sizes else 1)
    return _checked(tuple(found[::-1]))


def elementwise(operator: str, *operands: Expression) -> Expression:
    """An operator on each element, the shapes brought together."""
    shape = common(*(operand.shape for operand in operands))
    aligned = tuple(_aligned(operand, len(shape)) for operand in operands)
    return make(operator, aligned, (), shape, any(a.batched for a in aligned))


def _aligned(operand: Expression, rank: int) -> Expression:
    missing = rank - len(operand.shape)
    if not operand.batched or missing == 0:
        return operand
    return reshape(operand, (1,) * missing + operand.shape)


def axis_of(axis: int, rank: int) -> int:
    """An axis counted from 0."""
    if not -rank <= axis < rank:
        raise Wrong(
            f"there is no axis {axis}: the value has "
            + (f"{rank} axes" if rank != 1 else "1 axis")
            + ", without that of the batch",
            f"axes count from 0 to {rank - 1}, or from -1 at the end" if rank else None,
        )
    return axis % rank


def reduced(
    operator: str,
    operand: Expression,
    axes: Sequence[int],
    over_batch: bool = False,
    keepdims: bool = False,
) -> Expression:
    """A sum, mean, max, min or the log of the sum of exponentials over axes."""
    rank = len(operand.shape)
    found = tuple(sorted({axis_of(axis, rank) for axis in axes}))
    shape = tuple(
        1 if axis in found else size
        for axis, size in enumerate(operand.shape)
        if keepdims or axis not in found
    )
    batched = operand.batched and not over_batch
    facts = (found, over_batch and operand.batched, keepdims)
    return make(operator, (operand,), facts, shape, batched)


def along(operator: str, operand: Expression, axis: int) -> Expression:
    """A softmax or its logarithm along an axis."""
    rank = len(operand.shape)
    facts = (axis_of(axis, rank),)
    return make(operator, (operand,), facts, operand.shape, operand.batched)


def matmul(a: Expression, b: Expression) -> Expression:
    """NumPy's product of matrices, or of stacks of them."""
    if not a.shape or not b.shape:
        raise Wrong("`@` needs vectors or matrices, got a number", "write `*`")
    inner = b.shape[-2] if len(b.shape) > 1 else b.shape[-1]
    if a.shape[-1] != inner:
        raise Wrong(
            f"the shapes {a.shape} and {b.shape} do not go together in `@`",
            f"the last axis of the first has {a.shape[-1]} values, the "
            + ("last but one" if len(b.shape) > 1 else "only one")
            + f" of the second {inner}",
        )
    if len(b.shape) > 2:
        if a.shape[:-2] != b.shape[:-2]:
            raise Wrong(
                f"the shapes {a.shape} and {b.shape} do not go together in `@`",
                "all axes before the last two must be equal",
            )
        return _product(a, b)
    if len(b.shape) == 2 and a.batched and not b.batched:
        return _product(a, b)  # a kernel
    columns = b if len(b.shape) == 2 else reshape(b, (inner, 1))
    rows = reshape(a, (prod(a.shape[:-1]), inner))
    result = a.shape[:-1] + b.shape[1:]
    return reshape(_product(rows, columns), result)


def _product(a: Expression, b: Expression) -> Expression:
    shape = _checked((*a.shape[:-1], b.shape[-1]))
    return make("matmul", (a, b), (), shape, a.batched or b.batched)


def contracted(a: Expression, b: Expression) -> Expression:
    """The sum over all rows of all samples of a.T @ b: the gradient by a kernel."""
    return make("contract", (a, b), (), (a.shape[-1], b.shape[-1]))


def transpose(operand: Expression, axes: Sequence[int]) -> Expression:
    """The axes in another order."""
    rank = len(operand.shape)
    found = tuple(axis_of(axis, rank) for axis in axes)
    if sorted(found) != list(range(rank)):
        raise Wrong(
            f"a value of the shape {operand.shape} has {rank} axes to order, "
            f"got {', '.join(map(str, axes))}",
            f"each axis from 0 to {rank - 1} stands once",
        )
    if found == tuple(range(rank)):
        return operand
    shape = tuple(operand.shape[axis] for axis in found)
    if operand.operator == "transpose":
        first = operand.operands[0]
        before = operand.facts[0]
        assert isinstance(before, tuple)
        return transpose(first, [before[axis] for axis in found])
    return make("transpose", (operand,), (found,), shape, operand.batched)


def reshape(a: Expression, sizes: Sequence[int]) -> Expression:
    """The same values in another shape, in which one size may be -1."""
    count, known = prod(a.shape), prod(size for size in sizes if size != -1)
    shape = tuple(sizes)
    if shape.count(-1) > 1:
        raise Wrong("one size may be -1, not several")
    if -1 in shape and known and count % known == 0:
        shape = tuple(count // known if size == -1 else size for size in shape)
    if prod(shape) != count or min(shape, default=1) < 1:
        raise Wrong(f"the {count} values of {a.shape} do not make up {tuple(sizes)}")
    if shape == a.shape:
        return a
    if a.operator == "reshape":
        return reshape(a.operands[0], shape)
    whole = a.operands[0] if a.operator == "spread" else a
    if whole.is_constant:
        return spread(whole, shape, a.batched)
    return make("reshape", (a,), (shape,), shape, a.batched)


def concatenated(operands: Sequence[Expression], axis: int) -> Expression:
    """Values one behind another along an axis."""
    first = operands[0]
    place = axis_of(axis, len(first.shape))
    rests = {(*o.shape[:place], *o.shape[place + 1 :]) for o in operands}
    if len(rests) > 1 or any(len(o.shape) != len(first.shape) for o in operands):
        listed = " and ".join(str(o.shape) for o in operands)
        raise Wrong(
            f"the shapes {listed} do not go together",
            f"but for axis {place}, all must be equal",
        )
    size = sum(o.shape[place] for o in operands)
    shape = _checked((*first.shape[:place], size, *first.shape[place + 1 :]))
    batched = any(o.batched for o in operands)
    parts = tuple(spread(o, o.shape, batched) for o in operands)
    return make("concatenate", parts, (place,), shape, batched)


def sliced(a: Expression, start: int, stop: int, axis: int) -> Expression:
    """The values from `start` up to, but without, `stop` along an axis."""
    place = axis_of(axis, len(a.shape))
    size = a.shape[place]
    first = start + size * (start < 0)
    last = stop + size * (stop < 0)
    if not 0 <= first < last <= size:
        raise Wrong(
            f"from {start} to {stop} is no part of an axis of {size}",
            f"both count from 0 to {size}, or from -1 at the end",
        )
    if (first, last) == (0, size):
        return a
    shape = (*a.shape[:place], last - first, *a.shape[place + 1 :])
    return make("slice", (a,), (place, first, last), shape, a.batched)


def padded(operand: Expression, axis: int, start: int, size: int) -> Expression:
    """Zeros along an axis, but for the values from `start` on: what `sliced` undoes."""
    shape = (*operand.shape[:axis], size, *operand.shape[axis + 1 :])
    return make("pad", (operand,), (axis, start, size), shape, operand.batched)


def spread(operand: Expression, shape: Shape, batched: bool) -> Expression:
    """The same values over and over, for all of a shape."""
    if operand.shape == shape and operand.batched == batched:
        return operand
    if operand.operator == "spread":
        return spread(operand.operands[0], shape, batched)
    aligned = _aligned(operand, len(shape))
    return make("spread", (aligned,), (), shape, batched)


def counted(size: int) -> Expression:
    """0, 1, ... to size - 1."""
    return make("range", (), (size,), _checked((size,)))
