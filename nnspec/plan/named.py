"""The arrays of several inputs and outputs, by their names."""

from __future__ import annotations

from nnspec import ir
from nnspec.plan.labels import Labels, plan_labels
from nnspec.quote import Code, literal
from nnspec.record import Record


class NamedInput(Record):
    """An input, which is `called` so in messages, and its samples.

    The call that checks them lacks its last argument, where they are; `prepared` are
    those that the network takes.
    """

    called: Code
    check: Code
    prepared: Code


class NamedLabels(Record):
    """The labels `y` of an output; what they have `learnt` is under its `name`."""

    y: Code
    called: Code
    name: Code | None
    learnt: Code
    shape: Code
    labels: Labels


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

    @property
    def learns(self) -> bool:
        """Whether classes of an output may be learnt."""
        return any(each.labels.numbers for each in self.each_output)

    @property
    def stratified(self) -> Code | None:
        """The names of outputs whose labels are classes, or of all if none are."""
        several = [each for each in self.each_output if each.name]
        classes = [each for each in several if each.labels.numbers] or several
        names = ", ".join(f"{each.name}" for each in classes)
        return Code(f"[{names}]") if classes else None

    @property
    def prepared(self) -> Code:
        """Samples of several inputs as the network takes them."""
        arrays = ", ".join(each.prepared for each in self.each_input)
        return Code(f"Named({{{arrays}}})")

    @property
    def several_inputs(self) -> bool:
        """Whether samples have names."""
        return len(self.each_input) > 1


def plan_names(model: ir.Model) -> Names | None:
    """The names of a model with several inputs or outputs; None of one each."""
    network = model.network
    ones = [one for one in model.by_output() if one.training]
    inputs = [call.name for call in network.inputs] * (len(network.inputs) > 1)
    several = len(network.outputs) > 1
    labels = [one.network.output_names[0] for one in ones] * several
    if not inputs and not labels:
        return None
    here = "arrays[0]", f"arrays[{max(len(inputs), 1)}]"
    return Names(
        x=Code("Named(zip(INPUTS, arrays))" if inputs else here[0]),
        y=Code(f"Named(zip(LABELS, arrays[{max(len(inputs), 1)}:]))")
        if labels
        else Code(here[1]),
        inputs=Code("INPUTS" if inputs else "()"),
        labels=Code("LABELS" if labels else "()"),
        each_input=tuple(
            _input(call, network.ids.get(call.name), several=bool(inputs))
            for call in network.inputs
        ),
        each_output=tuple(_labels(one, several=several) for one in ones),
        arrays=_arrays(inputs, labels),
    )


def _input(call: ir.Call, ids: int | None, *, several: bool) -> NamedInput:
    """An input, of ids where there are so many."""
    name, shape = literal(call.name), literal(call.output_shape)
    x = f"x[{name}]" if several else "x"
    check, dtype = f"check_samples({x}, {shape}", "DTYPE"
    if ids:
        check, dtype = f"check_given_ids({x}, {shape}, {ids}", "np.intp"
    return NamedInput(
        called=name if several else literal("x"),
        check=Code(check),
        prepared=Code(f"{name}: np.ascontiguousarray({x}, {dtype})"),
    )


def _labels(model: ir.Model, *, several: bool) -> NamedLabels:
    name = literal(model.network.output_names[0])
    return NamedLabels(
        y=Code(f"y[{name}]" if several else "y"),
        called=name if several else literal("y"),
        name=name if several else None,
        learnt=Code(f"learnt_of({name}, learnt)" if several else "learnt"),
        shape=literal(model.output_shape),
        labels=plan_labels(model),
    )


def _arrays(inputs: list[str], labels: list[str]) -> Code:
    """The names of the arrays in an archive, in the order of inputs and labels."""
    names = [f"x_{{p}}/{name}" for name in inputs] or ["x_{p}"]
    names += [f"y_{{p}}/{name}" for name in labels] or ["y_{p}"]
    parts = ("train", "validation", "test")
    return literal({part: [name.format(p=part) for name in names] for part in parts})


def files_of_names(names: Names) -> tuple[str, ...]:
    """The plain files that the data section calls for them."""
    found = ["named", "given_named"]
    found += ["check_lengths", "read_named"] if names.several_inputs else []
    for each in names.each_output:
        found += [str(each.labels.function), *each.labels.files]
        found += ["check_classes"] * each.labels.named
        if each.name and each.labels.named:
            found.append("learnt_of")
    return tuple(dict.fromkeys(found))
