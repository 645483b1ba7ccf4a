"""From the model to the program of its script."""

from __future__ import annotations

from math import ceil
from pathlib import PurePath, PurePosixPath
from typing import cast

from nnspec import __version__, ir
from nnspec.analyze.shares import is_uneven, shares_of
from nnspec.origin import Origin
from nnspec.record import replace
from nnspec.source import Source
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import ActivationEntry, Use, activation_of
from nnspec.targets.numpy import bare
from nnspec.targets.numpy.blocks.folding import fold
from nnspec.targets.numpy.blocks.loops import Lines, Speller
from nnspec.targets.numpy.callbacks import plan_callbacks
from nnspec.targets.numpy.constraints import plan_bounds, plan_spectra
from nnspec.targets.numpy.data import DataProgram, plan_data
from nnspec.targets.numpy.generation import plan_generation
from nnspec.targets.numpy.identity import canonical, digest, of_training, of_weights
from nnspec.targets.numpy.initializers import plan_draws, stays_0
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.losses import plan_constants
from nnspec.targets.numpy.measures import Measured
from nnspec.targets.numpy.memory import bytes_of_arrays, item_size
from nnspec.targets.numpy.metrics import all_metrics, files_of_metrics
from nnspec.targets.numpy.names import weight_attributes
from nnspec.targets.numpy.network import lay_out
from nnspec.targets.numpy.optimizer import plan_optimizer
from nnspec.targets.numpy.outputs import plan_inputs, plan_outputs, rows_of
from nnspec.targets.numpy.program import (
    Callbacks,
    NetworkProgram,
    Optimizer,
    Program,
    WeightRow,
)
from nnspec.targets.numpy.step import Penalty
from nnspec.targets.quote import Code, comment, literal

#: Of the first line, without its quotation marks.
_WIDTH = 85
#: How many samples are tested at once, or by each thread; fewer where their arrays
#: would have more bytes, but as many as are trained on at once.
_TESTED, _TESTED_IN_SHARES, _BYTES = 512, 64, 1 << 25
#: The names of each part's arrays in an archive.
_ARRAYS = Code('{p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}')
_SAMPLES = Code('{p: (f"x_{p}",) for p in ("train", "validation", "test")}')

#: The plain files that any training calls, and what it leaves behind.
_STATE = (
    "load",
    "load_fitting",
    "save_arrays",
    "warn_of_nan",
    "results_folder",
    "interrupt",
)
_VERIFYING = ("run_facts", "save_run", "read_run", "check_origin", "compare_runs")
_TRAINING = ("progress", *_STATE, "curves", "write_whole", *_VERIFYING)


def plan(model: ir.Model, source: Source, origin: Origin) -> Program:
    """What the script of a model with a training section prints."""
    training = model.training
    if training is None:
        raise ValueError("a script needs a training section")
    network = _network(model, training, origin)
    optimizer = plan_optimizer(model, training, network.trained, bare=origin.bare)
    data = plan_data(model, bare=origin.bare)
    callbacks = plan_callbacks(model, training, optimizer.rate, data.learns)
    attributes = weight_attributes(model.network.weights)
    generation = plan_generation(model, attributes, network.within, network.blocks)
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
            **plan_constants(model),
            "ROW_SHAPE": literal(model.input_shape[1:]),
            **_horizons(model),
            "SPEC_FOLDER": _spec_folder(origin),
            **_arrays(data, model),
        },
        way_out=_way_out(model),
        at_once=_at_once(training, network.shares, network.bytes_each, origin),
        uneven=is_uneven(training) and not origin.bare,
        counts=optimizer.steps or bool(optimizer.schedule) or not origin.bare,
        records=bool(callbacks.uses) or not origin.bare,
        evaluates=bool(data.parts) or not origin.bare,
        raw=Code("") if data.reshapes else rows_of(model.input_shape),
        network=network,
        optimizer=optimizer,
        callbacks=callbacks,
        data=data,
        generation=generation,
        threads=() if origin.bare else _threads(network, optimizer),
        runtime=(
            *(() if origin.bare else _printing(network)),
            *_runtime(network),
            *(_cross_validating(network) if data.folds else ()),
            *(("drawn",) if generation else ()),
            *files_of_metrics(model),
            *callbacks.files,
        ),
    )


