"""The data section: where samples come from, and what is done to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec.facts import Facts, Roles
from nnspec.ir.network import Call
from nnspec.record import EMPTY, Record, replace
from nnspec.source import Span
from nnspec.table.data_entry import Sliding, TransformEntry, part_of
from nnspec.table.entry import Shape, Use
from nnspec.table.pairs import ForOutputs


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
