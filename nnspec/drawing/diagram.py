"""What a picture of a network shows: nodes in boxes, and values between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from nnspec import ir
from nnspec.analyze.ways import entry_of
from nnspec.bind import bound_default
from nnspec.record import Record
from nnspec.table.entry import REQUIRED, Use, activation_of
from nnspec.targets.numpy.identity import OF_TRAINING, spelled

Kind = Literal["input", "weights", "merge", "activation", "plain"]
#: Longer texts of a layer's arguments are cut.
_LONGEST = 36


class Node(Record):
    """A layer: its name, what it is with its arguments, and its parameters in words."""

    name: str
    title: str
    label: str
    arguments: str
    parameters: str
    kind: Kind
    shape: str
    is_output: bool


class Box(Record):
    """A use of a block, or the network itself: nodes and boxes by name, in their order.

    `edges` are values within it: from one of its parts to another, "" for what the
    box is given. `last` is the part whose value is that of the box.
    """

    name: str
    title: str
    shared: bool
    parts: Mapping[str, Node | Box]
    edges: tuple[tuple[str, str], ...]
    last: str
    shape: str


class Diagram(Record):
    """The picture of a network."""

    model: str
    words: str
    whole: Box


def diagram_of(model: ir.Model) -> Diagram:
    """What the picture of a model shows."""
    network = model.network
    layers = len(network.calls)
    words = (
        f"{layers:,} layers, {network.parameters:,} parameters, from "
        f"{_listed(call.name for call in network.inputs)} to {_listed(network.outputs)}"
    )
    return Diagram(model.name, words, _Boxes(network).box("", network.calls))


def _listed(names: object) -> str:
    return ", ".join(names)  # type: ignore[arg-type]


class _Boxes:
    """Makes the boxes of a network, the inner ones first."""

    def __init__(self, network: ir.Network) -> None:
        self._network = network
        self._seen: set[str] = set()

    def box(self, path: str, calls: tuple[ir.Call, ...]) -> Box:
        """The box of the calls in the use of a block at `path`."""
        depth = path.count("/") + 1 if path else 0
        inside: dict[str, list[ir.Call]] = {}
        for call in calls:
            deeper = len(call.scope) > depth
            name = "/".join(call.scope[: depth + 1]) if deeper else call.name
            inside.setdefault(name, []).append(call)
        parts: dict[str, Node | Box] = {}
        owner = {call.name: name for name, some in inside.items() for call in some}
        edges: dict[tuple[str, str], None] = {}
        for name, some in inside.items():
            is_box = len(some[0].scope) > depth
            parts[name] = self.box(name, tuple(some)) if is_box else self._node(some[0])
            for call in some:
                sources = (owner.get(source, "") for source in call.inputs)
                edges |= {(s, name): None for s in sources if s != name}
        use = self._network.scopes.get(path)
        return Box(
            name=path,
            title=_title(path, use),
            shared=use is not None and use.shared,
            parts=parts,
            edges=tuple(edges),
            last=owner[calls[-1].name],
            shape=_shape(calls[-1]),
        )

    def _node(self, call: ir.Call) -> Node:
        name = call.use.entry.name
        local = call.name.rpartition("/")[2]
        counted = local.rstrip("_0123456789") in (name, f"{name}_layer")
        return Node(
            name=call.name,
            title=name,
            label="" if counted or local == name else local,
            arguments=_arguments(call) if call.inputs else "",
            parameters=self._parameters(call),
            kind=_kind(call),
            shape=_shape(call),
            is_output=call.name in self._network.outputs,
        )

    def _parameters(self, call: ir.Call) -> str:
        """How many parameters; those that a layer before has are told as shared."""
        if not call.weights:
            return ""
        shared = call.weights[0].name in self._seen
        self._seen.update(weight.name for weight in call.weights)
        count = f"{call.parameters:,} parameter{'s' * (call.parameters != 1)}"
        if shared:
            return f"{count}, shared"
        return count if call.trainable_parameters else f"{count}, frozen"


def _kind(call: ir.Call) -> Kind:
    if not call.inputs:
        return "input"
    if call.weights:
        return "weights"
    if entry_of(call).takes[1] > 1:
        return "merge"
    return "activation" if activation_of(call.use) else "plain"


def _shape(call: ir.Call) -> str:
    """The shape of one sample, as people write it."""
    return " \N{MULTIPLICATION SIGN} ".join(map(str, call.output_shape)) or "1"


def _title(path: str, use: ir.Scope | None) -> str:
    """What the box of a use is called, and of what it is one where that is not said."""
    name = path.rpartition("/")[2]
    if use is None:
        return name
    told = [use.name] * (name.rstrip("_0123456789") != use.name)
    told += ["shared"] * use.shared
    return f"{name} ({', '.join(told)})" if told else name


def _arguments(call: ir.Call) -> str:
    """What is not as by default of what the layer does, words and lists in short."""
    words, in_order = list[str](), True
    for argument in call.use.entry.arguments:
        value = call.use.arguments[argument.name]
        usual = argument.default is not REQUIRED and spelled(value) == spelled(
            bound_default(argument.default, call.span)
        )
        if usual or argument.name.endswith(OF_TRAINING):
            in_order = False
            continue
        text = _short(value)
        bare = in_order or isinstance(value, Use | str)
        words.append(text if bare else f"{argument.name}={text}")
    text = ", ".join(words)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _short(value: object) -> str:
    """A value; one number for a list of equal ones."""
    if isinstance(value, tuple) and len({*value}) == 1 and len(value) > 1:
        return _short(value[0])
    return spelled(value)
