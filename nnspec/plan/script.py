"""From the model to the program of its script."""

from __future__ import annotations

from math import prod
from pathlib import PurePath, PurePosixPath
from typing import cast

from nnspec import __version__, ir
from nnspec.analyze.shares import is_uneven, shares_of
from nnspec.origin import Origin
from nnspec.plan import bare
from nnspec.plan.callbacks import plan_callbacks
from nnspec.plan.constraints import plan_bounds
from nnspec.plan.data import plan_data
from nnspec.plan.identity import canonical, digest, of_training, of_weights
from nnspec.plan.labels import names_classes
from nnspec.plan.layout import Layout
from nnspec.plan.losses import (
    classes_of_labels,
    fused_with,
    logits_of,
    plan_class_weights,
    plan_constants,
    plan_loss,
)
from nnspec.plan.metrics import files_of_metrics, plan_metrics
from nnspec.plan.names import batch_shape, weight_attributes
from nnspec.plan.network import lay_out
from nnspec.plan.optimizer import plan_optimizer
from nnspec.plan.program import (
    Callbacks,
    ClassWeights,
    Measure,
    NetworkProgram,
    Optimizer,
    Program,
    WeightRow,
)
from nnspec.plan.step import Penalty
from nnspec.plan.targets import plan_target
from nnspec.plan.training import plan_draws
from nnspec.quote import Code, comment, literal
from nnspec.record import replace
from nnspec.source import Source
from nnspec.table.data_entry import Source as DataSource
from nnspec.table.entry import Activation, Loss, Use, activation_of

#: Of the first line, without its quotation marks.
_WIDTH = 85
#: How many samples are tested at once, unless threads take some each.
_TESTED = 512
#: The names of each part's arrays in an archive.
_ARRAYS = Code('{p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}')

#: The plain files that any training calls, and what it leaves behind.
_STATE = ("load", "save_arrays", "warn_of_nan", "results_folder", "interrupt")
_TRAINING = ("progress", *_STATE, "curves", "write_whole")


def plan(model: ir.Model, source: Source, origin: Origin) -> Program:
    """What the script of a model with a training section prints."""
    training = model.training
    if training is None:
        raise ValueError("a script needs a training section")
    network = _network(model, training, origin)
    optimizer = plan_optimizer(model, training, network.trained, bare=origin.bare)
    data = plan_data(model, bare=origin.bare)
    callbacks = plan_callbacks(model, training, optimizer.rate, data.learns)
    class_weights = plan_class_weights(model, training)
    classes = _classes(model, training)
    scores = cast(Loss, training.loss.entry).outputs == "scores"
    return Program(
        form=bare.BARE if origin.bare else bare.FULL,
        title=comment(_title(model)),
        settings=tuple(map(comment, origin.settings)),
        command=literal(origin.command) if origin.command else None,
        file=comment(origin.script(PurePath(source.name).name)),
        spec=comment(PurePath(source.name).name),
        digest=Code(digest(source.text)),
        version=Code(__version__),
        dependencies=Code(", ".join(f'"{name}"' for name in _dependencies(model))),
        name=literal(model.name),
        epochs=literal(training.epochs),
        batch_size=literal(training.batch_size),
        seed=literal(training.seed),
        dtype=Code(training.precision),
        shuffle=training.shuffle,
        parameters=Code(f"{model.network.parameters:,} parameters"),
        left=_left(optimizer, callbacks),
        kept=bool(optimizer.average or callbacks.restores),
        origin=_origin(source.text),
        identity=of_weights(model),
        course=of_training(model, training),
        told_rate=_told_rate(training),
        constants={
            "INPUT_SHAPE": literal(model.input_shape),
            "OUTPUT_SHAPE": literal(model.output_shape),
            **plan_constants(model, training),
            "SPEC_FOLDER": _spec_folder(origin),
            "ARRAYS": _ARRAYS,
        },
        targets=_targets(model, training),
        classes=classes,
        class_names=_class_names(classes, data.labels.named, network.metrics.tables),
        labels=_seen_labels(model, training) if classes else None,
        way_out=_way_out(model),
        binary=model.output_shape[-1] == 1,
        other_class=Code("-p" if scores else "1.0 - p"),
        column=Code("score" if scores else "probability"),
        at_once=_at_once(training, network, origin),
        uneven=is_uneven(training) and not origin.bare,
        counts=optimizer.steps or bool(optimizer.schedule) or not origin.bare,
        records=bool(callbacks.uses) or not origin.bare,
        evaluates=bool(data.parts) or not origin.bare,
        outputs=_rows(model.output_shape),
        raw=Code("") if data.reshapes else _rows(model.input_shape),
        width=literal(prod(model.output_shape)),
        prediction_names=_prediction_names(model),
        network=network,
        optimizer=optimizer,
        class_weights=class_weights,
        callbacks=callbacks,
        data=data,
        threads=() if origin.bare else _threads(network, optimizer),
        runtime=(
            *(() if origin.bare else _printing(network)),
            *_runtime(class_weights, network),
            *files_of_metrics(training, model.output_shape),
            *callbacks.files,
        ),
    )


