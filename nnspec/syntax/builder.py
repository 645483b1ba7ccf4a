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

from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.syntax.tokens import span

# A rule that makes no node of its own hands on its parts: `body`, `parameters`, ...
Parts = tuple[Any, ...]

_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}


def _span(first: Token | nodes.Node, last: Token | nodes.Node) -> Span:
    start = span(first) if isinstance(first, Token) else first.span
    end = span(last) if isinstance(last, Token) else last.span
    return start.to(end)


def _nodes(parts: Iterable[Any]) -> Parts:
    return tuple(
        nodes.Unread(span(part), str(part)) if _is_error(part) else part
        for part in parts
        if isinstance(part, nodes.Node) or _is_error(part)
    )


def _is_error(part: Any) -> bool:
    return isinstance(part, Token) and part.type == "ERROR"


def _read(parts: Iterable[Any], kind: type[nodes.Node]) -> Parts:
    return tuple(part for part in _nodes(parts) if isinstance(part, kind))


def _name(token: Token) -> nodes.Name:
    return nodes.Name(span(token), str(token))


def _names(parts: Iterable[Token]) -> tuple[nodes.Name, ...]:
    return tuple(_name(token) for token in parts if token.type == "NAME")


@v_args(inline=True)
class TreeBuilder(Transformer[Token, tuple[nodes.Statement | nodes.Unread, ...]]):
    """Makes the top-level statements of a spec."""

    # -- top level ---------------------------------------------------------------------

    def spec(self, *parts: Any) -> tuple[nodes.Statement | nodes.Unread, ...]:
        """`(_statement NEWLINE)*`"""
        return _nodes(parts)

    def model(self, keyword: Token, name: Token) -> nodes.Model:
        """`"model" NAME`"""
        return nodes.Model(_span(keyword, name), _name(name))

    def let(
        self, keyword: Token, name: Token, _: Token, value: nodes.Value
    ) -> nodes.Let:
        """`"let" NAME "=" value`"""
        return nodes.Let(_span(keyword, value), _name(name), value)

    def block(self, keyword: Token, *parts: Any) -> nodes.Block | nodes.Unread:
        """`"block" (NAME parameters? | ERROR) body`"""
        name, *parameters, body = parts
        if name.type == "ERROR":
            return nodes.Unread(_span(keyword, body[-1]), str(name))
        given = _nodes(parameters[0] if parameters else ())
        return nodes.Block(_span(keyword, body[-1]), _name(name), given, _nodes(body))

    def shared(
        self, keyword: Token, name: Token, body: Parts
    ) -> nodes.Shared | nodes.Unread:
        """`"shared" (NAME | ERROR) body`"""
        if name.type == "ERROR":
            return nodes.Unread(_span(keyword, body[-1]), str(name))
        return nodes.Shared(_span(keyword, body[-1]), _name(name), _nodes(body))

    def formula(
        self, kind: Token, name: Token, parameters: Parts, *parts: Any
    ) -> nodes.Formula:
        """`FORMULA NAME parameters ("=" value | "{" (_line NEWLINE)* "}")`"""
        return nodes.Formula(
            _span(kind, parts[-1]),
            str(kind),
            _name(name),
            _nodes(parameters),
            _nodes(parts),
        )

    def data(self, keyword: Token, *parts: Any) -> nodes.Data:
        """`"data" "{" (_transform NEWLINE)* "}"`"""
        return nodes.Data(
            _span(keyword, parts[-1]),
            _name(keyword),
            _read(parts, nodes.Call),
            _read(parts, nodes.Unread),
        )

    def network(self, keyword: Token, body: Parts) -> nodes.Network:
        """`"network" body`"""
        return nodes.Network(_span(keyword, body[-1]), _name(keyword), _nodes(body))

    def training(self, keyword: Token, *parts: Any) -> nodes.Training:
        """`"training" "{" (_rule NEWLINE)* "}"`"""
        return nodes.Training(
            _span(keyword, parts[-1]),
            _name(keyword),
            _read(parts, nodes.Setting),
            _read(parts, nodes.Call),
            _read(parts, nodes.Unread),
        )

    def parameters(self, *parts: Any) -> Parts:
        """`"(" (_parameters ","?)? ")"`"""
        return parts

    def parameter(self, name: Token, *default: Any) -> nodes.Parameter:
        """`NAME ("=" value)?`"""
        value = default[1] if default else None
        return nodes.Parameter(_span(name, value or name), _name(name), value)

    # -- in the sections ---------------------------------------------------------------

    def setting(self, name: Token, _: Token, value: nodes.Value) -> nodes.Setting:
        """`NAME "=" value`"""
        return nodes.Setting(_span(name, value), _name(name), value)

    def body(self, *parts: Any) -> Parts:
        """`"{" (_step NEWLINE)* "}"`"""
        return parts

    def repeat(
        self, keyword: Token, count: Any, body: Parts
    ) -> nodes.Repeat | nodes.Unread:
        """`"repeat" (value | ERROR) body`"""
        if isinstance(count, Token):
            return nodes.Unread(_span(keyword, body[-1]), str(keyword))
        return nodes.Repeat(_span(keyword, body[-1]), count, _nodes(body))

    def layer(self, call: nodes.Call, *clauses: Parts) -> nodes.Layer:
        """`call label? inputs? | call inputs label`"""
        label: nodes.Name | None = None
        inputs: Parts = ()
        end: Any = call
        for clause in clauses:
            end = clause[-1]
            if clause[0].type == "AS":
                (label,) = _names(clause)
            else:
                inputs = _names(clause)
        return nodes.Layer(_span(call, end), call, label, inputs)

    def label(self, *parts: Token) -> Parts:
        """`"as" NAME`"""
        return parts

    def inputs(self, *parts: Token) -> Parts:
        """`"from" _names`"""
        return parts

    def call(self, name: Token, *parts: Any) -> nodes.Call:
        """`NAME | NAME "(" (_arguments ","?)? ")"`"""
        end = parts[-1] if parts else name
        return nodes.Call(_span(name, end), _name(name), _nodes(parts))

    def argument(self, *parts: Any) -> nodes.Argument:
        """`value | NAME "=" value`"""
        name = _name(parts[0]) if len(parts) > 1 else None
        return nodes.Argument(_span(parts[0], parts[-1]), name, parts[-1])

    # -- values ------------------------------------------------------------------------

    def binary(
        self, left: nodes.Value, operator: Token, right: nodes.Value
    ) -> nodes.Binary:
        """`left operator right`"""
        return nodes.Binary(_span(left, right), str(operator), left, right)

    def unary(self, operator: Token, operand: nodes.Value) -> nodes.Unary:
        """`SIGN factor`"""
        return nodes.Unary(_span(operator, operand), str(operator), operand)

    def number(self, token: Token) -> nodes.Number:
        """`NUMBER`"""
        exact = token.replace("_", "").isdigit()
        return nodes.Number(span(token), int(token) if exact else float(token))

    def text(self, token: Token) -> nodes.Text:
        """`STRING`"""
        value = re.sub(r"\\.", lambda escape: _ESCAPES[escape[0]], token[1:-1])
        return nodes.Text(span(token), value)

    def constant(self, token: Token) -> nodes.Boolean | nodes.Nothing:
        """`CONSTANT`"""
        if token == "none":
            return nodes.Nothing(span(token))
        return nodes.Boolean(span(token), token == "true")

    def name(self, token: Token) -> nodes.Name:
        """`NAME`"""
        return _name(token)

    def group(self, opening: Token, value: nodes.Value, closing: Token) -> Any:
        """`"(" value ")"`"""
        return replace(value, span=_span(opening, closing))

    def tuple(self, *parts: Any) -> nodes.TupleValue:
        """`"(" ")" | "(" value "," (_values ","?)? ")"`"""
        return nodes.TupleValue(_span(parts[0], parts[-1]), _nodes(parts))

    def list(self, *parts: Any) -> nodes.ListValue:
        """`"[" (_items ","?)? "]"`"""
        return nodes.ListValue(_span(parts[0], parts[-1]), _nodes(parts))

    def pair(self, key: nodes.Value, _: Token, value: nodes.Value) -> nodes.Pair:
        """`value ":" value`"""
        return nodes.Pair(_span(key, value), key, value)
