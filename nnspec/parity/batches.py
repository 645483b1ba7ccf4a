"""Made-up samples and labels of the right shapes, for a model without its data."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from nnspec import ir
from nnspec.targets.numpy.program import NetworkProgram


def made_up(
    model: ir.Model, network: NetworkProgram, n: int, seed: int = 0
) -> tuple[dict[str, Any], dict[str, Any]]:
    """n samples by the names of inputs, and their labels by those of outputs."""
    rng = np.random.default_rng(seed)
    x = {
        call.name: _samples(
            rng, (n, *call.output_shape), model.network.ids.get(call.name)
        )
        for call in model.network.inputs
    }
    names = model.network.output_names
    y = {
        name: eval(str(output.measured.targets), {"np": np, "rng": rng, "n": n})
        for name, output in zip(names, network.outputs, strict=True)
        if output.measured
    }
    return x, y


def _samples(rng: np.random.Generator, shape: tuple[int, ...], ids: int | None) -> Any:
    if ids:
        return rng.integers(ids, size=shape)
    return rng.normal(size=shape)


def as_held(module: ModuleType, arrays: dict[str, Any], *, several: bool) -> Any:
    """The arrays as a script holds them: one alone, several by name."""
    return module.Named(arrays) if several else next(iter(arrays.values()))
