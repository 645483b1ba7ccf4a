"""What Keras calls the operators of formulas, and the lines of one in a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nnspec.formulas.expression import Expression
from nnspec.targets.numpy.formulas.lines import Goal, Lines, Statement
from nnspec.targets.numpy.formulas.spelling import (
    BINARY,
    COMPARISON,
    POWER,
    SIGN,
    Like,
    Text,
    axes_of,
    exponent,
    listed,
    slice_of,
)
from nnspec.targets.quote import Code, literal

#: Operators whose sign does not do for arrays of every backend.
_FUNCTIONS: Mapping[str, str] = {
    **{name: name for name in ("equal", "not_equal", "matmul", "where", "maximum")},
    **{
        name: name for name in ("exp", "expm1", "log", "log1p", "sqrt", "square", "abs")
    },
    **{name: name for name in ("sign", "sin", "cos", "tanh", "erf", "sigmoid")},
    **{name: name for name in ("softplus", "minimum")},
}
_Spell = Callable[[Expression, tuple[Text, ...], Like], Text]
#: What a function holds its result in, before it is returned.
_RESULT = Code("result")


def spell(node: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    """The source of an expression, given that of its operands."""
    operator = node.operator
    if operator == "power" and node.operands[1].is_constant:
        texts = (texts[0], exponent(node.operands[1].number))
    if function := _FUNCTIONS.get(operator):
        return Text(Code(f"ops.{function}({listed(texts)})"))
    if operator in BINARY:
        sign, binds, _ = BINARY[operator]
        if operator == "power":
            left, right = texts[0].within(POWER + 1), texts[1].within(SIGN)
            return Text(Code(f"{left}**{right}"), POWER)
        first = binds + (binds == COMPARISON)
        left, right = texts[0].within(first), texts[1].within(binds, right=True)
        return Text(Code(f"{left} {sign} {right}"), binds)
    if operator == "negative":
        return Text(Code(f"-{texts[0].within(SIGN)}"), SIGN)
    return _OTHERS[operator](node, texts, like)


def _reduction(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    function = {"log_sum_exp": "logsumexp"}.get(node.operator, node.operator)
    kept = ", keepdims=True" if node.facts[2] else ""
    return Text(Code(f"ops.{function}({listed(texts)}, axis={axes_of(node)}{kept})"))


def _along(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axis = node.facts[0]
    assert isinstance(axis, int)
    place = axis - len(node.shape)
    return Text(Code(f"ops.{node.operator}({listed(texts)}, axis={place})"))


def _number(_: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    return Text(Code(f"ops.cast({listed(texts)}, {like.dtype})"))


def _transpose(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axes = node.facts[0]
    assert isinstance(axes, tuple)
    order = (0, *(axis + 1 for axis in axes)) if node.batched else axes
    return Text(Code(f"ops.transpose({listed(texts)}, {literal(order)})"))


def _reshape(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    shape = literal((*[-1] * node.batched, *node.shape))
    return Text(Code(f"ops.reshape({listed(texts)}, {shape})"))


def _concatenate(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axis = node.facts[0]
    assert isinstance(axis, int)
    place = axis - len(node.shape)
    return Text(Code(f"ops.concatenate([{listed(texts)}], axis={place})"))


def _spread(node: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    sizes = [*[f"ops.shape({like.array})[0]"] * node.batched, *map(str, node.shape)]
    shape = f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
    if node.operands[0].is_constant:
        return Text(Code(f"ops.full({shape}, {listed(texts)}, {like.dtype})"))
    return Text(Code(f"ops.broadcast_to({listed(texts)}, {shape})"))


def _range(node: Expression, _: tuple[Text, ...], like: Like) -> Text:
    return Text(Code(f"ops.arange({node.shape[0]}, dtype={like.dtype})"))


_OTHERS: Mapping[str, _Spell] = {
    **dict.fromkeys(("sum", "mean", "max", "min", "log_sum_exp"), _reduction),
    **dict.fromkeys(("softmax", "log_softmax"), _along),
    "number": _number,
    "transpose": _transpose,
    "reshape": _reshape,
    "concatenate": _concatenate,
    "slice": slice_of,
    "spread": _spread,
    "range": _range,
}


def _moving(lines: Lines, node: Expression, target: Code) -> None:
    """The value in training, which moves the mean; the mean otherwise."""
    value, mean = node.operands
    (momentum,) = node.facts
    kept, share = lines.known[mean], literal(momentum)
    moved = f"{share} * {kept} + (1.0 - {share}) * {target}"
    lines.lines += map(
        Code,
        (
            "if training:",
            f"    {target} = {lines.text_of(value).code}",
            f"    {kept}.assign({moved})",
            "else:",
            f"    {target} = ops.convert_to_tensor({kept})",
        ),
    )
    lines.reached(node, target)


def _dropout(lines: Lines, node: Expression, target: Code) -> None:
    """The value, in training some of it 0, the rest larger."""
    (rate,) = node.facts
    drawn = f"keras.random.dropout({target}, {literal(rate)}, seed=self.seeds)"
    lines.lines += map(
        Code,
        (
            f"{target} = {lines.text_of(node.operands[0]).code}",
            "if training:",
            f"    {target} = {drawn}",
        ),
    )
    lines.reached(node, target)


_STATEMENTS: Mapping[str, Statement] = {"moving": _moving, "dropout": _dropout}
#: Those of them that are otherwise in training.
OF_TRAINING = frozenset(_STATEMENTS)


def function_lines(
    result: Expression,
    known: Mapping[Expression, Code],
    words: Mapping[str, Expression],
) -> tuple[Code, ...]:
    """The lines of a function that returns an expression of what is `known`."""
    like = Like(next(code for node, code in known.items() if node.operator == "value"))
    named = {node: name for name, node in words.items() if node.operands}
    taken = {"ops", "keras", "self", "training", "result", *known.values()}
    lines = Lines(dict(known), like, named, taken)
    lines.spell, lines.statements = spell, _STATEMENTS
    lines.compute([Goal(result, _RESULT)])
    *before, last = lines.lines
    head = f"{_RESULT} = "
    if last.startswith(head):
        return (*before, Code(f"return {last.removeprefix(head)}"))
    return (*before, last, Code(f"return {_RESULT}"))
