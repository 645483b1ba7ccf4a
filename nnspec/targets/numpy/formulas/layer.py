"""A formula as it is computed for a batch, and its gradients."""

from __future__ import annotations

from collections.abc import Container, Mapping

from nnspec.formulas.derivative import gradients, slope
from nnspec.formulas.expression import Expression, make, ordered
from nnspec.formulas.shapes import spread
from nnspec.formulas.simplify import multiply
from nnspec.record import Record
from nnspec.targets.numpy.formulas.lines import Goal, Lines, word_of
from nnspec.targets.numpy.formulas.spelling import Like
from nnspec.targets.quote import Code

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
    """The arrays of one use of a formula, as the script writes them.

    `known` are those of its leaves, `kept` those of what gradients need; what is not
    `held` there has no array yet. `like` is one of the batch.
    """

    known: Mapping[Expression, Code]
    kept: Mapping[Expression, Code]
    y: Code
    dy: Code | None
    like: Code
    unheld: Container[Expression] = ()


def ahead(found: Graph, arrays: Arrays) -> Lines:
    """The lines that fill the arrays."""
    lines = Lines(dict(arrays.known), Like(arrays.like), found.words)
    goals = [
        Goal(node, code, held=node not in arrays.unheld)
        for node, code in arrays.kept.items()
    ]
    lines.compute([*goals, Goal(found.result, arrays.y, held=True)])
    return lines


def back(found: Graph, arrays: Arrays, into: Mapping[Expression, Code]) -> Lines:
    """The lines that fill `into` with the gradients by leaves."""
    known = {**arrays.known, **arrays.kept}
    if arrays.dy is not None:
        known[found.dy] = arrays.dy
    if "output" in found.needs:
        known[found.result] = arrays.y
    lines = Lines(known, Like(arrays.like), found.words, taken={*known.values()})
    lines.compute([Goal(found.gradients[x], into[x], held=True) for x in into])
    return lines
