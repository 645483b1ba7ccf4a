"""What entries of the training section are made of, beside what all are.

`entry.py` has those of layers, activations and weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod

from nnspec.formulas.expression import Computed, Expression
from nnspec.table.entry import Arguments, Entry, Shape, Use


class LossEntry(Entry):
    """A loss, per sample over the last axis.

    `fused` is the activation before it with which it is computed from logits.
    `target` is what a label is: an `index` of a class, one of 0 and 1 for each output
    (`indicator`), or of -1 and 1 (`sign`), a distribution over classes
    (`distribution`), a number of events (`count`), a `value`; or what no output stands
    for: a `sequence` of classes, or a `class` of any number. `outputs` is what the
    network should give: `probabilities`, `scores` to both sides of 0, nothing but
    `positive` numbers, or any `values`. One `of_sums` is a quotient of sums over many
    labels, which have no losses of their own. `build` computes one of a spec's own of y
    and p. `verify` raises `Misfit` for outputs of a shape that it cannot take, and
    `files` are the plain files that its template calls.
    """

    fused: str | None = None
    target: str = "value"
    verify: Callable[[Shape], None] = lambda _: None
    files: tuple[str, ...] = ()
    outputs: str = "values"
    of_sums: bool = False
    build: Callable[[Expression, Expression, Arguments], Computed] | None = None

    @property
    def of_outputs(self) -> bool:
        """Whether a label tells of outputs what they should be, so that metrics can."""
        return self.target not in ("sequence", "class")


class OptimizerEntry(Entry):
    """An optimizer.

    `slots` names the arrays that it keeps, each with a number for each parameter. With
    `factors`, it keeps arrays of these shapes for each weight of a shape instead.
    `scratch` says that it needs an array to work in, `steps` that it needs the number
    of the update, `by_weight` that it works on one whole weight at a time. `files` are
    the plain files that its template calls. One that updates matrices otherwise than
    other weights tells by name and shape which weights are `matrices`; it decays them
    itself.
    """

    slots: Callable[[Arguments], tuple[str, ...]] = lambda _: ()
    factors: Callable[[Shape], tuple[Shape, ...]] | None = None
    scratch: bool = True
    steps: bool = False
    by_weight: bool = False
    files: tuple[str, ...] = ()
    matrices: Callable[[str, Shape, Arguments], bool] | None = None

    def kept(self, arguments: Arguments) -> tuple[str, ...]:
        """The slots, and what all optimizers keep for some of their arguments."""
        more = {"use_ema": "average", "gradient_accumulation_steps": "accumulated"}
        used = (slot for argument, slot in more.items() if arguments[argument])
        return (*self.slots(arguments), *used)

    def factored(self, shapes: Iterable[Shape]) -> int:
        """How many numbers it keeps beside the slots for weights of these shapes."""
        if self.factors is None:
            return 0
        return sum(prod(part) for shape in shapes for part in self.factors(shape))


class ScheduleEntry(Entry):
    """A learning rate that changes from step to step.

    `steps` says that it needs to know how many there are in the whole training.
    """

    steps: Callable[[Arguments], bool] = lambda _: False


class MetricEntry(Entry):
    """A metric.

    `fits` raises `Misfit` where outputs of a shape, or the labels that a loss takes, do
    not have it. `whole` says that it is computed of all labels and outputs of a
    part, as it is no mean over batches; `matrix`, that it is no number and so has no
    place in a history. `rises` says whether more is better, `classes` whether it tells
    classes apart; `cut` is the number above which an output counts as a yes, if there
    is one. `files` are the plain files that its template calls. It may be the mean of a
    `loss`.
    """

    loss: LossEntry | None = None
    fits: Callable[[Use, Shape, LossEntry], None] = lambda *_: None
    whole: bool = False
    matrix: bool = False
    rises: bool = True
    classes: bool = True
    cut: Callable[[Arguments, Shape, LossEntry], float | None] = lambda *_: None
    files: Callable[[Arguments, Shape], tuple[str, ...]] = lambda *_: ()


class CallbackEntry(Entry):
    """A callback of the training.

    `monitors` says whether it goes by the value of the history that its argument
    `monitor` names; `stops` whether it may end the training, `breaks` whether in the
    middle of an epoch, `restores` whether the weights of an earlier epoch are taken at
    the end; `sets_rate` whether it sets the learning rate. `file` names the argument
    that is a file in the folder of the results; its name ends in `suffix`, and if it
    has one, values of the history may stand in it. `files` are the plain files that
    its template calls.
    """

    monitors: Callable[[Arguments], bool] = lambda _: False
    stops: Callable[[Arguments], bool] = lambda _: False
    breaks: Callable[[Arguments], bool] = lambda _: False
    restores: Callable[[Arguments], bool] = lambda _: False
    sets_rate: bool = False
    file: str | None = None
    suffix: str = ""
    files: Callable[[Arguments], tuple[str, ...]] = lambda _: ()
