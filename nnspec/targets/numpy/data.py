"""The data section: what its script loads, checks, learns and transforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from nnspec import ir
from nnspec.analyze.batches import images_by_batch
from nnspec.record import Record, replace
from nnspec.table.data_entry import SourceEntry, reshapes
from nnspec.table.entry import Use
from nnspec.table.pairs import ForOutputs, given_to
from nnspec.targets.numpy.data_files import (
    bare_files_of_data,
    files_of_data,
    readers_of,
)
from nnspec.targets.numpy.following import Following, files_of_text, plan_following
from nnspec.targets.numpy.labels import Labels, plan_labels
from nnspec.targets.numpy.named import (
    Names,
    plan_names,
    samples_by_name,
)
from nnspec.targets.numpy.samples import (
    Samples,
    plain_labels,
    plan_samples,
    stays,
)
from nnspec.targets.numpy.tables import TableProgram, plan_table
from nnspec.targets.numpy.transforms import (
    Arguments,
    BatchStep,
    FoldsStep,
    SplitStep,
    Step,
    expands,
    imputes,
    in_turn,
    plan_batch_step,
    plan_folds,
    plan_learnt,
    plan_split,
    plan_steps,
    takes_some,
)
from nnspec.targets.numpy.words import WordColumn
from nnspec.targets.quote import Code, literal


class Place(Record):
    """Where data is: the `parameter` that says it, `given` by the command line.

    `usage` is how the command is written.
    """

    parameter: Code
    given: Code
    usage: Code


class OwnLabels(Record):
    """Samples that are their own labels, after the transforms `steps`.

    `prepared` ones are what the network takes, too; `plain` are the labels of samples x
    without a check.
    """

    steps: tuple[Step, ...]
    prepared: bool
    plain: Code


class DataProgram(Record):
    """The data section.

    `origin` is what messages call the source of a part by, and `learnt_of` that of the
    training part; `constants` are lines before the
    functions. `mapped` says that rows may be
    left on disk in an order of their own, `last` that a split takes the last of them,
    `imputes` which cells may be missing, `by_mask` that transforms take some columns,
    `in_turn` that transforms learn from what those before them make. `by_batch` changes
    the samples of a batch. In a `bare` script nothing is checked, and `plain_labels`
    are the labels y as the loss takes them. `data_dir` is the folder that is given,
    and `place` what a bare script is told of where its data is; there, the functions
    that read data stand `near` to what calls them if they are short, and transforms
    that learn nothing are done `direct`, where data is loaded. `parts` are those
    that there may be beside the training part, and whether they are there for sure.
    `read` gives samples to predict for, in `blocks` or all of a
    file, or `by_file`, a sample of each; a transform `reshapes` them. `runtime` are the
    plain files that are called.
    """

    bare: bool
    data_dir: Code
    place: Place | None
    near: bool
    direct: bool
    parts: Mapping[str, bool]
    plain_labels: Code
    source: str | None
    arguments: Arguments
    origin: Code
    learnt_of: Code
    constants: tuple[Code, ...]
    required: Code | None
    table: TableProgram | None
    lazy: bool
    mapped: bool
    samples: Samples
    words: tuple[WordColumn, ...]
    check_shape: bool
    labels: Labels
    own_labels: OwnLabels | None
    expands: bool
    imputes: Code | None
    by_mask: bool
    split: SplitStep | None
    folds: FoldsStep | None
    last: Code
    steps: tuple[Step, ...]
    learning: tuple[Step, ...]
    by_batch: tuple[BatchStep, ...]
    in_turn: bool
    keys: Code
    learns: bool
    read: Code
    blocks: bool
    by_file: bool
    reshapes: bool
    names: Names | None
    following: Following | None
    runtime: tuple[str, ...]

    @property
    def each_labels(self) -> tuple[Labels, ...]:
        """The labels of each output."""
        if self.names is None:
            return (self.labels,)
        return tuple(each.labels for each in self.names.each_output)

    @property
    def on_disk(self) -> bool:
        """Whether the cells of a table stay on disk."""
        return self.table is not None and self.table.on_disk is not None

    @property
    def late(self) -> bool:
        """Whether labels are transformed by what is learnt of them, or after that."""
        return any(labels.late for labels in self.each_labels)

    @property
    def checks_learnt(self) -> bool:
        """Whether what transforms learn is looked for in weights."""
        return bool(self.learning or self.late or (self.table and self.table.words))

    @property
    def restores(self) -> bool:
        """Whether predictions are brought back into the units of the data."""
        return any(labels.steps for labels in self.each_labels)

    @property
    def changes(self) -> tuple[BatchStep, ...]:
        """What changes the samples of a batch, once where it serves several inputs."""
        return tuple({str(step.function): step for step in self.by_batch}.values())

    @property
    def in_batches(self) -> bool:
        """Whether samples are made when a batch needs them."""
        return not self.samples.whole or bool(self.by_batch)

    @property
    def template(self) -> str:
        """The template that prints it."""
        text = self.following and self.following.text
        return "text_data.j2" if text else "data.j2"


def plan_data(
    model: ir.Model, *, bare: bool = False, dense: bool = False
) -> DataProgram:
    """What the data section of a model with a training section prints.

    Samples that are mostly 0 may have to be `dense` when they are used.
    """
    data = model.data
    source = cast(SourceEntry, data.source.entry) if data else None
    lazy = stays(model)
    uses = data.transforms if data else ()
    expanding = next(filter(expands, uses), None)
    samples, named = plan_samples(model, dense=dense), plan_names(model, bare=bare)
    samples = samples_by_name(samples, named) if named else samples
    pipelines = named.pipelines if named else ()
    steps = () if pipelines else plan_steps(uses, bool(source and source.table))
    folds = None if bare else _folds(data, named)
    learning = tuple(replace(step, shared=bool(folds)) for step in steps if step.learns)
    learning += tuple(step for pipeline in pipelines for step in pipeline.learning)
    keys = [key for each in named.learning for key in each.keys] if named else []
    keys = keys if pipelines else _keys(uses)
    own_labels = _own_labels(model, data, steps) if data else None
    split = _split(data, lazy=lazy, folds=bool(folds)) if data else None
    if split and named:
        split = replace(split, several=named.several_inputs, **named.stratified)
    one = next(one for one in model.by_output() if one.training)
    labels = plan_labels(one)
    following = plan_following(model)
    classes = named.class_targets if named else Code("*TARGET" * labels.numbers)
    ids = model.ids if len(model.network.inputs) == 1 else None
    table = plan_table(data, expanding, classes, ids, model.name) if data else None
    words = table.words if table else ()
    learning += tuple(w.step for w in words if w.step)
    learns = table is not None or bool(learning or labels.named)
    each = [o.labels for o in named.each_output] if named else [labels]
    learns = learns or any(
        labels.steps or (named and labels.numbers) for labels in each
    )
    return DataProgram(
        bare=bare,
        data_dir=Code("data_dir" if bare else "options.data_dir"),
        place=_place(source),
        near=bool(source and (source.made_up or source.bare_files)),
        direct=bare and not (learns or lazy or own_labels or pipelines),
        parts=_parts(data),
        plain_labels=plain_labels(
            labels.function, one.output_shape, restored=bool(labels.steps)
        ),
        source=source.name if source else None,
        arguments=_arguments(data),
        origin=_origin(data, "part"),
        learnt_of=Code('"y"') if bare else _origin(data, '"train"'),
        constants=table.constants if table else tuple(_constants(model)),
        required=_required(data) if data else None,
        table=table,
        lazy=lazy,
        mapped=bool(split and split.mapped and split.seed)
        or bool(folds and (lazy or (table and table.on_disk))),
        samples=samples,
        words=words,
        check_shape=table is not None
        and not (named and named.several_inputs)
        and not (bare or any(map(reshapes, uses)) or samples.texts),
        labels=labels,
        own_labels=own_labels,
        expands=expanding is not None,
        imputes=imputes(uses),
        by_mask=any(map(takes_some, uses)) or bool(table and (table.dates or words)),
        split=split,
        folds=folds,
        last=Code(", last=True" if split and not split.seed else ""),
        steps=steps,
        learning=learning,
        by_batch=_by_batch(model),
        in_turn=any(step.key for step in steps),
        keys=literal(
            [
                *keys,
                *(key for w in words for key in w.keys),
                *(key for labels in each for key in labels.keys),
            ]
        ),
        learns=learns,
        read=_read_named(following)
        if named and named.several_inputs and not table
        else _read(data, samples),
        names=named,
        following=following,
        blocks=bool(source and source.blocks),
        by_file=bool(source and source.by_file),
        reshapes=any(map(reshapes, uses)),
        runtime=bare_files_of_data(model, named)
        if bare
        else files_of_text(cast(ir.Data, data))
        if following and following.text
        else files_of_data(model, labels, samples, named),
    )


def _keys(uses: Sequence[Use]) -> list[str]:
    """The names of the arrays that transforms learn."""
    found = plan_learnt(uses)
    return [key for each in found for key in (*each.keys, *filter(None, [each.of]))]


def _folds(data: ir.Data | None, named: Names | None) -> FoldsStep | None:
    if data is None or data.folds is None:
        return None
    return plan_folds(data.folds, named.to_stratify if named else None)


def _split(data: ir.Data, *, lazy: bool, folds: bool) -> SplitStep | None:
    alone = bool(data.reconstruct) and not cast(SourceEntry, data.source.entry).table
    if data.split is None:
        return None
    return plan_split(data.split, lazy=lazy, alone=alone, folds=folds)


def _own_labels(
    model: ir.Model, data: ir.Data, steps: tuple[Step, ...]
) -> OwnLabels | None:
    """What makes of samples their labels, with `reconstruct`."""
    if data.reconstruct is None:
        return None
    kept = [*filter(in_turn, data.transforms)]
    before = sum(use in data.reconstruct.before for use in kept)
    lazy, shape = stays(model), model.output_shape
    places = [i for i, step in enumerate(steps) if step.template != "reshape"]
    chosen = tuple(steps[i] for i in places[:before])
    rows = f"x.reshape(-1, {', '.join(map(str, shape))})"
    prepared = before == len(kept) and not lazy
    return OwnLabels(
        steps=chosen,
        prepared=prepared,
        plain=Code(rows if prepared else f"{rows}.astype(DTYPE)"),
    )


def _place(source: SourceEntry | None) -> Place | None:
    """Where the data of a bare script is, None where it is made up."""
    if source is None:
        usage = " FILE.npz  # of x_train, y_train, and perhaps x_test, ..."
        return Place(Code("path"), Code("sys.argv[1]"), Code(usage))
    if source.made_up:
        return None
    usage = " [FOLDER]  # where the data is; default: $NNSPEC_DATA"
    return Place(Code("data_dir=None"), Code("*sys.argv[1:2]"), Code(usage))


def _parts(data: ir.Data | None) -> dict[str, bool]:
    """The parts beside that for training; whether they are there for sure."""
    if data is None:
        return {"validation": False, "test": False}
    source, found = cast(SourceEntry, data.source.entry), dict[str, bool]()
    for part in ("validation", "test"):
        given = source.table and data.source.arguments.get(part)
        apart = data.split and getattr(data.split, part)
        if part in source.own_parts or apart or given:
            found[part] = True
        elif part in source.parts:
            names = source.parts[part]
            if any(data.source.arguments[name] is not None for name in names):
                found[part] = False
    return found


def _arguments(data: ir.Data | None) -> Arguments:
    """The source's arguments."""
    given = data.source.arguments if data else {}
    whole = {k: v for k, v in given.items() if not isinstance(v, ForOutputs)}
    return {name: literal(value) for name, value in whole.items()}


