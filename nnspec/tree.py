"""The nodes of the syntax tree, one method for each rule of grammar/nnspec.lark.

A method gets what its rule is made of, tokens included, and a node's place goes from
the first of these parts to the last. Where a statement could not be read, the part is
an ERROR token with its text, and `_nodes` makes an `Unread` of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lark import Token, Transformer, v_args

from nnspec import syntax
from nnspec.record import replace
from nnspec.source import Span
from nnspec.tokens import span

# A rule that makes no node of its own hands on its parts: `body`, `parameters`, ...
Parts = tuple[Any, ...]

_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}


def _span(first: Token | syntax.Node, last: Token | syntax.Node) -> Span:
    start = span(first) if isinstance(first, Token) else first.span
    end = span(last) if isinstance(last, Token) else last.span
    return start.to(end)


def _nodes(parts: Iterable[Any]) -> Parts:
    return tuple(
        syntax.Unread(span(part), str(part)) if _is_error(part) else part
        for part in parts
        if isinstance(part, syntax.Node) or _is_error(part)
    )


def _is_error(part: Any) -> bool:
    return isinstance(part, Token) and part.type == "ERROR"


def _read(parts: Iterable[Any], kind: type[syntax.Node]) -> Parts:
    return tuple(part for part in _nodes(parts) if isinstance(part, kind))


def _name(token: Token) -> syntax.Name:
    return syntax.Name(span(token), str(token))


def _names(parts: Iterable[Token]) -> tuple[syntax.Name, ...]:
    return tuple(_name(token) for token in parts if token.type == "NAME")


@v_args(inline=True)
class TreeBuilder(Transformer[Token, tuple[syntax.Statement | syntax.Unread, ...]]):
    """Makes the top-level statements of a spec."""

    # -- top level ---------------------------------------------------------------------

    def spec(self, *parts: Any) -> tuple[syntax.Statement | syntax.Unread, ...]:
        """`(_statement NEWLINE)*`"""
        return _nodes(parts)

    def model(self, keyword: Token, name: Token) -> syntax.Model:
        """`"model" NAME`"""
        return syntax.Model(_span(keyword, name), _name(name))

    def let(
        self, keyword: Token, name: Token, _: Token, value: syntax.Value
    ) -> syntax.Let:
        """`"let" NAME "=" value`"""
        return syntax.Let(_span(keyword, value), _name(name), value)

    def block(self, keyword: Token, *parts: Any) -> syntax.Block | syntax.Unread:
        """`"block" (NAME parameters? | ERROR) body`"""
        name, *parameters, body = parts
        if name.type == "ERROR":
            return syntax.Unread(_span(keyword, body[-1]), str(name))
        given = _nodes(parameters[0] if parameters else ())
        return syntax.Block(_span(keyword, body[-1]), _name(name), given, _nodes(body))

    def shared(
        self, keyword: Token, name: Token, body: Parts
    ) -> syntax.Shared | syntax.Unread:
        """`"shared" (NAME | ERROR) body`"""
        if name.type == "ERROR":
            return syntax.Unread(_span(keyword, body[-1]), str(name))
        return syntax.Shared(_span(keyword, body[-1]), _name(name), _nodes(body))

    def formula(
        self, kind: Token, name: Token, parameters: Parts, *parts: Any
    ) -> syntax.Formula:
        """`FORMULA NAME parameters ("=" value | "{" (_line NEWLINE)* "}")`"""
        return syntax.Formula(
            _span(kind, parts[-1]),
            str(kind),
            _name(name),
            _nodes(parameters),
            _nodes(parts),
        )

    def data(self, keyword: Token, *parts: Any) -> syntax.Data:
        """`"data" "{" (_transform NEWLINE)* "}"`"""
        return syntax.Data(
            _span(keyword, parts[-1]),
            _name(keyword),
            _read(parts, syntax.Call),
            _read(parts, syntax.Unread),
        )

    def network(self, keyword: Token, body: Parts) -> syntax.Network:
        """`"network" body`"""
        return syntax.Network(_span(keyword, body[-1]), _name(keyword), _nodes(body))

    def training(self, keyword: Token, *parts: Any) -> syntax.Training:
        """`"training" "{" (_rule NEWLINE)* "}"`"""
        return syntax.Training(
            _span(keyword, parts[-1]),
            _name(keyword),
            _read(parts, syntax.Setting),
            _read(parts, syntax.Call),
            _read(parts, syntax.Unread),
        )

    def parameters(self, *parts: Any) -> Parts:
        """`"(" (_parameters ","?)? ")"`"""
        return parts

    def parameter(self, name: Token, *default: Any) -> syntax.Parameter:
        """`NAME ("=" value)?`"""
        value = default[1] if default else None
        return syntax.Parameter(_span(name, value or name), _name(name), value)

    # -- in the sections ---------------------------------------------------------------

    def setting(self, name: Token, _: Token, value: syntax.Value) -> syntax.Setting:
        """`NAME "=" value`"""
        return syntax.Setting(_span(name, value), _name(name), value)

    def body(self, *parts: Any) -> Parts:
        """`"{" (_step NEWLINE)* "}"`"""
        return parts

    def repeat(
        self, keyword: Token, count: Any, body: Parts
    ) -> syntax.Repeat | syntax.Unread:
        """`"repeat" (value | ERROR) body`"""
        if isinstance(count, Token):
            return syntax.Unread(_span(keyword, body[-1]), str(keyword))
        return syntax.Repeat(_span(keyword, body[-1]), count, _nodes(body))

    def layer(self, call: syntax.Call, *clauses: Parts) -> syntax.Layer:
        """`call label? inputs? | call inputs label`"""
        label: syntax.Name | None = None
        inputs: Parts = ()
        end: Any = call
        for clause in clauses:
            end = clause[-1]
            if clause[0].type == "AS":
                (label,) = _names(clause)
            else:
                inputs = _names(clause)
        return syntax.Layer(_span(call, end), call, label, inputs)

    def label(self, *parts: Token) -> Parts:
        """`"as" NAME`"""
        return parts

    def inputs(self, *parts: Token) -> Parts:
        """`"from" _names`"""
        return parts

    def call(self, name: Token, *parts: Any) -> syntax.Call:
        """`NAME | NAME "(" (_arguments ","?)? ")"`"""
        end = parts[-1] if parts else name
        return syntax.Call(_span(name, end), _name(name), _nodes(parts))

    def argument(self, *parts: Any) -> syntax.Argument:
        """`value | NAME "=" value`"""
        name = _name(parts[0]) if len(parts) > 1 else None
        return syntax.Argument(_span(parts[0], parts[-1]), name, parts[-1])

    # -- values ------------------------------------------------------------------------

    def binary(
        self, left: syntax.Value, operator: Token, right: syntax.Value
    ) -> syntax.Binary:
        """`left operator right`"""
        return syntax.Binary(_span(left, right), str(operator), left, right)

    def unary(self, operator: Token, operand: syntax.Value) -> syntax.Unary:
        """`SIGN factor`"""
        return syntax.Unary(_span(operator, operand), str(operator), operand)

    def number(self, token: Token) -> syntax.Number:
        """`NUMBER`"""
        exact = token.replace("_", "").isdigit()
        return syntax.Number(span(token), int(token) if exact else float(token))

    def text(self, token: Token) -> syntax.Text:
        """`STRING`"""
        value = re.sub(r"\\.", lambda escape: _ESCAPES[escape[0]], token[1:-1])
        return syntax.Text(span(token), value)

    def constant(self, token: Token) -> syntax.Boolean | syntax.Nothing:
        """`CONSTANT`"""
        if token == "none":
            return syntax.Nothing(span(token))
        return syntax.Boolean(span(token), token == "true")

    def name(self, token: Token) -> syntax.Name:
        """`NAME`"""
        return _name(token)

    def group(self, opening: Token, value: syntax.Value, closing: Token) -> Any:
        """`"(" value ")"`"""
        return replace(value, span=_span(opening, closing))

    def tuple(self, *parts: Any) -> syntax.TupleValue:
        """`"(" ")" | "(" value "," (_values ","?)? ")"`"""
        return syntax.TupleValue(_span(parts[0], parts[-1]), _nodes(parts))

    def list(self, *parts: Any) -> syntax.ListValue:
        """`"[" (_items ","?)? "]"`"""
        return syntax.ListValue(_span(parts[0], parts[-1]), _nodes(parts))

    def pair(self, key: syntax.Value, _: Token, value: syntax.Value) -> syntax.Pair:
        """`value ":" value`"""
        return syntax.Pair(_span(key, value), key, value)
