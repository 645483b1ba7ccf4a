"""Names of the language that this version does not compile yet.

A spec that uses one is told so at its place; none is ever dropped in silence.
"""

from __future__ import annotations

PLANNED: dict[str, frozenset[str]] = {
    "layer": frozenset(),
    "loss": frozenset(),
    "optimizer": frozenset(),
    "source": frozenset(),
    "transform": frozenset(),
}
