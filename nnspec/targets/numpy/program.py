"""The program: what the templates print, with every decision made.

Text is `Code`: it has passed `nnspec.targets.quote`, or was put together here from
names that the compiler chose. The renderer refuses any other string.
"""

from __future__ import annotations

from collections.abc import Mapping

from nnspec.record import Record
from nnspec.targets.numpy.blocks.functions import BlockProgram
from nnspec.targets.numpy.blocks.loops import Lines
from nnspec.targets.numpy.data import DataProgram
from nnspec.targets.numpy.layout import Within
from nnspec.targets.numpy.measures import (
    ClassWeights,
    Measured,
    Metrics,
    OutputProgram,
)
from nnspec.targets.numpy.step import Buffer, Seed, Step
from nnspec.targets.quote import Code


class Draw(Record):
    """The initial values of one weight; where they are `ones`, whatever the rule.

    Its limits are the same `again` where the weight before that has any has these.
    """

    template: str
    comment: Code
    w: Code
    rng: Code
    shape: Code
    arguments: Mapping[str, Code | bool | None]
    ones: Code | None = None
    variance: Code | None = None
    variance_3: Code | None = None
    distribution: str | None = None
    again: bool = False


class InputProgram(Record):
    """An input: its `name` as a string, and the attribute that holds it.

    What is `drawn` for the gradient check is a call, up to its size.
    """

    name: Code
    attribute: Code
    drawn: Code


class Callback(Record):
    """A callback: `given` are the arguments of the function that its template calls.

    Of the history, that is given `values`, which are the better the smaller they are,
    and it is kept as `course`, since it goes on with each epoch.
    `file` is the name of the file that it writes, `formatted` with values of the row;
    where the data section `learns`, that is written, too.
    """

    template: str
    values: Code | None
    course: Code
    given: Code
    file: Code | None
    learns: bool
    formatted: bool
    arguments: Mapping[str, Code | bool | None]


class Callbacks(Record):
    """The callbacks, and what they do to the training as a whole.

    `needs` is what to say if there is no validation part, where only the data tells and
    a callback goes by one. `stops` and `breaks` say whether the training and an
    epoch may end early, `restores` whether with the weights of an earlier epoch, `acts`
    whether there is anything to find out of the history. It
    `raises` an error where the loss is no number. `rate` is the learning rate.
    """

    uses: tuple[Callback, ...]
    needs: Code | None
    acts: bool
    stops: bool
    breaks: bool
    restores: bool
    raises: bool
    rate: Code
    files: tuple[str, ...]


class Schedule(Record):
    """A learning rate that depends on the step.

    `has` and `scales` are those of `Optimizer`. `steps` says that it takes how many
    there are in the whole training.
    """

    template: str
    arguments: Mapping[str, Code | bool | None]
    has: Mapping[str, bool]
    scales: Mapping[str, bool]
    steps: bool


class Optimizer(Record):
    """The optimizer: its update function, and what that is called with.

    `has` says which arguments are neither 0, false nor none, `scales` which are not 1.
    `learning_rate` is None with a `schedule`; `rate` is what the update is called with.

    If it `keeps` anything, `kept` lists what, in an array of `slots_shape`, or counts
    it if it is `factored`. In that array, `average` is the weights' average
    (`average_part` that of a block, `averaged` all weights by name) and `accumulated`
    the gradients' sum, where there are such. `slots` is the line that names the
    others for a block.

    `scratch` says that it takes an array to work in, `steps` that it takes the number
    of the update, `shared` that several threads work at it, `whole` that it works on
    all parameters at once. What it loops over otherwise are `blocks`, each a `part`,
    of `block` parameters; if it is `by_weight`, each is a whole weight. `parts` says
    that the script needs the weights' parts of the parameters. `shapes` are those of
    the weights that it changes, `matrices` the names of those that it updates in a way
    of their own, if it has one; `files` are the plain files that it calls. `each` is
    what its threads are given.
    """

    template: Code
    arguments: Mapping[str, Code | bool | None]
    has: Mapping[str, bool]
    scales: Mapping[str, bool]
    learning_rate: Code | None
    schedule: Schedule | None
    rate: Code
    slots: Code
    slots_shape: Code
    keeps: bool
    kept: Code
    average: Code | None
    average_part: Code
    averaged: Code
    accumulated: Code | None
    scratch: bool
    steps: bool
    shared: bool
    whole: bool
    by_weight: bool
    factored: bool
    parts: bool
    part: Code
    block: Code | None
    blocks: Code
    each: Code
    shapes: Code
    matrices: Code | None
    files: tuple[str, ...]


class Spectrum(Record):
    """A kernel that is divided by its largest singular value, found along a vector."""

    kernel: Code
    vector: Code
    iterations: Code


class Bound(Record):
    """The constraint of one weight; a `strict` one is met at once, not by and by."""

    template: str
    w: Code
    arguments: Mapping[str, Code | bool | None]
    strict: bool


class WeightRow(Record):
    """A weight in the table of weights."""

    name: Code
    shape: Code


