"""The training section: the loss of each output, and how it is made small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from typing import Literal, cast

from nnspec.record import Record
from nnspec.source import Span
from nnspec.table.entry import Use
from nnspec.table.pairs import Pair
from nnspec.table.training_entry import MetricEntry

Precision = Literal["float32", "float64"]
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
