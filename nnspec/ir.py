"""The model: what a spec means, checked, with every shape and count settled.

Frozen from top to bottom. Shapes are per sample, without the batch axis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import count
from math import prod
from typing import Literal, cast

from nnspec.facts import Facts, Roles
from nnspec.record import EMPTY, Record, replace
from nnspec.source import Span
from nnspec.table.data_entry import Sliding, TransformEntry, part_of
from nnspec.table.entry import (
    LayerEntry,
    MetricEntry,
    Shape,
    Use,
)
from nnspec.table.pairs import ForOutputs, Pair

Precision = Literal["float32", "float64"]


class Weight(Record):
    """An array of parameters, under Keras's name for it: `dense_1/kernel`.

    One that is not `trainable` has no gradient.
    """

    name: str
    shape: Shape
    initializer: Use
    regularizer: Use | None
    constraint: Use | None
    trainable: bool
    #: From where to where along the last axis it begins at 1, whatever the initializer.
    ones: tuple[int, int] | None = None
    #: How many values go into each unit and come of each, if the shape does not tell.
    fans: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How many parameters it holds."""
        return prod(self.shape)


class Call(Record):
    """One application of a layer: what it takes, and what comes of it.

    Its value is called as itself. Calls that share weights have the same ones.
    """

    #: `dense_1`; `residual_1/conv2d` in the second use of a block.
    name: str
    use: Use
    #: The values that it takes, by name; none for an input of the network.
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    weights: tuple[Weight, ...]
    flops: int
    span: Span
    #: The blocks and groups that it stands in, the outermost first: `residual_1`.
    scope: tuple[str, ...] = ()
    #: Where these are used, the outermost first.
    trace: tuple[Span, ...] = ()

    @property
    def input_shape(self) -> Shape:
        """The shape of what it takes, for a layer of one input; () for an input."""
        return self.input_shapes[0] if self.input_shapes else ()

    @property
    def parameters(self) -> int:
        """How many parameters its weights hold together."""
        return sum(weight.size for weight in self.weights)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes by their gradients."""
        return sum(weight.size for weight in self.weights if weight.trainable)

    @property
    def mask(self) -> str:
        """What becomes of a mask that comes with its input."""
        kind = cast(LayerEntry, self.use.entry).mask(self.use.arguments)
        return "passes" if kind == "drops" and self.is_identity else kind

    @property
    def is_identity(self) -> bool:
        """Whether its output is its input."""
        view = cast(LayerEntry, self.use.entry).step == "view"
        return view and self.output_shape == self.input_shape


class Scope(Record):
    """One use of a block, or of a `shared` group: the name of its definition."""

    name: str
    shared: bool
    span: Span


class Network(Record):
    """The calls of a network, each after those whose values it takes."""

    calls: tuple[Call, ...]
    outputs: tuple[str, ...]
    #: What the outputs are called: by their labels, or as the last statement is.
    output_names: tuple[str, ...] = ()
    #: The uses of blocks by the names of their calls: `residual_1/inner`.
    scopes: Mapping[str, Scope] = EMPTY

    @cached_property
    def by_name(self) -> dict[str, Call]:
        """Each call by its name, which is that of its value."""
        return {call.name: call for call in self.calls}

    @cached_property
    def users(self) -> dict[str, tuple[Call, ...]]:
        """The calls that take each value, once for each time that they do."""
        found: dict[str, list[Call]] = {call.name: [] for call in self.calls}
        for call in self.calls:
            for name in call.inputs:
                found[name].append(call)
        return {name: tuple(calls) for name, calls in found.items()}

    @cached_property
    def inputs(self) -> tuple[Call, ...]:
        """The inputs, in their order."""
        return tuple(call for call in self.calls if not call.inputs)

    @cached_property
    def last(self) -> tuple[Call, ...]:
        """The calls that give the outputs, in the order of these."""
        return tuple(self.by_name[name] for name in self.outputs)

    @cached_property
    def masks(self) -> dict[str, str]:
        """The values whose steps have a mask, and the call that makes it."""
        found: dict[str, str] = {}
        for call in self.calls:
            given = [found.get(name) for name in call.inputs]
            kind = call.mask
            if kind == "makes":
                found[call.name] = call.name
            elif kind == "joins":
                given = [mask for mask in given if mask]
            elif kind == "attends":
                given = given[:1]
            one = given[0] if len({*given}) == 1 else None
            if kind in ("passes", "carries", "joins", "attends") and one:
                found[call.name] = one
        return found

    @cached_property
    def ids(self) -> dict[str, int]:
        """The values that hold ids, and how many ids there are.

        A layer takes them as such, or a view of them in another shape.
        """
        found: dict[str, int] = {}
        for call in reversed(self.calls):
            entry = cast(LayerEntry, call.use.entry)
            counts = [found[call.name]] if call.name in found else []
            if entry.ids:
                counts = [entry.ids(call.use.arguments)]
            elif call.name in found and entry.step != "view":
                continue
            for name in call.inputs:
                for n in counts:
                    found[name] = min(n, found.get(name, n))
        return found

    @cached_property
    def weights(self) -> tuple[Weight, ...]:
        """All weights in the order of their calls, the trainable ones first."""
        weights = {w.name: w for call in self.calls for w in call.weights}
        return tuple(sorted(weights.values(), key=lambda weight: not weight.trainable))

    @property
    def parameters(self) -> int:
        """How many parameters there are."""
        return sum(weight.size for weight in self.weights)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes by their gradients."""
        return sum(weight.size for weight in self.weights if weight.trainable)


