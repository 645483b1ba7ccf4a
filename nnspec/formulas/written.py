"""Expressions as a spec would write them, for comments and messages."""

from __future__ import annotations

from nnspec.formulas.expression import Expression, ordered

_BINARY = {
    **{"add": ("+", 1), "subtract": ("-", 1), "multiply": ("*", 2)},
    **{"divide": ("/", 2), "matmul": ("@", 2), "power": ("**", 4)},
    **{"less": ("<", 0), "less_equal": ("<=", 0), "greater": (">", 0)},
    **{"greater_equal": (">=", 0), "equal": ("==", 0), "not_equal": ("!=", 0)},
}
_SIGN, _POWER, _ATOM = 3, 4, 5
#: More digits than this are rounded.
_DIGITS = 10
_CALLED = {"maximum": "max", "minimum": "min"}
_Text = tuple[str, int]


#: A longer text is none that a comment tells.
_LONGEST = 150


def written(root: Expression) -> str | None:
    """The text of an expression on each element; None for a long one.

    A part that is used twice is written twice: the texts of all parts of a long formula
    would not fit into memory.
    """
    texts: dict[Expression, _Text] = {}
    for node in ordered([root]):
        found = _text(node, [texts[operand] for operand in node.operands])
        if len(found[0]) > _LONGEST:
            return None
        texts[node] = found
    return texts[root][0]


def _text(node: Expression, parts: list[_Text]) -> _Text:
    operator = node.operator
    if node.is_constant:
        text = node.name or _number(node.number)
        return text, _SIGN if text.startswith("-") else _ATOM
    if not parts:
        return node.name, _ATOM
    if operator in _BINARY:
        sign, binds = _BINARY[operator]
        if binds == _POWER:
            return f"{_within(parts[0], _ATOM)}**{_within(parts[1], _SIGN)}", _POWER
        right = _within(parts[1], binds + 1)
        return f"{_within(parts[0], binds)} {sign} {right}", binds
    if operator == "negative":
        return f"-{_within(parts[0], _SIGN)}", _SIGN
    if operator == "square":
        return f"{_within(parts[0], _ATOM)}**2", _POWER
    if operator in ("number", "spread", "reshape"):
        return parts[0]
    inside = ", ".join(text for text, _ in parts)
    return f"{_CALLED.get(operator, operator)}({inside})", _ATOM


def _number(value: float) -> str:
    text = repr(value)
    return text if len(text) <= _DIGITS else f"{value:.6g}"


def _within(part: _Text, binds: int) -> str:
    text, has = part
    return f"({text})" if has < binds else text
