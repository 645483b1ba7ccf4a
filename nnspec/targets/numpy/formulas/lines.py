"""Statements of NumPy that compute expressions, each part once.

A part that is used once stands where it is used; one that is used again, or that would
make its line too long, has a line and a name of its own.
"""

from __future__ import annotations

import builtins
import keyword
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nnspec.formulas.expression import Expression, ordered
from nnspec.formulas.simplify import OPPOSITE
from nnspec.record import Record
from nnspec.targets.numpy.formulas.spelling import (
    BINARY,
    FILES,
    FUNCTIONS,
    Like,
    Text,
    contracted,
    number,
    spelled,
)
from nnspec.targets.quote import Code, literal

#: A longer part is not put into another line.
_LONGEST = 50
#: What parts are called that the formula gives no name.
_WORDS = {
    **{"add": "total", "subtract": "difference", "multiply": "part"},
    **{"divide": "ratio", "matmul": "dots", "power": "power", "negative": "minus"},
    **{"square": "squares", "sqrt": "root", "number": "mask", "spread": "spread"},
    **{"reshape": "rows", "transpose": "turned", "sum": "sums", "mean": "means"},
    **{"range": "places", "contract": "dots", "slice": "slices", "pad": "padded"},
    **dict.fromkeys(OPPOSITE, "mask"),
    **{"dropout": "dropped", "where": "choice", "max": "peak", "min": "least"},
}
#: Names that a function of the script has, or calls.
RESERVED = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *FILES}
    | {"np", "math", "partial", "w", "dw", "a", "da", "x", "y", "n", "rng", "own"}
    | {"weight", "loss", "losses", "product"}
)


#: Writes the lines of an operator that changes something: into a target.
Statement = Callable[["Lines", Expression, Code], None]


class Goal(Record):
    """An expression to compute, and what is to hold it.

    The array `target` is filled where it is `held` already, else it is assigned.
    """

    node: Expression
    target: Code
    held: bool = False


