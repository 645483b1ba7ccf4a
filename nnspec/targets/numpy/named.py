"""The arrays of several inputs and outputs, by their names."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import Record, replace
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import Shape
from nnspec.table.pairs import ForOutputs
from nnspec.targets.numpy.labels import Labels, given_shape, plan_labels
from nnspec.targets.numpy.pipelines import Pipeline, plan_pipelines
from nnspec.targets.numpy.samples import Samples, plain_labels
from nnspec.targets.numpy.words import WordColumn, beside, plan_words
from nnspec.targets.quote import Code, literal


class NamedInput(Record):
    """An input, which is `called` so in messages, and its samples.

    The call that checks them lacks its last argument, where they are; `prepared` are
    those that the network takes, an item of a dict.
    Of a table, its `columns` become an array of a `dtype`, which `check` looks at.
    """

    called: Code
    check: Code
    prepared: Code
    columns: Code | None
    dtype: Code
    ids: bool
    #: What it takes of the words of texts: ids alone, or bags beside the columns found.
    beside: Code | None
    #: Arguments of the check that follow on where samples are: `, nan=True`.
    more: Code
    #: What is done to its arrays, if anything, and what is learnt of them then.
    pipeline: Pipeline | None
    keys: tuple[str, ...]


class NamedLabels(Record):
    """The labels of an output, which are at `y`.

    What is `learnt` of them is under the output's `name`.
    """

    y: Code
    called: Code
    name: Code | None
    learnt: Code
    shape: Code
    labels: Labels
    #: The labels y as the loss takes them, without checks.
    plain: Code
    #: Of a table, its columns by their places among the targets; None of all of them.
    places: tuple[int, ...] | None

    def items(self, targets: str) -> list[str]:
        """Its columns, as items of a list, out of those of all `targets`."""
        if self.places is None:
            return [f"*{targets}"]
        return [f"{targets}[{place}]" for place in self.places]

    @property
    def targets(self) -> Code:
        """The names of its columns."""
        if self.places is None:
            return Code("targets")
        return Code(f"[{', '.join(self.items('targets'))}]")

    @property
    def column(self) -> Code:
        """The line that names its only column."""
        if self.places and len(self.places) == 1:
            return Code(f"column = targets[{self.places[0]}]")
        return Code(f"(column,) = {self.targets}")


class Names(Record):
    """What is given for several inputs or outputs, and how it is told apart.

    Of the arrays of a part, x and y are expressions. `inputs` and `labels` are the
    names of those that are several, in Python; () is of one.
    """

    x: Code
    y: Code
    inputs: Code
    labels: Code
    each_input: tuple[NamedInput, ...]
    each_output: tuple[NamedLabels, ...]
    #: The names of the arrays of each part in an archive.
    arrays: Code
    of_table: bool
    #: Where a source gives no names, each input and output takes the same x and y.
    same: Code | None

    @property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """Those of the inputs, each once."""
        found = (each.pipeline for each in self.each_input)
        return tuple({str(p.suffix): p for p in found if p}.values())

    @property
    def learning(self) -> list[NamedInput]:
        """The inputs that something is learnt of."""
        return [each for each in self.each_input if each.keys]

    @property
    def learns(self) -> bool:
        """Whether classes of an output may be learnt."""
        return any(each.labels.numbers for each in self.each_output)

    @property
    def classes(self) -> list[NamedLabels]:
        """The outputs whose labels are classes."""
        return [each for each in self.each_output if each.labels.numbers]

    @property
    def class_targets(self) -> Code:
        """The columns of a table that hold classes, as items of a list."""
        found = (item for each in self.classes for item in each.items("TARGET"))
        return Code(", ".join(dict.fromkeys(found)))

    @property
    def stratified(self) -> dict[str, Code]:
        """What tells rows apart, of several outputs: their names, or their columns."""
        if self.to_stratify is None:
            return {}
        if not self.of_table:
            return {"names": self.to_stratify}
        columns = [c for each in self._classes_or_all for c in each.items("targets")]
        return {"columns": Code(f"[{', '.join(columns)}]")}

    @property
    def to_stratify(self) -> Code | None:
        """The names of those of several outputs whose labels are classes, or of all."""
        names = ", ".join(f"{each.name}" for each in self._classes_or_all)
        return Code(f"[{names}]") if names else None

    @property
    def _classes_or_all(self) -> list[NamedLabels]:
        several = [each for each in self.each_output if each.name]
        return [each for each in several if each in self.classes] or several

    @property
    def prepared(self) -> Code:
        """Samples of several inputs as the network takes them."""
        arrays = ", ".join(each.prepared for each in self.each_input)
        return Code(f"Named({{{arrays}}})")

    @property
    def several_inputs(self) -> bool:
        """Whether samples have names."""
        return len(self.each_input) > 1


def plan_names(model: ir.Model, *, bare: bool = False) -> Names | None:
    """The names of a model with several inputs or outputs; None of one each."""
    network, data = model.network, model.data
    table = data if data and cast(SourceEntry, data.source.entry).table else None
    ones = [one for one in model.by_output() if one.training]
    inputs = [call.name for call in network.inputs] * (len(network.inputs) > 1)
    several = len(network.outputs) > 1
    labels = [one.network.output_names[0] for one in ones] * several
    if not inputs and not labels:
        return None
    pipelines = plan_pipelines(model, bare=bare)
    here = "arrays[0]", f"arrays[{max(len(inputs), 1)}]"
    return Names(
        x=Code("Named(zip(INPUTS, arrays))" if inputs else here[0]),
        y=Code(f"Named(zip(LABELS, arrays[{max(len(inputs), 1)}:]))")
        if labels
        else Code(here[1]),
        inputs=Code("INPUTS" if inputs else "()"),
        labels=Code("LABELS" if labels else "()"),
        each_input=tuple(
            _input(
                call,
                data.row_shape(call.output_shape) if data else call.output_shape,
                network.ids.get(call.name),
                table,
                pipelines.get(call.name),
                several=bool(inputs),
            )
            for call in network.inputs
        ),
        each_output=tuple(_labels(one, table, several=several) for one in ones),
        arrays=_arrays(inputs, labels),
        of_table=table is not None,
        same=None
        if data is None or cast(SourceEntry, data.source.entry).by_name
        else Code(
            f"({', '.join(['x'] * max(len(inputs), 1) + ['y'] * max(len(labels), 1))})"
        ),
    )


def _input(
    call: ir.Call,
    row_shape: Shape,
    ids: int | None,
    table: ir.Data | None,
    pipeline: Pipeline | None,
    *,
    several: bool,
) -> NamedInput:
    """An input, of ids where there are so many; of columns of a table, if it is one."""
    name = literal(call.name)
    x = f"x[{name}]" if several else "x"
    reshaped = pipeline and pipeline.shape
    shape = f"{x}.shape[1:]" if reshaped else literal(row_shape)
    check, dtype = f"check_samples({x}, {shape}", "DTYPE"
    if ids:
        check, dtype = f"check_given_ids({x}, {shape}, {ids}", "np.intp"
    given = table.by_name.get("features") if table else None
    places = _places(given, call.name)
    own = list[WordColumn]()
    if table and table.words and given and places is not None:
        apart = [given.items.index(words.column) for words in table.words]
        own = [w for w, i in zip(plan_words(table), apart, strict=True) if i in places]
        kept = [i for i in range(len(given.items)) if i not in apart]
        places = [kept.index(i) for i in places if i in kept]
    return NamedInput(
        called=name if several else literal("x"),
        check=Code(check),
        prepared=Code(f"{name}: {_prepared(x, name, dtype, pipeline)}"),
        columns=_columns(places, call.name, row_shape, own),
        beside=_beside(own),
        dtype=Code(dtype),
        ids=bool(ids) and not own,
        more=Code(", nan=True" if pipeline and pipeline.fills else ""),
        pipeline=pipeline,
        keys=tuple(pipeline.keys_of(call.name)) if pipeline else (),
    )


def _columns(
    places: list[int] | None, called: str, row: Shape, words: list[WordColumn]
) -> Code | None:
    """What takes columns of a table beside words; None where ids are all."""
    name, shape = literal(called), literal(row)
    if words and not places:
        return None if words[0].ids else Code("rows[:, :0]")
    if size := sum(each.size for each in words):
        name = literal(f"{called}, beside {size} words,")
        shape = literal((row[0] - size,))
    return Code(f"input_columns(rows, {places}, learnt, {name}, {shape})")


def _beside(words: list[WordColumn]) -> Code | None:
    if words and words[0].ids:
        return words[0].prepared
    return beside("np.ascontiguousarray(found, DTYPE)", words) if words else None


def _prepared(x: str, name: str, dtype: str, pipeline: Pipeline | None) -> str:
    """An expression for the samples x of an input as the network takes them."""
    if pipeline is None:
        return f"np.ascontiguousarray({x}, {dtype})"
    learnt = f", learnt_of({name}, learnt)" if pipeline.keys else ""
    return f"prepare{pipeline.suffix}({x}{learnt})"


def _places(given: ForOutputs | None, name: str) -> list[int] | None:
    """Which columns of those of all names are given to one; None if all are."""
    if given is None or (own := given.get(name)) is None:
        return None
    columns = cast("tuple[object, ...]", own)
    return [given.items.index(column) for column in columns]


def _labels(model: ir.Model, table: ir.Data | None, *, several: bool) -> NamedLabels:
    labels = plan_labels(model)
    given = table.by_name.get("target") if table else None
    places = _places(given, model.network.output_names[0])
    name = literal(model.network.output_names[0])
    y = f"given[{name}]" if several else "y"
    made = labels.numbers or labels.early or table
    return NamedLabels(
        y=Code(y),
        called=name if several else literal("y"),
        name=name if several else None,
        learnt=Code(f"learnt_of({name}, learnt)" if several else "learnt"),
        shape=literal(given_shape(model)),
        labels=labels,
        plain=plain_labels(
            labels.function,
            model.output_shape,
            restored=bool(labels.steps),
            y="y" if made else y,
        ),
        places=None if places is None else tuple(places),
    )


def _arrays(inputs: list[str], labels: list[str]) -> Code:
    """The names of the arrays in an archive, in the order of inputs and labels."""
    names = [f"x_{{p}}/{name}" for name in inputs] or ["x_{p}"]
    names += [f"y_{{p}}/{name}" for name in labels] or ["y_{p}"]
    parts = ("train", "validation", "test")
    return literal({part: [name.format(p=part) for name in names] for part in parts})


def files_of_names(names: Names) -> tuple[str, ...]:
    """The plain files that the data section calls for them."""
    found = ["named", *["learnt_of"] * bool(names.learning)]
    if names.of_table:
        found += ["input_columns"] * names.several_inputs
    else:
        found += ["given_named"]
        found += ["check_lengths", "read_named"] * names.several_inputs
    for each in names.each_output:
        found += [str(each.labels.function), *each.labels.files]
        found += ["check_classes"] * each.labels.named
        if each.name and (each.labels.named or each.labels.keys):
            found.append("learnt_of")
    return tuple(dict.fromkeys(found))


def bare_files_of_names(names: Names) -> tuple[str, ...]:
    """Those of them that a bare script calls, which does not check arrays."""
    checking = ("given_named", "check_lengths", "read_named", "check_classes")
    each = {str(one.labels.function) for one in names.each_output}
    return tuple(f for f in files_of_names(names) if f not in {*checking, *each})


def samples_by_name(samples: Samples, names: Names) -> Samples:
    """The samples of several inputs, each of which is checked by itself.

    Of a table, the numbers of all columns are looked at before they are told apart.
    """
    if names.of_table:
        samples = replace(
            samples, irreplaceable=literal("--data: arrays cannot replace a table here")
        )
    if not names.several_inputs:
        return samples
    check = Code("check_samples(x, x.shape[1:], where)")
    return replace(samples, prepared=names.prepared, check=check)
