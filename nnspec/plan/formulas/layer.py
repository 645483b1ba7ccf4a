"""A formula as it is computed for a batch, and its gradients."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count

from nnspec.formulas.derivative import gradients, slope
from nnspec.formulas.expression import Expression, make, ordered
from nnspec.formulas.shapes import spread
from nnspec.formulas.simplify import multiply
from nnspec.plan.formulas.lines import Goal, Lines, word_of
from nnspec.plan.formulas.spelling import Like
from nnspec.quote import Code
from nnspec.record import Record

#: Parts that take less time to compute again than to keep.
_CHEAP = frozenset(
    {"add", "subtract", "multiply", "negative", "square", "abs", "sign", "number"}
    | {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
    | {"maximum", "minimum", "where", "reshape", "transpose", "slice", "spread"}
    | {"range", "constant", "batch"}
)


class Graph(Record):
    """A formula with its gradients, before it has any arrays.

    `kept` are the parts that the gradients need, in the order in which they are
    computed; `needs` says whether the "input" and the "output" are among these.
    """

    result: Expression
    dy: Expression
    gradients: Mapping[Expression, Expression]
    kept: tuple[Expression, ...]
    needs: frozenset[str]
    words: Mapping[Expression, str]


def graph(
    result: Expression,
    inputs: tuple[Expression, ...],
    leaves: tuple[Expression, ...],
    lines: Mapping[str, Expression],
    *,
    on_each: bool = False,
) -> Graph:
    """The formula of `inputs` with its gradients by `leaves`, inputs or weights.

    One that works `on_each` element has the gradient dy * dy/dx.
    """
    result = spread(result, result.shape, batched=True)
    dy = make("gradient", (), ("dy",), result.shape, result.batched)
    if on_each:
        found = {x: multiply(dy, slope(result, x)) for x in leaves}
    else:
        found = gradients(result, dy, leaves)
    words = {value: name for name, value in lines.items() if value.operands}
    there = ordered([result])
    kept = _kept([found[leaf] for leaf in leaves], set(there), result, words)
    needs = {"input"} if any(x in kept for x in inputs) else set[str]()
    needs |= {"output"} if result in kept else set()
    order = tuple(
        node for node in there if node in kept and node.operands and node is not result
    )
    named = {**_gradient_words(found, words), **words}
    by = {leaf: found[leaf] for leaf in leaves}
    return Graph(result, dy, by, order, frozenset(needs), named)


def _gradient_words(
    found: Mapping[Expression, Expression], words: Mapping[Expression, str]
) -> dict[Expression, str]:
    """The gradient by `q` is called `d_q`."""
    named: dict[Expression, str] = {}
    for value, gradient in found.items():
        if value.operands and gradient.operands:
            named[gradient] = f"d_{word_of(value, words)}"
    return named


def _kept(
    roots: list[Expression],
    there: set[Expression],
    result: Expression,
    words: Mapping[Expression, str],
) -> set[Expression]:
    """The parts of the formula that gradients are made of; cheap ones made anew."""
    found: set[Expression] = set()
    seen: set[Expression] = set()
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        cheap = node.operator in _CHEAP and node not in words and node is not result
        if node in there and (not cheap or not node.operands):
            found.add(node)
        else:
            pending += node.operands
    return found


class Arrays(Record):
    """The arrays of one use of a formula; `stem` begins the names of others."""

    known: Mapping[Expression, Code]
    y: Code
    dy: Code
    like: Code
    stem: Code


def _targets(found: Graph, stem: Code) -> dict[Expression, Code]:
    """Attributes for what is kept."""
    targets: dict[Expression, Code] = {}
    taken: set[str] = set()
    for node in found.kept:
        word = word_of(node, found.words)
        name = next(
            n
            for n in chain([word], (f"{word}_{i}" for i in count(2)))
            if n not in taken
        )
        taken.add(name)
        targets[node] = Code(f"a.{stem}_{name}")
    return targets


class Planned(Record):
    """The lines of one use, and the plain files that they call."""

    forward: tuple[Code, ...]
    backward: tuple[Code, ...]
    files: tuple[str, ...]


def planned(found: Graph, arrays: Arrays, into: Mapping[Expression, Code]) -> Planned:
    """The lines that fill `arrays.y`, and those that fill `into` with gradients."""
    like = Like(arrays.like)
    ahead = Lines(dict(arrays.known), like, found.words)
    targets = _targets(found, arrays.stem)
    goals = [Goal(node, target) for node, target in targets.items()]
    ahead.compute([*goals, Goal(found.result, arrays.y, held=True)])
    known = {**arrays.known, **targets, found.dy: arrays.dy}
    if "output" in found.needs:
        known[found.result] = arrays.y
    back = Lines(known, like, found.words)
    back.compute(
        [Goal(found.gradients[leaf], code, held=True) for leaf, code in into.items()]
    )
    files = tuple(sorted(ahead.files | back.files))
    return Planned(tuple(ahead.lines), tuple(back.lines), files)
