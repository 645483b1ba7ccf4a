"""How much an expression takes to compute."""

from __future__ import annotations

from collections.abc import Container, Iterable
from math import prod

from nnspec.formulas.expression import Expression, ordered

#: Operators that move values, and compute none.
_FREE = frozenset(
    {"transpose", "reshape", "concatenate", "slice", "pad", "spread", "range", "number"}
    | {"moving", "negative"}
)
_SEVERAL = {"sigmoid": 4, "softplus": 3, "softmax": 5, "log_softmax": 5, "tanh": 5}
_OVER = frozenset({"sum", "mean", "max", "min"})


def flops(roots: Iterable[Expression], known: Container[Expression] = ()) -> int:
    """The FLOPs for one sample; what is the same for all samples counts in full."""
    return sum(_flops(node) for node in ordered(roots, known) if node not in known)


def _flops(node: Expression) -> int:
    if not node.operands or node.operator in _FREE:
        return 0
    if node.operator == "matmul":
        return 2 * prod(node.shape) * node.operands[0].shape[-1]
    if node.operator == "contract":
        return 2 * prod(node.operands[0].shape) * node.shape[-1]
    if node.operator in _OVER:
        return prod(node.operands[0].shape)
    return prod(node.shape) * _SEVERAL.get(node.operator, 1)