def _origin(data: ir.Data | None, part: str) -> Code:
    """An expression for what messages call the arrays by."""
    if data is None or cast(SourceEntry, data.source.entry).table:
        return Code("options.data")
    match data.source.entry.name:
        case "npz":
            return Code("options.data or path")
        case "npy" | "idx":
            return Code(f'options.data or " and ".join(FILES[{part}])')
    return Code(f"options.data or {literal(data.source.entry.name)}")


def _constants(model: ir.Model) -> list[Code]:
    """The lines that say which files and arrays there are."""
    data = model.data
    source = cast(SourceEntry, data.source.entry) if data else None
    if data is None or source is None or not source.parts:
        return []
    given = data.source.arguments
    names = {"train": ("x", "y"), **source.parts}
    if data.reconstruct:
        names = {part: (x,) for part, (x, *_) in names.items()}
    arrays = {
        part: tuple(n for name in some for n in _given(given[name], name, model))
        for part, some in names.items()
        if given[some[0]] is not None
    }
    return [Code(f"{'NAMES' if source.name == 'npz' else 'FILES'} = {literal(arrays)}")]


def _given(value: object, argument: str, model: ir.Model) -> list[object]:
    """What an argument gives to each input, or to each output that has labels."""
    data = cast(ir.Data, model.data)
    training = cast(ir.Training, model.training)
    if cast(SourceEntry, data.source.entry).by_name.get(argument) == "input":
        return [given_to(value, call.name) for call in model.network.inputs]
    if isinstance(value, ForOutputs) or len(model.network.outputs) > 1:
        return [given_to(value, one.name) for one in training.objectives]
    return [value]


