"""What changes weights beside the updates: constraints, and divisions by spectra."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.table.entry import LayerEntry
from nnspec.table.spectral import KERNELS
from nnspec.targets.numpy.blocks.loops import Lines, Speller
from nnspec.targets.numpy.layout import quoted
from nnspec.targets.numpy.program import Bound, Spectrum
from nnspec.targets.quote import literal


def plan_bounds(model: ir.Model, speller: Speller) -> tuple[Lines, ...]:
    """The constraints of all weights that are trained and have one."""
    bound = [
        (weight.name, use)
        for weight in model.network.weights
        if weight.trainable and (use := weight.constraint)
    ]
    return speller.lines(
        bound,
        lambda one: one[0],
        lambda one, path: Bound(
            template=one[1].entry.name,
            w=speller.array(one[0], path),
            arguments=quoted(one[1].arguments),
            strict=one[1].arguments.get("rate") == 1,
        ),
    )


def plan_spectra(model: ir.Model, speller: Speller) -> tuple[Lines, ...]:
    """The kernels that each batch divides by their largest singular values."""
    found: dict[str, tuple[str, int]] = {}
    for call in model.network.calls:
        entry = cast(LayerEntry, call.use.entry)
        if iterations := entry.power_iterations(call.use.arguments):
            names = (w.name for w in call.weights)
            (kernel,) = (n for n in names if n.rpartition("/")[2] in KERNELS)
            found[kernel] = call.weights[-1].name, iterations
    return speller.lines(
        found,
        lambda kernel: kernel,
        lambda kernel, path: Spectrum(
            kernel=speller.array(kernel, path),
            vector=speller.array(found[kernel][0], path),
            iterations=literal(found[kernel][1]),
        ),
    )
