"""What `compile` and `fit` of Keras are given: losses, metrics, callbacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.entry import Use
from nnspec.table.training_entry import (
    CallbackEntry,
    LossEntry,
    MetricEntry,
    ScheduleEntry,
)
from nnspec.targets.keras.metrics import RUNTIME, RestoredProgram, plan_metrics
from nnspec.targets.keras.names import CLASS_ALONE, CLASSES, OWN, camel
from nnspec.targets.keras.own import Own
from nnspec.targets.keras.spelling import call, plain
from nnspec.targets.keras.weights import ClassWeightProgram, plan_class_weights
from nnspec.targets.numpy.losses import logits_of
from nnspec.targets.quote import Code, literal


class CallbackProgram(Record):
    """A callback; one that writes a `file` is there only where there is a folder."""

    made: Code
    file: bool


class TrainingProgram(Record):
    """What the script's functions for training are made of.

    `metrics` are Keras's, by output where there are several. `tables` says that some
    are no numbers, which are made of all predictions. `steps` says that the learning
    rate depends on how many steps there are.
    """

    optimizer: Code
    loss: Code
    loss_weights: Code | None
    metrics: Code | None
    names: Code
    steps: bool
    callbacks: tuple[CallbackProgram, ...]
    #: Functions that restore what a target was before its transforms, for metrics.
    restored: tuple[RestoredProgram, ...]
    #: What stands before the call of `compile`, and whether that needs what is learnt.
    lines: tuple[Code, ...]
    learnt: bool
    #: The weights of classes as Keras takes them, or those of samples made of them.
    class_weight: ClassWeightProgram | None
    sample_weights: tuple[ClassWeightProgram, ...]
    shuffle: bool
    precision: str
    #: Of outputs that are logits, what makes probabilities of these, by name.
    logits: Mapping[Code, Code]
    files: tuple[str, ...]


def plan_training(model: ir.Model, own: Own) -> TrainingProgram:
    """The calls of a model with a training section."""
    training = model.training
    if training is None:
        raise ValueError("a script needs a training section")
    ones = [one for one in model.by_output() if one.training]
    several = len(model.network.outputs) > 1
    losses = {one.network.output_names[0]: _loss(one, own) for one in ones}
    measured = {one.network.output_names[0]: plan_metrics(one) for one in ones}
    metrics = {name: found.made for name, found in measured.items()}
    weights = {o.name: literal(o.weight) for o in training.objectives}
    weighed = any(o.weight != 1 for o in training.objectives)
    rate = training.optimizer.arguments["learning_rate"]
    steps = isinstance(rate, Use) and cast(ScheduleEntry, rate.entry).steps(
        rate.arguments
    )
    used = [rate] if isinstance(rate, Use) else []
    files = {u.entry.name for u in (*used, *training.callbacks)} & OWN.keys()
    files |= {file for found in measured.values() for file in found.files}
    weights_of = [w for one in ones if (w := plan_class_weights(one))]
    sampled = several or any(weight.sampled for weight in weights_of)
    return TrainingProgram(
        optimizer=_optimizer(training.optimizer, steps=steps),
        loss=_by_output(losses, several=several),
        loss_weights=_by_output(weights, several=True) if several and weighed else None,
        metrics=_by_output({n: _listed(m) for n, m in metrics.items()}, several=several)
        if any(metrics.values())
        else None,
        names=literal(list(training.monitored)),
        steps=steps,
        callbacks=tuple(_callback(use, training) for use in training.callbacks),
        restored=tuple(found.restored for found in measured.values() if found.restored),
        lines=tuple(line for found in measured.values() for line in found.lines),
        learnt=any(found.learnt for found in measured.values()),
        class_weight=None if sampled or not weights_of else weights_of[0],
        sample_weights=tuple(weights_of) if sampled else (),
        shuffle=training.shuffle,
        precision=training.precision,
        logits={
            literal(one.network.output_names[0]): Code(logits)
            for one in ones
            if one.training and (logits := logits_of(one.training))
        },
        files=tuple(
            name if name in RUNTIME else f"keras/{name}" for name in sorted(files)
        ),
    )


def _by_output(found: Mapping[str, Code], *, several: bool) -> Code:
    """What is said of the only output, or of each by its name."""
    if not several:
        return next(iter(found.values()))
    return Code(
        f"{{{', '.join(f'{literal(n)}: {code}' for n, code in found.items())}}}"
    )


def _listed(found: tuple[Code, ...]) -> Code:
    return Code(f"[{', '.join(found)}]")


def _loss(model: ir.Model, own: Own) -> Code:
    use = cast(ir.Training, model.training).loss
    if cast(LossEntry, use.entry).build is not None:
        reduction = use.arguments["reduction"]
        given = "" if reduction == "sum_over_batch_size" else literal(reduction)
        given = f"reduction={given}" if given else ""
        return Code(f"{own.loss(use, model.output_shape)}({given})")
    named = plain(use) and use.entry.name not in CLASS_ALONE
    return literal(use.entry.name) if named else call("loss", use)


def _optimizer(use: Use, *, steps: bool) -> Code:
    name = use.entry.name
    # Keras looks an optimizer up by its class, in small letters.
    named = name not in CLASS_ALONE and CLASSES.get(name, camel(name)).lower() == name
    if plain(use) and named:
        return literal(name)
    rate = use.arguments["learning_rate"]
    if not (steps and isinstance(rate, Use)):
        return call("optimizer", use)
    made = call("schedule", rate, more={"total_steps": Code("steps")})
    return call("optimizer", use, more={"learning_rate": made})


def _callback(use: Use, training: ir.Training) -> CallbackProgram:
    entry = cast(CallbackEntry, use.entry)
    more: dict[str, Code] = {}
    if entry.file:
        more[entry.file] = Code(f"options.out / {literal(use.arguments[entry.file])}")
    if entry.monitors(use.arguments):
        name = cast(str, use.arguments["monitor"])
        natural = training.monitored[name.removeprefix("val_")]
        rises = natural if use.arguments["mode"] == "auto" else None
        if rises is not None and (rises or entry.name in OWN):
            more["mode"] = literal("max" if rises else "min")
    if entry.name in OWN:
        return CallbackProgram(
            made=Code(
                call("callback", use, more=more).replace(
                    f"{camel(entry.name)}(", f"{camel(entry.name)}(save, ", 1
                )
            ),
            file=True,
        )
    return CallbackProgram(made=call("callback", use, more=more), file=bool(entry.file))


def files_of_tables(model: ir.Model) -> Iterator[str]:
    """The plain files of metrics that are no numbers."""
    for one in model.by_output():
        for use in one.training.metrics if one.training else ():
            entry = cast(MetricEntry, use.entry)
            if entry.matrix:
                yield from entry.files(use.arguments, one.output_shape)
                yield from ["confusion_table"] * (entry.name == "confusion_matrix")


def files_of(training: TrainingProgram) -> Iterator[str]:
    """The plain files that the functions for training call."""
    yield from training.files
    found = (training.class_weight, *training.sample_weights)
    for weight in filter(None, found):
        yield from ["weights_of_classes"] * weight.named
        yield from ["balanced_weights"] * weight.balanced