def _spec_folder(origin: Origin) -> Code:
    folder = literal(str(PurePosixPath(origin.folder)))
    if origin.command:
        return Code(f"Path({folder})")
    here = Code("Path(__file__).resolve().parent")
    return here if origin.folder == "." else Code(f"{here} / {folder}")


def _rows(shape: tuple[int, ...]) -> Code:
    """How documentation writes the shape of so many rows of this one."""
    return Code(f"({', '.join(['N', *map(str, shape)])})")


def _dependencies(model: ir.Model) -> list[str]:
    """What a script needs to be installed."""
    source = cast("DataSource | None", model.data and model.data.source.entry)
    return ["numpy>=1.26", *(source.needs if source else ())]


def _origin(spec: str) -> Code:
    """The end of a dict that says what a script comes of."""
    return Code(f'"nnspec": {literal(__version__)}, "spec": {literal(digest(spec))}')


def _told_rate(training: ir.Training) -> Code:
    rate = training.optimizer.arguments["learning_rate"]
    return literal(canonical(rate)) if isinstance(rate, Use) else Code("LEARNING_RATE")


def _left(optimizer: Optimizer, callbacks: Callbacks) -> Code:
    """What weights a training leaves behind: the last, their averages or the best."""
    averaged = optimizer.averaged if optimizer.average else None
    last = averaged or Code("state.w")
    if not callbacks.restores:
        return last
    best = Code("views(state.best)")
    return Code(f"{best} if state.best_epoch else {last}") if averaged else best


def _title(model: ir.Model) -> str:
    """The shapes that kernels lead to, from the input to the output."""
    kernels = [
        layer.output_shape
        for layer in model.network.calls
        if any(weight.name.endswith("kernel") for weight in layer.weights)
    ]
    last = [] if kernels[-1:] == [model.output_shape] else [model.output_shape]
    first, *shapes = map(str, (model.input_shape, *kernels, *last))
    end = f"{model.network.parameters:,} parameters."
    text = f"{model.name}: {' -> '.join((first, *shapes))}, {end}"
    if len(text) <= _WIDTH:
        return text
    return f"{model.name}: {first} -> ... -> {shapes[-1]}, {end}"


def _network(model: ir.Model, training: ir.Training, origin: Origin) -> NetworkProgram:
    attributes, shares = weight_attributes(model.network.weights), shares_of(model)
    alone = shares or origin.bare  # no thread takes a part of a product
    batch = 0 if alone else max(training.batch_size, _TESTED)
    fused, logits = fused_with(training), logits_of(training)
    layout = lay_out(model, attributes, fused, logits, batch, shares=not origin.bare)
    if origin.bare:
        bare.simplify(layout)
        shares = shares if bare.draws(model, layout) else 0
    draws = plan_draws(model, attributes)
    if shares:
        layout.forward, layout.backward = (
            tuple(replace(step, joins=step.by_batch) for step in steps)
            for steps in (layout.forward, layout.backward)
        )
    (output,) = layout.outputs
    loss = plan_loss(training, output, model.output_shape)
    trainable = model.network.trainable_parameters
    some = trainable < model.network.parameters
    return NetworkProgram(
        input=layout.input.owner,
        weights=tuple(
            WeightRow(literal(w.name), literal(w.shape)) for w in model.network.weights
        ),
        alike=any(a != name.replace("/", "_") for name, a in attributes.items()),
        trainable=Code(f"{trainable:_}") if some else None,
        trained=Code("TRAINABLE" if some else "PARAMETERS"),
        draws=draws,
        zeros=len(draws) < len(model.network.weights),
        buffers=layout.buffers,
        files=_files(model.network.calls, layout, loss.files),
        forward=layout.forward,
        backward=layout.backward,
        zeros_width=literal(layout.zeros) if layout.zeros else None,
        forward_doc=_forward_doc(layout),
        random=any(step.rng or step.by_batch for step in layout.forward),
        shares=literal(shares) if shares else None,
        cuts=any(step.matmul == "product" for step in layout.forward),
        joins=any(step.joins for step in layout.forward),
        joins_back=any(step.joins and step.dx for step in layout.backward),
        seeds=tuple(layout.seeds),
        prediction=output.p.a,
        loss=loss,
        penalized=any(isinstance(step, Penalty) for step in layout.forward),
        bounds=plan_bounds(model, attributes),
        metrics=plan_metrics(
            training,
            output,
            model.output_shape,
            named=names_classes(model),
            restored=bool(plan_target(model.data)),
        ),
    )


def _at_once(training: ir.Training, network: NetworkProgram, origin: Origin) -> Code:
    """How many samples are measured together, where it does not matter to the loss."""
    if is_uneven(training):
        return Code("BATCH_SIZE" if origin.bare else "batch_size")
    return Code("64" if network.shares else f"{_TESTED}")


def _files(
    layers: tuple[ir.Call, ...], layout: Layout, more: tuple[str, ...]
) -> tuple[str, ...]:
    """The plain files that the network section calls."""
    uses = filter(None, (activation_of(layer.use) for layer in layers))
    names = [n for u in uses for n in cast(Activation, u.entry).files(u.arguments)]
    names += [name for step in layout.forward for name in step.files]
    return tuple(dict.fromkeys((*names, *more)))