@dataclass
class Lines:
    """Statements, made one by one.

    `known` are the texts of what there is already, `words` names for parts, `like` the
    array that tells the type, `taken` the names that are not free. Another target has
    another way to `spell` expressions, and to write `statements` and `files`.
    """

    known: dict[Expression, Code]
    like: Like
    words: Mapping[Expression, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    lines: list[Code] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    spell: Callable[[Expression, tuple[Text, ...], Like], Text] = spelled
    statements: Mapping[str, Statement] | None = None
    _texts: dict[Expression, Text] = field(default_factory=dict)

    def compute(self, goals: Sequence[Goal]) -> None:
        """Add the statements for the goals, each when its operands are there."""
        aims = {goal.node: goal for goal in goals}
        order = ordered(aims, self.known)
        uses = _uses(order, self.known)
        for node in order:
            if node in self.known:
                self._texts[node] = Text(self.known[node])
            elif node in aims:
                self._reach(aims[node])
            else:
                self._text(node, again=uses[node] > 1)
        for goal in goals:  # what is there already, or the same value twice
            if goal.node in self.known or aims[goal.node] is not goal:
                self._assign(goal, self._texts[goal.node])

    def text_of(self, node: Expression) -> Text:
        """The text of a part that has been computed."""
        return self._texts[node]

    def reached(self, node: Expression, target: Code) -> None:
        """Note that a statement has put a part into a target."""
        self._texts[node] = Text(target)

    def _text(self, node: Expression, *, again: bool) -> None:
        if write := self._statements.get(node.operator):
            write(self, node, self._name(node))
            return
        text = self._spelled(node)
        short = not node.operands or node.is_constant
        if (again and not short) or len(text.code) > _LONGEST:
            name = self._name(node)
            self.lines.append(Code(f"{name} = {text.code}"))
            text = Text(name)
        self._texts[node] = text

    def _spelled(self, node: Expression) -> Text:
        if node.is_constant:
            return number(node.number)
        if node.operator in FILES:
            self.files.add(node.operator)
        return self.spell(node, self._operands(node), self.like)

    @property
    def _statements(self) -> Mapping[str, Statement]:
        return _STATEMENTS if self.statements is None else self.statements

    def _operands(self, node: Expression) -> tuple[Text, ...]:
        return tuple(self._texts[operand] for operand in node.operands)

    def _name(self, node: Expression) -> Code:
        word = word_of(node, self.words)
        name, count = word, 1
        while name in self.taken or name in RESERVED or name.startswith("__"):
            count += 1
            name = f"{word.lstrip('_')}_{count}"
        self.taken.add(name)
        return Code(name)

    def _reach(self, goal: Goal) -> None:
        node = goal.node
        if write := self._statements.get(node.operator):
            target = self._name(node) if goal.held else goal.target
            write(self, node, target)
            if goal.held:
                self._assign(goal, Text(target))
            return
        if goal.held:
            self._fill(goal)
        else:
            self._assign(goal, self._spelled(node))
        self._texts[node] = Text(goal.target)

    def _assign(self, goal: Goal, text: Text) -> None:
        if text.code != goal.target:
            line = (
                f"np.copyto({goal.target}, {text.code})"
                if goal.held
                else f"{goal.target} = {text.code}"
            )
            self.lines.append(Code(line))

    def _fill(self, goal: Goal) -> None:
        """Compute into an array: over an operand in it, or by what NumPy has for it."""
        node, target = goal.node, goal.target
        text = self._spelled(node)
        if node.operator in ("sum", "mean"):
            self.lines.append(Code(f"{text.code[:-1]}, out={target})"))
            return
        if node.operator == "contract":
            inside = ", ".join(contracted(node, self._operands(node)))
            self.lines.append(Code(f"np.matmul({inside}, out={target})"))
            return
        function = FUNCTIONS.get(node.operator)
        if function is None or node.operator == "power":
            self._assign(goal, text)
            return
        operands = self._operands(node)
        if node.operator in BINARY and node.operator != "matmul":
            sign = BINARY[node.operator][0]
            if operands[0].code == target:
                rest = text.code.removeprefix(f"{target} {sign} ")
                rest = _bare(rest) if text.code != rest else rest
                self.lines.append(Code(f"{target} {sign}= {rest}"))
                return
            if operands[1].code == target and node.operator in ("add", "multiply"):
                rest = text.code.removesuffix(f" {sign} {target}")
                self.lines.append(Code(f"{target} {sign}= {rest}"))
                return
        inside = ", ".join(operand.code for operand in operands)
        self.lines.append(Code(f"{function}({inside}, out={target})"))


def word_of(node: Expression, words: Mapping[Expression, str]) -> str:
    """What a part is called: as the formula calls it, or by what it is."""
    return words.get(node) or _WORDS.get(node.operator, node.operator)


def _bare(text: str) -> str:
    """A text without brackets around all of it."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text


def _uses(
    order: Iterable[Expression], known: Mapping[Expression, Code]
) -> Counter[Expression]:
    """How often each part is used."""
    return Counter(
        operand for node in order if node not in known for operand in node.operands
    )


def _moving(lines: Lines, node: Expression, target: Code) -> None:
    """The value in training, which moves the mean; the mean otherwise."""
    value, mean = node.operands
    (momentum,) = node.facts
    text, kept = lines.text_of(value).code, lines.known[mean]
    lines.lines += map(
        Code,
        (
            "if rng is not None:",
            f"    {target} = {text}",
            f"    {kept} *= {literal(momentum)}",
            f"    {kept} += (1.0 - {literal(momentum)}) * {target}",
            "else:",
            f"    {target} = {kept}",
        ),
    )
    lines.reached(node, target)


def _dropout(lines: Lines, node: Expression, target: Code) -> None:
    """The value, in training some of it 0, the rest larger."""
    value, drawn = node.operands
    (rate,) = node.facts
    mask = lines.known[drawn]
    lines.lines += map(
        Code,
        (
            f"{target} = {lines.text_of(value).code}",
            "if rng is not None:",
            f"    rng.random(dtype={mask}.dtype, out={mask})",
            f"    np.greater_equal({mask}, {literal(rate)}, out={mask})",
            f"    {mask} /= 1.0 - {literal(rate)}",
            f"    {target} = {target} * {mask}",
        ),
    )
    lines.reached(node, target)


#: Operators that are more than an expression: they change something.
_STATEMENTS = {"moving": _moving, "dropout": _dropout}
