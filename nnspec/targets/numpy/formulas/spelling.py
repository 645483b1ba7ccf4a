"""What NumPy calls the operators of formulas, and the text of one applied to texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from nnspec.formulas.expression import Expression
from nnspec.record import Record
from nnspec.targets.quote import Code, literal

#: How tightly an operator binds, as in Python.
COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

#: Operators between two values: the sign, how it binds, and NumPy's function.
BINARY: Mapping[str, tuple[str, int, str]] = {
    "add": ("+", SUM, "np.add"),
    "subtract": ("-", SUM, "np.subtract"),
    "multiply": ("*", PRODUCT, "np.multiply"),
    "divide": ("/", PRODUCT, "np.divide"),
    "matmul": ("@", PRODUCT, "np.matmul"),
    "power": ("**", POWER, "np.power"),
    "less": ("<", COMPARISON, ""),
    "less_equal": ("<=", COMPARISON, ""),
    "greater": (">", COMPARISON, ""),
    "greater_equal": (">=", COMPARISON, ""),
    "equal": ("==", COMPARISON, ""),
    "not_equal": ("!=", COMPARISON, ""),
}
#: Functions of NumPy that take the place of an array, `out`.
FUNCTIONS: Mapping[str, str] = {
    **{
        name: f"np.{name}"
        for name in (
            *("exp", "expm1", "log", "log1p", "sqrt", "square", "abs", "sign", "sin"),
            *("cos", "tanh", "negative", "maximum", "minimum"),
        )
    },
    **{name: function for name, (_, _, function) in BINARY.items() if function},
}
#: Operators that a plain file of the script computes.
FILES = frozenset({"erf", "sigmoid", "softmax", "log_softmax", "log_sum_exp"})

#: Up to here, a number that is the root of a whole one is no other number by chance.
_LARGEST_ROOT = 1000


class Text(Record):
    """Source of an expression, and how tightly its last operator binds."""

    code: Code
    binds: int = ATOM

    def within(self, binds: int, *, right: bool = False) -> str:
        """The source as an operand of what binds so."""
        needs = self.binds < binds or (right and self.binds == binds)
        return f"({self.code})" if needs else self.code


class Like(Record):
    """An array of the batch, by which others know how long and of what type to be."""

    array: Code

    @property
    def dtype(self) -> str:
        """The type of its numbers."""
        return f"{self.array}.dtype"

    @property
    def count(self) -> str:
        """How many samples there are."""
        return f"len({self.array})"


def number(value: float) -> Text:
    """A constant: a float, as NumPy takes all of a formula's numbers.

    The root of a whole number stays one: nobody knows it by its digits.
    """
    square = round(value * value) if abs(value) < _LARGEST_ROOT else 0
    if not float(value).is_integer() and math.sqrt(square) == value:
        return Text(Code(f"math.sqrt({square})"))
    code = literal(float(value))
    return Text(code, SIGN if code.startswith("-") else ATOM)


def spelled(node: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    """The source of an expression, given that of its operands."""
    operator = node.operator
    if operator == "multiply":
        texts = _masks(node, texts, like)
    if operator == "power" and node.operands[1].is_constant:
        texts = (texts[0], exponent(node.operands[1].number))
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
    if operator in FUNCTIONS:
        return Text(Code(f"{FUNCTIONS[operator]}({listed(texts)})"))
    return _OTHERS[operator](node, texts, like)


def listed(texts: tuple[Text, ...]) -> str:
    """Texts as the arguments of a call."""
    return ", ".join(text.code for text in texts)


def exponent(value: float) -> Text:
    """A constant that something is raised to."""
    code = literal(int(value) if float(value).is_integer() else value)
    return Text(code, SIGN if value < 0 else ATOM)


def _cast(like: Like) -> str:
    return f".astype({like.dtype})"


def _masks(node: Expression, texts: tuple[Text, ...], like: Like) -> tuple[Text, ...]:
    """A comparison beside an array of numbers may stay one of bools."""
    kinds = [operand.operator == "number" for operand in node.operands]
    if all(kinds) or any(operand.is_constant for operand in node.operands):
        return texts
    return tuple(
        Text(Code(text.code.removesuffix(_cast(like))), ATOM) if is_mask else text
        for text, is_mask in zip(texts, kinds, strict=True)
    )


def axes_of(node: Expression) -> str:
    """The axes of a reduction as NumPy counts them: from the end, 0 for the batch."""
    axes, over_batch, _ = node.facts
    assert isinstance(axes, tuple)
    rank = len(node.operands[0].shape)
    found = [0] * bool(over_batch) + [axis - rank for axis in axes]
    return literal(tuple(found) if len(found) > 1 else found[0])


def _reduction(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    kept = ", keepdims=True" if node.facts[2] else ""
    inside = f"{listed(texts)}, axis={axes_of(node)}{kept}"
    return Text(Code(f"np.{node.operator}({inside})"))


def _log_sum_exp(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    inside = f"{listed(texts)}, {axes_of(node)}, {bool(node.facts[2])}"
    return Text(Code(f"log_sum_exp({inside})"))


def _along(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axis = node.facts[0]
    assert isinstance(axis, int)
    return Text(
        Code(f"{node.operator}({listed(texts)}, axis={axis - len(node.shape)})")
    )


def _where(node: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    code = f"np.where({listed(texts)})"
    if all(operand.is_constant for operand in node.operands[1:]):
        code += _cast(like)
    return Text(Code(code))


def _number(_: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    return Text(Code(f"{texts[0].within(ATOM)}{_cast(like)}"))


def contracted(node: Expression, texts: tuple[Text, ...]) -> tuple[str, str]:
    """The two matrices of a sum over all rows of all samples."""
    a, b = (
        text.within(ATOM)
        if len(operand.shape) == 1
        else f"{text.within(ATOM)}.reshape(-1, {operand.shape[-1]})"
        for text, operand in zip(texts, node.operands, strict=True)
    )
    return f"{a}.T", b


def _contract(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    return Text(Code(" @ ".join(contracted(node, texts))), PRODUCT)


def _transpose(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axes = node.facts[0]
    assert isinstance(axes, tuple)
    rank = len(axes)
    if axes == (*range(rank - 2), rank - 1, rank - 2):
        if rank == 2 and not node.batched:
            return Text(Code(f"{texts[0].within(ATOM)}.T"))
        return Text(Code(f"np.swapaxes({listed(texts)}, -1, -2)"))
    order = (0, *(axis + 1 for axis in axes)) if node.batched else axes
    return Text(Code(f"{texts[0].within(ATOM)}.transpose{literal(order)}"))


def _sizes(node: Expression) -> str:
    sizes = [*["-1"] * node.batched, *map(str, node.shape)]
    return ", ".join(sizes) or "()"


def _reshape(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    return Text(Code(f"{texts[0].within(ATOM)}.reshape({_sizes(node)})"))


def _concatenate(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axis = node.facts[0]
    assert isinstance(axis, int)
    place = axis - len(node.shape)
    return Text(Code(f"np.concatenate([{listed(texts)}], axis={place})"))


def slice_of(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    """A part of an array along an axis."""
    axis, start, stop = node.facts
    assert isinstance(axis, int)
    rest = ", :" * (len(node.shape) - 1 - axis)
    return Text(Code(f"{texts[0].within(ATOM)}[..., {start}:{stop}{rest}]"))


def _pad(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    axis, start, size = node.facts
    assert isinstance(axis, int)
    assert isinstance(start, int)
    assert isinstance(size, int)
    widths = [(0, 0)] * (node.batched + len(node.shape))
    inner = node.operands[0].shape[axis]
    widths[node.batched + axis] = (start, size - start - inner)
    return Text(Code(f"np.pad({listed(texts)}, {literal(widths)})"))


def _spread(node: Expression, texts: tuple[Text, ...], like: Like) -> Text:
    shape = ", ".join([*[like.count] * node.batched, *map(str, node.shape)])
    shape = f"({shape})" if len(node.shape) + node.batched != 1 else f"({shape},)"
    operand = node.operands[0]
    if operand.is_constant:
        return Text(Code(f"np.full({shape}, {listed(texts)}, {like.dtype})"))
    return Text(Code(f"np.broadcast_to({listed(texts)}, {shape})"))


def _range(node: Expression, _: tuple[Text, ...], like: Like) -> Text:
    return Text(Code(f"np.arange({node.shape[0]}, dtype={like.dtype})"))


def _batch(_: Expression, __: tuple[Text, ...], like: Like) -> Text:
    return Text(Code(like.count))


def _call(node: Expression, texts: tuple[Text, ...], _: Like) -> Text:
    return Text(Code(f"{node.operator}({listed(texts)})"))


def _softplus(_: Expression, texts: tuple[Text, ...], __: Like) -> Text:
    return Text(Code(f"np.logaddexp(0.0, {listed(texts)})"))


_OTHERS: Mapping[str, Callable[[Expression, tuple[Text, ...], Like], Text]] = {
    **dict.fromkeys(("sum", "mean", "max", "min"), _reduction),
    **dict.fromkeys(("softmax", "log_softmax"), _along),
    **dict.fromkeys(("erf", "sigmoid"), _call),
    "log_sum_exp": _log_sum_exp,
    "softplus": _softplus,
    "where": _where,
    "number": _number,
    "contract": _contract,
    "transpose": _transpose,
    "reshape": _reshape,
    "concatenate": _concatenate,
    "slice": slice_of,
    "pad": _pad,
    "spread": _spread,
    "range": _range,
    "batch": _batch,
}