def _forward_doc(layout: Layout) -> Code:
    """What the forward pass does, and what the generator means that it is given."""
    words = f"Compute {layout.outputs[0].p.a} from {layout.input.a}"
    what = "dropouts" if layout.draws == {"mask"} else "noise"
    if any(step.by_batch for step in layout.forward):
        words += "; with rng as in training"
        words += f", where rng draws the {what}" if layout.draws else ""
    elif layout.draws:
        words += f"; in training, rng draws the {what}"
    return Code(f"{words}.")


def _classes(model: ir.Model, training: ir.Training) -> Code | None:
    """How many classes a prediction chooses among, None where it is a value."""
    entry = training.loss.entry
    assert isinstance(entry, Loss)
    shape = model.output_shape
    if len(shape) != 1 or entry.target in ("value", "count"):
        return None
    if entry.target in ("indicator", "sign"):
        return Code("2") if shape == (1,) else None
    return literal(shape[-1])


def _class_names(
    classes: Code | None, named: bool, tables: tuple[Measure, ...]
) -> Code | None:
    """An expression for the names of the classes, which may be `learnt`."""
    if classes is None:
        return Code(f"[*range({tables[0].classes})]") if tables else None
    if named:
        return Code(f'learnt.get("data/classes", np.arange({classes})).tolist()')
    return Code(f"[*range({classes})]")


def _seen_labels(model: ir.Model, training: ir.Training) -> Code:
    """The classes of labels y, without those that do not count."""
    ignored = training.loss.arguments.get("ignore_class")
    labels = classes_of_labels(model, training)
    return labels if ignored is None else Code(f"{labels}[y != {literal(ignored)}]")


def _way_out(model: ir.Model) -> Code:
    """What to say of a part that lacks a class, to have it there."""
    split = model.data.split if model.data else None
    if split is None:
        return Code("; give each part samples of all")
    ways = ["stratify=true"] * (not split.stratify)
    ways += ["seed=0"] if ways and split.seed is None else []
    return Code(f"; write {' or '.join(ways)} in split" if ways else "")


def _targets(model: ir.Model, training: ir.Training) -> Code:
    """An expression for labels drawn at random, for the gradient check."""
    entry = training.loss.entry
    assert isinstance(entry, Loss)
    shape = model.output_shape
    whole, but_last = batch_shape(shape), batch_shape(shape[:-1])
    match entry.target:
        case "index":
            if (ignored := training.loss.arguments["ignore_class"]) is not None:
                labels = f"[{literal(ignored)}, *range({shape[-1]})]"
                return Code(f"np.resize({labels}, {but_last})")
            return Code(f"rng.integers({shape[-1]}, size={but_last})")
        case "indicator":
            return Code(f"rng.integers(2, size={whole}).astype(np.float64)")
        case "sign":
            return Code(f"rng.choice([-1.0, 1.0], size={whole})")
        case "count":
            return Code(f"rng.poisson(2.0, size={whole}).astype(np.float64)")
        case "distribution":
            return Code(f"rng.dirichlet(np.ones({shape[-1]}), size={but_last})")
    return Code(f"rng.normal(size={whole})")


def _prediction_names(model: ir.Model) -> Code:
    """The header of predicted values."""
    width, data = prod(model.output_shape), model.data
    targets = data.source.arguments.get("target") if data else None
    if isinstance(targets, tuple) and 1 < len(targets) == width:
        return Code('[f"prediction_{name}" for name in table_roles(model.learnt)[2]]')
    if width == 1:
        return Code('["prediction"]')
    return Code(f'[f"prediction_{{i}}" for i in range({width})]')


def _threads(network: NetworkProgram, optimizer: Optimizer) -> tuple[str, ...]:
    """The plain files by which threads share the work."""
    names = ["one_blas_thread"]
    names += ["product"] if network.cuts else []
    names += ["in_threads"] if network.shares or optimizer.shared else []
    return tuple(names)


def _printing(network: NetworkProgram) -> tuple[str, ...]:
    """The plain files that a training prints, checks and saves by."""
    names = ["number", "say", *_TRAINING]
    told = {str(measure.template) for measure in network.metrics.tables}
    names += ["confusion_table"] if "confusion_matrix" in told else []
    return tuple(names)


def _runtime(
    class_weights: ClassWeights | None, network: NetworkProgram
) -> tuple[str, ...]:
    """The plain files that the training section calls, or who draws initial values."""
    names: list[str] = []
    names += ["balanced_weights"] if class_weights and class_weights.learnt else []
    names += ["weights_of_classes"] if class_weights and class_weights.given else []
    names += ["class_number"] if network.metrics.named else []
    names += ["in_step", "finish"] if network.joins else []
    for step in network.forward:
        if step.sparse:
            names += [f"{step.sparse}_product"]
            names += [f"{step.sparse}_gradient"] if step.dw else []
    rules = {d.distribution or d.template for d in network.draws}
    drawn = [rule for rule in ("orthogonal", "truncated_normal") if rule in rules]
    return (*names, *drawn)