class NetworkProgram(Record):
    """The network section; `zeros_width`: of the zeros that ReLUs compare with.

    Some weights are `alike` where nothing but a `/` tells their names apart. `files`
    are the plain files that it calls. `trainable` says how many parameters are, None
    where all are; `trained` is the name of the constant that does. With `shares` a
    batch is divided into as many, which threads take, and `ranks` if there are such;
    else a network with a large product `cuts` it for them. The forward pass of a
    network that `joins` the means of its shares yields these, and if it `joins_back`
    the backward pass, too.
    """

    inputs: tuple[InputProgram, ...]
    #: A `WeightRow` for each weight, ...
    weights: tuple[Lines, ...]
    alike: bool
    trainable: Code | None
    trained: Code
    #: ... a `Draw` for those that do not stay 0, ...
    draws: tuple[Lines, ...]
    zeros: bool
    buffers: tuple[Buffer, ...]
    #: How many bytes the arrays of one sample have.
    bytes_each: int
    files: tuple[str, ...]
    forward: tuple[Step, ...]
    backward: tuple[Step, ...]
    #: Blocks that are functions; and arrays of their uses that other lines need.
    blocks: tuple[BlockProgram, ...]
    taken: tuple[Buffer, ...]
    forward_doc: Code
    random: bool
    #: Activations that layers have within them.
    within: tuple[Within, ...]
    shares: Code | None
    ranks: bool
    cuts: bool
    joins: bool
    joins_back: bool
    penalized: bool
    #: ... a `Bound` for those with a constraint, and a `Spectrum`.
    bounds: tuple[Lines, ...]
    spectra: tuple[Lines, ...]
    seeds: tuple[Seed, ...]
    zeros_width: Code | None
    outputs: tuple[OutputProgram, ...]
    #: Those of all outputs.
    metrics: Metrics

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps ahead, those in functions, too."""
        inside = (step for block in self.blocks for step in block.forward.steps)
        return (*self.forward, *inside)

    @property
    def input(self) -> Code:
        """The attribute of the only input."""
        (only,) = self.inputs
        return only.attribute

    @property
    def many_inputs(self) -> bool:
        """Whether samples have names."""
        return len(self.inputs) > 1

    @property
    def many_outputs(self) -> bool:
        """Whether outputs and their labels have names."""
        return len(self.outputs) > 1

    @property
    def measured(self) -> tuple[Measured, ...]:
        """What is made of each output that has labels."""
        return tuple(o.measured for o in self.outputs if o.measured)

    @property
    def seen(self) -> bool:
        """Whether any labels are those of classes."""
        return any(one.seen for one in self.measured)

    @property
    def class_weights(self) -> tuple[ClassWeights, ...]:
        """Those of all outputs whose classes are weighed."""
        found = (one.class_weights for one in self.measured)
        return tuple(weights for weights in found if weights)


class Generation(Record):
    """What goes on with a text.

    `forward` are the lines of one step, and `buffers` their arrays; there are none
    where a layer, the `obstacle`, needs a window of the `length` as a whole. Where
    steps are `limited`, they are those of the first window, and each of the later
    characters is computed of the last window, too. `p` is the prediction of one step,
    and `last` where in that of a window it stands. The network may count the `places`
    of steps. Its `blocks` are functions as they are in the whole network; `taken` are
    arrays of their uses that other lines need.
    """

    length: Code
    forward: tuple[Step, ...]
    buffers: tuple[Buffer, ...]
    limited: bool
    obstacle: Code | None
    p: Code
    last: Code
    places: bool
    blocks: tuple[BlockProgram, ...] = ()
    taken: tuple[Buffer, ...] = ()


class Form(Record):
    """How a script is written: a full one, or a `bare` one.

    What its training goes by are options of a command line, or constants: `epochs`,
    `batch_size` and `seed`, and the `options` that its functions take. `each` is the
    map that takes the shares of a batch.
    """

    bare: bool
    options: Code
    epochs: Code
    batch_size: Code
    seed: Code
    each: Code


class Program(Record):
    """Everything that the script's template prints.

    `spec` is the file that it is of, `digest` that of its text, `version` nnspec's, and
    `dependencies` what the script needs to be installed.
    Of `constants` and `runtime`, it prints those that the rest of the script uses.
    `threads` are the plain files by which threads share the work.
    `way_out` is what to say where a part lacks a class, `raw` the shape of rows of
    samples; `at_once` samples are measured together. `uneven` says that these
    are a batch as in training, since the loss goes by batches. A script that
    `evaluates` may have another part than that for training; one that `counts` its
    steps or `records` what each epoch comes to needs that later on. `left` are the
    weights that a training `state` leaves behind, `kept` where they are other than the
    last. `command` runs the script where `python` does not.
    `origin` says which spec these came of, and which nnspec; `identity` and `course`
    what they are of, and their training: other ones are refused. `told_rate` is the
    learning rate for a notice that it is another one.
    """

    form: Form
    title: Code
    settings: tuple[Code, ...]
    command: Code | None
    file: Code
    spec: Code
    digest: Code
    version: Code
    dependencies: Code
    name: Code
    epochs: Code
    batch_size: Code
    seed: Code
    dtype: Code
    shuffle: bool
    parameters: Code
    left: Code
    kept: bool
    origin: Code
    identity: Mapping[Code, Code]
    course: Mapping[Code, Code]
    told_rate: Code
    constants: Mapping[str, Code]
    way_out: Code
    at_once: Code
    uneven: bool
    evaluates: bool
    counts: bool
    records: bool
    raw: Code
    network: NetworkProgram
    optimizer: Optimizer
    callbacks: Callbacks
    data: DataProgram
    generation: Generation | None
    threads: tuple[str, ...]
    runtime: tuple[str, ...]

    @property
    def threaded(self) -> bool:
        """Whether threads take parts of anything."""
        return "product" in self.threads or "in_threads" in self.threads
