"""Axes as layers name them, and as NumPy takes them."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.table.entry import Misfit, Shape


def as_axis(axes: Iterable[int]) -> int | tuple[int, ...] | None:
    """NumPy's `axis`: a number for one of them, None for none."""
    found = tuple(axes)
    return found if len(found) > 1 else found[0] if found else None


def counted_with_batch(
    axes: Iterable[int], shape: Shape, layer: str
) -> tuple[int, ...]:
    """Axes of a batch, of which axis 0 is the batch axis, in ascending order.

    `axes` may count from the end. Raises `Misfit` for one that there is not, for the
    batch axis, and for an axis that is named twice.
    """
    rank, found = len(shape) + 1, set[int]()
    if rank == 1:
        raise Misfit(
            f"`{layer}` needs at least one axis for each sample, got the shape ()",
            "put `reshape(1)` before it",
        )
    for axis in axes:
        place = axis + rank if axis < 0 else axis
        if not 0 <= place < rank:
            raise Misfit(
                f"`{layer}` has no axis {axis} here: a batch of {shape} has axes from "
                f"0 to {rank - 1}, or from -{rank} to -1",
                "axis 0 is the batch axis, and -1 the last one",
                argument="axis",
            )
        if place == 0:
            raise Misfit(
                f"`{layer}` cannot take axis {axis}: it is the batch axis",
                f"an axis of the sample is 1{f' to {rank - 1}' * (rank > 2)}",
                argument="axis",
            )
        if place in found:
            raise Misfit(
                f"`{layer}` is given axis {place} twice",
                "remove one of the two",
                argument="axis",
            )
        found.add(place)
    return tuple(sorted(found))
