"""The difference of two models: layers, costs, settings, data, and weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os.path import dirname
from typing import Literal

from nnspec import ir
from nnspec.difference.layers import Layers, compared
from nnspec.record import Record
from nnspec.summary import Summary, summarize
from nnspec.table.entry import Use
from nnspec.targets.numpy.identity import canonical, spelled


class Change(Record):
    """Something that was so and is otherwise now; "" where it was, or is, not there."""

    name: str
    old: str
    new: str


class Fit(Record):
    """Whether the old model's weights load into the new one.

    `shapes` are weights of both whose shapes differ, `missing` those that the old model
    does not have, `unused` those that the new one does not have. `fitting` counts the
    layers whose weights all fit, which are those that `--partial` takes.
    """

    shapes: tuple[Change, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    fitting: int

    @property
    def load(self) -> Literal["all", "partial", "none"]:
        """Whether all weights load, or those of some layers, or none."""
        if not (self.shapes or self.missing or self.unused):
            return "all"
        return "partial" if self.fitting else "none"


class Difference(Record):
    """All that differs in meaning; `costs` are told whether they differ or not."""

    layers: tuple[Layers, ...]
    outputs: tuple[Change, ...]
    settings: tuple[Change, ...]
    data: tuple[Change, ...]
    costs: Mapping[str, tuple[int, int]]
    fit: Fit

    @property
    def is_none(self) -> bool:
        """Whether both specs mean the same."""
        return not (self.layers or self.outputs or self.settings or self.data)


def difference(old: ir.Model, new: ir.Model) -> Difference:
    """What is different in `new`, compared with `old`."""
    layers, names = compared(old.network, new.network)
    before = (names.get(name, name) for name in old.network.outputs)
    outputs = ", ".join(before), ", ".join(new.network.outputs)
    return Difference(
        layers=tuple(layers),
        outputs=tuple(_change("outputs", *outputs)),
        settings=tuple(_between(_settings(old), _settings(new))),
        data=tuple(_between(_data(old), _data(new))),
        costs=_costs(summarize(old), summarize(new)),
        fit=_fit(old.network, new.network),
    )


def _change(name: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(name, old, new)


def _between(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        yield from _change(name, old.get(name, ""), new.get(name, ""))


def _settings(model: ir.Model) -> dict[str, str]:
    """The training section as it could be written, defaults included."""
    training = model.training
    if training is None:
        return {}
    found: dict[str, str] = {}
    for objective in training.objectives:
        of = f" of {objective.name}" if objective.prefix else ""
        found[f"loss{of}"] = _written(objective.loss)
        found[f"metrics{of}"] = _written(objective.metrics)
        found[f"class_weight{of}"] = _written(objective.class_weight)
        found[f"loss_weights{of}"] = _written(objective.weight)
    named = ("epochs", "batch_size", "seed", "shuffle", "precision")
    found |= {name: _written(getattr(training, name)) for name in named}
    optimizer = training.optimizer
    found["optimizer"] = optimizer.entry.name
    for name, value in optimizer.arguments.items():
        found[f"optimizer's {name}"] = spelled(value)
    for number, use in enumerate(training.callbacks):
        found[f"{use.entry.name}{f' {number}' if use.entry.name in found else ''}"] = (
            canonical(use)
        )
    return found


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    return canonical(value) if isinstance(value, Use) else spelled(value)


def _data(model: ir.Model) -> dict[str, str]:
    """The data section, a line each."""
    data = model.data
    if data is None:
        return {}
    found = {"source": canonical(data.source)}
    for kind, uses in (("transform", data.all_transforms), ("labels", data.labels)):
        for number, use in enumerate(uses, 1):
            found[f"{kind} {number}"] = canonical(use)
    if data.reconstruct:
        before = ", ".join(map(canonical, data.reconstruct.before))
        found["labels"] = f"reconstruct after {before or 'no transform'}"
    if folds := data.folds:
        stratify = ", stratify=true" * folds.stratify
        found["folds"] = f"folds({folds.count}{stratify}, seed={spelled(folds.seed)})"
    if split := data.split:
        parts = {"validation": split.validation, "test": split.test, "seed": split.seed}
        words = [f"{name}={spelled(value)}" for name, value in parts.items() if value]
        words += ["stratify=true"] * split.stratify
        found["split"] = f"split({', '.join(words)})"
    return found


def _costs(old: Summary, new: Summary) -> dict[str, tuple[int, int]]:
    return {
        "parameters": (old.total_parameters, new.total_parameters),
        "trainable parameters": (old.trainable_parameters, new.trainable_parameters),
        "forward FLOPs": (old.forward_flops, new.forward_flops),
        "backward FLOPs": (old.backward_flops, new.backward_flops),
        "memory in bytes": (old.memory.total, new.memory.total),
    }


def _fit(old: ir.Network, new: ir.Network) -> Fit:
    """Weights are known by their names, and fit where their shapes are equal."""
    before, after = ({w.name: w.shape for w in n.weights} for n in (old, new))
    shapes = tuple(
        Change(name, str(before[name]), str(after[name]))
        for name in after
        if name in before and before[name] != after[name]
    )
    unlike = {dirname(name) for name, _ in after.items() - before.items()}
    return Fit(
        shapes=shapes,
        missing=tuple(name for name in after if name not in before),
        unused=tuple(name for name in before if name not in after),
        fitting=len({*map(dirname, after)} - unlike),
    )
