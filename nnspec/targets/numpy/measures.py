"""What is measured of each output, as the templates print it: its loss and metrics.

Text is `Code`, as in the whole program.
"""

from __future__ import annotations

from collections.abc import Mapping

from nnspec.record import Record
from nnspec.targets.numpy.labels import Labels
from nnspec.targets.numpy.layout import PEAK
from nnspec.targets.quote import Code


class Loss(Record):
    """The loss: `p` are the outputs, `z` the logits it is computed from if `fused`.

    `y` are the labels, or what is made of them first. `dy` is the derivative of the
    loss by the one or the other. `arguments` are those of the spec, and what follows
    from them. A sum over all outputs is divided by `values`, one over all samples by
    `samples`; both are empty where the losses of the samples are not `averaged` but
    added up. Labels are `flat` where a sample has one, or one for each output. Of
    `weighted` ones each has a factor. Labels may be `ignored`.
    """

    template: str
    doc: Code
    arguments: Mapping[str, Code | bool | None]
    y: Code
    fused: bool
    p: Code
    p_rows: Code
    z: Code
    z_rows: Code
    dy: Code
    dy_rows: Code
    peak: Code
    total: Code
    averaged: bool
    flat: bool
    values: Code
    samples: Code
    weighted: bool
    smoothing: bool
    keep: Code
    spread: Code
    ignored: Code | None
    #: Of a loss of the spec's own: what its lines are told by, the lines that compute
    #: it, those of its derivative, what weighs it, and the plain files they call.
    told: tuple[Code, ...] = ()
    told_back: Code = Code("")
    lines: tuple[Code, ...] = ()
    lines_back: tuple[Code, ...] = ()
    weight: Code = Code("weight")
    files: tuple[str, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether peak and total have names of their own, beside another output's."""
        return self.peak != PEAK

    @property
    def over_batch(self) -> Code:
        """What makes one number of values for all outputs."""
        return Code("np.mean" if self.averaged else "np.sum")

    @property
    def per_value(self) -> Code:
        """The division that makes a factor of all outputs' derivatives."""
        return Code(f" / {self.values}" if self.values else "")

    @property
    def per_value_of_sum(self) -> Code:
        """The division after `over_batch`."""
        return Code("") if self.averaged else self.per_value

    @property
    def per_sample(self) -> Code:
        """The division of a sum over all samples."""
        return Code(f" / {self.samples}" if self.samples else "")


class ClassWeights(Record):
    """Weights of classes: `labels` are the classes of labels y, `classes` how many.

    `learnt` ones come of the training part, others of the spec, `given` by the labels
    of the classes or as an array; `weights` is the array
    of them, and `drawn` the one for the gradient check. `constant` is what
    the spec gives. Labels that are `ignored` have none. With `of_weights`, the loss is
    divided by their sum over the batch.
    """

    classes: Code
    labels: Code
    ignored: Code | None
    of_weights: bool
    learnt: bool
    given: bool
    constant: Code
    weights: Code
    drawn: Code


class Measure(Record):
    """A metric: how it is computed of outputs `p` and labels `y`.

    `kind` says what labels are: indices of classes (`sparse`), one or more for each
    output (`binary`, `categorical`); `signs` that they are on either side of 0; some
    may be `ignored`. Outputs above `cut` count as a yes. `chosen` are the names among
    its arguments. It is `about` a class whose label the data section knows.
    Where there are several outputs, `prefix` begins the labels of one.
    """

    label: Code
    prefix: Code
    template: Code
    arguments: Mapping[str, Code | bool | None]
    chosen: frozenset[str]
    kind: str
    p: Code
    cut: Code | None
    classes: Code
    signs: bool
    ignored: Code | None
    about: Code | None
    #: The names of the classes where all of them are `classes`.
    names: Code
    #: The loss that it is, which has a function of the script.
    loss: Loss | None = None


class Metrics(Record):
    """The metrics: `measures` are means over the samples, and `names` theirs.

    `scores` need all outputs of a part, in an array of `shape`, in which `p` is that of
    a batch; so do `tables`, which are no numbers. Labels that are indices are made
    one-hot of `classes` for the scores; outputs may be `restored` to the data's units.
    """

    measures: tuple[Measure, ...]
    names: Code
    scores: tuple[Measure, ...]
    tables: tuple[Measure, ...]
    restored: bool
    p: Code
    shape: Code
    classes: Code | None

    @property
    def losses(self) -> tuple[Measure, ...]:
        """Those that are losses."""
        return tuple(m for m in (*self.measures, *self.scores) if m.loss)

    @property
    def named(self) -> tuple[Measure, ...]:
        """Those about a class that the spec calls by its label."""
        return tuple(measure for measure in self.scores if measure.about)

    @property
    def told(self) -> bool:
        """Whether the scores depend on what the data section has learnt."""
        return bool(self.named or (self.restored and self.scores))

    @property
    def collects(self) -> bool:
        """Whether the outputs of a part are kept."""
        return bool(self.scores or self.tables)


class Measured(Record):
    """What is made of an output and its labels: a loss, its `weight`, and metrics.

    `targets` are labels drawn at random, for the gradient check.
    `class_names` is an expression for the names of `classes`, `seen` for the classes
    that labels y are of. `other_class` is the output of the other class where there is
    one output for two, and `column` what outputs are called.
    """

    #: The name of the output and its loss, for comments.
    told: tuple[Code, ...]
    #: Ends the names of functions for one of several outputs: `_sold`.
    suffix: Code
    labels: Labels
    loss: Loss
    weight: Code | None
    metrics: Metrics
    class_weights: ClassWeights | None
    targets: Code
    classes: Code | None
    class_names: Code | None
    seen: Code | None
    binary: bool
    other_class: Code
    column: Code


class OutputProgram(Record):
    """An output: its `name` as a string.

    `shape` is that of a sample's `prediction`, `rows` of those of several, and `width`
    how many numbers it has, which stand in `columns`. One that is only predicted is
    not `measured`.
    """

    name: Code
    prediction: Code
    shape: Code
    rows: Code
    width: Code
    columns: Code
    measured: Measured | None
