"""The table of operations: everything that a spec can name, by category and name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nnspec.table import (
    activations,
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
    sources,
    transforms,
)
from nnspec.table.entry import Entry
from nnspec.table.planned import PLANNED

__all__ = ["PLANNED", "TABLE"]


def _by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {name: e for e in entries for name in (e.name, *e.aliases)}


TABLE: Mapping[str, Mapping[str, Entry]] = {
    "layer": _by_name(layers.LAYERS),
    "activation": _by_name(activations.ACTIVATIONS),
    "initializer": _by_name(initializers.INITIALIZERS),
    "regularizer": _by_name(regularizers.REGULARIZERS),
    "constraint": _by_name(constraints.CONSTRAINTS),
    "loss": _by_name(losses.LOSSES),
    "optimizer": _by_name(optimizers.OPTIMIZERS),
    "schedule": _by_name(schedules.SCHEDULES),
    "metric": _by_name(metrics.METRICS),
    "callback": _by_name(callbacks.CALLBACKS),
    "source": _by_name(sources.SOURCES),
    "transform": _by_name(transforms.TRANSFORMS),
}