def _required(data: ir.Data) -> Code | None:
    """The parts whose arrays the spec names, so that they must be there."""
    parts = cast(SourceEntry, data.source.entry).parts
    named = [
        part
        for part, names in parts.items()
        if any(data.source.spans.get(n) and data.source.arguments[n] for n in names)
    ]
    return literal(named) if named else None


def _by_batch(model: ir.Model) -> tuple[BatchStep, ...]:
    """What changes the samples of a batch in training; what is alike has one name."""
    steps = [
        plan_batch_step(use, image, call)
        for call, use, image in images_by_batch(model)
        if image is not None
    ]
    alone = [replace(step, input=Code("")) for step in steps]
    first = [steps[alone.index(step)] for step in alone]
    if len({str(step.input) for step in first}) < 2:
        return tuple(steps)
    return tuple(
        replace(step, function=Code(f"{step.function}_{str(one.input)[1:-1]}"))
        for step, one in zip(steps, first, strict=True)
    )


def _read_named(following: Following | None) -> Code:
    """The expression for the samples of several inputs in a file at `path`."""
    if following is None:
        return Code("read_named(path, INPUTS)")
    return Code("read_named(path, {name: shape[1:] for name, shape in INPUTS.items()})")


def _read(data: ir.Data | None, samples: Samples) -> Code:
    """The expression for the samples of a file at `path`."""
    source = cast(SourceEntry, data.source.entry) if data else None
    reader, *shaped = readers_of(source, samples)
    given = (
        [literal(data.source.arguments[n]) for n in source.reader_takes]
        if data and source
        else []
    )
    call = f"{reader}({', '.join(['path', *given])})"
    if samples.ids:
        return Code(f"np.atleast_2d({call})")
    row = "ROW_SHAPE" if data and data.sliding else "INPUT_SHAPE"
    return Code(f"as_samples({call}, {row}, path)" if shaped else call)
