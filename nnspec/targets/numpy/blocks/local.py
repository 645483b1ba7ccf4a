"""What arrays are called within a block: without the name of the use."""

from __future__ import annotations

from nnspec.targets.numpy.blocks.arranged import Arranged
from nnspec.targets.numpy.blocks.tokens import Token
from nnspec.targets.numpy.blocks.use import Use
from nnspec.targets.numpy.names import free_attribute, in_short
from nnspec.targets.quote import Code

#: What functions have names for.
_TAKEN = {"a": {"w", "a", "rng"}, "da": set[str]()}


def local_names(arranged: Arranged, use: Use) -> dict[str, Code]:
    """A name for each symbol of a use: `a.dense` of `a.residual_1_dense`.

    The first array that it is given is `x`, and the gradient that it is given that by
    `y`; the gradient by what it is given is that by `x`, too.
    """
    found: dict[str, Code] = {}
    taken = {space: set(names) for space, names in _TAKEN.items()}
    firsts = {"a": "x", "da": "y"}
    for symbol, (space, name) in use.given.items():
        found[symbol] = _free(firsts.pop(space, _own(name, use)), space, taken)
    for token, symbol in use.symbols.items():
        space, name = token
        if space in ("a", "da") and "§" not in symbol:
            found[symbol] = Code(symbol)
        elif space in ("a", "da") and symbol not in found:
            wanted = "x" if _is_by_given(arranged, use, token) else _own(name, use)
            found[symbol] = _free(wanted, space, taken)
        elif space in ("w", "dw"):
            found[symbol] = Code(symbol)
    return found


def _free(name: str, space: str, taken: dict[str, set[str]]) -> Code:
    own = free_attribute(name, taken[space])
    taken[space].add(own)
    return Code(f"{space}.{own}")


def _own(name: str, use: Use) -> str:
    """A name without that of the use, wherever it has it."""
    for prefix in ("_".join(use.path.split("/")), in_short(use.path.split("/"))):
        if f"_{prefix}_" in f"_{name}":
            return f"_{name}".replace(f"_{prefix}_", "_").lstrip("_")
    return name


def _is_by_given(arranged: Arranged, use: Use, token: Token) -> bool:
    """Whether it is the gradient by what a use is given."""
    array = arranged.arrays.get(token)
    of = array.values[0].of if array and token[0] == "da" else None
    return of is not None and not arranged.calls.get(of.layer, "").startswith(
        f"{use.path}/"
    )
