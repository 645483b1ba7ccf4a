"""What `compile` and `fit` of Keras are given: losses, metrics, callbacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.entry import CallbackEntry, LossEntry, MetricEntry, ScheduleEntry, Use
from nnspec.targets.keras.names import CLASS_ALONE, CLASSES, LOSSES, OWN, camel
from nnspec.targets.keras.own import Own
from nnspec.targets.keras.spelling import call, is_default, plain, value
from nnspec.targets.numpy.labels import names_classes
from nnspec.targets.numpy.losses import classes_of_labels, logits_of
from nnspec.targets.quote import Code, literal

#: Metrics that Keras knows by names, which are then their names in the history.
_BY_NAME = frozenset(
    {"accuracy", "acc", "binary_accuracy", "categorical_accuracy"}
    | {"sparse_categorical_accuracy", "mean_squared_error", "mean_absolute_error"}
)


class CallbackProgram(Record):
    """A callback; one that writes a `file` is there only where there is a folder."""

    made: Code
    file: bool


class ClassWeightProgram(Record):
    """The weights of classes: what they are, and the plain file that finds them.

    `labels` are the classes of labels y; `balanced` weights are learnt from these,
    others are `given`, by the names of classes where they are `named`.
    """

    balanced: bool
    named: bool
    given: Code
    labels: Code
    classes: Code


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
    class_weight: ClassWeightProgram | None
    shuffle: bool
    precision: str
    one_hot: bool
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
    metrics = {one.network.output_names[0]: _metrics(one) for one in ones}
    weights = {o.name: literal(o.weight) for o in training.objectives}
    weighed = any(o.weight != 1 for o in training.objectives)
    rate = training.optimizer.arguments["learning_rate"]
    steps = isinstance(rate, Use) and cast(ScheduleEntry, rate.entry).steps(
        rate.arguments
    )
    used = [rate] if isinstance(rate, Use) else []
    files = {u.entry.name for u in (*used, *training.callbacks)} & OWN.keys()
    one_hot = any(
        "of_indices(" in metric for found in metrics.values() for metric in found
    )
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
        class_weight=_class_weight(model, training) if not several else None,
        shuffle=training.shuffle,
        precision=training.precision,
        one_hot=one_hot,
        logits={
            literal(one.network.output_names[0]): Code(logits)
            for one in ones
            if one.training and (logits := logits_of(one.training))
        },
        files=tuple(f"keras/{name}" for name in sorted(files)),
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


def _metrics(model: ir.Model) -> tuple[Code, ...]:
    training = cast(ir.Training, model.training)
    pairs = zip(training.only.labels, training.metrics, strict=True)
    return tuple(
        _metric(label, use, model)
        for label, use in pairs
        if not cast(MetricEntry, use.entry).matrix
    )


def _metric(label: str, use: Use, model: ir.Model) -> Code:
    if label in _BY_NAME and plain(use) and label != "acc":
        return literal(label)
    training = cast(ir.Training, model.training)
    entry, shape = cast(MetricEntry, use.entry), model.output_shape
    sparse = cast(LossEntry, training.loss.entry).target == "index" and shape[-1] > 1
    more = {"name": literal(label)}
    if entry.name == "accuracy":
        return Code(f"keras.metrics.{_kind(shape, sparse)}(name={literal(label)})")
    if entry.name == "top_k_accuracy":
        made = call("metric", use, more=more)
        return Code(made.replace(".TopK", ".SparseTopK")) if sparse else made
    logits = training.loss.arguments.get("from_logits")
    if entry.name == "auc" and logits:
        more["from_logits"] = literal(True)
    if entry.name == "f1_score" and shape[-1] == 1 and not use.arguments["threshold"]:
        more["threshold"] = literal(0.5)
    if entry.name in LOSSES:
        return _loss_as_metric(label, use)
    made = call("metric", use, more=more)
    if sparse and entry.whole:
        return Code(f"of_indices({made}, {shape[-1]})")
    return made


def _loss_as_metric(label: str, use: Use) -> Code:
    """The mean of a loss that Keras has no metric for."""
    words = [f"keras.losses.{use.entry.name}", f"name={literal(label)}"]
    words += [
        f"{argument.name}={value(argument.name, use.arguments[argument.name])}"
        for argument in use.entry.arguments
        if not is_default(use, argument)
    ]
    return Code(f"keras.metrics.MeanMetricWrapper({', '.join(words)})")


def _kind(shape: tuple[int, ...], sparse: bool) -> str:
    """The class of an accuracy, which Keras finds out by itself under its own name."""
    if shape[-1] == 1:
        return "BinaryAccuracy"
    return "SparseCategoricalAccuracy" if sparse else "CategoricalAccuracy"


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


def _class_weight(model: ir.Model, training: ir.Training) -> ClassWeightProgram | None:
    given = training.class_weight
    if given is None:
        return None
    balanced = given == "balanced"
    pairs = () if isinstance(given, str) else given
    return ClassWeightProgram(
        balanced=balanced,
        named=names_classes(model) and not balanced,
        given=literal({pair.key: pair.value for pair in pairs}),
        labels=classes_of_labels(model, training),
        classes=literal(max(model.output_shape[-1], 2)),
    )


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
    if training.one_hot:
        yield "keras/of_indices"
    if training.class_weight:
        named = training.class_weight.named
        yield from ["weights_of_classes"] * named
        yield from ["balanced_weights"] * training.class_weight.balanced