def _horizons(model: ir.Model) -> dict[str, Code]:
    """How many rows after a window its labels stand, where they are several."""
    sliding = model.data.sliding if model.data else None
    return {"HORIZONS": literal(sliding[1].horizons)} if sliding else {}


def _arrays(data: DataProgram, model: ir.Model) -> dict[str, Code]:
    """The names of each part's arrays in an archive, and of inputs and outputs."""
    names = data.names
    if names is None:
        alone = data.own_labels or (data.following and data.following.text)
        return {"ARRAYS": _SAMPLES if alone else _ARRAYS}
    shapes = {call.name: call.output_shape for call in model.network.inputs}
    measured = model.training.objectives if model.training else ()
    return {
        "INPUTS": literal(shapes),
        "LABELS": literal(tuple(one.name for one in measured)),
        "ARRAYS": names.arrays,
    }


def _spec_folder(origin: Origin) -> Code:
    folder = literal(str(PurePosixPath(origin.folder)))
    if origin.command:
        return Code(f"Path({folder})")
    here = Code("Path(__file__).resolve().parent")
    return here if origin.folder == "." else Code(f"{here} / {folder}")


def _dependencies(model: ir.Model) -> list[str]:
    """What a script needs to be installed."""
    source = cast("SourceEntry | None", model.data and model.data.source.entry)
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
    attributes = weight_attributes(model.network.weights)
    shares = shares_of(model, origin.ranks)
    alone = shares or origin.bare  # no thread takes a part of a product
    batch = 0 if alone else max(training.batch_size, _TESTED)
    layout = lay_out(model, attributes, batch, shares=not origin.bare)
    if origin.bare:
        bare.simplify(layout)
        shares = shares if bare.draws(model, layout) else 0
    if shares:
        layout.forward, layout.backward = (
            tuple(replace(step, joins=step.by_batch) for step in steps)
            for steps in (layout.forward, layout.backward)
        )
    folded, outputs = fold(layout), plan_outputs(model, layout.outputs)
    speller = Speller(attributes, folded.blocks)
    draws, spectra = plan_draws(model, speller), plan_spectra(model, speller)
    measured = [output.measured for output in outputs if output.measured]
    trainable = model.network.trainable_parameters
    some = trainable < model.network.parameters
    return NetworkProgram(
        inputs=plan_inputs(model, layout.inputs),
        weights=_shapes(model, speller),
        alike=any(a != name.replace("/", "_") for name, a in attributes.items()),
        trainable=Code(f"{trainable:_}") if some else None,
        trained=Code("TRAINABLE" if some else "PARAMETERS"),
        draws=draws,
        zeros=any(map(stays_0, model.network.weights)),
        bytes_each=bytes_of_arrays(layout, 1, item_size(training.precision)),
        buffers=folded.buffers,
        files=(
            *_files(model.network.calls, layout, measured),
            *["divide_spectrum"] * bool(spectra),
        ),
        forward=folded.forward,
        backward=folded.backward,
        blocks=folded.blocks,
        taken=folded.taken,
        zeros_width=literal(layout.zeros) if layout.zeros else None,
        forward_doc=_forward_doc(layout),
        within=tuple(layout.within),
        random=any(step.rng or step.by_batch for step in layout.forward),
        shares=literal(shares) if shares else None,
        ranks=origin.ranks > 0,
        cuts=any(step.matmul == "product" for step in layout.forward),
        joins=any(step.joins for step in layout.forward),
        joins_back=any(step.joins and step.dx for step in layout.backward),
        seeds=tuple(layout.seeds),
        outputs=outputs,
        penalized=any(isinstance(step, Penalty) for step in layout.forward),
        bounds=plan_bounds(model, speller),
        spectra=spectra,
        metrics=all_metrics(training, [one.metrics for one in measured]),
    )


def _shapes(model: ir.Model, speller: Speller) -> tuple[Lines, ...]:
    """The shapes of all weights by their names."""
    return speller.lines(
        model.network.weights,
        lambda weight: weight.name,
        lambda weight, path: WeightRow(
            speller.name(weight.name, path), literal(weight.shape)
        ),
    )


