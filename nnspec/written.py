"""Values and calls of the syntax tree as a spec writes them, for help lines."""

from __future__ import annotations

from nnspec.syntax import nodes
from nnspec.values import PYTHONS, Symbol, spelled

#: How tightly an operator binds what stands beside it.
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "@": 2, "**": 4}
_ATOM, _SIGN = 5, 3


def written(node: nodes.Value | nodes.Argument | nodes.Pair) -> str:
    """The text of a node; Python's names of values become ours."""
    match node:
        case nodes.Argument(name=name, value=value):
            return f"{name.text}={written(value)}" if name else written(value)
        case nodes.Pair(key=key, value=value):
            return f"{written(key)}: {written(value)}"
        case nodes.Number() | nodes.Boolean() | nodes.Text():
            return spelled(node.value)
        case nodes.Nothing():
            return "none"
        case nodes.Name(text=text):
            return spelled(PYTHONS.get(text, Symbol(text)))
        case nodes.Call(name=name, arguments=arguments):
            inside = ", ".join(map(written, arguments))
            return f"{name.text}({inside})" if inside else name.text
        case nodes.ListValue(items=items):
            return f"[{', '.join(map(written, items))}]"
        case nodes.TupleValue(items=values):
            inside = ", ".join(map(written, values))
            return f"({inside}{',' * (len(values) == 1)})"
        case nodes.Unary(operator=sign, operand=operand):
            return sign + _beside(operand, _SIGN)
        case nodes.Binary(operator=sign, left=left, right=right):
            binds = _BINDS.get(sign, 0)
            return f"{_beside(left, binds)} {sign} {_beside(right, binds + 1)}"


def _beside(operand: nodes.Value, binds: int) -> str:
    """An operand, in parentheses where the operator would take it apart."""
    text = written(operand)
    match operand:
        case nodes.Binary(operator=sign):
            own = _BINDS.get(sign, 0)
        case nodes.Unary():
            own = _SIGN
        case _:
            own = _ATOM
    return text if own >= binds else f"({text})"