class Split(Record):
    """How many samples are set apart; below 1 a share, from 1 on a count."""

    validation: float
    test: float
    seed: int | None
    stratify: bool


class Folds(Record):
    """The parts of cross-validation; without a seed they are runs of the samples."""

    count: int
    stratify: bool
    seed: int | None
    span: Span


class Reconstruction(Record):
    """`reconstruct`: the labels of samples are what the transforms `before` make."""

    before: tuple[Use, ...]
    span: Span


def _is_of(use: Use, output: str) -> bool:
    """Whether a transform of labels is one of those of an output."""
    part = part_of(use)
    return part is None or part.name == output


class Words(Record):
    """The words of a column of a table, which stand beside its other features.

    A text that is missing is read as the `fill`; if that is None, it is an error.
    """

    use: Use
    column: str | int
    fill: str | None

    @property
    def size(self) -> int:
        """How many values a text becomes."""
        shape = cast(TransformEntry, self.use.entry).shape(None, self.use.arguments)
        assert shape is not None  # an argument tells it
        return shape[0]

    @property
    def count(self) -> int:
        """How many ids there are, 0 if the values are none."""
        ids = cast(TransformEntry, self.use.entry).ids
        return (ids and ids(self.use.arguments)) or 0

    @property
    def ids(self) -> bool:
        """Whether the values are ids."""
        return self.count > 0


class Data(Record):
    """Where samples come from, and what is done to them, in this order.

    `transforms` are those of the samples, `labels` those of what is to be told of them.
    `feature_shape` is what the network is given, and `classes` how many kinds of
    labels there are, where the section settles it. `facts` are what its files tell,
    and `roles` which of a table's columns are what. With `reconstruct` nothing is told
    of samples but what they are themselves.
    """

    source: Use
    transforms: tuple[Use, ...]
    labels: tuple[Use, ...]
    split: Split | None
    feature_shape: Shape | None
    classes: int | None
    span: Span
    facts: Facts | None = None
    roles: Roles | None = None
    reconstruct: Reconstruction | None = None
    folds: Folds | None = None
    #: Columns of a table for inputs and outputs by name; the source's own arguments
    #: list all of them.
    by_name: Mapping[str, ForOutputs] = EMPTY
    #: The columns of texts whose words stand beside the other features, after these.
    words: tuple[Words, ...] = ()

    @property
    def all_transforms(self) -> tuple[Use, ...]:
        """Those of words, too."""
        return (*self.transforms, *(words.use for words in self.words))

    def of_output(self, name: str) -> Data:
        """The section with the targets of one output, and what is done to them."""
        labels = tuple(use for use in self.labels if _is_of(use, name))
        counts = (cast("int | None", use.arguments.get("classes")) for use in labels)
        classes = next(filter(None, counts), self.classes)
        alone = replace(self, labels=labels, classes=classes)
        arguments = {**self.source.arguments}
        if isinstance(listed := arguments.get("classes"), ForOutputs):
            arguments["classes"] = listed.get(name) or "auto"
            alone = replace(alone, source=replace(self.source, arguments=arguments))
        targets = self.by_name.get("target")
        if targets is None or (own := targets.get(name)) is None:
            return alone
        own = cast("tuple[object, ...]", own)
        source = replace(self.source, arguments={**arguments, "target": own})
        roles, places = self.roles, [targets.items.index(column) for column in own]
        if roles:
            chosen = tuple(roles.targets[place] for place in places)
            roles = replace(roles, targets=chosen)
        return replace(alone, source=source, roles=roles)

    def of_input(self, call: Call, *, ids: bool) -> tuple[Use, ...]:
        """The transforms of the samples of one of several inputs.

        Those that name none are for all inputs of numbers, not of `ids`.
        """
        return tuple(
            use
            for use in self.transforms
            if (part.name == call.name if (part := part_of(use)) else not ids)
        )

    @property
    def sparse(self) -> Use | None:
        """The transform that makes samples that are mostly 0."""
        uses = (u for u in self.transforms if cast(TransformEntry, u.entry).sparse)
        return next(uses, None)

    def row_shape(self, shape: Shape) -> Shape:
        """The shape of a row, where the network takes one, or windows of them."""
        return shape[1:] if self.sliding else shape

    def sample_shape(self, row: Shape) -> Shape:
        """What the network takes of rows: one, or a window of them."""
        return (self.sliding[1].length, *row) if self.sliding else row

    @property
    def horizons(self) -> int:
        """How many rows after a window give a label, each the targets there."""
        return len(self.sliding[1].horizons) if self.sliding else 1

    @property
    def sliding(self) -> tuple[Use, Sliding] | None:
        """The transform that makes windows, and what they are like."""
        for use in self.transforms:
            if find := cast(TransformEntry, use.entry).slides:
                return use, find(use.arguments)
        return None