def _at_once(
    training: ir.Training, shares: Code | None, bytes_each: int, origin: Origin
) -> Code:
    """How many samples are measured together, where it does not matter to the loss."""
    if is_uneven(training):
        return Code("BATCH_SIZE" if origin.bare else "batch_size")
    most, parts = (_TESTED_IN_SHARES, int(shares)) if shares else (_TESTED, 1)
    trained = ceil(training.batch_size / parts)
    fitting = 1 << (_BYTES // parts // bytes_each | 1).bit_length() - 1
    return literal(min(most, max(trained, fitting)))


def _files(
    layers: tuple[ir.Call, ...], layout: Layout, measured: list[Measured]
) -> tuple[str, ...]:
    """The plain files that the network section calls."""
    uses = filter(None, (activation_of(layer.use) for layer in layers))
    names = [n for u in uses for n in cast(ActivationEntry, u.entry).files(u.arguments)]
    names += [name for step in layout.forward for name in step.files]
    names += [name for one in measured for name in one.loss.files]
    return tuple(dict.fromkeys(names))


def _forward_doc(layout: Layout) -> Code:
    """What the forward pass does, and what the generator means that it is given."""
    given = ", ".join(value.a for value in layout.inputs)
    made = dict.fromkeys(output.p.a for output in layout.outputs)
    words = f"Compute {', '.join(made)} from {given}"
    what = "dropouts" if layout.draws == {"mask"} else "noise"
    if any(step.by_batch for step in layout.forward):
        words += "; with rng as in training"
        words += f", where rng draws the {what}" if layout.draws else ""
    elif layout.draws:
        words += f"; in training, rng draws the {what}"
    return Code(f"{words}.")


def _way_out(model: ir.Model) -> Code:
    """What to say of a part that lacks a class, to have it there."""
    split = model.data.split if model.data else None
    if split is None:
        return Code("; give each part samples of all")
    ways = ["stratify=true"] * (not split.stratify)
    ways += ["seed=0"] if ways and split.seed is None else []
    return Code(f"; write {' or '.join(ways)} in split" if ways else "")


def _threads(network: NetworkProgram, optimizer: Optimizer) -> tuple[str, ...]:
    """The plain files by which threads share the work."""
    names = ["one_blas_thread"]
    names += ["product"] if network.cuts else []
    names += ["in_threads"] if network.shares or optimizer.shared else []
    names += ["ranks"] if network.ranks else []
    return tuple(names)


def _printing(network: NetworkProgram) -> tuple[str, ...]:
    """The plain files that a training prints, checks and saves by."""
    names = ["number", "say", *_TRAINING]
    told = {str(measure.template) for measure in network.metrics.tables}
    names += ["confusion_table"] if "confusion_matrix" in told else []
    return tuple(names)


def _cross_validating(network: NetworkProgram) -> tuple[str, ...]:
    """The plain files that tell of folds."""
    tables = [
        m
        for each in network.outputs
        if each.measured
        for m in each.measured.metrics.tables
    ]
    by_class = any(measure.template == "class_report" for measure in tables)
    return ("over_folds", *["spread_table"] * by_class)


def _runtime(network: NetworkProgram) -> tuple[str, ...]:
    """The plain files that the training section calls, or who draws initial values."""
    names: list[str] = []
    weights = network.class_weights
    names += ["balanced_weights"] if any(w.learnt for w in weights) else []
    names += ["weights_of_classes"] if any(w.given for w in weights) else []
    names += ["class_number"] if network.metrics.named else []
    in_step = "in_step_of_ranks" if network.ranks else "in_step"
    names += [in_step, "finish"] if network.joins else []
    for step in network.steps:
        if step.sparse:
            names += [f"{step.sparse}_product"]
            names += [f"{step.sparse}_gradient"] if step.dw else []
    draws = [draw for lines in network.draws for draw in lines.operands]
    rules = {draw.distribution or draw.template for draw in draws}
    drawn = [rule for rule in ("orthogonal", "truncated_normal") if rule in rules]
    return (*names, *drawn)
