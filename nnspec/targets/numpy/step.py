"""The operations on a batch, and the arrays that they work in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nnspec.record import EMPTY, Record, replace
from nnspec.targets.quote import Code


class Step(Record):
    """One operation on a batch, and the operands of its lines.

    `kind`, `template` and `forward` say which macro prints it. `x` is what it takes and
    `y` what it gives; `dx` and `dy` are the derivatives of the loss by them, `dx` None
    where none is needed. A step whose `derivative` (the comment of its backward lines)
    or `dy` is None has no such lines, one whose `forward` is empty none of the other
    kind. `facts` are those of the layer's entry. `gate` is an array in which an
    activation keeps a factor of x. `sparse` is how the functions begin that a product
    of sparse samples calls, `matmul` the function for other products. `files` are the
    plain files that its lines call.

    While training, `rng` fills the array `drawn`, and a step `by_batch` goes by the
    batch's own statistics, of which it `joins` those of all shares where threads share
    it. `x_hat` is the normalized `x`; `kept` is for the derivative.

    Its lines need `passing` numbers for a moment, in each thread: so many however many
    samples there are, and so many for each.
    """

    kind: str
    template: str
    x: Code
    y: Code
    forward: str = "forward"
    derivative: Code | None = None
    arguments: Mapping[str, Code | bool | None] = EMPTY
    facts: Mapping[str, Code | bool | None] = EMPTY
    dx: Code | None = None
    dy: Code | None = None
    y_rows: Code | None = None
    w: Mapping[str, Code] = EMPTY
    dw: Mapping[str, Code] = EMPTY
    product: Code | None = None
    sparse: Code | None = None
    matmul: Code | None = None
    shape: Code | None = None
    drawn: Code | None = None
    by_batch: bool = False
    joins: bool = False
    x_hat: Code | None = None
    kept: Code | None = None
    rng: Code | None = None
    in_place: bool = False
    plain: bool = False
    zero: Code | None = None
    gate: Code | None = None
    limited: bool = False
    files: tuple[str, ...] = ()
    passing: tuple[int, int] = (0, 0)
    #: The name of the layer that it belongs to: a blank line stands between layers.
    layer: Code = Code("")
    #: The first of its kind, whose comment has the formula; later ones have the name.
    explains: bool = False
    #: The same on the way back, where the last step of a kind comes first.
    explains_back: bool = False


class FormulaStep(Step):
    """A formula of the spec's own: its `lines`, and those of its gradients.

    `told` and `told_back` are the comments of its first use, `subject` that of others.
    """

    subject: Code = Code("")
    told: tuple[Code, ...] = ()
    told_back: tuple[Code, ...] = ()
    lines: tuple[Code, ...] = ()
    lines_back: tuple[Code, ...] = ()


class Penalty(Step):
    """A penalty of `x`, which is a weight or what a layer gives.

    It is `scale` times a sum over x, and its derivative `slope` times x or its sign.
    `onto` and `onto_dx` say what they go to, and begin their lines.
    """

    scale: Code | None = None
    slope: Code | None = None
    onto: Code | None = None
    onto_dx: Code | None = None


class Buffer(Record):
    """An array of a batch: its attribute and its shape, the batch axis first.

    It holds bools, or ids, or at first numbers that are all `filled`, or else whatever
    there is. One that has the memory of another is the `same_as` that, or that
    `reshaped`; where it is `reused`, the two are never needed at once.
    """

    name: Code
    shape: Code
    same_as: Code | None = None
    reshaped: bool = False
    reused: bool = False
    bools: bool = False
    ids: bool = False
    filled: Code | None = None


class Seed(Record):
    """The seed of a layer that has one of its own."""

    layer: Code
    seed: Code


def marked(steps: Iterable[Step], flag: str) -> list[Step]:
    """The steps; the first of each kind explains itself."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for step in steps:
        subject = step.subject if isinstance(step, FormulaStep) else ""
        kind = (step.kind, step.template, subject)
        first = kind not in seen
        same = first == vars(step)[flag]
        found.append(step if same else replace(step, **{flag: first}))
        seen.add(kind)
    return found
