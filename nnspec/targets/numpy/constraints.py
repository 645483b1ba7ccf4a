"""What changes weights beside the updates: constraints, and divisions by spectra."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.table.entry import LayerEntry
from nnspec.targets.numpy.layout import quoted
from nnspec.targets.numpy.program import Bound, Spectrum
from nnspec.targets.quote import Code, literal


def plan_bounds(model: ir.Model, attributes: Mapping[str, Code]) -> tuple[Bound, ...]:
    """The constraints of all weights that are trained and have one."""
    return tuple(
        Bound(
            template=use.entry.name,
            w=Code(f"w.{attributes[weight.name]}"),
            arguments=quoted(use.arguments),
            strict=use.arguments.get("rate") == 1,
        )
        for weight in model.network.weights
        if weight.trainable and (use := weight.constraint)
    )


def plan_spectra(
    model: ir.Model, attributes: Mapping[str, Code]
) -> tuple[Spectrum, ...]:
    """The kernels that each batch divides by their largest singular values."""
    found: dict[str, Spectrum] = {}
    for call in model.network.calls:
        entry = cast(LayerEntry, call.use.entry)
        if iterations := entry.power_iterations(call.use.arguments):
            (kernel,) = (w.name for w in call.weights if w.name.endswith("/kernel"))
            found[kernel] = Spectrum(
                kernel=Code(f"w.{attributes[kernel]}"),
                vector=Code(f"w.{attributes[call.weights[-1].name]}"),
                iterations=literal(iterations),
            )
    return tuple(found.values())
