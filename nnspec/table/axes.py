"""Axes as layers name them, and as NumPy takes them."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.table.entry import Misfit, Shape


def as_axis(axes: Iterable[int]) -> int | tuple[int, ...] | None:
    """NumPy's `axis`: a number for one of them, None for none."""
    found = tuple(axes)
    return found if len(found) > 1 else found[0] if found else None


#: NumPy takes its time between two runs along an array, so they have to be this long.
_RUN = 4096


def tiles(shape: Shape) -> Shape:
    """How often to repeat a vector of the last axis, along each of the last axes.

    What is added to a batch of this shape, or multiplies it, is then so long that NumPy
    is fast: a vector alone makes a run for each cell.
    """
    found, run = [1], shape[-1]
    for size in reversed(shape[:-1]):
        if run >= _RUN:
            break
        found, run = [size, *found], run * size
    return tuple(found)


def counted_with_batch(
    axes: Iterable[int], shape: Shape, layer: str
) -> tuple[int, ...]:
    """Axes of a batch, of which axis 0 is the batch axis, sorted as Keras sorts them.

    That is as they are written: of axes 1 and -1, -1 comes first. Raises `Misfit` for
    none at all, for one that there is not or that is named twice, and for the batch
    axis.
    """
    rank, found = len(shape) + 1, list[int]()
    if rank == 1:
        raise Misfit(
            f"`{layer}` needs at least one axis for each sample, got the shape ()",
            "put `reshape(1)` before it",
        )
    for axis in sorted(axes):
        place = axis + rank if axis < 0 else axis
        if not 0 <= place < rank:
            raise _misfit(
                f"`{layer}` has no axis {axis} here: a batch of {shape} has axes from "
                f"0 to {rank - 1}, or from -{rank} to -1",
                "axis 0 is the batch axis, and -1 the last one",
            )
        if place == 0:
            raise _misfit(
                f"`{layer}` cannot take axis {axis}: it is the batch axis",
                f"an axis of the sample is 1{f' to {rank - 1}' * (rank > 2)}",
            )
        if place in found:
            raise _misfit(
                f"`{layer}` is given axis {place} twice", "remove one of the two"
            )
        found.append(place)
    if not found:
        raise _misfit(f"`{layer}` is given no axis", "the last one is `axis=-1`")
    return tuple(found)


def _misfit(message: str, help: str) -> Misfit:
    return Misfit(message, help, argument="axis")
