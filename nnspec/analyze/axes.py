"""How many axes a sample may have."""

from __future__ import annotations

from nnspec.table.entry import Misfit, Shape

#: NumPy 1 has arrays of 32 axes; one is for the batch, and some steps need one more.
_MOST_AXES = 30


def verify_axes(shape: Shape) -> None:
    """Raise `Misfit` for a shape of more axes than the script's arrays can have."""
    if len(shape) > _MOST_AXES:
        raise Misfit(
            f"one sample would have {len(shape):,} axes here",
            f"up to {_MOST_AXES} can be compiled",
            code="too-many-axes",
        )