ClassWeight = tuple[Pair, ...] | Literal["balanced"] | None


class Objective(Record):
    """What training makes of one output of the network.

    `class_weight` has pairs of a class and its weight.
    """

    #: That of the output.
    name: str
    loss: Use
    metrics: tuple[Use, ...]
    class_weight: ClassWeight
    class_weight_span: Span
    #: What its loss counts in the sum of all losses.
    weight: float = 1.0
    #: Begins the names of what is told of it, `price_`; "" where it is the only output.
    prefix: str = ""

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What each metric is called: as it was written, a second one with a number."""
        numbers: defaultdict[str, Iterator[int]] = defaultdict(count)
        found = ((use.name, next(numbers[use.name])) for use in self.metrics)
        return tuple(f"{name}_{n}" if n else name for name, n in found)

    @cached_property
    def monitored(self) -> dict[str, bool]:
        """What the history tells of it, and whether more of that is better."""
        found = {f"{self.prefix}loss": False}
        for label, use in zip(self.labels, self.metrics, strict=True):
            metric = cast(MetricEntry, use.entry)
            if not metric.matrix:
                found[self.prefix + label] = metric.rises
        return found


class Training(Record):
    """The training section, defaults included."""

    #: One for each output that has a loss, in the order of the outputs.
    objectives: tuple[Objective, ...]
    optimizer: Use
    epochs: int
    batch_size: int
    seed: int
    shuffle: bool
    precision: Precision
    callbacks: tuple[Use, ...]
    span: Span

    @property
    def only(self) -> Objective:
        """The objective of a training that has one: `Model.by_output` gives such."""
        (objective,) = self.objectives
        return objective

    @property
    def loss(self) -> Use:
        """The loss of the only objective."""
        return self.only.loss

    @property
    def metrics(self) -> tuple[Use, ...]:
        """The metrics of the only objective."""
        return self.only.metrics

    @property
    def class_weight(self) -> ClassWeight:
        """The weights of classes of the only objective."""
        return self.only.class_weight

    @property
    def class_weight_span(self) -> Span:
        """Where they stand."""
        return self.only.class_weight_span

    @cached_property
    def monitored(self) -> dict[str, bool]:
        """What the history tells of a part, and whether more of it is better."""
        found = {"loss": False}
        for objective in self.objectives:
            found |= objective.monitored
        return found


class Model(Record):
    """A whole spec."""

    name: str
    network: Network
    data: Data | None
    training: Training | None

    @property
    def input_shape(self) -> Shape:
        """The shape of one sample."""
        return self.network.inputs[0].output_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of what comes out for one sample."""
        return self.network.last[0].output_shape

    def by_output(self) -> Iterator[Model]:
        """The model with each of its outputs alone, as if the others were not there.

        Where an output is only predicted, there is no training.
        """
        network = self.network
        for name, output in zip(network.output_names, network.outputs, strict=True):
            alone = replace(network, outputs=(output,), output_names=(name,))
            own = self.training.objectives if self.training else ()
            own = tuple(objective for objective in own if objective.name == name)
            training = self.training and replace(self.training, objectives=own)
            training = training if own else None
            data = self.data and self.data.of_output(name)
            yield replace(self, network=alone, training=training, data=data)

    @property
    def ids(self) -> int | None:
        """How many ids there are, if these are what samples hold."""
        return self.network.ids.get(self.network.inputs[0].name)

    @property
    def sparse(self) -> bool:
        """Whether the first layers take samples as lists of what is not 0 in them."""
        users = self.network.users
        first = [user for call in self.network.inputs for user in users[call.name]]
        able = all(cast(LayerEntry, call.use.entry).sparse for call in first)
        return able and self.data is not None and self.data.sparse is not None
