"""The syntax tree: what was written, and where. Every node has the span of its text.

Meaning comes later: a name without parentheses is a `Name` whether it stands for a
`let`, an activation or a label, and a number keeps the type it was written with.
"""

from __future__ import annotations

import re

from nnspec.record import Record
from nnspec.source import Span


class Node(Record):
    """Whatever was written: all nodes have a place."""

    span: Span


# -- values ----------------------------------------------------------------------------


class Number(Node):
    """`128`, `60_000`, `1e-3`: an int where no point and no exponent is written."""

    value: int | float


class Text(Node):
    """`"a string"`, its escapes resolved."""

    value: str


class Boolean(Node):
    """`true` or `false`"""

    value: bool


class Nothing(Node):
    """`none`"""


class Name(Node):
    """A name; what it stands for depends on where it is."""

    text: str


class Pair(Node):
    """`key: value` in a list."""

    key: Value
    value: Value


class ListValue(Node):
    """`[a, b]` or `[a: b, c: d]`"""

    items: tuple[Value | Pair, ...]


class TupleValue(Node):
    """`(a, b)`, `(a,)` or `()`; `(a)` is `a` itself."""

    items: tuple[Value, ...]


class Argument(Node):
    """`value`, or `name=value`."""

    name: Name | None
    value: Value


class Call(Node):
    """`name(arguments)`"""

    name: Name
    arguments: tuple[Argument, ...]


class Unary(Node):
    """`-operand` or `+operand`"""

    operator: str
    operand: Value


class Binary(Node):
    """`left operator right`: arithmetic, in formulas comparisons too."""

    operator: str
    left: Value
    right: Value


Value = (
    Number
    | Text
    | Boolean
    | Nothing
    | Name
    | ListValue
    | TupleValue
    | Call
    | Unary
    | Binary
)


# -- statements ------------------------------------------------------------------------


class Model(Node):
    """`model NAME`"""

    name: Name


class Let(Node):
    """`let NAME = value`"""

    name: Name
    value: Value


class Parameter(Node):
    """`name` or `name=default` in the head of a block or a formula."""

    name: Name
    default: Value | None


class Layer(Node):
    """`call as label from a, b` in a network, block or repeat."""

    call: Call
    label: Name | None
    inputs: tuple[Name, ...]


class Unread(Node):
    """A statement that could not be read, and has been reported: its text."""

    text: str

    @property
    def words(self) -> tuple[str, ...]:
        """Its first two words."""
        found = re.findall(r"[^\W\d]\w*", self.text[:200])
        return tuple(found[:2])


class Repeat(Node):
    """`repeat count { body }`"""

    count: Value
    body: Body


class Block(Node):
    """`block NAME(parameters) { body }`, or `block NAME { body }`"""

    name: Name
    parameters: tuple[Parameter, ...]
    body: Body


class Shared(Node):
    """`shared NAME { body }`"""

    name: Name
    body: Body


class Setting(Node):
    """`name = value` in the training section, or in the braces of a formula."""

    name: Name
    value: Value


class Formula(Node):
    """`activation NAME(parameters) = expression`: `kind` is that word, or another one.

    `lines` are those between braces, or the expression alone.
    """

    kind: str
    name: Name
    parameters: tuple[Parameter, ...]
    lines: tuple[Setting | Value | Unread, ...]


class Data(Node):
    """`data { ... }`; `keyword` is the place of the word `data`."""

    keyword: Name
    calls: tuple[Call, ...]
    unread: tuple[Unread, ...] = ()


class Network(Node):
    """`network { ... }`"""

    keyword: Name
    body: Body


class Training(Node):
    """`training { ... }`: settings, and callbacks as calls."""

    keyword: Name
    settings: tuple[Setting, ...]
    callbacks: tuple[Call, ...]
    unread: tuple[Unread, ...] = ()


#: What stands in the braces of a network, block or repeat.
Body = tuple[Layer | Repeat | Unread, ...]
Statement = Model | Let | Block | Shared | Formula | Data | Network | Training


class Spec(Node):
    """A whole spec, its statements in the order in which they were written.

    `foreign` are the places of strings that stand in other quotes than double ones.
    """

    statements: tuple[Statement, ...]
    unread: tuple[Unread, ...] = ()
    foreign: tuple[Span, ...] = ()
